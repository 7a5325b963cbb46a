// The Setup in the address bar: back, forward, reload and sharing all give the same lab.

/** What of the address is about the view and no part of the Setup. It stays when the Setup changes. */
const VIEWS = ["lesson", "lang"];

/** @param {string} part */
const isView = (part) => VIEWS.includes(part.split("=", 1)[0]);

function parts() {
  return location.search.replace(/^\?/, "").split("&").filter((part) => part !== "");
}

/** The link query that the page was opened with, or that back and forward lead to. */
export function currentQuery() {
  return parts().filter((part) => !isView(part)).join("&");
}

/** @param {string} name One of the views. */
export function currentView(name) {
  return new URLSearchParams(location.search).get(name);
}

/** @param {string} name @param {string | null} value Nothing takes it out of the address. */
export function replaceView(name, value) {
  const others = parts().filter((part) => isView(part) && part.split("=", 1)[0] !== name);
  const own = value === null ? [] : [`${name}=${encodeURIComponent(value)}`];
  change("replaceState", currentQuery(), [...others, ...own]);
}

/** Browsers limit how often the address may be written, so while a slider moves it waits for a rest. In milliseconds. */
const REST = 200;

/** @type {number | undefined} */
let pending;

/** A finished change: one step that Back undoes. @param {string} before @param {string} query */
export function pushQuery(before, query) {
  // While a slider moves, its entry is overwritten; put the entry back as it was before it gets a successor.
  replaceQuery(before);
  change("pushState", query);
}

/** A change under way. @param {string} query */
export function replaceQuerySoon(query) {
  clearTimeout(pending);
  pending = setTimeout(() => replaceQuery(query), REST);
}

/** Another spelling of the same, or what is so after all. @param {string} query */
export function replaceQuery(query) {
  clearTimeout(pending);
  if (query !== currentQuery()) change("replaceState", query);
}

/** @param {string} query The full address of a lab with this Setup, in the language of the page. */
export function fullLink(query) {
  const address = new URL(location.href);
  address.search = [...parts().filter((part) => part.startsWith("lang=")), query].join("&");
  address.hash = "";
  return address.href;
}

/** @param {"pushState" | "replaceState"} how @param {string} query @param {string[]} views */
function change(how, query, views = parts().filter(isView)) {
  const search = [...views, ...(query === "" ? [] : [query])].join("&");
  try {
    // Too often after all, or not allowed where the page is embedded: the address lags behind, which does no harm.
    history[how](null, "", search === "" ? location.pathname : `?${search}`);
  } catch (error) {
    console.warn("The address bar could not be brought up to date.", error);
  }
}

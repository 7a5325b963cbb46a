// The Setup in the address bar: back, forward, reload and sharing all give the same lab.

/** The link query that the page was opened with, or that back and forward lead to. */
export function currentQuery() {
  return location.search.replace(/^\?/, "");
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

/** @param {string} query The full address of a lab with this Setup. */
export function fullLink(query) {
  const address = new URL(location.href);
  address.search = query;
  address.hash = "";
  return address.href;
}

/** @param {"pushState" | "replaceState"} how @param {string} query */
function change(how, query) {
  try {
    // Too often after all, or not allowed where the page is embedded: the address lags behind, which does no harm.
    history[how](null, "", query === "" ? location.pathname : `?${query}`);
  } catch (error) {
    console.warn("The address bar could not be brought up to date.", error);
  }
}

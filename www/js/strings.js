// Every word that the page shows, except the catalog's, comes from strings/en.json, those of what nobody has opened yet from
// details.en.json; language.js puts those of another language before them.
// Templates have {placeholders}.

/** @typedef {{ charts: string, said: (english: string) => string }} Translation */

/** Until the file is there: only the words that say that it is missing. @type {Record<string, any>} */
let strings = { notice: { start: "The lab cannot start.", reload: "Load the page again", dismiss: "Dismiss" } };

/** The words of another language. @type {Record<string, any>} */
let others = {};

/** What the engine writes on its charts in that language, as lines for `setWords`, and how it says what the engine says. @type {Translation} */
export let translation = { charts: "", said: (english) => english };

/** What the engine says, in the language of the page. @param {string} english */
export const said = (english) => translation.said(english);

/** Words that stand before others of the same key, such as those for time steps instead of layers. */
let variant = "";

/** Fetches the words. Resolves when they are in use. */
export async function loadStrings() {
  strings = await fetched("en.json");
}

/** @type {Promise<void> | null} */
let details = null;

/** Fetches the words of what is opened later, and adds them. The next attempt after a failure fetches again. */
export function loadDetails() {
  details ??= fetched("details.en.json").then((words) => {
    addTo(strings, words);
    applyStrings(true);
  });
  details.catch(() => (details = null));
  return details;
}

/** @param {string} file @returns {Promise<Record<string, any>>} */
async function fetched(file) {
  const response = await fetch(new URL(`../strings/${file}`, import.meta.url));
  if (!response.ok) throw new Error(`strings/${file}: HTTP ${response.status}`);
  return response.json();
}

/** @param {Record<string, any>} words @param {Record<string, any>} more */
function addTo(words, more) {
  for (const [key, value] of Object.entries(more)) {
    if (typeof value === "object" && words[key]) addTo(words[key], value);
    else words[key] = value;
  }
}

/**
 * The raw entry at a dotted key, or undefined.
 * @param {string} key
 * @returns {any}
 */
export function entry(key) {
  return (variant ? at(`${variant}.${key}`) : undefined) ?? at(key);
}

/** @param {string} key @returns {any} */
function at(key) {
  const [first, second] = [others, strings].map((words) => key.split(".").reduce((/** @type {any} */ found, part) => found?.[part], words));
  return first ?? second;
}

/** Puts the page into another language. @param {Record<string, any>} words @param {Translation} engines */
export function speak(words, engines) {
  others = words;
  translation = engines;
  applyStrings();
}

/** Lets the words below this key stand before others from now on, also in the page as it is. @param {string} name */
export function prefer(name) {
  if (name === variant) return;
  variant = name;
  applyStrings();
}

/**
 * The words at `key` with its placeholders filled in. An unknown key shows itself: better than nothing.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function text(key, values = {}) {
  const template = entry(key);
  if (typeof template !== "string") return key;
  return fill(template, values);
}

/**
 * @param {string} template
 * @param {Record<string, string | number>} values
 */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * Like `text`, but into an element, with one placeholder's value set off in an <em>.
 * @param {Element} element
 * @param {string} key
 * @param {Record<string, string | number>} values
 * @param {string} emphasised
 */
export function textInto(element, key, values, emphasised) {
  const [before, after] = String(entry(key) ?? key).split(`{${emphasised}}`);
  element.textContent = fill(before, values);
  if (after === undefined) return;
  const strong = document.createElement("em");
  strong.textContent = String(values[emphasised]);
  element.append(strong, fill(after, values));
}

/**
 * Puts the words into the page, and shows it: data-string fills the text, data-label the aria-label. Or only the texts that
 * were not there yet, where the key has stood for them.
 */
export function applyStrings(onlyMissing = false) {
  for (const element of document.querySelectorAll("[data-string]")) {
    const key = element.getAttribute("data-string") ?? "";
    if (!onlyMissing || element.textContent === key) element.textContent = text(key);
  }
  if (onlyMissing) return;
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", text(element.getAttribute("data-label") ?? ""));
  }
  document.documentElement.dataset.words = ""; // style.css shows the page from now on
}

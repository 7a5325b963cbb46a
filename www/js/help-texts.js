// What only help needs is fetched when somebody asks for it: the catalog in full, and the pages of the help dialogue.

/** @type {Record<string, Promise<any> | undefined>} */
const texts = {};

/** The catalog with formulas, explanations and sources. @returns {Promise<import("./types.js").Catalog>} */
export function helpTexts() {
  return fetched("catalog");
}

/** @returns {Promise<{ title: string, text: string[] }[]>} */
export function helpSections() {
  return fetched("help");
}

/** @param {string} name @returns {Promise<any>} */
function fetched(name) {
  const file = `strings/${name}.${document.documentElement.lang}.json`;
  const text = (texts[file] ??= load(file));
  // The next attempt fetches again.
  text.catch(() => (texts[file] = undefined));
  return text;
}

/** @param {string} path */
async function load(path) {
  const response = await fetch(new URL(`../${path}`, import.meta.url));
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.json();
}

// The page in another language than English: its words, the catalog's and the charts'. English needs nothing of this.

import { catalog } from "../gradient_lab_first.js";
import { replaceView } from "./address.js";
import { byId } from "./page.js";
import { fill, speak } from "./strings.js";

/** @typedef {import("./types.js").Catalog} Catalog */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./engine.js").Engine} Engine */
/** All words of a language: the page's, those of what is opened later, the engine's and the catalog's. @typedef {{ page: Record<string, any>, details: Record<string, any>, engine: Record<"charts" | "said" | "sources", Record<string, string>>, catalog: Catalog }} Words */

/** What is put before English for English: nothing. */
const ENGLISH = { page: {}, details: {}, engine: { charts: {}, said: {}, sources: {} } };

/** The languages that the menu offers. */
export function languages() {
  return [.../** @type {HTMLSelectElement} */ (byId("language")).options].map(({ value }) => value);
}

/**
 * Opens the page in the language of its address. Resolves to whether there is such a language, once its words are in use; the
 * engine's follow as soon as it is ready.
 * @param {string} language
 * @param {Store} store
 * @param {Engine} engine
 */
export async function open(language, store, engine) {
  if (!languages().includes(language)) return false;
  const words = await wordsOf(language);
  engine.ready.then(() => dress(engine, words), () => {}); // if it never is, main.js says so
  put(language, words);
  store.setLanguage(language);
  return true;
}

/** Puts the page, as it is, into a language, and says so in its address. @param {string} language @param {Store} store @param {Engine} engine */
export async function choose(language, store, engine) {
  const words = language === "en" ? { ...ENGLISH, catalog: catalog() } : await wordsOf(language);
  dress(engine, words);
  put(language, words);
  store.setLanguage(language);
  replaceView("lang", language === "en" ? null : language);
}

/** @param {string} language @param {Words} words */
function put(language, { page, details, engine: { charts, said, sources } }) {
  document.documentElement.lang = language;
  // What was last said there was said in the language of before.
  for (const status of ["pin-said", "announce"]) byId(status).textContent = "";
  speak(merged(page, details), { charts: lines(charts), said: sayer({ ...said, ...sources }) });
}

/** The engine's own words: on its charts, and in its catalog. @param {Engine} engine @param {Words} words */
function dress(engine, words) {
  engine.shown.speak(lines(words.engine.charts));
  rename(engine.catalog(), words.catalog);
}

/** As `setWords` reads them. @param {Record<string, string>} charts */
const lines = (charts) => Object.entries(charts).flat().join("\n");

/** @param {string} language @returns {Promise<Words>} */
async function wordsOf(language) {
  const files = ["", "details.", "engine.", "catalog."].map((file) => fetched(`${file}${language}.json`));
  const [page, details, engine, catalog] = await Promise.all(files);
  return { page, details, engine, catalog };
}

/** @param {string} file @returns {Promise<any>} */
async function fetched(file) {
  const response = await fetch(new URL(`../strings/${file}`, import.meta.url));
  if (!response.ok) throw new Error(`strings/${file}: HTTP ${response.status}`);
  return response.json();
}

/** @param {Record<string, any>} words @param {Record<string, any>} more @returns {Record<string, any>} */
function merged(words, more) {
  const both = { ...words };
  for (const [key, value] of Object.entries(more)) both[key] = typeof value === "object" && words[key] ? merged(words[key], value) : value;
  return both;
}

/** Gives the entries of a catalog the names of another. @param {Catalog} own @param {Catalog} other */
function rename(own, other) {
  own.groups.forEach((group, index) => (group.name = other.groups[index].name));
  own.params.forEach((param, index) => {
    param.name = other.params[index].name;
    param.options?.forEach((option, place) => (option.name = other.params[index].options?.[place].name ?? option.name));
  });
}

/**
 * What says an English sentence of the engine in another language. Each template matches the sentences that it makes, and what
 * stands in its placeholders may be such a sentence in turn.
 * @param {Record<string, string>} templates
 */
function sayer(templates) {
  const rules = Object.entries(templates).map(([english, other]) => {
    const parts = english.split(/\{\w+\}/);
    const pattern = new RegExp(`^${parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("(.*?)")}$`, "s");
    const names = [...english.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    return { pattern, names, other, length: parts.join("").length };
  });
  // The one that says most itself, before those that would match almost anything.
  rules.sort((a, b) => b.length - a.length);
  /** @param {string} sentence @returns {string} */
  const say = (sentence) => {
    for (const { pattern, names, other } of rules) {
      const found = pattern.exec(sentence);
      if (found) return fill(other, Object.fromEntries(names.map((name, index) => [name, say(found[index + 1])])));
    }
    return sentence;
  };
  return (/** @type {string} */ english) => english.split("\n").map(say).join("\n");
}

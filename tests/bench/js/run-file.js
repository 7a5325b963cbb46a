// What contenders read from a run file, see docs/run-file.md.

/** @typedef {import("./types.js").RunFile} RunFile */

/** @param {string} text @returns {RunFile} */
export function parse(text) {
  return JSON.parse(text);
}

/** The names of the linear layers of a perceptron, first to last. @param {RunFile} file */
export function layers({ config }) {
  const hidden = Array.from({ length: config.depth ?? 0 }, (_, index) => `block${index + 1}.linear0`);
  return [...hidden, "head"];
}

/** Loads a library that is a plain script, once. @param {string} path Below this folder's node_modules. */
export function script(path) {
  const src = new URL(`../node_modules/${path}`, import.meta.url).href;
  return new Promise((resolve, reject) => {
    const element = document.querySelector(`script[src="${src}"]`) ?? document.createElement("script");
    if (element.isConnected) return resolve(undefined);
    element.addEventListener("load", () => resolve(undefined));
    element.addEventListener("error", () => reject(new Error(`cannot load ${path}`)));
    element.setAttribute("src", src);
    document.head.append(element);
  });
}

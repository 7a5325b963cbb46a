// A lesson's words and formulas, with the measured numbers in their placeholders.

import { count, format } from "./numbers.js";
import { make } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").Formula} Formula */

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** The elements that a formula may have. */
const ELEMENTS = ["mrow", "mi", "mn", "mo", "mtext", "msub", "msup", "msubsup", "mfrac", "msqrt", "mover", "munderover"];

/**
 * Replaces each {moment.quantity} by its number; what was not measured is a dash.
 * @param {string} words
 * @param {import("./types.js").Measured} measured
 */
export function filled(words, measured) {
  return words.replace(/\{(\w+)\.(\w+)\}/g, (_, moment, quantity) => {
    const value = measured[moment]?.[quantity];
    return Number.isInteger(value) ? count(Number(value)) : format(value);
  });
}

/**
 * A paragraph, or a formula on a line of its own.
 * @param {string | { formula: string }} block
 * @param {Record<string, Formula[]>} formulas
 * @param {import("./types.js").Measured} measured
 */
export function blockOf(block, formulas, measured) {
  if (typeof block === "string") return make("p", {}, filled(block, measured));
  const math = document.createElementNS(MATHML, "math");
  math.setAttribute("display", "block");
  math.append(...formulas[block.formula].map((part) => formulaOf(part, measured)));
  // On a narrow screen it scrolls, also by keyboard.
  return make("div", { className: "formula", tabIndex: 0, role: "group", "aria-label": text("course.formula") }, math);
}

/** @param {Formula} tree @param {import("./types.js").Measured} measured @returns {Node} */
function formulaOf(tree, measured) {
  if (typeof tree === "string") return document.createTextNode(filled(tree, measured));
  const name = tree[0];
  if (!ELEMENTS.includes(name)) throw new Error(`A formula has "${name}"; allowed: ${ELEMENTS.join(", ")}`);
  const element = document.createElementNS(MATHML, name);
  element.append(...tree.slice(1).map((child) => formulaOf(child, measured)));
  return element;
}

// Small things that several views need: finding and making elements, and not writing faster than one can read.

import { text } from "./strings.js";

/**
 * The element with this id. It is in index.html, or the page is broken.
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no element "${id}"`);
  return /** @type {any} */ (element);
}

/**
 * A new element with properties and children. Text is only ever text: nothing here parses HTML.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [properties] Names with a hyphen, and `for`, `role` and `scope`, become attributes; what has a
 * `data-string` says the words at that key, in whatever language.
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "for" || name === "role" || name === "scope") {
      element.setAttribute(name, value);
    } else {
      /** @type {any} */ (element)[name] = value;
    }
  }
  if (properties["data-string"]) element.textContent = text(properties["data-string"]);
  if (properties["data-label"]) element.setAttribute("aria-label", text(properties["data-label"]));
  element.append(...children);
  return element;
}

/**
 * Gives a canvas the pixels of the place that it has on the screen. Returns how many there are to a css pixel, or 0 if it
 * has no place.
 * @param {HTMLCanvasElement} canvas
 */
export function fit(canvas) {
  const { clientWidth, clientHeight } = canvas;
  if (clientWidth === 0 || clientHeight === 0) return 0;
  const scale = devicePixelRatio || 1;
  const [width, height] = [clientWidth, clientHeight].map((side) => Math.round(side * scale));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return scale;
}

/**
 * Sets a text only if it is another one: an unchanged node keeps the reader's selection.
 * @param {Element} element
 * @param {string} words
 */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/**
 * Wraps an update so that, called often, it is done at most every `interval` milliseconds; when urgent, at once.
 * @param {() => void} update
 * @param {number} [interval]
 * @returns {(urgent: boolean) => void}
 */
export function paced(update, interval = 250) {
  let last = -Infinity;
  /** @type {number | undefined} */
  let timer;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    update();
  };
  return (urgent) => {
    const wait = last + interval - performance.now();
    if (urgent || wait <= 0) {
      now();
    } else {
      timer ??= setTimeout(now, wait);
    }
  };
}

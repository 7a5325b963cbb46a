// What the page has of the run's frames: the latest, and what draws it. That is the first module, or the full one once it is there.

import * as first from "../gradient_lab_first.js";
import { translation } from "./strings.js";

/** @typedef {typeof import("../gradient_lab.js")} Full */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").MeasuredFrame} MeasuredFrame */

export class Shown {
  /** @type {Full | null} */
  #whole = null;
  /** @type {first.View | InstanceType<Full["View"]> | null} */
  #view = null;
  /** How the numbers of a layer lie in the latest frame, if they were counted. @type {InstanceType<Full["DistributionsView"]> | null} */
  distributions = null;
  /** What the view has been given: the latest frame, that of the present, the latest with a picture, and that of the outline. @type {Partial<Record<"frame" | "present" | "picture" | "ghost", Uint8Array>>} */
  #given = {};

  /** From now on the full module draws, the same frames again to begin with. @param {Full} whole */
  moveTo(whole) {
    if (this.#whole) return;
    this.#whole = whole;
    whole.setWords(translation.charts);
    const { ghost, picture, present, frame } = this.#given;
    if (!frame || !present) return;
    const view = new whole.View(ghost ?? present);
    if (ghost) view.keepGhost();
    if (picture) view.update(picture);
    view.update(present);
    if (frame !== present) view.lookBack(frame);
    this.#view?.free();
    this.#view = view;
  }

  /** The language that it draws in from now on. @param {string} lines As `setWords` reads them. */
  speak(lines) {
    first.setWords(lines);
    this.#whole?.setWords(lines);
  }

  /** A frame's bytes become what the charts draw, and its numbers. @param {MeasuredFrame} measured @param {boolean} [past] Whether it is looked back at. @returns {Frame} */
  take(measured, past = false) {
    const { bytes, pictured, counted } = measured;
    if (this.#view && past) this.#view.lookBack(bytes);
    else if (this.#view) this.#view.update(bytes);
    else this.#view = new (this.#whole ?? first).View(bytes);
    this.#given.frame = bytes;
    if (!past) this.#given.present = bytes;
    if (pictured) this.#given.picture = bytes;
    this.distributions?.free();
    this.distributions = counted && this.#whole ? new this.#whole.DistributionsView(counted) : null;
    const view = this.#view;
    return {
      ...measured,
      snapshot: view.snapshot(),
      verdict: view.verdict(),
      distributions: this.distributions?.numbers() ?? null,
      learned: learnedOf(view.learned()),
    };
  }

  /** How to draw what is drawn here. */
  look() {
    return new (this.#whole ?? first).Look();
  }

  /** @param {first.Chart} chart @param {HTMLCanvasElement} canvas @param {any} look From `look()`. @param {string} ghost What to call the outline. */
  draw(chart, canvas, look, ghost) {
    this.#view?.draw(chart, canvas, look, ghost);
  }

  /** The layer whose bar is at `x` of a canvas, all in its pixels. @param {number} x @param {HTMLCanvasElement} canvas @param {any} look From `look()`. */
  layerAt(x, { width, height }, look) {
    return this.#view?.layerAt(x, width, height, look) ?? null;
  }

  /** Keeps the latest frame as an outline behind those to come. */
  keepGhost() {
    this.#given.ghost = this.#given.frame;
    this.#view?.keepGhost();
  }

  dropGhost() {
    this.#given.ghost = undefined;
    this.#view?.dropGhost();
  }

  /** Marks these pinned runs over the bars, and no others: only the full module can. @param {import("./types.js").Marked[]} runs */
  mark(runs) {
    if (!this.#view || !("keepPinned" in this.#view)) return;
    this.#view.dropPinned();
    for (const { letter, bytes } of runs) this.#view.keepPinned(letter, bytes);
  }

  /** What theory says of the present run, or nothing any more. @param {Uint8Array} [bytes] */
  keepTheory(bytes) {
    if (this.#view && "keepTheory" in this.#view) this.#view.keepTheory(bytes);
  }

  /** The latest frame beside the theory. @returns {import("./types.js").Comparison | null} */
  comparison() {
    return this.#view && "comparison" in this.#view ? this.#view.comparison() : null;
  }

  /** The losses over the recorded steps, up to the present. @returns {{ step: number, train: number, test?: number | null }[]} */
  losses() {
    return this.#view?.history().points ?? [];
  }
}

/** The engine says which picture it is by the name of its one field. @param {Record<string, object> | null} learned */
function learnedOf(learned) {
  if (!learned) return null;
  const [[kind, fields]] = Object.entries(learned);
  return /** @type {import("./types.js").Learned} */ ({ kind, ...fields });
}

// The profile of a lesson: each layer's gradient over that of the last hidden layer. The student draws what they expect,
// by pointer or by keyboard; then it shows prediction, measurement and theory.

import { format } from "./numbers.js";
import { make } from "./page.js";
import { text } from "./strings.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 360;
const HEIGHT = 200;
const LEFT = 34;
const TOP = 8;
const BOTTOM = 178;

/** One press of an arrow key, in powers of ten. */
const NOTCH = 0.25;

/** @typedef {(number | null)[]} Profile Powers of ten, layer by layer. */

export class LessonChart {
  #layers;
  #low;
  #high;
  #svg = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  #drawn = svg("g", {});
  /** @type {HTMLInputElement[]} */
  #sliders = [];
  /** @type {Profile} */
  #measured = [];
  /** @type {Profile} */
  #theory = [];
  /** @type {HTMLElement} */
  element;

  /**
   * @param {number} layers
   * @param {[low: number, high: number]} axis Powers of ten.
   * @param {(() => void) | null} onDraw When the student has drawn; null where they do not draw.
   */
  constructor(layers, [low, high], onDraw) {
    this.#layers = layers;
    this.#low = low;
    this.#high = high;
    this.#svg.append(this.#axis(), this.#drawn);
    const canvas = make("div", { className: "lesson-chart" }, this.#svg);
    if (onDraw) {
      this.#sliders = Array.from({ length: layers }, (_, layer) => this.#slider(layer, onDraw));
      canvas.append(make("div", { className: "unseen", role: "group", "aria-label": text("course.draw") }, ...this.#sliders));
      this.#followPointer(onDraw);
    }
    this.element = canvas;
    this.#draw();
  }

  /** What the student expects, or nothing if they did not draw. @returns {number[]} */
  get prediction() {
    return this.#sliders.map((slider) => Number(slider.value));
  }

  /** A straight line from layer 1 as it is drawn to the last, which is 1. */
  straighten() {
    const [first] = this.prediction;
    this.#sliders.forEach((slider, layer) => this.#set(slider, first * (1 - layer / (this.#layers - 1))));
    this.#draw();
  }

  /** @param {Profile} measured @param {Profile} theory */
  show(measured, theory) {
    this.#measured = measured;
    this.#theory = theory;
    for (const slider of this.#sliders) slider.disabled = true;
    this.#svg.classList.remove("open");
    this.#draw();
  }

  /** @param {number} layer @param {() => void} onDraw */
  #slider(layer, onDraw) {
    const last = layer === this.#layers - 1;
    const slider = make("input", {
      type: "range",
      min: String(this.#low),
      max: String(this.#high),
      step: String(NOTCH),
      tabIndex: layer === 0 ? 0 : -1,
      disabled: last,
      "aria-label": text("course.layer", { layer: layer + 1 }),
    });
    this.#set(slider, 0);
    slider.addEventListener("input", () => {
      this.#set(slider, Number(slider.value));
      this.#draw();
      onDraw();
    });
    slider.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#reach(layer + step);
    });
    for (const change of ["focus", "blur"]) slider.addEventListener(change, () => this.#draw());
    return slider;
  }

  /** Moves the focus to the slider of this layer, if it can be moved. @param {number} layer */
  #reach(layer) {
    const next = this.#sliders[layer];
    if (!next || next.disabled) return;
    for (const slider of this.#sliders) slider.tabIndex = slider === next ? 0 : -1;
    next.focus();
  }

  /** @param {HTMLInputElement} slider @param {number} power */
  #set(slider, power) {
    slider.value = String(power);
    slider.setAttribute("aria-valuetext", format(10 ** Number(slider.value), 2));
  }

  /** @param {() => void} onDraw */
  #followPointer(onDraw) {
    this.#svg.classList.add("open");
    const follow = (/** @type {PointerEvent} */ event) => {
      if (!this.#svg.classList.contains("open") || event.buttons === 0) return;
      const box = this.#svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * WIDTH;
      const y = ((event.clientY - box.top) / box.height) * HEIGHT;
      const slider = this.#sliders[Math.floor((x - LEFT) / this.#slot)];
      if (!slider || slider.disabled) return;
      this.#set(slider, this.#high - ((y - TOP) / (BOTTOM - TOP)) * (this.#high - this.#low));
      this.#draw();
      onDraw();
    };
    this.#svg.addEventListener("pointerdown", (event) => {
      this.#svg.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.#svg.addEventListener("pointermove", follow);
  }

  get #slot() {
    return (WIDTH - LEFT - 4) / this.#layers;
  }

  /** The middle of a layer's slot. @param {number} layer */
  #x(layer) {
    return LEFT + (layer + 0.5) * this.#slot;
  }

  /** @param {number} power */
  #y(power) {
    const inside = Math.min(this.#high, Math.max(this.#low, power));
    return TOP + ((this.#high - inside) / (this.#high - this.#low)) * (BOTTOM - TOP);
  }

  #axis() {
    const axis = svg("g", { class: "axis" });
    const every = Math.ceil((this.#high - this.#low) / 6);
    for (let power = this.#low; power <= this.#high; power += 1) {
      if (power % every !== 0) continue;
      const y = this.#y(power);
      axis.append(svg("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y }));
      axis.append(svg("text", { x: LEFT - 4, y: y + 4, "text-anchor": "end" }, power === 0 ? "1" : `1e${power}`));
    }
    const names = Math.ceil(this.#layers / 15);
    for (let layer = 0; layer < this.#layers; layer += names) {
      axis.append(svg("text", { x: this.#x(layer), y: HEIGHT - 7, "text-anchor": "middle" }, String(layer + 1)));
    }
    return axis;
  }

  #draw() {
    const wide = 0.6 * this.#slot;
    const bars = this.#measured.map((power, layer) => {
      if (power === null) return "";
      const top = this.#y(power);
      return svg("rect", { class: "measured", x: this.#x(layer) - wide / 2, y: top, width: wide, height: BOTTOM - top });
    });
    const focused = this.#sliders.findIndex((slider) => slider === document.activeElement);
    const dots = this.prediction.map((power, layer) =>
      svg("circle", { class: layer === focused ? "expected focused" : "expected", cx: this.#x(layer), cy: this.#y(power), r: 4 }),
    );
    this.#drawn.replaceChildren(...bars, this.#line("theory", this.#theory), this.#line("expected", this.prediction), ...dots);
    this.#svg.setAttribute("aria-label", this.#measured.length > 0 ? text("course.picture") : text("course.draw"));
  }

  /** @param {string} name @param {Profile} profile */
  #line(name, profile) {
    const points = profile.flatMap((power, layer) => (power === null ? [] : [`${this.#x(layer)},${this.#y(power)}`]));
    return svg("polyline", { class: name, points: points.join(" ") });
  }
}

/** @param {string} name @param {Record<string, string | number>} attributes @param {...string} words */
function svg(name, attributes, ...words) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...words);
  return /** @type {SVGElement} */ (element);
}

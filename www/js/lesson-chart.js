// The profile of a lesson: each layer's gradient over that of the last hidden layer, or of each time step over that of the
// last. The student draws what they expect, by pointer or by keyboard; then it shows prediction, measurement and theory.

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

/** @typedef {(number | null)[]} Profile Powers of ten, bar by bar. */
/** @typedef {import("./types.js").Bars} Bars */

export class LessonChart {
  #bars;
  #count;
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
   * @param {Bars} bars
   * @param {[low: number, high: number]} axis Powers of ten.
   * @param {(() => void) | null} onDraw When the student has drawn; null where they do not draw.
   */
  constructor(bars, [low, high], onDraw) {
    this.#bars = bars;
    this.#count = bars.last - bars.first + 1;
    this.#low = low;
    this.#high = high;
    this.#svg.append(this.#axis(), this.#drawn);
    const canvas = make("div", { className: "lesson-chart" }, this.#svg);
    if (onDraw) {
      this.#sliders = Array.from({ length: this.#count }, (_, at) => this.#slider(at, onDraw));
      canvas.append(make("div", { className: "unseen", role: "group", "aria-label": this.#said("draw") }, ...this.#sliders));
      this.#followPointer(onDraw);
    }
    this.element = canvas;
    this.#draw();
  }

  /** What the student expects, or nothing if they did not draw. @returns {number[]} */
  get prediction() {
    return this.#sliders.map((slider) => Number(slider.value));
  }

  /** A straight line from the first bar as it is drawn to the last, which is 1. */
  straighten() {
    const [first] = this.prediction;
    this.#sliders.forEach((slider, at) => this.#set(slider, first * (1 - at / (this.#count - 1))));
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

  /** @param {string} key Of the words that differ between layers and time steps. */
  #said(key) {
    return text(`course.bars.${this.#bars.of}.${key}`);
  }

  /** @param {number} at @param {() => void} onDraw */
  #slider(at, onDraw) {
    const last = at === this.#count - 1;
    const slider = make("input", {
      type: "range",
      min: String(this.#low),
      max: String(this.#high),
      step: String(NOTCH),
      tabIndex: at === 0 ? 0 : -1,
      disabled: last,
      "aria-label": text("course.point", { name: barName(this.#bars, at) }),
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
      this.#reach(at + step);
    });
    for (const change of ["focus", "blur"]) slider.addEventListener(change, () => this.#draw());
    return slider;
  }

  /** Moves the focus to the slider of this bar, if it can be moved. @param {number} at */
  #reach(at) {
    const next = this.#sliders[at];
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
    /** Where the pointer was. @type {{ at: number, power: number } | null} */
    let before = null;
    const follow = (/** @type {PointerEvent} */ event) => {
      if (!this.#svg.classList.contains("open") || event.buttons === 0) return;
      const box = this.#svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * WIDTH;
      const y = ((event.clientY - box.top) / box.height) * HEIGHT;
      const at = Math.min(this.#count - 1, Math.max(0, Math.floor((x - LEFT) / this.#slot)));
      const here = { at, power: this.#high - ((y - TOP) / (BOTTOM - TOP)) * (this.#high - this.#low) };
      this.#join(before ?? here, here);
      before = here;
      this.#draw();
      onDraw();
    };
    this.#svg.addEventListener("pointerdown", (event) => {
      this.#svg.setPointerCapture(event.pointerId);
      before = null;
      follow(event);
    });
    this.#svg.addEventListener("pointermove", follow);
  }

  /**
   * A straight line between two places: a quick pointer passes bars without being seen there.
   * @param {{ at: number, power: number }} from
   * @param {{ at: number, power: number }} to
   */
  #join(from, to) {
    const slope = to.at === from.at ? 0 : (to.power - from.power) / (to.at - from.at);
    for (let at = Math.min(from.at, to.at); at <= Math.max(from.at, to.at); at += 1) {
      const slider = this.#sliders[at];
      if (!slider.disabled) this.#set(slider, to.power + slope * (at - to.at));
    }
  }

  get #slot() {
    return (WIDTH - LEFT - 4) / this.#count;
  }

  /** The middle of a bar's slot. @param {number} at */
  #x(at) {
    return LEFT + (at + 0.5) * this.#slot;
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
    const names = Math.ceil(this.#count / 15);
    for (let at = 0; at < this.#count; at += names) {
      axis.append(svg("text", { x: this.#x(at), y: HEIGHT - 7, "text-anchor": "middle" }, String(this.#bars.first + at)));
    }
    return axis;
  }

  #draw() {
    const wide = 0.6 * this.#slot;
    const radius = Math.min(4, 0.4 * this.#slot);
    const bars = this.#measured.map((power, at) => {
      if (power === null) return "";
      const top = this.#y(power);
      return svg("rect", { class: "measured", x: this.#x(at) - wide / 2, y: top, width: wide, height: BOTTOM - top });
    });
    const focused = this.#sliders.findIndex((slider) => slider === document.activeElement);
    const dots = this.prediction.map((power, at) =>
      svg("circle", { class: at === focused ? "expected focused" : "expected", cx: this.#x(at), cy: this.#y(power), r: radius }),
    );
    this.#drawn.replaceChildren(...bars, this.#line("theory", this.#theory), this.#line("expected", this.prediction), ...dots);
    this.#svg.setAttribute("aria-label", this.#said(this.#measured.length > 0 ? "picture" : "draw"));
  }

  /** @param {string} name @param {Profile} profile */
  #line(name, profile) {
    const points = profile.flatMap((power, at) => (power === null ? [] : [`${this.#x(at)},${this.#y(power)}`]));
    return svg("polyline", { class: name, points: points.join(" ") });
  }
}

/** What a bar is called: layer 3, time step 3. @param {Bars} bars @param {number} at */
export function barName(bars, at) {
  return text(`course.bars.${bars.of}.name`, { number: bars.first + at });
}

/** @param {string} name @param {Record<string, string | number>} attributes @param {...string} words */
function svg(name, attributes, ...words) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...words);
  return /** @type {SVGElement} */ (element);
}

// The canvases: sized to the page in device pixels, redrawn when what they show changes, and described in words.

import { Chart } from "../gradient_lab_first.js";
import { count, format, spoken, layerNumber } from "./numbers.js";
import { byId, fit } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {(keyof State)[]} Keys */

/** More layers than this are not read out one by one. */
const MOST_READ_OUT = 12;

/**
 * What a chart shows, and which parts of the state it depends on.
 * @typedef {object} Drawing
 * @property {Keys} keys
 * @property {(engine: import("./engine.js").Engine, canvas: HTMLCanvasElement, look: any, state: State) => void} draw With a look of `engine.shown`.
 * @property {(state: State) => boolean} ready
 * @property {(state: State) => string} words
 */

/** @type {Record<string, Drawing>} */
const CHARTS = {
  gradients: {
    draw: (engine, canvas, look) => engine.shown.draw(Chart.Gradients, canvas, look, text("hero.ghostLabel")),
    keys: ["frame", "ghost", "marked", "measure", "norm", "axis", "theory", "selected", "dark", "projector"],
    ready: ({ frame }) => frame !== null,
    words: gradientWords,
  },
  loss: {
    draw: (engine, canvas, look) => engine.shown.draw(Chart.Loss, canvas, look, ""),
    keys: ["frame", "dark", "projector"],
    ready: ({ frame }) => frame !== null,
    words: lossWords,
  },
  learned: {
    draw: (engine, canvas, look) => engine.shown.draw(Chart.Learned, canvas, look, ""),
    keys: ["learned", "dark", "projector"],
    ready: ({ learned }) => learned !== null,
    words: learnedWords,
  },
};

/**
 * @param {import("./store.js").Store} store
 * @param {import("./engine.js").Engine} engine
 * @param {{ onFirstBar: () => void, onError: (error: unknown) => void, onLayer: (layer: number | null) => void }} tell
 */
export function startCharts(store, engine, { onFirstBar, onError, onLayer }) {
  const views = Object.entries(CHARTS).map(([name, chart]) => new ChartView(name, chart, store, engine, onError));
  let first = true;
  store.subscribe((state, before) => {
    if (state.marked !== before.marked) engine.shown.mark(state.marked);
    if (state.ghost !== before.ghost) state.ghost ? engine.shown.keepGhost() : engine.shown.dropGhost();
    for (const view of views) view.update(state, before);
    if (first && state.frame) {
      first = false;
      performance.mark("first-bar");
      onFirstBar();
    }
  });

  byId("gradients").addEventListener("click", (event) => {
    const layer = views[0].layerAt(event);
    if (layer !== null) onLayer(layer === store.state.selected ? null : layer);
  });

  // The page moved to a screen with another pixel density, or was zoomed.
  const watchDensity = () => {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        for (const view of every) view.draw();
        watchDensity();
      },
      { once: true },
    );
  };
  watchDensity();
}

/** All charts there are, those of cards that came later too. @type {Set<ChartView>} */
const every = new Set();

export class ChartView {
  #canvas;
  #chart;
  #store;
  #engine;
  /** Canvas pixels to a css pixel. */
  #scale = 1;
  #onError;
  /** Whether the canvas is on the screen; the part of a page that nobody sees costs nothing. */
  #seen = true;
  #stale = false;
  #drawn = false;
  #broken = false;
  #told = false;

  /**
   * @param {string} name
   * @param {Drawing} chart
   * @param {import("./store.js").Store} store
   * @param {import("./engine.js").Engine} engine
   * @param {(error: unknown) => void} onError
   */
  constructor(name, chart, store, engine, onError) {
    this.name = name;
    /** @type {HTMLCanvasElement} */
    this.#canvas = byId(name);
    this.#chart = chart;
    this.#store = store;
    this.#engine = engine;
    this.#onError = onError;
    every.add(this);
    new ResizeObserver(() => this.draw()).observe(this.#canvas);
    new IntersectionObserver(([entry]) => {
      this.#seen = entry.isIntersecting;
      if (this.#seen && this.#stale) this.draw();
    }).observe(this.#canvas);
  }

  /** @param {State} state @param {State} before */
  update(state, before) {
    const settled = state.settled !== before.settled;
    if (settled || this.#chart.keys.some((key) => state[key] !== before[key])) {
      if (this.#seen || settled || !this.#drawn) this.draw();
      else this.#stale = true;
    }
    // A description that changed sixty times a second could not be read: it holds for the last standstill.
    const stands = !state.running && (state.frame !== before.frame || state.selected !== before.selected);
    if (settled || stands || state.measure !== before.measure || state.axis !== before.axis || (state.frame && !before.frame)) {
      if (this.#chart.ready(state)) this.#canvas.setAttribute("aria-label", spoken(this.#chart.words(state)));
    }
  }

  /** The layer whose bar a pointer is on. @param {MouseEvent} event */
  layerAt(event) {
    const x = Math.floor((event.offsetX * this.#canvas.width) / this.#canvas.clientWidth);
    return this.#looking((look) => this.#engine.shown.layerAt(x, this.#canvas, look));
  }

  /** @template T @param {(look: any) => T} use */
  #looking(use) {
    const { dark, projector, measure, norm, axis, theory, selected } = this.#store.state;
    const look = this.#engine.shown.look();
    try {
      look.dark = dark;
      look.projector = projector;
      look.scale = this.#scale;
      look.signal = measure === "signal";
      look.rms = norm === "rms";
      look.linear = axis === "linear";
      look.theory = theory === "shown";
      look.layer = selected ?? undefined;
      return use(look);
    } finally {
      look.free();
    }
  }

  draw() {
    const { state } = this.#store;
    if (!this.#chart.ready(state) || this.#broken) return;
    const scale = fit(this.#canvas);
    if (scale === 0) return;
    this.#stale = false;
    this.#drawn = true;
    this.#scale = scale;
    try {
      this.#looking((look) => this.#chart.draw(this.#engine, this.#canvas, look, state));
    } catch (error) {
      // After a trap the engine on this thread cannot be used again; the numbers go on without the picture.
      this.#broken = error instanceof WebAssembly.RuntimeError;
      if (!this.#told) this.#onError(error);
      this.#told = true;
    }
  }
}

/** @param {Pick<State, "frame" | "measure" | "norm" | "axis">} state */
export function gradientWords({ frame, measure, norm, axis }) {
  const hidden = frame?.snapshot.layers.slice(0, -1) ?? [];
  const stride = Math.ceil(hidden.length / MOST_READ_OUT);
  const list = hidden
    .map((layer, index) => ({ index, magnitude: measure === "signal" ? layer.signal_gradient : layer.weight_gradient }))
    .filter(({ index }) => index % stride === 0 || index === hidden.length - 1)
    .map(({ index, magnitude }) => text("hero.summaryLayer", { layer: layerNumber(hidden, index), value: magnitudeWords(magnitude, norm) }));
  return text("hero.summary", {
    axis: text(`hero.axes.${axis}`),
    measure: text(`hero.measures.${measure}`),
    layers: hidden.length,
    step: count(frame?.snapshot.step ?? 0),
    list: list.join(", "),
  });
}

/** @param {State} state */
function lossWords({ frame, looking }) {
  if (!frame) return "";
  const { step, loss } = frame.snapshot;
  const words = text(loss.test == null ? "loss.summaryTrain" : "loss.summary", {
    step: count(step),
    train: format(loss.train),
    test: format(loss.test),
    chance: format(loss.chance),
  });
  return looking ? `${words} ${text("loss.looking")}` : words;
}

/** @param {State} state */
function learnedWords({ learned }) {
  switch (learned?.kind) {
    case "plane":
    case "curve":
      return text(`learned.${learned.kind}Summary`, { count: learned.points.length });
    case "images":
      return text("learned.imagesSummary", {
        count: learned.images.length,
        right: learned.images.filter((image) => image.class === image.guess).length,
      });
    case "undrawable":
      return text("learned.undrawableSummary", { inputs: learned.inputs });
    default:
      return text("learned.title");
  }
}

/**
 * A magnitude in words: its size, or what it is instead of a number.
 * @param {import("./types.js").Magnitude} magnitude
 * @param {import("./types.js").Norm} norm
 */
export function magnitudeWords(magnitude, norm) {
  const value = format(magnitude[norm], 2);
  return magnitude.state === "normal" ? value : text(`states.${magnitude.state}`, { value });
}

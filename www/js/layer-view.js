// One layer: why its gradient has the size that it has, its numbers, and how they lie.

import { Part } from "../gradient_lab.js";
import { ChartView } from "./chart-view.js";
import { HIGHEST_COUNTED, LOWEST_COUNTED } from "./magnitudes.js";
import { count, format, layerNumber, percent, spoken } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { text } from "./strings.js";
import { parts } from "./verdict.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Distributions} Distributions */
/** @typedef {import("./types.js").LayerSnapshot} LayerSnapshot */

/** @typedef {Exclude<keyof Distributions, "layer">} Counted */
/** What the module calls a histogram. @type {Record<Counted, Part>} */
const PARTS = {
  weights: Part.Weights,
  pre: Part.Pre,
  output: Part.Output,
  weight_gradient: Part.WeightGradient,
  signal_gradient: Part.SignalGradient,
};

/** Each chart: its canvas, and which histogram it shows. @type {[id: string, part: (state: State) => Counted][]} */
const CHARTS = [
  ["layer-weights", () => "weights"],
  ["layer-pre", () => "pre"],
  ["layer-output", () => "output"],
  ["layer-gradient", ({ measure }) => (measure === "signal" ? "signal_gradient" : "weight_gradient")],
];

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./engine.js").Engine} engine
 */
export function startLayer(store, session, engine) {
  const fail = (/** @type {unknown} */ error) => session.report("error", error);
  const select = (/** @type {number | null} */ layer) => void session.select(layer).catch(fail);
  const [before, next, close] = ["layer-before", "layer-next", "layer-close"].map((id) => byId(id));
  const last = () => (store.state.frame?.snapshot.layers.length ?? 1) - 1;
  before.addEventListener("click", () => select(Math.max(0, (store.state.selected ?? last() + 1) - 1)));
  next.addEventListener("click", () => select(Math.min(last(), (store.state.selected ?? -1) + 1)));
  close.addEventListener("click", () => {
    select(null);
    next.focus();
  });

  const keys = /** @type {(keyof State)[]} */ (["frame", "selected", "measure", "dark", "projector"]);
  const views = CHARTS.map(([id, part]) => {
    /** @type {import("./chart-view.js").Drawing["draw"]} */
    const draw = (engine, canvas, look, state) => engine.shown.distributions?.draw(PARTS[part(state)], canvas, look);
    const ready = (/** @type {State} */ state) => histogram(state, part(state)) !== null;
    const words = (/** @type {State} */ state) => summary(state, part(state));
    return new ChartView(id, { draw, keys, ready, words }, store, engine, fail);
  });

  const show = paced(() => {
    const { frame, selected } = store.state;
    const layers = frame?.snapshot.layers ?? [];
    const layer = layers[selected ?? -1];
    byId("layer-inside").hidden = close.hidden = !layer;
    before.toggleAttribute("disabled", selected === 0);
    next.toggleAttribute("disabled", layers.length > 0 && selected === layers.length - 1);
    write(byId("layer-name"), layer ? name(layers, selected ?? 0) : text("layer.none"));
    if (!layer) return;
    write(byId("layer-why"), frame ? why(frame.snapshot, selected ?? 0) : "");
    showNumbers(layer);
    const counted = frame?.distributions?.layer === selected;
    byId("layer-charts").hidden = byId("layer-axes").hidden = !counted;
    write(byId("layer-axes"), text("layer.axes"));
    // What is not there now is on its way; what was not counted then never comes.
    byId("layer-missing").hidden = counted || !store.state.looking;
    if (!counted) return write(byId("layer-missing"), text("layer.missing"));
    for (const [id, part] of CHARTS) {
      const present = part(store.state);
      const figure = byId(id).parentElement;
      if (figure) figure.hidden = !histogram(store.state, present);
      write(byId(`${id}-words`), heading(store.state, present));
    }
  });
  for (const button of [before, next]) button.removeAttribute("disabled");
  store.subscribe((state, previous) => {
    if (keys.every((key) => state[key] === previous[key])) return;
    // Another Setup may have fewer layers.
    const layers = state.frame?.snapshot.layers.length ?? 0;
    if (state.selected !== null && state.frame && state.selected >= layers) return select(null);
    show(!state.running || state.selected !== previous.selected);
    for (const view of views) view.update(state, previous);
  });
}

/** @param {LayerSnapshot[]} layers @param {number} index */
function name(layers, index) {
  if (index === layers.length - 1) return text("layer.head");
  return text("layer.name", { number: layerNumber(layers, index), count: layerNumber(layers, layers.length - 2) });
}

/** Why the signal has this size: what the way from the next layer does to it. @param {import("./types.js").Snapshot} snapshot @param {number} index */
function why({ layers, way, cut }, index) {
  const { split } = layers[index];
  if (index === layers.length - 1) return text("layer.first");
  if (way === "direct") return text("verdict.gradient.direct");
  if (index < cut) return text("verdict.gradient.truncated", { cut });
  if (!split) return text("layer.unsplit");
  const factor = format(layers[index].signal_gradient.l2 / layers[index + 1].signal_gradient.l2);
  const key = index === layers.length - 2 ? "layer.whyLast" : "layer.why";
  return text(key, { factor, next: layerNumber(layers, index + 1), parts: parts(split) });
}

/** @param {LayerSnapshot} layer */
function showNumbers(layer) {
  const share = (/** @type {number | null | undefined} */ value) => (value == null ? null : percent(value));
  /** @type {[key: string, value: string | null][]} */
  const numbers = [
    ["layer.signal", format(layer.signal_gradient.l2, 2)],
    ["layer.weightGradient", format(layer.weight_gradient.l2, 2)],
    ["table.columns.mean", format(layer.activation.mean)],
    ["table.columns.deviation", format(layer.activation.deviation)],
    ["table.columns.saturated", share(layer.saturated)],
    ["table.columns.dead", share(layer.dead)],
    ["layer.update", layer.update_ratio == null ? null : format(layer.update_ratio, 2)],
    ["table.columns.distance", layer.distance == null ? text("layer.never") : format(layer.distance, 2)],
  ];
  const rows = numbers.filter(([, value]) => value !== null);
  const list = byId("layer-numbers");
  if (list.children.length !== rows.length) list.replaceChildren(...rows.map(() => make("div", {}, make("dt"), make("dd"))));
  rows.forEach(([key, value], index) => {
    const [term, number] = list.children[index].children;
    write(term, text(key));
    write(number, value ?? "");
  });
}

/** The histogram, if the frame has that of the layer that is looked into. @param {State} state @param {Counted} part */
function histogram({ frame, selected }, part) {
  const all = frame?.distributions;
  return all && all.layer === selected ? (all[part] ?? null) : null;
}

/** @param {Counted} part */
const chartName = (part) => text(`layer.charts.${part === "signal_gradient" ? "signal" : part}`);

/** What a chart shows, and what of it has no place in it. @param {State} state @param {Counted} part */
function heading(state, part) {
  const shown = histogram(state, part);
  if (!shown) return "";
  const all = total(shown);
  const words = [chartName(part)];
  if (shown.lost > 0) words.push(text("layer.lost", { share: percent(shown.lost / all) }));
  if (shown.axis === "powers" && shown.zeros > 0) words.push(text("layer.zeros", { share: percent(shown.zeros / all) }));
  return words.join(", ");
}

/** How many numbers there are. @param {import("./types.js").Histogram} histogram */
function total({ axis, counts, zeros, lost }) {
  return counts.reduce((sum, each) => sum + each, lost + (axis === "powers" ? zeros : 0));
}

/** @param {State} state @param {Counted} part */
function summary(state, part) {
  const shown = histogram(state, part);
  if (!shown) return "";
  const { axis, counts } = shown;
  const tallest = Math.max(...counts);
  if (tallest === 0) return heading(state, part);
  const middle = (counts.indexOf(tallest) + 0.5) / counts.length;
  const peak = axis === "powers" ? 10 ** (LOWEST_COUNTED + (HIGHEST_COUNTED - LOWEST_COUNTED) * middle) : (2 * middle - 1) * axis.linear.limit;
  return spoken(text("layer.summary", { name: heading(state, part), numbers: count(total(shown)), peak: format(peak, 2) }));
}

// The numbers of the other charts as tables: of the loss, the history, what was learned, a layer's histograms.

import { DataTable, magnitudeCell } from "./data-table.js";
import { HIGHEST_COUNTED, LOWEST_COUNTED } from "./magnitudes.js";
import { count, format, layerNumber } from "./numbers.js";
import { byId, make, paced } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./data-table.js").Table} Table */
/** @typedef {import("./data-table.js").Cell} Cell */
/** @typedef {{ store: import("./store.js").Store, engine: import("./engine.js").Engine, recorder: import("./recorder.js").Recorder }} Source */

/** More rows of what is alike are not shown, and more columns of layers. */
const [MOST_ROWS, MOST_LAYERS] = [64, 8];

/** By the id of the chart. @type {Record<string, (source: Source) => Table | null>} */
const TABLES = { loss: lossTable, history: historyTable, learned: learnedTable, layer: layerTable };

/** @param {string} id @param {Source} source */
export function startData(id, source) {
  /** @type {HTMLDetailsElement} */
  const details = byId(`${id}-data`);
  const element = make("table", { className: "numbers" });
  details.append(make("div", { className: "scroll", tabIndex: 0, role: "region", "data-label": `data.names.${id}` }, element));
  const table = new DataTable(element);
  const show = paced(() => {
    if (!details.open) return;
    table.show(TABLES[id](source) ?? { caption: text("data.none"), heads: [], rows: [] });
  }, 1000);
  details.addEventListener("toggle", () => show(true));
  source.store.subscribe((state, before) => {
    const look = /** @type {const} */ (["measure", "norm", "selected", "settled"]);
    if (look.some((key) => state[key] !== before[key])) show(true);
    else if (state.frame !== before.frame) show(false);
  });
  show(true);
}

/** A table of rows that are alike, thinned if they are too many. @param {Table} table @returns {Table} */
function thinned({ caption, heads, rows }) {
  const left = thin(rows, MOST_ROWS);
  if (left.length === rows.length) return { caption, heads, rows };
  return { caption: text("data.thinned", { caption, rows: left.length, all: rows.length }), heads, rows: left };
}

/** Evenly, the first and the last among them. @template T @param {T[]} all @param {number} most @returns {T[]} */
function thin(all, most) {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, index) => all[Math.round((index * (all.length - 1)) / (most - 1))]);
}

/** @param {number} step @returns {Cell} */
const steps = (step) => ({ words: count(step), value: step });

/** @param {Source} source @returns {Table | null} */
function lossTable({ engine }) {
  const points = engine.shown.losses();
  const tested = points.some(({ test }) => test != null);
  const heads = ["step", "train", ...(tested ? ["test"] : [])].map((key) => text(`data.${key}`));
  const rows = points.map(({ step, train, test }) => [steps(step), train, ...(tested ? [test] : [])]);
  return thinned({ caption: text("data.loss"), heads, rows });
}

/** @param {Source} source @returns {Table | null} */
function historyTable({ store, recorder }) {
  const { measure, norm } = store.state;
  const last = recorder.moments.at(-1)?.frame.snapshot.layers ?? [];
  const places = thin([...last.keys()].slice(0, -1), MOST_LAYERS);
  const name = (/** @type {number} */ place) => text("data.layer", { number: layerNumber(last, place) });
  const rows = recorder.moments.map(({ step, frame }) => [
    steps(step),
    ...places.map((place) => {
      const layer = frame.snapshot.layers[place];
      const magnitude = measure === "signal" ? layer.signal_gradient : layer.weight_gradient;
      return magnitudeCell(magnitude, norm);
    }),
  ]);
  const caption = text("data.history", { measure: text(`hero.measures.${measure}`), norm: text(`hero.norms.${norm}`) });
  return thinned({ caption, heads: [text("data.step"), ...places.map(name)], rows });
}

/** @param {Source} source @returns {Table | null} */
function learnedTable({ store }) {
  const { learned } = store.state;
  const heads = (/** @type {string[]} */ ...keys) => keys.map((key) => text(`data.${key}`));
  switch (learned?.kind) {
    case "plane": {
      const { extent, side, cells } = learned;
      const at = (/** @type {number} */ place) => extent * ((2 * place + 1) / side - 1);
      // The picture's rows come from the top, one answer in each cell.
      const rows = cells.map((answer, index) => [at(index % side), -at(Math.floor(index / side)), answer]);
      return thinned({ caption: text("data.plane"), heads: heads("x1", "x2", "answer"), rows });
    }
    case "curve": {
      const { extent, answers } = learned;
      const at = (/** @type {number} */ index) => extent * ((2 * index) / (answers.length - 1) - 1);
      const rows = answers.map((answer, index) => [at(index), answer]);
      return thinned({ caption: text("data.curve"), heads: heads("x", "answer"), rows });
    }
    case "images":
      return {
        caption: text("data.images"),
        heads: heads("image", "class", "guess"),
        rows: learned.images.map((image, index) => [String(index + 1), String(image.class), String(image.guess)]),
      };
    default:
      return null;
  }
}

/** @param {Source} source @returns {Table | null} */
function layerTable({ store }) {
  const { frame, selected, measure } = store.state;
  const all = frame?.distributions;
  if (!all || all.layer !== selected) return null;
  const gradient = measure === "signal" ? "signal_gradient" : "weight_gradient";
  const parts = /** @type {const} */ (["weights", "pre", "output", gradient]);
  const rows = parts.flatMap((part) => {
    const histogram = all[part];
    if (!histogram) return [];
    const name = text(`layer.charts.${part === "signal_gradient" ? "signal" : part}`);
    const counted = histogram.counts.map((number, index) => ({ number, index })).filter(({ number }) => number > 0);
    return counted.map(({ number, index }) => [name, ...ends(histogram, index).map((end) => ({ words: format(end, 2), value: end })), steps(number)]);
  });
  return { caption: text("data.histograms"), heads: ["of", "from", "to", "numbers"].map((key) => text(`data.${key}`)), rows };
}

/** From where to where a part of the axis reaches. @param {import("./types.js").Histogram} histogram @param {number} index */
function ends({ axis, counts }, index) {
  return [index, index + 1].map((place) => {
    const share = place / counts.length;
    if (axis === "powers") return 10 ** (LOWEST_COUNTED + (HIGHEST_COUNTED - LOWEST_COUNTED) * share);
    return (2 * share - 1) * axis.linear.limit;
  });
}

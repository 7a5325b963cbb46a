// The hero chart's numbers, and more, as a table: for reading exactly, for copying, for screen readers.

import { magnitudeWords } from "./chart-view.js";
import { count, format, percent, layerNumber } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { entry, text } from "./strings.js";

/** @typedef {import("./types.js").LayerSnapshot} Layer */
/** @typedef {import("./types.js").Norm} Norm */

/** One column each: its string key and what it shows of a layer. @type {[key: string, show: (layer: Layer, norm: Norm) => string][]} */
const COLUMNS = [
  ["weights", (layer, norm) => magnitudeWords(layer.weight_gradient, norm)],
  ["signal", (layer, norm) => magnitudeWords(layer.signal_gradient, norm)],
  ["mean", (layer) => format(layer.activation.mean)],
  ["deviation", (layer) => format(layer.activation.deviation)],
  ["saturated", (layer) => percent(layer.saturated)],
  ["dead", (layer) => percent(layer.dead)],
  ["update", (layer) => format(layer.update_ratio, 2)],
  ["distance", (layer) => format(layer.distance, 2)],
];

/** @param {import("./store.js").Store} store */
export function startTable(store) {
  /** @type {HTMLDetailsElement} */
  const details = byId("table-details");
  const caption = make("caption");
  const body = make("tbody");
  const head = ["layer", ...COLUMNS.map(([key]) => key)];
  byId("table").append(
    caption,
    make("thead", {}, make("tr", {}, ...head.map((key) => word("th", `table.columns.${key}`, { scope: "col" })))),
    body,
  );
  for (const [key] of COLUMNS) {
    if (!entry(`table.terms.${key}`)) continue;
    byId("table-terms").append(
      make("div", {}, word("dt", `table.columns.${key}`), word("dd", `table.terms.${key}`)),
    );
  }

  let shown = "";
  const show = paced(() => {
    const { frame, norm } = store.state;
    if (!frame || !details.open) return;
    const { layers, step } = frame.snapshot;
    write(caption, text("table.caption", { step: count(step), norm: text(`hero.norms.${norm}`) }));
    const names = layers.map((_, index) => rowName(layers, index));
    if (names.join() !== shown) {
      body.replaceChildren(...names.map(emptyRow));
      shown = names.join();
    }
    layers.forEach((layer, index) => {
      const { cells } = body.rows[index];
      COLUMNS.forEach(([, value], column) => write(cells[column + 1], value(layer, norm)));
    });
  });
  details.addEventListener("toggle", () => show(true));
  show(true);
  store.subscribe((state, before) => {
    if (state.frame !== before.frame || state.norm !== before.norm) show(!state.running || state.norm !== before.norm);
  });
}

/** An element that says what stands at a key, also when other words are preferred. @param {"th" | "dt" | "dd"} tag @param {string} key @param {Record<string, string>} [attributes] */
function word(tag, key, attributes = {}) {
  return make(tag, { ...attributes, "data-string": key }, text(key));
}

/** @param {Layer[]} layers @param {number} index */
function rowName(layers, index) {
  return index === layers.length - 1 ? text("table.output") : String(layerNumber(layers, index));
}

/** @param {string} name */
function emptyRow(name) {
  return make("tr", {}, make("th", { scope: "row" }, name), ...COLUMNS.map(() => make("td")));
}

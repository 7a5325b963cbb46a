// The hero chart's numbers, and more, as a table: for reading exactly, for copying, for screen readers.

import { DataTable, magnitudeCell } from "./data-table.js";
import { count, format, percent, layerNumber } from "./numbers.js";
import { byId, make, paced } from "./page.js";
import { entry, text } from "./strings.js";

/** @typedef {import("./types.js").LayerSnapshot} Layer */
/** @typedef {import("./types.js").Norm} Norm */
/** @typedef {import("./data-table.js").Cell} Cell */

/** One column each: its string key and what it shows of a layer. @type {[key: string, show: (layer: Layer, norm: Norm) => Cell][]} */
const COLUMNS = [
  ["weights", ({ weight_gradient }, norm) => magnitudeCell(weight_gradient, norm)],
  ["signal", ({ signal_gradient }, norm) => magnitudeCell(signal_gradient, norm)],
  ["mean", ({ activation }) => activation.mean],
  ["deviation", ({ activation }) => activation.deviation],
  ["saturated", ({ saturated }) => ({ words: percent(saturated), value: saturated })],
  ["dead", ({ dead }) => ({ words: percent(dead), value: dead })],
  ["update", ({ update_ratio }) => ({ words: format(update_ratio, 2), value: update_ratio })],
  ["distance", ({ distance }) => ({ words: format(distance, 2), value: distance })],
];

/** @param {import("./store.js").Store} store */
export function startTable(store) {
  /** @type {HTMLDetailsElement} */
  const details = byId("table-details");
  const table = new DataTable(byId("table"));
  const head = ["layer", ...COLUMNS.map(([key]) => key)];
  for (const [key] of COLUMNS) {
    if (!entry(`table.terms.${key}`)) continue;
    byId("table-terms").append(make("div", {}, make("dt", { "data-string": `table.columns.${key}` }), make("dd", { "data-string": `table.terms.${key}` })));
  }

  const show = paced(() => {
    const { frame, norm } = store.state;
    if (!frame || !details.open) return;
    const { layers, step } = frame.snapshot;
    table.show({
      caption: text("table.caption", { step: count(step), norm: text(`hero.norms.${norm}`) }),
      heads: head.map((key) => text(`table.columns.${key}`)),
      rows: layers.map((layer, index) => [rowName(layers, index), ...COLUMNS.map(([, cell]) => cell(layer, norm))]),
    });
  });
  details.addEventListener("toggle", () => show(true));
  show(true);
  store.subscribe((state, before) => {
    if (state.frame !== before.frame || state.norm !== before.norm) show(!state.running || state.norm !== before.norm);
  });
}

/** @param {Layer[]} layers @param {number} index @returns {Cell} */
function rowName(layers, index) {
  const output = index === layers.length - 1;
  return { words: output ? text("table.output") : String(layerNumber(layers, index)), value: index };
}

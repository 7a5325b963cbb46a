// The choices above the hero chart, the words below it, and what the outline of the earlier run stands for.

import { differencesOf } from "./differences.js";
import { count, format, layerNumber } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { entry, text } from "./strings.js";

/** More differences than this are not listed. */
const MOST_DIFFERENCES = 3;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./types.js").Catalog} catalog
 */
export function startChartOptions(store, catalog) {
  buildChoice("measure", "hero.measures", store.state.measure, (value) => store.setMeasure(/** @type {any} */ (value)));
  buildChoice("norm", "hero.norms", store.state.norm, (value) => store.setNorm(/** @type {any} */ (value)));
  buildChoice("axis", "hero.axes", store.state.axis, (value) => store.setAxis(/** @type {any} */ (value)));
  byId("ghost-forget").addEventListener("click", () => store.setGhost(null));

  const showCaption = paced(() => {
    const { frame, measure } = store.state;
    if (!frame) return;
    const { layers, first_to_last: ratios } = frame.snapshot;
    const hidden = frame.verdict.hidden_layers;
    const ends = { first: layerNumber(layers, 0), last: layerNumber(layers, hidden - 1) };
    const values = { ratio: format(ratios[measure], 2), ...ends };
    write(byId("gradients-caption"), text(`hero.captions.${measure}${hidden > 1 ? "" : "One"}`, values));
  });

  store.subscribe((state, before) => {
    if (state.frame !== before.frame || state.measure !== before.measure) {
      showCaption(!state.running || state.measure !== before.measure);
    }
    if (state.ghost !== before.ghost || state.parsed !== before.parsed) {
      byId("ghost").hidden = state.ghost === null;
      byId("ghost-hint").hidden = state.ghost !== null;
      if (state.ghost) write(byId("ghost-words"), ghostWords(state, catalog));
    }
  });
}

/**
 * A row of radio buttons.
 * @param {string} id
 * @param {string} names
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
function buildChoice(id, names, chosen, choose) {
  for (const value of Object.keys(entry(names) ?? {})) {
    const key = `${names}.${value}`;
    const input = make("input", { type: "radio", name: id, value, checked: value === chosen, onchange: () => choose(value) });
    byId(id).append(make("label", {}, input, make("span", { "data-string": key })));
  }
}

/**
 * In which settings the run before differed.
 * @param {import("./types.js").State} state
 * @param {import("./types.js").Catalog} catalog
 */
function ghostWords({ ghost, parsed }, catalog) {
  const differences = ghost ? differencesOf(catalog, ghost.parsed, parsed).map(({ words }) => words) : [];
  const step = count(ghost?.snapshot.step ?? 0);
  if (differences.length === 0) return text("hero.ghostSame", { step });
  const shown = differences.slice(0, MOST_DIFFERENCES);
  if (differences.length > shown.length) shown.push("…");
  return text("hero.ghost", { differences: shown.join(", "), step });
}

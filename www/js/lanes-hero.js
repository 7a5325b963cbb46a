// The pinned runs in the hero: what is marked over the bars, and what each mark stands for.

import { View } from "../gradient_lab.js";
import { differencesOf } from "./differences.js";
import { fits } from "./lanes.js";
import { areTimeSteps, count } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").State} State */

export const LETTERS = "ABCD";

/** The marks of the first, second and third run that is marked, as src/charts/pinned.rs draws them. */
const MARKS = ["▲", "◆", "■"];

/** More differences than this are not listed. */
const MOST_DIFFERENCES = 3;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./types.js").Catalog} catalog
 */
export function startLanesHero(store, catalog) {
  /** Whether the bars of a lane are time steps, by its key. @type {Map<number, boolean>} */
  const overTime = new Map();

  const box = make("input", { type: "checkbox", id: "marking", autocomplete: "off", checked: true, onchange: () => (mark(), show(true)) });
  const name = make("span");
  const label = make("label", { className: "tick" }, box, " ", name);
  const words = make("p", { id: "marked-words", className: "caption" });
  byId("theory").closest("label")?.after(label);
  byId("gradients-caption").after(words);

  /** The lanes that can be marked: layers and time steps do not compare. */
  function comparable() {
    const { frame, lanes, compared } = store.state;
    if (!frame || !compared || !fits({ lanes, compared })) return [];
    const all = lanes.map((lane, place) => ({ lane, letter: LETTERS[place + 1], bytes: compared.lanes[place].bytes }));
    return all.filter(({ lane: { key }, bytes }) => {
      if (!overTime.has(key)) {
        const one = new View(bytes);
        overTime.set(key, areTimeSteps(one.snapshot().layers));
        one.free();
      }
      return overTime.get(key) === areTimeSteps(frame.snapshot.layers);
    });
  }

  const mark = () => store.setMarked(box.checked ? comparable().map(({ letter, bytes }) => ({ letter, bytes })) : []);

  const show = paced(() => {
    const { lanes, compared, parsed } = store.state;
    write(name, text("compare.mark"));
    label.hidden = lanes.length === 0;
    words.hidden = lanes.length === 0 || !box.checked;
    if (words.hidden || !compared || !fits(store.state)) return write(words, "");
    const runs = comparable();
    const list = runs.map(({ lane, letter }, index) => {
      const differences = differencesOf(catalog, lane.parsed, parsed).map((each) => each.words);
      const shown = differences.slice(0, MOST_DIFFERENCES);
      if (shown.length < differences.length) shown.push("…");
      return text("compare.marked", { mark: MARKS[index], letter, differs: shown.join(", ") || text("compare.same") });
    });
    const others = lanes.map((_, place) => LETTERS[place + 1]).filter((letter) => !runs.some((run) => run.letter === letter));
    const said = [];
    if (list.length > 0) said.push(text("compare.marks", { step: count(compared.live.snapshot.step), list: list.join("; ") }));
    if (others.length > 0) said.push(text("compare.unmarked", { letters: others.join(", ") }));
    write(words, said.join(" "));
  });

  store.subscribe((state, before) => {
    const isAnother = state.runs !== before.runs || state.lanes !== before.lanes;
    if (isAnother || state.compared !== before.compared) mark();
    if (isAnother || state.compared !== before.compared || state.parsed !== before.parsed) show(!state.running || isAnother);
  });
}

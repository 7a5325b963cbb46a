// The pinned runs in the hero: their marks over the bars, and what each mark stands for. The full module draws, because the
// first one has no marks; it is given what the engine's own View has.

import { Look, View } from "../gradient_lab.js";
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
 * @param {import("./engine.js").Engine} engine The full module has been started on this thread.
 * @param {import("./types.js").Catalog} catalog
 */
export function startLanesHero(store, engine, catalog) {
  const look = new Look();
  /** @type {View | null} */
  let view = null;
  /** What the view has been given. @type {{ frame?: State["frame"], ghost: State["ghost"], theory?: Uint8Array, compared: State["compared"], overTime?: boolean }} */
  let given = { ghost: null, compared: null };
  /** Whether the bars of a lane are time steps, by its key. @type {Map<number, boolean>} */
  const overTime = new Map();

  const box = make("input", { type: "checkbox", id: "marking", autocomplete: "off", onchange: () => store.setMarking(box.checked) });
  const label = make("label", { className: "tick" }, box, " ", make("span", {}, text("compare.mark")));
  const words = make("p", { id: "marked-words", className: "caption" });
  byId("theory").closest("label")?.after(label);
  byId("gradients-caption").after(words);

  /** The lanes that can be marked, each with its place among all: layers and time steps do not compare. @param {State} state */
  function comparable({ frame, lanes, compared }) {
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

  engine.hero = (state) => {
    const { frame, ghost, compared } = state;
    const runs = state.marking ? comparable(state) : [];
    if (!frame || runs.length === 0) return null;
    view ??= new View(frame.bytes);
    if (ghost !== given.ghost) {
      view.dropGhost();
      if (ghost) {
        view.update(ghost.frame.bytes);
        view.keepGhost();
        given.frame = null;
      }
    }
    if (frame !== given.frame) view.update(frame.bytes);
    if (engine.theoryBytes !== given.theory) view.keepTheory(engine.theoryBytes);
    const now = { frame, ghost, theory: engine.theoryBytes, compared, overTime: areTimeSteps(frame.snapshot.layers) };
    if (compared !== given.compared || now.overTime !== given.overTime) {
      view.dropPinned();
      for (const { letter, bytes } of runs) view.keepPinned(letter, bytes);
    }
    given = now;
    return { view, look };
  };

  const show = paced(() => {
    const { state } = store;
    const { lanes, marking, compared, parsed } = state;
    label.hidden = lanes.length === 0;
    words.hidden = lanes.length === 0 || !marking;
    box.checked = marking;
    const runs = comparable(state);
    if (words.hidden || !compared || !fits(state)) return write(words, "");
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
    const keys = /** @type {const} */ (["lanes", "marking", "compared", "parsed"]);
    if (keys.some((key) => state[key] !== before[key])) show(!state.running || state.lanes !== before.lanes || state.marking !== before.marking);
  });
  store.setMarking(true);
}

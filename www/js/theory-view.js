// The theory of the network's start: the dashed line over the bars, and how far the measurement is off.

import { format } from "./numbers.js";
import { byId, paced, write } from "./page.js";
import { text } from "./strings.js";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./engine.js").Engine} engine
 */
export function startTheory(store, session, engine) {
  /** @type {HTMLInputElement} */
  const box = byId("theory");
  const words = byId("theory-words");

  const ask = async () => {
    store.setTheory("asked");
    // Out of turn: the module may be long in coming, and the next run drops what comes too late.
    const says = await engine.theory();
    if (box.checked) store.setTheory(says ? "shown" : "silent");
  };
  const follow = () => {
    if (!box.checked) return store.setTheory("off");
    ask().catch((error) => {
      box.checked = false;
      store.setTheory("off");
      session.report("error", error);
    });
  };

  const show = paced(() => {
    const { theory, frame, measure } = store.state;
    words.hidden = theory === "off";
    if (theory === "silent") write(words, text("theory.silent"));
    if (theory === "shown" && frame) write(words, sentences(engine.shown.comparison(), frame.snapshot.step, measure).join(" "));
  });
  box.addEventListener("change", follow);
  store.subscribe((state, before) => {
    if (state.runs !== before.runs && box.checked) follow();
    if (state.theory !== before.theory || state.measure !== before.measure) show(true);
    else if (state.frame !== before.frame) show(!state.running);
  });
}

/**
 * @param {import("./types.js").Comparison | null} comparison
 * @param {number} step
 * @param {import("./types.js").Measure} measure
 */
function sentences(comparison, step, measure) {
  if (!comparison) return [text("theory.incomparable")];
  const { expected, measured, deviations, within } = comparison;
  const said = [text("theory.factors", { expected: format(expected), measured: format(measured) })];
  if (deviations == null) said.push(text("theory.unknown"));
  else said.push(text(`theory.${within ? "within" : "outside"}.${deviations < 0 ? "below" : "above"}`, { deviations: format(Math.abs(deviations), 2) }));
  if (step > 0) said.push(text("theory.moved"));
  if (measure === "weights") said.push(text("theory.weights"));
  return said;
}

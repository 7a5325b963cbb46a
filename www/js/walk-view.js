// The walk: one training step at walking pace, layer by layer, with the real numbers.

import { count } from "./numbers.js";
import { byId, make, write } from "./page.js";
import { text } from "./strings.js";
import { stepsOf } from "./walk-steps.js";

/** Milliseconds that a step stays when it goes by itself. */
const PACE = 2200;

/** Trainable numbers of the largest network to walk through: its run file holds every value of a step as text. */
const LARGEST = 300_000;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 */
export function startWalk(store, session) {
  const [start, back, next, play] = ["walk-start", "walk-back", "walk-next", "walk-play"].map((id) => byId(id));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {import("./walk-steps.js").Step[]} */
  let steps = [];
  let place = 0;
  /** @type {number | undefined} */
  let timer;

  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    write(play, text("walk.play"));
  };
  const end = () => {
    stop();
    steps = [];
    show();
  };
  /** @param {number} to */
  const go = (to) => {
    place = Math.max(0, Math.min(steps.length - 1, to));
    if (place === steps.length - 1) stop();
    show();
    const { layer } = steps[place];
    if (layer !== null && store.state.selected !== null) session.select(layer).catch(fail);
  };
  const fail = (/** @type {unknown} */ error) => session.report("error", error);

  async function begin() {
    const parameters = store.state.frame?.snapshot.parameters ?? 0;
    if (parameters > LARGEST) return write(byId("walk-of"), text("walk.large", { parameters: count(parameters), most: count(LARGEST) }));
    await session.pause();
    const file = JSON.parse(await session.ask((engine) => engine.runFile()));
    steps = stepsOf(file);
    write(byId("walk-of"), text("walk.of", { step: count(file.step) }));
    go(0);
    next.focus();
  }

  function show() {
    const step = steps[place];
    byId("walk-inside").hidden = !step;
    start.hidden = Boolean(step);
    play.hidden = calm.matches;
    if (!step) return write(byId("walk-of"), text("walk.about"));
    write(byId("walk-title"), text("walk.place", { title: step.title, place: place + 1, steps: steps.length }));
    // A number is not to be broken at its minus sign.
    byId("walk-lines").replaceChildren(...step.lines.map((line) => make("p", {}, line.replaceAll("e-", "e-\u2060"))));
    back.toggleAttribute("disabled", place === 0);
    next.toggleAttribute("disabled", place === steps.length - 1);
    play.toggleAttribute("disabled", place === steps.length - 1);
  }

  start.addEventListener("click", () => void begin().catch(fail));
  back.addEventListener("click", () => (stop(), go(place - 1)));
  next.addEventListener("click", () => (stop(), go(place + 1)));
  byId("walk-end").addEventListener("click", () => (end(), start.focus()));
  play.addEventListener("click", () => {
    if (timer !== undefined) return stop();
    write(play, text("walk.stop"));
    timer = setInterval(() => go(place + 1), PACE);
  });
  store.subscribe((state, before) => {
    // The numbers are those of one step: when the run goes on, they are over.
    const moved = state.runs !== before.runs || state.running || state.frame?.snapshot.step !== before.frame?.snapshot.step;
    if (steps.length > 0 && moved) end();
  });
  write(play, text("walk.play"));
  show();
}

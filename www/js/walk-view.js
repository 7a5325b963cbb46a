// The walk: one training step at walking pace, layer by layer, with the real numbers.

import { count } from "./numbers.js";
import { byId, make, write } from "./page.js";
import { text } from "./strings.js";
import { followable, isRecurrent, stepsOf } from "./walk-steps.js";

/** Milliseconds that a step stays when it goes by itself. */
const PACE = 2200;

/** The most numbers of the largest walk: its run file holds every weight and every value of a step as text, several times. */
const LARGEST = 300_000;

/** What JSON cannot hold stands as text in a run file. @param {string} _key @param {any} value */
const revive = (_key, value) => (["NaN", "Infinity", "-Infinity"].includes(value) ? Number(value) : value);

/** A result needs no brackets around it, and a number is not to be broken at its minus sign. @param {string} line */
const tidy = (line) =>
  line.replace(new RegExp(`(=|${text("walk.beforeResult")}) \\((−[^(),]*)\\)(?![·²]| [+−/])`, "g"), "$1 $2").replace(/(\d)e-/g, "$1e-\u2060");

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
  /** The run file of the step. @type {any} */
  let file = null;
  /** @type {import("./walk-cells.js").Slope | null} */
  let slope = null;
  const complaint = make("p", { id: "walk-complaint", className: "complaint", role: "status" });
  const [sample, unit] = ["sampleOf", "unitOf"].map((key) => {
    const name = make("span");
    const input = make("input", { type: "number", min: "1", step: "1", value: "1", "aria-describedby": complaint.id, onchange: () => follow() });
    return { key, name, input, label: make("label", {}, name, " ", input) };
  });
  byId("walk-inside").prepend(make("div", { className: "check" }, sample.label, unit.label), complaint);
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
    file = null;
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
    const { parameters = 0, layers = [] } = store.state.frame?.snapshot ?? {};
    const batch = Number(store.state.parsed?.controls.find(({ key }) => key === "batch")?.value ?? 1);
    const numbers = parameters + batch * layers.reduce((sum, { outputs }) => sum + outputs, 0);
    if (numbers > LARGEST) return write(byId("walk-of"), text("walk.large", { numbers: count(numbers), most: count(LARGEST) }));
    await session.pause();
    file = JSON.parse(await session.ask((engine) => engine.runFile()), revive);
    if (isRecurrent(file)) slope ??= (await import("../gradient_lab.js")).activationSlope;
    const { samples, units } = followable(file);
    for (const [field, most] of /** @type {const} */ ([[sample, samples], [unit, units]])) {
      field.input.max = String(most);
      field.input.value = String(Math.min(most, Number(field.input.value) || 1));
    }
    place = 0;
    tell();
    next.focus();
  }

  /** The walk as it stands, in the words of now. */
  function tell() {
    for (const { key, name, input } of [sample, unit]) write(name, text(`walk.${key}`, { most: count(Number(input.max)) }));
    write(byId("walk-of"), text("walk.of", { step: count(file.step) }));
    follow();
  }

  /** Another sample or unit: the same place of the walk, with its numbers. */
  function follow() {
    const bad = [sample, unit].filter(({ input }) => !input.checkValidity() || input.value === "");
    for (const { input } of [sample, unit]) input.setAttribute("aria-invalid", String(bad.some((field) => field.input === input)));
    write(complaint, bad.map(({ name, input }) => text("walk.outside", { field: name.textContent ?? "", got: input.value, most: input.max })).join(" "));
    if (bad.length > 0) return;
    steps = stepsOf(file, { sample: Number(sample.input.value) - 1, unit: Number(unit.input.value) - 1 }, slope);
    go(place);
  }

  function show() {
    const step = steps[place];
    byId("walk-inside").hidden = !step;
    start.hidden = Boolean(step);
    play.hidden = calm.matches;
    const { looking, frame } = store.state;
    // What is looked back at is in no run file any more.
    start.toggleAttribute("disabled", looking);
    if (!step) return write(byId("walk-of"), looking ? text("walk.looking", { step: count(frame?.snapshot.step ?? 0) }) : text("walk.about"));
    write(byId("walk-title"), text("walk.place", { title: step.title, place: place + 1, steps: steps.length }));
    byId("walk-lines").replaceChildren(...step.lines.map((line) => make("p", {}, tidy(line))));
    const isLast = place === steps.length - 1;
    // A button that has the focus hands it on before it cannot be pressed any more.
    if (isLast && document.activeElement === next) byId("walk-end").focus();
    if (place === 0 && document.activeElement === back) next.focus();
    back.toggleAttribute("disabled", place === 0);
    next.toggleAttribute("disabled", isLast);
    play.toggleAttribute("disabled", isLast);
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
    if (state.language !== before.language) {
      write(play, text(timer === undefined ? "walk.play" : "walk.stop"));
      return file ? tell() : show();
    }
    // The numbers are those of one step: when the run goes on, they are over.
    const moved = state.runs !== before.runs || state.looking !== before.looking || state.running || state.frame?.snapshot.step !== before.frame?.snapshot.step;
    if (!moved) return;
    const hadFocus = byId("walk-inside").contains(document.activeElement);
    end();
    if (hadFocus) start.focus();
  });
  write(play, text("walk.play"));
  show();
}


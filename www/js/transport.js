// Run, Pause, Step, Reset, speed, and how far the run has come.

import { count, format } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { entry, text } from "./strings.js";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 */
export function startTransport(store, session) {
  const run = byId("run");
  const step = byId("step");
  const reset = byId("reset");
  /** @type {HTMLSelectElement} */
  const speed = byId("speed");
  for (const id of Object.keys(entry("transport.speeds") ?? {})) {
    speed.append(make("option", { value: id, "data-string": `transport.speeds.${id}` }));
  }
  speed.value = store.state.speed;

  const busy = () => store.state.running || store.state.stepping > 0;
  const diverged = () => store.state.frame?.snapshot.divergence != null;

  /** @param {HTMLElement} button @param {() => Promise<unknown>} work */
  const onClick = (button, work) =>
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      work().catch((error) => session.report("error", error));
    });
  onClick(run, () => (busy() ? session.pauseNow() : session.run()));
  onClick(step, () => session.step(1));
  onClick(reset, () => session.reset());
  speed.addEventListener("change", () => session.setSpeed(speed.value));

  const showCount = paced(() => {
    const { state } = store;
    const back = state.looking ? state.frame?.snapshot.step : undefined;
    write(byId("steps"), text(back === undefined ? "transport.steps" : "transport.stepsBack", { step: count(back ?? state.step) }));
    write(byId("rate"), pulse(state));
  }, 100);

  store.subscribe((state, before) => {
    if (state.phase !== before.phase) {
      for (const button of [run, step, reset]) button.toggleAttribute("disabled", state.phase !== "ready");
    }
    write(run, text(busy() ? "transport.pause" : "transport.run"));
    run.classList.toggle("on", busy());
    // Not "disabled": a button that has the focus must not lose it when the run breaks off.
    for (const button of [run, step]) button.setAttribute("aria-disabled", String(diverged() && !busy()));
    showCount(!busy() || state.running !== before.running || state.loading !== before.loading || state.previewing !== before.previewing);
  });

  /** @param {import("./types.js").State} state */
  function pulse(state) {
    if (state.loading) return text("transport.loading");
    if (state.phase !== "ready") return text("transport.starting");
    if (state.stepping > 1) return text("transport.stepping");
    if (diverged()) return text("transport.diverged");
    if (!state.running) return text("transport.paused");
    // A further digit would only flicker.
    const rate = format(Number(state.rate.toPrecision(state.rate < 10 ? 1 : 2)), 1);
    return text(rate === "1" ? "transport.rateOne" : "transport.rate", { rate });
  }
}

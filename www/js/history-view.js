// The history: layers by recorded steps as one image, in the colours of the bars, and a way back to each of them.

import { magnitudeColors } from "../gradient_lab_first.js";
import { HIGHEST, LOWEST } from "./magnitudes.js";
import { count } from "./numbers.js";
import { byId, paced, write } from "./page.js";
import { text } from "./strings.js";

/** How many colours there are between two powers of ten. */
const SHADES = 8;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./recorder.js").Recorder} recorder
 */
export function startHistory(store, session, recorder) {
  /** @type {HTMLCanvasElement} */
  const canvas = byId("history");
  /** @type {HTMLInputElement} */
  const slider = byId("history-step");
  const now = byId("history-now");
  const go = byId("history-continue");
  /** @type {Record<string, Uint8Array>} */
  const colors = {};

  const look = (/** @type {number} */ index) => {
    const moment = recorder.moments[index];
    if (moment) session.lookAt(moment.step).catch((error) => session.report("error", error));
  };
  const shown = () => {
    const { looking, frame } = store.state;
    const step = frame?.snapshot.step;
    return looking ? recorder.moments.findIndex((moment) => moment.step === step) : recorder.moments.length - 1;
  };

  slider.addEventListener("input", () => look(Number(slider.value)));
  now.addEventListener("click", () => {
    look(recorder.moments.length - 1);
    slider.focus();
  });
  go.addEventListener("click", () => {
    const step = store.state.frame?.snapshot.step ?? 0;
    session.continueFrom(step).catch((error) => session.report("error", error));
    slider.focus();
  });

  const show = paced(() => {
    const { looking, frame } = store.state;
    const { moments } = recorder;
    if (!frame || moments.length === 0) return;
    slider.max = String(moments.length - 1);
    // Until the run has come to that step again there is nothing to go back to.
    slider.disabled = moments.length < 2 || store.state.retracing;
    slider.value = String(shown());
    const values = { step: count(frame.snapshot.step), last: count(moments[moments.length - 1].step), moments: moments.length };
    slider.setAttribute("aria-valuetext", text("history.at", values));
    write(byId("history-at"), text(looking ? "history.looking" : "history.now", values));
    now.hidden = go.hidden = !looking;
    // A run that did not begin here cannot be led to an earlier step again.
    go.toggleAttribute("disabled", moments[0].step > 0);
    draw();
  });
  store.subscribe((state, before) => {
    const look = /** @type {const} */ (["measure", "norm", "dark", "looking"]);
    if (state.frame !== before.frame || look.some((key) => state[key] !== before[key])) show(!state.running);
  });
  new ResizeObserver(() => show(true)).observe(canvas);

  function draw() {
    const { measure, norm, dark } = store.state;
    const { moments } = recorder;
    const table = (colors[String(dark)] ??= magnitudeColors(dark, LOWEST, HIGHEST, (HIGHEST - LOWEST) * SHADES + 1));
    const layers = Math.max(...moments.map(({ frame }) => frame.snapshot.layers.length));
    canvas.width = moments.length;
    canvas.height = layers;
    const context = canvas.getContext("2d");
    if (!context) return;
    const image = context.createImageData(moments.length, layers);
    moments.forEach(({ frame }, column) => {
      // The input side is at the bottom.
      frame.snapshot.layers.forEach((layer, index) => {
        const magnitude = measure === "signal" ? layer.signal_gradient : layer.weight_gradient;
        const place = 4 * ((layers - 1 - index) * moments.length + column);
        paint(image.data, place, Math.log10(magnitude[norm]), table);
      });
    });
    context.putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", text("history.summary", { layers, first: count(moments[0].step), last: count(moments[moments.length - 1].step) }));
    // The slider's thumb is as wide as a column, and so stands over the one that it means.
    slider.style.setProperty("--moments", String(moments.length));
  }
}

/**
 * One cell: its colour, or none where there is no finite number other than 0.
 * @param {Uint8ClampedArray} data
 * @param {number} place
 * @param {number} log10
 * @param {Uint8Array} table
 */
function paint(data, place, log10, table) {
  if (!Number.isFinite(log10)) return;
  const index = Math.round((Math.min(HIGHEST, Math.max(LOWEST, log10)) - LOWEST) * SHADES);
  data.set(table.subarray(3 * index, 3 * index + 3), place);
  data[place + 3] = 255;
}

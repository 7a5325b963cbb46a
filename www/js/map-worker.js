// A worker of the map: builds one run after the other, trains it for some steps, and says how it began and how it ended.

import { initSync, Lab } from "../gradient_lab.js";
import { describe } from "./panic.js";

/** @param {import("./types.js").MapJob} job @returns {import("./types.js").MapCell} */
function cellOf({ query, file, steps }) {
  const lab = Lab.fromLink(query, file);
  const start = lab.snapshot();
  lab.step(steps);
  const end = lab.snapshot();
  lab.free();
  const [ratio, { train, chance }] = [start.first_to_last.signal ?? null, end.loss];
  return { ratio, loss: train, chance, diverged: end.divergence != null || start.divergence != null, step: end.step };
}

/** @param {MessageEvent} event */
self.onmessage = ({ data }) => {
  if (data.module) {
    initSync({ module: data.module });
    return;
  }
  try {
    postMessage({ id: data.id, cell: cellOf(data) });
  } catch (error) {
    const { message, fatal } = describe(error);
    postMessage({ id: data.id, error: message, fatal });
  }
};

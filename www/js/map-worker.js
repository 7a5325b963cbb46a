// A worker of the map: builds one run after the other, trains it for some steps, and says how it began and how it ended.

import { take } from "./module.js";
import { describe } from "./panic.js";

/** @type {Promise<import("./module.js").Engine>} */
let engine;

/** @param {import("./types.js").MapJob} job @returns {Promise<import("./types.js").MapCell>} */
async function cellOf({ query, file, steps }) {
  const { Lab } = await engine;
  const lab = Lab.fromLink(query, file);
  const start = lab.snapshot();
  lab.step(steps);
  const end = lab.snapshot();
  lab.free();
  const [ratio, after] = [start, end].map(({ first_to_last: { signal } }) => signal ?? null);
  const { train, chance } = end.loss;
  return { ratio, after, loss: train, chance, diverged: end.divergence != null || start.divergence != null, step: end.step };
}

/** @param {MessageEvent} event */
self.onmessage = ({ data }) => {
  if (data.module) {
    engine = take(data);
    return;
  }
  cellOf(data).then(
    (cell) => postMessage({ id: data.id, cell }),
    (error) => {
      const { message, fatal } = describe(error);
      postMessage({ id: data.id, error: message, fatal });
    },
  );
};

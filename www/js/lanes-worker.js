// The worker of the pinned runs: keeps them, and trains them all up to a step that the page asks for.

import { take } from "./module.js";
import { describe } from "./panic.js";

/** @typedef {import("./types.js").LaneRequest} LaneRequest */
/** @typedef {import("../gradient_lab_first.js").Lab | import("../gradient_lab.js").Lab} Lab */

/** How long a slice of training may take, in milliseconds: a message must not wait for longer. */
const SLICE = 30;

/** @type {Partial<Record<"first" | "full", import("./module.js").Engine>>} */
const engines = {};
/** Every lane, and how many steps fit into a slice. @type {Map<number, { lab: Lab, pace: number }>} */
const lanes = new Map();
/** Counts what was asked: whatever comes next ends an advance under way, which must not touch a run that has gone. */
let latest = 0;

/** @param {LaneRequest} request @returns {Promise<unknown>} */
async function handle(request) {
  const own = ++latest;
  switch (request.type) {
    case "engine":
      engines[request.full ? "full" : "first"] = await take(request);
      return;
    case "open": {
      const engine = engines[request.full ? "full" : "first"];
      if (!engine) throw new Error("the module has not been sent");
      const lab = engine.Lab.fromLink(request.query, request.file);
      close(request.lane);
      lanes.set(request.lane, { lab, pace: 1 });
      return;
    }
    case "close":
      return close(request.lane);
    case "stop":
      return;
    case "advance":
      return advance(request.to, () => own === latest);
  }
}

/** @param {number} lane */
function close(lane) {
  lanes.get(lane)?.lab.free();
  lanes.delete(lane);
}

/**
 * Every lane at this step, or where it diverged before; nothing if something else was asked for on the way.
 * @param {number} to
 * @param {() => boolean} wanted
 * @returns {Promise<{ key: number, bytes: Uint8Array }[] | null>}
 */
async function advance(to, wanted) {
  for (const lane of lanes.values()) {
    if (lane.lab.steps > to) lane.lab.reset();
    while (lane.lab.steps < to) {
      const begin = performance.now();
      const count = Math.min(lane.pace, to - lane.lab.steps);
      if (lane.lab.step(count) < count) break;
      const took = performance.now() - begin;
      lane.pace = Math.max(1, Math.min(2 * lane.pace, Math.floor((lane.pace * SLICE) / Math.max(took, 0.1))));
      await new Promise((resolve) => setTimeout(resolve));
      if (!wanted()) return null;
    }
  }
  return [...lanes].map(([key, { lab }]) => ({ key, bytes: lab.frame() }));
}

/** @param {MessageEvent} event */
self.onmessage = ({ data }) => {
  handle(data.request).then(
    (value) => postMessage({ id: data.id, value }),
    (error) => postMessage({ id: data.id, error: describe(error) }),
  );
};

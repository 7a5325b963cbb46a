// window.bench: opens contenders, checks them and times them, one call of the driver at a time. It decides nothing: which
// networks, in which order and what follows from the times is said outside.

import init from "../../gradient_lab.js";

import * as convnet from "./convnet.js";
import * as lab from "./lab.js";
import { peak } from "./peak.js";
import * as plain from "./plain.js";
import * as tensorflow from "./tensorflow.js";

/** @typedef {import("./types.js").Contender} Contender */

/** @type {Record<string, (text: string) => Promise<Contender>>} */
const CONTENDERS = {
  lab: lab.open,
  plain: plain.open,
  convnet: convnet.open,
  "tensorflow-wasm": (text) => tensorflow.open(text, "wasm"),
  "tensorflow-cpu": (text) => tensorflow.open(text, "cpu"),
};

/** @type {Map<string, { contender: Contender, steps: number }>} */
const opened = new Map();

/** @param {string} key */
function get(key) {
  const entry = opened.get(key);
  if (!entry) throw new Error(`nothing is open as ${key}`);
  return entry;
}

/** Milliseconds of so many steps. @param {Contender} contender @param {number} steps */
function run(contender, steps) {
  const start = performance.now();
  const made = contender.step(steps);
  const took = performance.now() - start;
  // The lab makes fewer steps when it diverges, which would look fast.
  if (made !== steps) throw new Error(`${made} steps were made, not ${steps}`);
  return took;
}

const engine = init();

const bench = {
  /**
   * Opens a run file in a contender, and trains it a little.
   * @param {string} key What it is called from now on.
   * @param {string} name
   * @param {string} file Where the run file is.
   * @param {number} steps
   * @returns {Promise<{ parameters: number, losses: number[] }>} The losses before each of the steps.
   */
  async open(key, name, file, steps) {
    const answer = await fetch(file);
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    const contender = await CONTENDERS[name](await answer.text());
    opened.set(key, { contender, steps: 1 });
    await contender.use?.();
    const losses = [];
    for (let step = 0; step < steps; step++) {
      losses.push(contender.loss());
      run(contender, 1);
    }
    return { parameters: contender.parameters, losses };
  },

  /**
   * Finds how many steps take about this long, which also gives the browser the time to compile them.
   * @param {string} key
   * @param {number} milliseconds
   */
  async calibrate(key, milliseconds) {
    const entry = get(key);
    await entry.contender.use?.();
    for (;;) {
      const took = run(entry.contender, entry.steps);
      if (took >= milliseconds) return;
      entry.steps *= took > milliseconds / 8 ? Math.ceil(milliseconds / took) : 8;
    }
  },

  /** Microseconds a step. @param {string} key */
  async time(key) {
    const { contender, steps } = get(key);
    await contender.use?.();
    return (1000 * run(contender, steps)) / steps;
  },

  /** The loss, to see whether a run is still one. @param {string} key */
  async loss(key) {
    const { contender } = get(key);
    await contender.use?.();
    return contender.loss();
  },

  /** Lets go of everything that is open. */
  close() {
    for (const { contender } of opened.values()) contender.free?.();
    opened.clear();
  },

  peak,

  /**
   * Bytes of the lab's memory once it has trained the network of this link. It never shrinks: ask a fresh page.
   * @param {string} query
   */
  async memory(query) {
    const { memory } = await engine;
    const run = lab.Lab.fromLink(query);
    run.step(3);
    run.free();
    return memory.buffer.byteLength;
  },
};

await engine;
Object.assign(window, { bench });

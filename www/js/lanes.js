// The pinned runs: a worker of their own trains them up to the step of the run on the page, frame after frame, so that what
// is compared is always of one step.

import { View } from "../gradient_lab_first.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").Lane} Lane */
/** @typedef {import("./types.js").LaneRequest} LaneRequest */
/** @typedef {import("./types.js").Parsed} Parsed */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./engine.js").Engine} Engine */

/** Beside the run itself. */
export const MOST_LANES = 3;

export class Lanes {
  /** @type {Lanes | null} */
  static #only = null;

  #store;
  #engine;
  /** @type {Worker | null} */
  #worker = null;
  /** What the worker has: modules, and lanes. @type {Set<string | number>} */
  #there = new Set();
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  #pending = new Map();
  #nextId = 1;
  #nextLane = 1;
  /** The step that the lanes are on their way to. @type {number | null} */
  #target = null;
  /** Those who wait until all are there. @type {(() => void)[]} */
  #waiting = [];

  /** @param {Store} store @param {Engine} engine */
  static of(store, engine) {
    return (this.#only ??= new Lanes(store, engine));
  }

  /** @param {Store} store @param {Engine} engine */
  constructor(store, engine) {
    this.#store = store;
    this.#engine = engine;
    store.subscribe((state, before) => {
      if (state.lanes.length === 0) {
        if (before.lanes.length > 0) this.#stop(text("worker.replaced"));
      } else if (state.runs !== before.runs && state.laneError !== null) {
        store.setLanes(state.lanes); // the next run is the next attempt
      } else if (state.laneError === null && (state.lanes !== before.lanes || (state.frame !== before.frame && !state.looking))) {
        this.#follow();
      }
    });
  }

  /** Keeps the Setup of the run as a lane. @returns {Lane} */
  pin() {
    const { lanes, parsed } = this.#store.state;
    if (!parsed) throw new Error(text("worker.gone"));
    if (lanes.length >= MOST_LANES) throw new RangeError(text("compare.full", { most: MOST_LANES }));
    const lane = { key: this.#nextLane++, parsed };
    this.#store.setLanes([...lanes, lane]);
    return lane;
  }

  /** @param {number} key */
  remove(key) {
    const { lanes } = this.#store.state;
    if (!lanes.some((lane) => lane.key === key)) throw new RangeError(text("compare.none", { got: key }));
    this.#store.setLanes(lanes.filter((lane) => lane.key !== key));
  }

  /** The run on the page takes the place of a lane, which the caller opens in its stead. @param {number} key @returns {string} The lane's query. */
  trade(key) {
    const { lanes, parsed } = this.#store.state;
    const lane = lanes.find((each) => each.key === key);
    if (!lane || !parsed) throw new RangeError(text("compare.none", { got: key }));
    this.#store.setLanes(lanes.map((each) => (each === lane ? { key: this.#nextLane++, parsed } : each)));
    return lane.parsed.query;
  }

  /** What is measured of the lanes once they are at the step of the run. */
  async measured() {
    while (!this.#areTogether()) await new Promise((/** @type {(nothing?: undefined) => void} */ resolve) => this.#waiting.push(resolve));
    const { compared, lanes, laneError } = this.#store.state;
    if (laneError !== null) throw new Error(text("compare.failed", { message: laneError }));
    return lanes.map(({ key, parsed }, place) => {
      const view = new View(/** @type {Uint8Array} */ (compared?.lanes[place].bytes));
      const snapshot = view.snapshot();
      view.free();
      return { key, query: parsed.query, snapshot };
    });
  }

  #areTogether() {
    const { lanes, compared, frame, laneError } = this.#store.state;
    const same = lanes.every(({ key }, index) => compared?.lanes[index]?.key === key) && compared?.lanes.length === lanes.length;
    return lanes.length === 0 || laneError !== null || (same && compared?.live === frame);
  }

  /** Leads the lanes to the step of the run, unless they are on their way to one before it. */
  async #follow() {
    const { frame } = this.#store.state;
    if (!frame) return;
    const { step } = frame.snapshot;
    // A run that has begun anew does not wait for what came before it.
    if (this.#target !== null && step >= this.#target) return;
    this.#target = step;
    try {
      await this.#fill();
      /** @type {{ key: number, bytes: Uint8Array }[] | null} */
      const reached = await this.#ask({ type: "advance", to: step });
      if (!reached || this.#target !== step) return;
      this.#target = null;
      const places = this.#store.state.lanes.map(({ key }) => key);
      reached.sort((one, other) => places.indexOf(one.key) - places.indexOf(other.key));
      this.#store.setCompared({ live: frame, lanes: reached });
    } catch (error) {
      this.#target = null;
      if (this.#store.state.lanes.length > 0) this.#store.setLaneError(error instanceof Error ? error.message : String(error));
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (this.#store.state.laneError === null && !this.#areTogether()) this.#follow();
  }

  /** The worker gets the lanes that it has not got, and loses those that are no more. */
  async #fill() {
    const { lanes } = this.#store.state;
    const keys = new Set(lanes.map(({ key }) => key));
    for (const key of this.#there) {
      if (typeof key !== "number" || keys.has(key)) continue;
      this.#there.delete(key);
      await this.#ask({ type: "close", lane: key });
    }
    for (const { key, parsed } of lanes) {
      if (this.#there.has(key)) continue;
      const { query, full } = parsed;
      const engine = full ? "full" : "first";
      if (!this.#there.has(engine)) {
        await this.#ask({ type: "engine", module: await this.#engine.module(full), full });
        this.#there.add(engine);
      }
      await this.#ask({ type: "open", lane: key, query, file: await this.#engine.fileOf(parsed), full });
      this.#there.add(key);
    }
  }

  /** @param {LaneRequest} request @returns {Promise<any>} */
  #ask(request) {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.postMessage({ id, request });
    });
  }

  #start() {
    const worker = new Worker(new URL("./lanes-worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      const pending = this.#pending.get(data.id);
      this.#pending.delete(data.id);
      if (!data.error) return pending?.resolve(data.value);
      pending?.reject(new Error(data.error.message));
      if (data.error.fatal) this.#stop(data.error.message);
    };
    worker.onerror = (event) => {
      event.preventDefault?.();
      this.#stop(event.message || text("worker.unloadable"));
    };
    return worker;
  }

  /** The next worker begins anew. @param {string} message */
  #stop(message) {
    this.#worker?.terminate();
    this.#worker = null;
    this.#there.clear();
    for (const { reject } of this.#pending.values()) reject(new Error(message));
    this.#pending.clear();
    this.#target = null;
  }
}

// The pinned runs: a worker of their own trains them up to the step of the run on the page, frame after frame, so that what
// is compared is always of one step.

import { View } from "../gradient_lab_first.js";
import { Moments } from "./recorder.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").Lane} Lane */
/** @typedef {import("./types.js").LaneRequest} LaneRequest */
/** @typedef {import("./types.js").Parsed} Parsed */
/** @typedef {import("./types.js").State} State */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./engine.js").Engine} Engine */

/** Beside the run itself. */
export const MOST_LANES = 3;

/** Whether what was compared is of the lanes that there are. @param {Pick<State, "lanes" | "compared">} state */
export function fits({ lanes, compared }) {
  return compared?.lanes.length === lanes.length && lanes.every(({ key }, index) => compared.lanes[index].key === key);
}

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
  /** The latest measurement of the run itself. @type {import("./types.js").Frame | null} */
  #live = null;
  /** What was compared at each step, for those who look back. @type {Moments<{ step: number, compared: NonNullable<State["compared"]> }>} */
  #course = new Moments(({ compared: { lanes } }) => lanes.reduce((sum, { bytes }) => sum + bytes.length, 0));
  /** Counts these measurements; and which of them the lanes were last compared with. */
  #order = 0;
  #comparedOrder = 0;
  /** Whether something has changed since the lanes were last sent on their way. */
  #changed = false;
  #leading = false;
  /** The step that the lanes are on their way to. @type {number | null} */
  #target = null;
  /** Those who wait for the next common step. @type {(() => void)[]} */
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
      if (!state.looking && state.frame !== this.#live) {
        this.#live = state.frame;
        this.#order += 1;
      }
      if (state.lanes !== before.lanes || state.runs !== before.runs) this.#course.clear();
      else if (state.looking && state.frame !== before.frame) this.#show();
      if (state.lanes.length === 0) {
        if (before.lanes.length > 0) this.#stop(text("worker.replaced"));
      } else if (state.runs !== before.runs && state.laneError !== null) {
        store.setLanes(state.lanes); // the next run is the next attempt
      } else if (state.laneError === null && (state.lanes !== before.lanes || state.frame !== before.frame)) {
        this.#wake(state.lanes !== before.lanes);
      }
    });
  }

  /**
   * Keeps a Setup as a lane: that of the run, or another.
   * @param {{ parsed: Parsed | null, fromFile: boolean }} [of]
   * @returns {Lane}
   */
  pin({ parsed, fromFile } = this.#store.state) {
    const { lanes } = this.#store.state;
    if (fromFile) throw new Error(text("compare.fromFile"));
    if (lanes.length >= MOST_LANES) throw new RangeError(text("compare.full", { most: MOST_LANES }));
    const lane = { key: this.#nextLane++, parsed: /** @type {Parsed} */ (parsed) };
    this.#store.setLanes([...lanes, lane]);
    return lane;
  }

  /** @param {number} key */
  remove(key) {
    this.#lane(key);
    this.#store.setLanes(this.#store.state.lanes.filter((lane) => lane.key !== key));
  }

  /** A lane and the run change places, once the run that the lane stands for is open. @param {number} key @param {(query: string) => Promise<unknown>} open */
  async trade(key, open) {
    const lane = this.#lane(key);
    const { parsed, fromFile } = this.#store.state;
    if (fromFile) throw new Error(text("compare.fromFile"));
    await open(lane.parsed.query);
    const run = { key: this.#nextLane++, parsed: /** @type {Parsed} */ (parsed) };
    this.#store.setLanes(this.#store.state.lanes.map((each) => (each.key === key ? run : each)));
  }

  /** @param {number} key */
  #lane(key) {
    const lane = this.#store.state.lanes.find((each) => each.key === key);
    if (!lane) throw new RangeError(text("compare.none", { got: key }));
    return lane;
  }

  /** What is measured of the lanes at the next step that they share with the run: the present one, if it stands still. */
  async measured() {
    const order = this.#order;
    while (!this.#isMeasured(order)) await new Promise((/** @type {(nothing?: undefined) => void} */ resolve) => this.#waiting.push(resolve));
    const { lanes, laneError } = this.#store.state;
    const compared = this.#course.last?.compared;
    if (laneError !== null) throw new Error(text("compare.failed", { message: laneError }));
    return lanes.map(({ key, parsed }, place) => {
      const view = new View(/** @type {Uint8Array} */ (compared?.lanes[place].bytes));
      const snapshot = view.snapshot();
      view.free();
      return { key, query: parsed.query, snapshot };
    });
  }

  /** Whether the lanes have been compared with this measurement of the run or a later one. @param {number} order */
  #isMeasured(order) {
    const { lanes, laneError } = this.#store.state;
    return lanes.length === 0 || laneError !== null || (fits(this.#store.state) && this.#comparedOrder >= order);
  }

  /** @param {boolean} others There are other lanes now. */
  #wake(others) {
    this.#changed = true;
    if (!this.#leading) return void this.#lead();
    // Nobody waits for a lane that has gone, or for what came before the run began anew.
    const step = this.#live?.snapshot.step ?? 0;
    if (this.#target !== null && (others || step < this.#target)) this.#ask({ type: "stop" }).catch(() => {});
  }

  /** Leads the lanes to the step of the run, as long as that changes. One at a time: a run that is led must not go. */
  async #lead() {
    this.#leading = true;
    try {
      while (this.#changed && this.#live && this.#store.state.lanes.length > 0) {
        this.#changed = false;
        const { lanes } = this.#store.state;
        const [live, order] = [this.#live, this.#order];
        await this.#fill();
        this.#target = live.snapshot.step;
        /** @type {{ key: number, bytes: Uint8Array }[] | null} */
        const reached = await this.#ask({ type: "advance", to: this.#target });
        this.#target = null;
        if (!reached || lanes !== this.#store.state.lanes) {
          this.#changed = true;
          continue;
        }
        const places = lanes.map(({ key }) => key);
        reached.sort((one, other) => places.indexOf(one.key) - places.indexOf(other.key));
        this.#comparedOrder = order;
        this.#course.record({ step: live.snapshot.step, compared: { live, lanes: reached } });
        this.#show();
        this.#tell();
      }
    } catch (error) {
      this.#changed = false;
      if (this.#store.state.lanes.length > 0) this.#store.setLaneError(error instanceof Error ? error.message : String(error));
    }
    this.#leading = false;
    this.#target = null;
    this.#tell();
  }

  /** What is shown is of the step that one looks at, or of the last one before it that was compared. */
  #show() {
    const { looking, frame, compared } = this.#store.state;
    const moment = looking && frame ? this.#course.at(frame.snapshot.step) : this.#course.last;
    if (moment && moment.compared !== compared) this.#store.setCompared(moment.compared);
  }

  #tell() {
    for (const resolve of this.#waiting.splice(0)) resolve();
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
      this.#stop(event.message || text("compare.unloadable"));
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

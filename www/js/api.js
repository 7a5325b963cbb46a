// window.gradientLab: the page for scripts. Tests drive it, and messages to an embedded page map onto it.

import { cut } from "./notice.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").Snapshot} Snapshot */

/**
 * The scripting interface of the page. Every method returns a promise. Calls take their turn in the order in which they
 * are made, together with what a person clicks; none is lost, and every promise settles.
 *
 * ```js
 * const lab = window.gradientLab;
 * await lab.ready;
 * await lab.set("v=1&depth=10&activation=relu");
 * const { first_to_last, loss } = await lab.step(500);
 * ```
 */
export class GradientLab {
  #session;
  #lanes;

  /**
   * @param {Promise<import("./session.js").Session>} session
   * @param {Promise<void>} ready
   * @param {() => Promise<import("./lanes.js").Lanes>} lanes
   */
  constructor(session, ready, lanes) {
    this.#session = session;
    this.#lanes = lanes;
    /**
     * Resolves when the first measured frame is on the screen and all controls are in place; rejects if the lab cannot
     * start.
     * @readonly
     */
    this.ready = ready;
    // Whoever waits for them hears of a failure; without this, the page would report it a second time.
    session.catch(() => {});
    ready.catch(() => {});
  }

  /** The Setup of the present run, as in the run file. @returns {Promise<object | undefined>} */
  async setup() {
    return (await this.#session).setup();
  }

  /**
   * Opens a link: keys left out take their defaults. The new run is paused at step 0. A link with a bad part is refused
   * with an Error that lists field, got and allowed (also as data, in `problems`), and the lab stays as it is.
   * @param {string} query With or without the question mark.
   * @returns {Promise<{ query: string, problems: import("./types.js").Problem[] }>} The canonical form of the link.
   */
  async set(query) {
    if (typeof query !== "string") throw new TypeError(text("api.badQuery", { got: show(query) }));
    return (await this.#session).set(query);
  }

  /** Trains at the chosen speed. Resolves when it runs. A run that has diverged stops again at once. */
  async run() {
    return (await this.#session).run();
  }

  /** Resolves when no further update will be done. */
  async pause() {
    return (await this.#session).pause();
  }

  /**
   * Pauses, does `n` updates as fast as it goes, and resolves to the snapshot after them, when it has been drawn. A run
   * that diverges on the way stops there; the snapshot's `divergence` tells. reset(), set() and openRunFile(), and any
   * change a person makes, end a step(n) early: its promise is then rejected with an AbortError.
   * @param {number} [n]
   * @returns {Promise<Snapshot>}
   */
  async step(n = 1) {
    return (await this.#session).step(checkedCount(n, "step(n)"));
  }

  /** Back to step 0, paused. */
  async reset() {
    return (await this.#session).reset();
  }

  /** The measurement of this moment. @returns {Promise<Snapshot>} */
  async snapshot() {
    return (await this.#session).measure();
  }

  /** The names and shapes of the parameters, as in the run file. @returns {Promise<[name: string, shape: number[]][]>} */
  async tensors() {
    return (await this.#session).ask((engine) => engine.tensors());
  }

  /**
   * The gradient of one number of a parameter by back-propagation, beside the difference of losses around it.
   * @param {string} parameter Its name in the run file.
   * @param {number} index Its place in it, row after row, from 0.
   * @returns {Promise<import("./types.js").Check>}
   */
  async check(parameter, index) {
    const at = checkedCount(index, "check(parameter, index)");
    return (await this.#session).ask((engine) => engine.check(String(parameter), at));
  }

  /**
   * The present measurement beside what mean-field theory says of the network's start; null where it says nothing.
   * @returns {Promise<import("./types.js").Comparison | null>}
   */
  async theory() {
    return (await this.#session).ask(async (engine) => ((await engine.theory()) ? engine.shown.comparison() : null));
  }

  /**
   * What a recurrent layer does over time: its gates, its matrix; or the attention block, where it looks. Null for other
   * networks, and if there is no such layer.
   * @param {number} [layer] From 0.
   * @returns {Promise<import("./types.js").OverTime | null>}
   */
  async overTime(layer = 0) {
    const at = checkedCount(layer, "overTime(layer)");
    return (await this.#session).ask(async (engine) => {
      const { overTimeOf } = await import("./over-time-view.js");
      return overTimeOf(engine, at, ({ numbers }) => numbers);
    });
  }

  /**
   * Looks into a layer: from now on every measurement counts how its numbers lie.
   * @param {number | null} layer Its place in the snapshot's layers, from 0; null looks into none.
   * @returns {Promise<import("./types.js").Distributions | null>}
   */
  async select(layer) {
    const at = layer === null ? null : checkedCount(layer, "select(layer)");
    return (await this.#session).select(at);
  }

  /** The steps that the history holds: at most 256, evenly thinned in a long run. @returns {Promise<number[]>} */
  async recorded() {
    return (await this.#session).recorded();
  }

  /**
   * Pauses and shows the recorded moment at this step, or the last one before it, in every instrument. The run stays where
   * it is, and goes on from there.
   * @param {number} step
   * @returns {Promise<Snapshot>}
   */
  async lookAt(step) {
    return (await this.#session).lookAt(checkedCount(step, "lookAt(step)"));
  }

  /**
   * Leads the run to an earlier step again, paused: it is computed anew from the start, to the same digits. A step that
   * the run has not come to is refused.
   * @param {number} step
   * @returns {Promise<Snapshot>}
   */
  async continueFrom(step) {
    return (await this.#session).continueFrom(checkedCount(step, "continueFrom(step)"));
  }

  /**
   * Pins the present Setup: its run goes on beside the page's own, at the same step. At most three are pinned.
   * @returns {Promise<number>} Its key.
   */
  async pin() {
    const lanes = await this.#lanes();
    return (await this.#session).ask(() => lanes.pin().key);
  }

  /** Removes a pinned run. @param {number} key */
  async unpin(key) {
    const lanes = await this.#lanes();
    return (await this.#session).ask(() => lanes.remove(checkedCount(key, "unpin(key)")));
  }

  /**
   * The pinned runs, once all are at the step of the run; while that goes on, at the next step that they share.
   * @returns {Promise<{ key: number, query: string, snapshot: Snapshot }[]>}
   */
  async lanes() {
    const lanes = await this.#lanes();
    await (await this.#session).ask(() => {}); // after what was called before, but in nobody's way while it waits
    return lanes.measured();
  }

  /**
   * The run file as JSON text. Text, not an object, because it is exact: its numbers are written with the digits that
   * give them back.
   * @returns {Promise<string>}
   */
  async runFile() {
    return (await this.#session).ask((engine) => engine.runFile());
  }

  /**
   * Restores a run, paused at its step.
   * @param {string | object} json A run file's text, or the object parsed from it.
   * @returns {Promise<Snapshot>}
   */
  async openRunFile(json) {
    if (typeof json !== "string" && (typeof json !== "object" || json === null)) {
      throw new TypeError(text("api.badRunFile", { got: show(json) }));
    }
    return (await this.#session).openRunFile(typeof json === "string" ? json : JSON.stringify(json));
  }

  /** All parameters of a Setup with their ranges, options, formulas and sources. @returns {Promise<import("./types.js").Catalog>} */
  async catalog() {
    return (await this.#session).ask(async () => (await import("./help-texts.js")).helpTexts());
  }

  /** The address that opens the present Setup. @returns {Promise<string>} */
  async link() {
    return (await this.#session).link();
  }
}

/** @param {number} n @param {string} call */
function checkedCount(n, call) {
  if (!Number.isInteger(n) || n < 0 || n > 0xffff_ffff) throw new TypeError(text("api.badCount", { call, got: show(n) }));
  return n;
}

/** @param {unknown} value */
function show(value) {
  return cut(typeof value === "string" ? `"${value}"` : String(value), 60);
}

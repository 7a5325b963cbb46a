// Promises over the engine: the training in the worker, and the quick questions (catalogue, links) on this thread.
// Nothing else talks to the worker. Every promise settles: by an answer, by the worker's death, or by a time-out.

import init, { catalog, changeLink, Lab, newSeed, parseLink } from "../gradient_lab_first.js";
import { early, EarlyWorker, fullModule } from "./load-engine.js";
import { Shown } from "./shown.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").Request} Request */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Parsed} Parsed */
/** @typedef {{ resolve: (value: any) => void, reject: (error: Error) => void }} Pending */

/** How long the worker may say nothing at all while it owes an answer. A single huge update can take many seconds. */
const SILENCE_LIMIT = 60_000;

/** The most trainable numbers of a network that this thread looks at itself: building one must not be felt. */
const LARGEST_PREVIEW = 30_000;

export class Engine {
  /** @type {(progress: { step: number, rate: number }) => void} */
  onProgress = () => {};
  /** The run stopped by itself, because it diverged. */
  onStopped = () => {};
  /** The worker is gone; every pending promise has been rejected with this error. @type {(error: Error) => void} */
  onDeath = () => {};

  /** Something is being fetched that a run or a question waits for, or no more. @type {(loading: boolean) => void} */
  onLoading = () => {};

  /** @type {import("./types.js").Catalog | null} */
  #catalog = null;
  /** The latest frame, for the charts to draw. */
  shown = new Shown();
  /** The layer whose numbers every frame is to have counted, which only the full module does. @type {number | null} */
  watched = null;
  /** @type {Worker | null} */
  #worker = null;
  /** Whether that worker has the full module. */
  #full = false;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #nextId = 1;
  /** @type {number | undefined} */
  #silence;
  /** The files of data, by name. @type {Map<string, Promise<Uint8Array>>} */
  #files = new Map();

  /** This thread's part is ready, and so is the first worker, if it has not failed. */
  constructor() {
    /** @type {Promise<unknown>} */
    this.ready = early.module.then((module) => init({ module_or_path: module }));
    if (early.worker) this.#take(early.worker);
  }

  /** The compiled engine, for workers besides. @param {boolean} full @returns {Promise<WebAssembly.Module>} */
  module(full) {
    return full ? fullModule() : early.module;
  }

  get alive() {
    return this.#worker !== null;
  }

  // ---- Quick questions, answered on this thread ----

  /** Always the same object: in another language it has other words. @returns {import("./types.js").Catalog} */
  catalog() {
    return (this.#catalog ??= catalog());
  }

  /** @param {string} query @returns {Parsed} */
  parseLink(query) {
    return parseLink(query.replace(/^\?/, ""));
  }

  /** @param {string} query @param {string} key @param {string} value @returns {Parsed} */
  changeLink(query, key, value) {
    return changeLink(query, key, value);
  }

  newSeed() {
    return newSeed();
  }

  /**
   * The first frame of a small run, measured on this thread: the same digits as the worker's, which takes longer to start.
   * @param {Parsed} parsed
   * @returns {Frame | null}
   */
  preview(parsed) {
    if (parsed.full || parsed.file !== null || parsed.parameters > LARGEST_PREVIEW) return null;
    const lab = Lab.fromLink(parsed.query);
    const bytes = lab.frame();
    lab.free();
    return this.shown.take({ bytes, pictured: false, running: false });
  }

  /** Shows a recorded frame again, with the picture that it had. @param {import("./recorder.js").Moment} moment @param {boolean} past @returns {Frame} */
  recall({ frame, picture }, past) {
    if (picture) this.shown.take(picture, past);
    return this.shown.take(frame, past);
  }

  /** The file of data that a run needs, if it needs one. @param {Parsed} parsed @returns {Promise<Uint8Array | undefined>} */
  async fileOf({ file }) {
    return file ? this.#fetchFile(file) : undefined;
  }

  // ---- The run, in the worker ----

  /**
   * Builds the run that a link describes and returns its first frame.
   * @param {Parsed} parsed
   * @param {() => import("./types.js").Opening["run"]} [run] Asked once all that it needs has been fetched.
   * @returns {Promise<Frame>}
   */
  async openLink(parsed, run = () => undefined) {
    if (parsed.full || this.watched !== null) await this.becomeFull();
    const file = await this.fileOf(parsed);
    const frame = await this.#ask({ type: "open", opening: { query: parsed.query, file, run: run() } });
    this.shown.keepTheory();
    return this.shown.take(frame);
  }

  /**
   * @param {string} runFile
   * @returns {Promise<{ frame: Frame, query: string }>}
   */
  async openRunFile(runFile) {
    await this.becomeFull();
    const name = await this.#ask({ type: "fileOfRunFile", runFile });
    const file = name ? await this.#fetchFile(name) : undefined;
    const { frame, query } = await this.#ask({ type: "open", opening: { runFile, file } });
    this.shown.keepTheory();
    return { frame: this.shown.take(frame), query };
  }

  /** @param {number | null} rate Steps a second; null: as fast as it goes. @returns {Promise<void>} */
  run(rate) {
    return this.#ask({ type: "run", rate });
  }

  /** @returns {Promise<void>} */
  pause() {
    return this.#ask({ type: "pause" });
  }

  /**
   * Pauses, does `count` updates, resolves to the frame after them. Any other wish for the run ends it
   * early: it then rejects with an AbortError.
   * @param {number} count
   * @returns {Promise<Frame>}
   */
  step(count) {
    return this.#askFrame({ type: "step", count });
  }

  /** @returns {Promise<Frame>} */
  reset() {
    return this.#askFrame({ type: "reset" });
  }

  /** @param {import("./types.js").LearnedWish} learned @returns {Promise<Frame>} */
  frame(learned) {
    return this.#askFrame({ type: "frame", learned });
  }

  /** A frame while the run goes on; null if nobody wants it any more by then. @param {() => boolean} wanted @returns {Promise<Frame | null>} */
  async nextFrame(wanted) {
    const measured = await this.#ask({ type: "frame", learned: "due" });
    return wanted() ? this.shown.take(measured) : null;
  }

  /** Names and shapes of the parameters. @returns {Promise<[name: string, shape: number[]][]>} */
  tensors() {
    return this.#ask({ type: "tensors" });
  }

  /** Keeps what theory says of the run's start, until the next run. Resolves to whether it says anything. */
  async theory() {
    await this.becomeFull();
    const bytes = await this.#ask({ type: "theory" });
    this.shown.keepTheory(bytes);
    return bytes !== undefined;
  }

  /** What a recurrent layer does over time, for the full module's OverTimeView. @param {number} layer From 0. @returns {Promise<Uint8Array | undefined>} */
  overTime(layer) {
    return this.#ask({ type: "overTime", layer });
  }

  /** @param {string} parameter @param {number} index @returns {Promise<import("./types.js").Check>} */
  async check(parameter, index) {
    await this.becomeFull();
    return this.#ask({ type: "check", parameter, index });
  }

  /** @returns {Promise<string>} */
  async runFile() {
    await this.becomeFull();
    return this.#ask({ type: "runFile" });
  }

  /** From now on the full module trains and draws: the run moves into it, and so does what is shown. */
  async becomeFull() {
    if (this.#full) return;
    this.onLoading(true);
    try {
      const compiled = await fullModule();
      const whole = await import("../gradient_lab.js");
      await whole.default({ module_or_path: compiled });
      this.shown.moveTo(whole);
      await this.#ask({ type: "full", compiled });
      this.#full = true;
    } finally {
      this.onLoading(false);
    }
  }

  /** Replaces a dead (or hung) worker by a new, empty one. */
  async restart() {
    this.#worker?.terminate();
    this.#rejectAll(new Error(text("worker.replaced")));
    const next = new EarlyWorker();
    this.#take(next);
    next.worker.postMessage({ module: await early.module });
  }

  // ---- Inside ----

  /** @param {EarlyWorker} early */
  #take({ worker, failure }) {
    const ours = () => worker === this.#worker;
    worker.onmessage = ({ data }) => {
      if (ours()) this.#receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault?.();
      if (ours()) this.#die(event.message || text("worker.unloadable"));
    };
    worker.onmessageerror = () => {
      if (ours()) this.#die(text("worker.unreadable"));
    };
    this.#worker = worker;
    this.#full = false;
    // Somebody has to have the chance to listen first.
    if (failure !== undefined) queueMicrotask(() => this.#die(failure || text("worker.unloadable")));
  }

  /** @param {Request} request @returns {Promise<Frame>} */
  async #askFrame(request) {
    return this.shown.take(await this.#ask(request));
  }

  /** @param {Request} request @returns {Promise<any>} */
  #ask(request) {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new Error(text("worker.gone")));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.postMessage({ id, watched: this.watched, ...request });
      this.#watch();
    });
  }

  /** @param {import("./types.js").WorkerMessage} message */
  #receive(message) {
    if ("id" in message) {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.ok) {
        pending?.resolve(message.value);
      } else {
        pending?.reject(revive(message.error));
        if (message.error.fatal) this.#die(message.error.message);
      }
    } else if (message.event === "progress") {
      this.onProgress(message);
    } else if (message.event === "stopped") {
      this.onStopped();
    } else {
      this.#die(message.error.message);
    }
    this.#watch();
  }

  /** Any message proves that the worker is alive, so the clock starts anew with each. */
  #watch() {
    clearTimeout(this.#silence);
    if (this.#pending.size === 0) return;
    this.#silence = setTimeout(
      () => this.#die(text("worker.silent", { seconds: SILENCE_LIMIT / 1000 })),
      SILENCE_LIMIT,
    );
  }

  /** @param {string} message */
  #die(message) {
    this.#worker?.terminate();
    this.#worker = null;
    const error = new Error(text("worker.stopped", { message }));
    this.#rejectAll(error);
    this.onDeath(error);
  }

  /** @param {Error} error */
  #rejectAll(error) {
    clearTimeout(this.#silence);
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
  }

  /** A file of data is fetched once, and only when a Setup asks for it. @param {string} name @returns {Promise<Uint8Array>} */
  #fetchFile(name) {
    const known = this.#files.get(name);
    if (known) return known;
    const file = (async () => {
      const response = await fetch(new URL(`../data/${name}`, import.meta.url), { signal: AbortSignal.timeout(SILENCE_LIMIT) });
      if (!response.ok) throw new Error(text("load.data", { name, status: response.status }));
      return new Uint8Array(await response.arrayBuffer());
    })().catch((error) => {
      this.#files.delete(name); // so that the next attempt fetches again
      throw error;
    });
    this.#files.set(name, file);
    return file;
  }
}

/**
 * An error from the worker, with its kind kept.
 * @param {import("./types.js").WorkerError} error
 */
function revive({ name, message, asked, done }) {
  if (name !== "AbortError") return new Error(message);
  return new DOMException(text("api.stepCancelled", { asked: asked ?? 0, done: done ?? 0 }), name);
}

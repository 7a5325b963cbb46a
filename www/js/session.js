// What a person or a script can do with the lab. Everything that changes the run waits its turn in one queue,
// so that clicks and scripted calls never cross.

import { currentQuery, fullLink, pushQuery, replaceQuery, replaceQuerySoon } from "./address.js";
import { text } from "./strings.js";
import { linkError, tellError, tellProblems } from "./tell.js";
import { Turns } from "./turns.js";

/** @typedef {import("./types.js").Parsed} Parsed */
/** @typedef {import("./types.js").Frame} Frame */

export class Session {
  #engine;
  #store;
  #recorder;
  #turns = new Turns();
  /** Counts the calls that end a step(n), also one that still waits for its turn. */
  #cancellations = 0;
  /** A load of the Setup shown that waits for its turn. @type {{ run: boolean, done: Promise<void> } | null} */
  #waitingLoad = null;
  /** The load whose turn it is, which may have to wait for the full module or a file; and whether it then goes on by itself. @type {{ run: boolean } | null} */
  #loading = null;
  /** The Setup of the run that the worker holds. @type {Parsed | null} */
  #loaded = null;
  /** The link from before the change under way: a slider being dragged, a number being typed. @type {string | null} */
  #origin = null;
  /** The run stopped by diverging, not by a person's wish: a changed Setup may go on by itself. */
  #stoppedItself = false;

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {import("./store.js").Store} store
   * @param {import("./recorder.js").Recorder} recorder
   */
  constructor(engine, store, recorder) {
    this.#engine = engine;
    this.#store = store;
    this.#recorder = recorder;
    engine.onProgress = (progress) => store.progress(progress);
    engine.onStopped = () => this.#diverged();
    engine.onDeath = (error) => this.#workerDied(error);
  }

  // ---- Opening ----

  /** Opens a link as the page does: what is bad in it is told, the rest is used. @param {string} query @param {{ run: boolean }} how */
  async openLink(query, { run }) {
    const parsed = this.#engine.parseLink(query);
    tellProblems(this.#store, parsed);
    this.#origin = null;
    this.#store.setGhost(null);
    this.#store.showSetup(parsed);
    // A bare address stays bare: it means the default.
    if (currentQuery() !== "") replaceQuery(parsed.query);
    await this.#loadShown(run);
  }

  /** Back and forward. @param {string} query */
  followAddress(query) {
    return this.openLink(query, { run: this.#store.state.running || this.#stoppedItself });
  }

  /** The scripted way: nothing happens if a part of the link is bad. @param {string} query */
  async set(query) {
    const parsed = this.#engine.parseLink(query);
    if (parsed.problems.length > 0) throw linkError(parsed.problems);
    this.#interrupt();
    return this.#turns.take(async () => {
      const before = this.#loaded?.query ?? "";
      await this.#build(parsed, { run: false });
      this.#origin = null;
      this.#store.dismiss("link");
      this.#store.setGhost(null);
      if (parsed.query !== before) pushQuery(before, parsed.query);
      return { query: parsed.query, problems: parsed.problems };
    });
  }

  /** @param {string} json */
  openRunFile(json) {
    this.#interrupt();
    return this.#turns.take(async () => {
      await this.#revive();
      const { frame, query } = await this.#engine.openRunFile(json);
      const before = this.#store.state.link;
      const parsed = this.#engine.parseLink(query);
      this.#loaded = parsed;
      this.#store.dismiss("link");
      this.#store.setGhost(null);
      this.#store.showSetup(parsed);
      pushQuery(before, parsed.query);
      this.#store.opened(frame, true);
      this.#store.showFrame(await this.#engine.frame("now"));
      return this.#snapshot();
    });
  }

  // ---- Changing the Setup ----

  /** One control changed. `finished` is false while a slider moves or a number is being typed. @param {string} key @param {string} value @param {boolean} finished */
  change(key, value, finished) {
    this.changeAll([[key, value]], finished);
  }

  /**
   * @param {[key: string, value: string][]} changes
   * @param {boolean} finished
   */
  changeAll(changes, finished) {
    const { link, frame } = this.#store.state;
    let query = link;
    for (const [key, value] of changes) {
      const next = this.#engine.changeLink(query, key, value);
      const [problem] = next.problems;
      if (problem) {
        if (finished) this.#store.complain(key, problem);
        return;
      }
      query = next.query;
    }
    const origin = this.#origin ?? link;
    if (query !== link) {
      this.#store.dismiss("load");
      // The run from before the first of these changes stays behind as an outline.
      if (this.#origin === null && frame && this.#loaded) {
        this.#store.setGhost({ snapshot: frame.snapshot, parsed: this.#loaded });
      }
      this.#origin = origin;
    }
    this.#store.showSetup(this.#engine.parseLink(query));
    if (finished) {
      this.#origin = null;
      if (query !== origin) pushQuery(origin, query);
    } else {
      replaceQuerySoon(query);
    }
    if (query !== this.#loaded?.query || this.#waitingLoad) {
      this.#loadShown(this.#store.state.running || this.#stoppedItself).catch((error) => this.report("load", error));
    }
  }

  // ---- Running ----

  run() {
    return this.#turns.take(async () => {
      await this.#revive();
      await this.#engine.run(this.#rate());
      this.#store.started();
    });
  }

  pause() {
    return this.#turns.take(async () => {
      this.#stoppedItself = false;
      if (this.#engine.alive) await this.#halt();
    });
  }

  /** The Pause button: also ends a long step(n) that a script asked for, and does not wait for what is still being fetched. */
  async pauseNow() {
    this.#interrupt();
    for (const load of [this.#loading, this.#waitingLoad]) if (load) load.run = false;
    if (this.#loading && this.#engine.alive) await this.#halt();
    return this.pause();
  }

  /** @param {number} count */
  step(count) {
    const cancellations = this.#cancellations;
    return this.#turns.take(async () => {
      if (cancellations !== this.#cancellations) {
        throw new DOMException(text("api.stepCancelled", { asked: count, done: 0 }), "AbortError");
      }
      await this.#revive();
      this.#stoppedItself = false;
      this.#store.steppingStarted(count);
      try {
        this.#store.settle(await this.#engine.step(count));
      } catch (error) {
        this.#store.settle();
        throw error;
      }
      return this.#snapshot();
    });
  }

  reset() {
    this.#interrupt();
    return this.#turns.take(async () => {
      this.#stoppedItself = false;
      if (await this.#revive()) return; // a new worker starts at step 0 anyway
      this.#store.settle(await this.#engine.reset());
    });
  }

  /** @param {string} speed */
  setSpeed(speed) {
    this.#store.setSpeed(speed);
    if (this.#store.state.running) this.run().catch((error) => this.report("error", error));
  }

  // ---- Looking ----

  /** Measures and shows a frame, out of turn: looking changes nothing. */
  async refresh() {
    const frame = await this.#engine.nextFrame(() => !this.#store.state.looking);
    if (frame) this.#store.showFrame(frame);
  }

  /** Looks into a layer from now on, or into none. @param {number | null} layer Its place in the Snapshot. */
  async select(layer) {
    const last = (this.#store.state.frame?.snapshot.layers.length ?? 1) - 1;
    if (layer !== null && layer > last) throw new RangeError(text("api.noLayer", { got: layer, last }));
    this.#engine.watched = layer;
    this.#store.select(layer);
    if (layer !== null) await this.#engine.becomeFull();
    return this.#turns.take(async () => {
      if (!this.#store.state.looking) this.#store.showFrame(await this.#engine.frame("none"));
      return this.#store.state.frame?.distributions ?? null;
    });
  }

  /** Pauses and shows the recorded moment at this step, or the last one before it. @param {number} step */
  lookAt(step) {
    if (!this.#store.state.retracing) this.#interrupt();
    return this.#turns.take(async () => {
      if (this.#store.state.running) await this.#halt();
      const moment = this.#recorder.at(step);
      if (moment === this.#recorder.moments.at(-1)) this.#store.settle(this.#engine.recall(moment, false));
      else if (moment) this.#store.lookBack(this.#engine.recall(moment, true));
      return this.#snapshot();
    });
  }

  /** Leads the run to an earlier step again. @param {number} step */
  continueFrom(step) {
    this.#interrupt();
    return this.#turns.take(async () => {
      if (this.#store.state.running) await this.#halt();
      if (step > this.#recorder.now) throw new RangeError(text("api.notYet", { got: step, now: this.#recorder.now }));
      await this.#revive();
      this.#stoppedItself = false;
      this.#store.steppingStarted(step, true);
      try {
        await this.#engine.reset();
        this.#store.settle(await this.#engine.step(step));
      } catch (error) {
        this.#store.settle(await this.#engine.frame("now"));
        throw error;
      }
      return this.#snapshot();
    });
  }

  /** The steps that can be looked at. */
  recorded() {
    return this.#turns.take(async () => this.#recorder.moments.map(({ step }) => step));
  }

  /** The measurement of this moment. */
  measure() {
    return this.#turns.take(async () => {
      this.#store.showFrame(await this.#engine.frame("now"));
      return this.#snapshot();
    });
  }

  /**
   * Asks the engine something that changes nothing.
   * @template T
   * @param {(engine: import("./engine.js").Engine) => T | Promise<T>} question
   */
  ask(question) {
    return this.#turns.take(async () => question(this.#engine));
  }

  setup() {
    return this.#turns.take(async () => this.#loaded?.setup);
  }

  link() {
    return this.#turns.take(async () => fullLink(this.#loaded?.query ?? ""));
  }

  newSeed() {
    return this.#engine.newSeed();
  }

  /** Tells a failure on the page. @param {import("./types.js").Notice["kind"]} kind @param {unknown} error */
  report(kind, error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (!this.#engine.alive && this.#store.state.notices.some((notice) => notice.kind === "worker")) return;
    tellError(this.#store, kind, error);
  }

  // ---- Inside ----

  /** Builds the run of the Setup shown. Changes made while that waits for its turn share it. @param {boolean} run */
  #loadShown(run) {
    this.#interrupt();
    if (this.#waitingLoad) {
      this.#waitingLoad.run = run;
      return this.#waitingLoad.done;
    }
    const waiting = { run, done: Promise.resolve() };
    this.#waitingLoad = waiting;
    waiting.done = this.#turns.take(async () => {
      this.#waitingLoad = null;
      const { parsed } = this.#store.state;
      if (parsed) await this.#build(parsed, waiting);
    });
    return waiting.done;
  }

  /** @param {Parsed} parsed @param {{ run: boolean }} load */
  async #build(parsed, load) {
    this.#loading = load;
    try {
      if (!this.#engine.alive) await this.#engine.restart();
      const opening = this.#engine.openLink(parsed, () => (load.run ? { rate: this.#rate() } : undefined));
      const [frame] = await Promise.all([opening, this.#preview(parsed)]);
      this.#loaded = parsed;
      this.#stoppedItself = false;
      this.#store.dismiss("worker");
      if (!this.#waitingLoad) this.#store.showSetup(parsed);
      this.#store.opened(frame);
    } catch (error) {
      // Controls and address must not show a Setup that is not the run's.
      if (this.#loaded && this.#engine.alive) {
        this.#store.showSetup(this.#loaded);
        replaceQuery(this.#loaded.query);
      }
      throw error;
    } finally {
      this.#loading = null;
    }
    if (!load.run) this.#store.showFrame(await this.#engine.frame("now"));
  }

  /** Shows the first run before the worker has started. @param {Parsed} parsed */
  async #preview(parsed) {
    if (this.#loaded) return;
    const frame = this.#engine.preview(parsed);
    if (frame) this.#store.showFrame(frame);
  }

  /** A worker that died is replaced, with the same link, before anything else is asked of it. */
  async #revive() {
    if (this.#engine.alive) return false;
    const parsed = this.#store.state.parsed;
    await this.#engine.restart();
    if (parsed) {
      this.#store.opened(await this.#engine.openLink(parsed));
      this.#loaded = parsed;
    }
    this.#store.dismiss("worker");
    return true;
  }

  /** No further update, and the numbers as they are then. */
  async #halt() {
    await this.#engine.pause();
    this.#store.settle(await this.#engine.frame("now"));
  }

  /** Ends a step(n) under way or waiting, out of turn. */
  #interrupt() {
    this.#cancellations += 1;
    if (this.#store.state.stepping > 0 && this.#engine.alive) this.#engine.pause().catch(() => {});
  }

  #diverged() {
    this.#stoppedItself = true;
    const shown = this.#engine.frame("now").then((frame) => this.#store.settle(frame));
    shown.catch((error) => this.report("error", error));
  }

  /** @param {Error} error */
  #workerDied(error) {
    this.#store.settle();
    const restart = () => void this.reset().catch((failure) => this.report("error", failure));
    tellError(this.#store, "worker", error, { label: "notice.restart", run: restart });
  }

  #rate() {
    return this.#store.state.speed === "max" ? null : Number(this.#store.state.speed);
  }

  #snapshot() {
    const { frame } = this.#store.state;
    if (!frame) throw new Error(text("worker.gone"));
    return frame.snapshot;
  }
}

// The page's state, and the only place that changes it. Views subscribe and are told the state before and after.

/** @typedef {import("./types.js").State} State */
/** @typedef {(state: State, before: State) => void} Listener */

/** Before anything has happened. @type {State} */
const INITIAL = {
  phase: "starting",
  runs: 0,
  previewing: false,
  looking: false,
  retracing: false,
  link: "",
  parsed: null,
  complaints: {},
  running: false,
  stepping: 0,
  speed: "100",
  step: 0,
  rate: 0,
  frame: null,
  learned: null,
  ghost: null,
  selected: null,
  measure: "signal",
  norm: "l2",
  axis: "log",
  theory: "off",
  lanes: [],
  marked: [],
  compared: null,
  laneError: null,
  fromFile: false,
  loading: false,
  dark: false,
  projector: false,
  language: "en",
  notices: [],
  settled: 0,
};

export class Store {
  #state = INITIAL;

  /** @type {Set<Listener>} */
  #listeners = new Set();

  get state() {
    return this.#state;
  }

  /** Whoever comes late is told at once what has happened so far. @param {Listener} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
    if (this.#state !== INITIAL) listener(this.#state, INITIAL);
  }

  /** @param {Partial<State>} change @param {Partial<State>} [untold] What counts as not told yet, although it is as it was. */
  #set(change, untold) {
    const before = { ...this.#state, ...untold };
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state, before);
  }

  // ---- The Setup ----

  /** The controls show another Setup; the run for it is still to come. @param {import("./types.js").Parsed} parsed */
  showSetup(parsed) {
    this.#set({ parsed, link: parsed.query, complaints: {} });
  }

  /** What was typed into a control cannot be used. @param {string} key @param {import("./types.js").Problem} problem */
  complain(key, problem) {
    this.#set({ complaints: { ...this.#state.complaints, [key]: problem } });
  }

  /** @param {State["ghost"]} ghost */
  setGhost(ghost) {
    this.#set({ ghost });
  }

  // ---- The run ----

  /** A run has been opened, at whatever step. @param {import("./types.js").Frame} frame @param {boolean} [fromFile] */
  opened(frame, fromFile = false) {
    this.#set({
      fromFile,
      phase: "ready",
      runs: this.#state.runs + 1,
      previewing: false,
      looking: false,
      retracing: false,
      frame,
      learned: frame.learned ?? this.#state.learned,
      running: frame.running,
      stepping: 0,
      step: frame.snapshot.step,
      rate: 0,
      settled: frame.running ? this.#state.settled : this.#state.settled + 1,
    });
  }

  /** The start of the run that is to come, measured on this thread: the worker may be in the midst of a long step. @param {import("./types.js").Frame} frame */
  preview(frame) {
    this.#set({ frame, step: frame.snapshot.step, looking: false, previewing: true });
  }

  /** A new measurement. @param {import("./types.js").Frame} frame */
  showFrame(frame) {
    this.#set({ previewing: false, frame, learned: frame.learned ?? this.#state.learned, step: frame.snapshot.step, looking: false });
  }

  /** A measurement of the past: the run itself stays where it is. @param {import("./types.js").Frame} frame */
  lookBack(frame) {
    this.#set({ frame, learned: frame.learned, looking: true, settled: this.#state.settled + 1 });
  }

  /** @param {{ step: number, rate: number }} progress */
  progress({ step, rate }) {
    this.#set({ step, rate });
  }

  started() {
    this.#set({ running: true });
  }

  /** `retracing` if these steps have been done before. @param {number} count @param {boolean} [retracing] */
  steppingStarted(count, retracing = false) {
    this.#set({ running: false, stepping: count, retracing });
  }

  /** Paused, stepped, reset or diverged: the numbers stand still. @param {import("./types.js").Frame} [frame] */
  settle(frame) {
    const shown = frame && { frame, learned: frame.learned ?? this.#state.learned, step: frame.snapshot.step, looking: false };
    this.#set({ ...shown, previewing: false, running: false, stepping: 0, retracing: false, rate: 0, settled: this.#state.settled + 1 });
  }

  /** @param {boolean} loading */
  setLoading(loading) {
    this.#set({ loading });
  }

  failed() {
    this.#set({ phase: "failed", running: false, stepping: 0 });
  }

  // ---- The view ----

  /** @param {string} speed */
  setSpeed(speed) {
    this.#set({ speed });
  }

  /** @param {number | null} selected The layer that is looked into. */
  select(selected) {
    this.#set({ selected });
  }

  /** @param {import("./types.js").Measure} measure */
  setMeasure(measure) {
    this.#set({ measure });
  }

  /** @param {import("./types.js").Norm} norm */
  setNorm(norm) {
    this.#set({ norm });
  }

  /** @param {import("./types.js").Axis} axis */
  setAxis(axis) {
    this.#set({ axis });
  }

  /** @param {State["theory"]} theory */
  setTheory(theory) {
    this.#set({ theory });
  }

  /** @param {{ dark?: boolean, projector?: boolean }} look */
  setLook(look) {
    this.#set(look);
  }

  /** All that is shown in words is told once more. @param {string} language */
  setLanguage(language) {
    this.#set({ language }, { frame: null, learned: null, parsed: null, compared: null, notices: [] });
  }

  // ---- Lanes ----

  /** @param {State["lanes"]} lanes */
  setLanes(lanes) {
    this.#set({ lanes, laneError: null, compared: lanes.length > 0 ? this.#state.compared : null });
  }

  /** @param {State["marked"]} marked */
  setMarked(marked) {
    this.#set({ marked });
  }

  /** All lanes at one step. @param {NonNullable<State["compared"]>} compared */
  setCompared(compared) {
    this.#set({ compared });
  }

  /** @param {string} laneError */
  setLaneError(laneError) {
    this.#set({ laneError });
  }

  // ---- Notices ----

  /** Shows a notice in place of any other of its kind. @param {import("./types.js").Notice} notice */
  notify(notice) {
    const others = this.#state.notices.filter((old) => old.kind !== notice.kind);
    this.#set({ notices: [notice, ...others] });
  }

  /** @param {import("./types.js").Notice["kind"]} kind */
  dismiss(kind) {
    if (!this.#state.notices.some((notice) => notice.kind === kind)) return;
    this.#set({ notices: this.#state.notices.filter((notice) => notice.kind !== kind) });
  }
}

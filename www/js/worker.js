// The worker: owns the run and trains it in short slices, so that a message never waits for long.
// It measures a frame only when the page asks for one.

import { initSync, Lab } from "../gradient_lab_first.js";
import { Budget, Pace, RateMeter } from "./pacing.js";
import { describe } from "./panic.js";

/** @typedef {import("./types.js").Request} Request */
/** @typedef {import("./types.js").LearnedWish} LearnedWish */

/** How often the page hears of the progress, in milliseconds. */
const PROGRESS_INTERVAL = 200;

/** So long, in milliseconds, one waits for a frame at most, whatever it costs. */
const SLOWEST = 1000;

/** Multiplications that a picture of what was learned may cost; it gets coarser where the network is large. */
const PICTURE_WORK = 4e8;

/** @typedef {typeof import("../gradient_lab.js")} Full */

/** The full module, once the page has sent it. @type {Full | null} */
let full = null;
/** @type {Lab | import("../gradient_lab.js").Lab | null} */
let lab = null;
/** The file of data that the run has. @type {Uint8Array | undefined} */
let file;
/** @type {"paused" | "running" | "stepping"} */
let mode = "paused";
let pace = new Pace(null, 0);
let steps = 0;
/** The layer that the page looks into. @type {number | null} */
let watched = null;
/** The step(n) under way. @type {{ id: number, asked: number, left: number } | null} */
let stepping = null;
/** The request for a frame that waits for its time. @type {{ id: number, learned: LearnedWish } | null} */
let heldFrame = null;

// Together at most a twentieth of the time goes into looking instead of training, unless a network is so large that nobody would
// see it move.
const frameBudget = new Budget(0.03, 0, SLOWEST);
const pictureBudget = new Budget(0.02, 200, 2 * SLOWEST);
const meter = new RateMeter();
let lastProgress = 0;
let pictureStep = -1;

// ---- The loop ----

const channel = new MessageChannel();
let ticking = false;
/** @type {number | undefined} */
let timer;
channel.port1.onmessage = () => {
  ticking = false;
  guarded(tick);
};

/** Sees to it that `tick` runs soon, or after a while. @param {number} [milliseconds] */
function wake(milliseconds = 0) {
  clearTimeout(timer);
  if (milliseconds > 0) {
    timer = setTimeout(() => guarded(tick), milliseconds);
  } else if (!ticking) {
    ticking = true;
    channel.port2.postMessage(null); // unlike a timer, a message is not held back by the browser
  }
}

function tick() {
  if (!lab || mode === "paused") return;
  const start = performance.now();
  const owed = mode === "stepping" ? Math.min(pace.owed(start), stepping?.left ?? 0) : pace.owed(start);
  if (owed > 0) {
    const done = lab.step(owed);
    const end = performance.now();
    steps += done;
    pace.record(done, end - start);
    if (stepping) stepping.left -= done;
    if (done < owed) return stopDiverged();
  }
  const now = performance.now();
  if (now - lastProgress >= PROGRESS_INTERVAL) reportProgress(now);
  if (stepping && stepping.left === 0) return finishStepping();
  const rest = pace.untilNext(now);
  // A worker that is ahead of its speed has time to spare: the frame need not wait for its share.
  const untilFrame = heldFrame ? (rest > 0 ? 0 : frameBudget.wait(now)) : Infinity;
  if (untilFrame === 0) answerFrame();
  wake(Math.min(rest, untilFrame || Infinity, PROGRESS_INTERVAL));
}

/** @param {number} now */
function reportProgress(now) {
  lastProgress = now;
  meter.mark(now, steps);
  postMessage({ event: "progress", step: steps, rate: meter.rate() });
}

function stopDiverged() {
  if (stepping) return finishStepping();
  pause();
  postMessage({ event: "stopped" });
}

function finishStepping() {
  const id = stepping?.id ?? 0;
  stepping = null;
  pause();
  reply(id, measure("now"));
}

function pause() {
  mode = "paused";
  clearTimeout(timer);
  if (heldFrame) answerFrame();
}

/** @param {number | null} rate */
function run(rate) {
  mode = "running";
  pace = new Pace(rate, performance.now());
  meter.clear();
  reportProgress(performance.now());
  wake();
}

// ---- What the page asks for ----

/** @param {number} id @param {Request} request */
function handle(id, request) {
  switch (request.type) {
    case "full":
      return void takeFull(request.compiled).then(
        () => reply(id),
        (error) => refuse(id, error),
      );
    case "fileOfRunFile":
      return reply(id, whole().fileOfRunFile(request.runFile));
    case "open":
      return reply(id, open(request.opening));
    case "run":
      cancelStepping();
      run(request.rate);
      return reply(id);
    case "pause":
      cancelStepping();
      pause();
      return reply(id);
    case "step":
      cancelStepping();
      pause();
      stepping = { id, asked: request.count, left: request.count };
      mode = "stepping";
      pace = new Pace(null, performance.now());
      meter.clear();
      return wake();
    case "reset":
      cancelStepping();
      pause();
      current().reset();
      start();
      return reply(id, measure("now"));
    case "frame":
      if (heldFrame) answerFrame();
      heldFrame = { id, learned: request.learned };
      if (mode === "paused") return answerFrame();
      return wake();
    case "tensors":
      return reply(id, current().tensors());
    case "theory":
      return reply(id, current().hasOwnBatches ? undefined : whole().theory(current().query(), file));
    case "overTime":
      return reply(id, inFull().overTime(request.layer));
    case "check":
      return reply(id, inFull().check(request.parameter, request.index));
    case "runFile":
      return reply(id, inFull().runFile());
  }
}

/** @param {import("./types.js").Opening} opening */
function open({ query, runFile, file: itsFile, run: going }) {
  // The new run is built before the old one goes: if it cannot be built, nothing has changed.
  const next = runFile === undefined ? (full ?? { Lab }).Lab.fromLink(query ?? "", itsFile) : whole().Lab.fromRunFile(runFile, itsFile);
  cancelStepping();
  pause();
  lab?.free();
  lab = next;
  file = itsFile;
  start();
  const frame = measure("none"); // the bars first: the picture of what was learned can come a moment later
  if (going) run(going.rate);
  frame.running = mode === "running";
  return runFile === undefined ? frame : { frame, query: next.query() };
}

/** A run begins, or begins anew. */
function start() {
  pictureStep = -1;
  meter.clear();
}

/** Whatever else the page wants of the run ends a step(n) under way. */
function cancelStepping() {
  if (!stepping) return;
  const { id, asked, left } = stepping;
  stepping = null;
  pause();
  const error = { name: "AbortError", message: "", fatal: false, asked, done: asked - left };
  postMessage({ id, ok: false, error });
}

function answerFrame() {
  if (!heldFrame) return;
  const { id, learned } = heldFrame;
  heldFrame = null;
  reply(id, measure(learned));
}

// ---- Measuring ----

/**
 * @param {LearnedWish} learned
 * @returns {import("./types.js").MeasuredFrame}
 */
function measure(learned) {
  const run = current();
  const begin = performance.now();
  const due = learned === "now" || (learned === "due" && pictureBudget.wait(begin) === 0);
  const draws = due && run.steps !== pictureStep;
  const bytes = run.frame(draws ? pictureSide(run.parameters) : undefined);
  const counted = watched !== null && "distributions" in run ? run.distributions(watched) : undefined;
  (draws ? pictureBudget : frameBudget).record(begin, performance.now());
  steps = run.steps;
  if (draws) pictureStep = steps;
  return { bytes, pictured: draws, running: mode === "running", counted };
}

/** Cells a side that the network's size allows. @param {number} parameters */
function pictureSide(parameters) {
  return Math.max(12, Math.min(48, Math.floor(Math.sqrt(PICTURE_WORK / parameters))));
}

/** From here on the run goes on in the full module. @param {WebAssembly.Module} module */
async function takeFull(module) {
  const arrived = await import("../gradient_lab.js");
  arrived.initSync({ module });
  full = arrived;
  if (!lab || lab instanceof full.Lab) return;
  const moved = full.Lab.fromCheckpoint(lab.query(), lab.checkpoint(), file);
  lab.free();
  lab = moved;
}

function whole() {
  if (!full) throw new Error("the full module has not been sent");
  return full;
}

/** The run, for what only the full module can do: the page has sent that before. */
function inFull() {
  const run = current();
  if (!(run instanceof whole().Lab)) throw new Error("the run is in the first module");
  return run;
}

function current() {
  if (!lab) throw new Error("no run has been opened");
  return lab;
}

// ---- Messages and failures ----

/** @param {number} id @param {any} [value] */
function reply(id, value) {
  postMessage({ id, ok: true, value });
}

/** @param {number} id @param {unknown} error */
function refuse(id, error) {
  postMessage({ id, ok: false, error: describe(error) });
}

/** @param {() => void} work */
function guarded(work) {
  try {
    work();
  } catch (error) {
    postMessage({ event: "crash", error: describe(error) });
  }
}

/** The engine is there once the page has sent the compiled module; what comes before that waits. @type {MessageEvent[] | null} */
let waiting = [];

/** @param {MessageEvent} event */
self.onmessage = (event) => {
  if (event.data.module) {
    guarded(() => {
      initSync({ module: event.data.module });
      const early = waiting ?? [];
      waiting = null;
      early.forEach(answer);
    });
  } else if (waiting) {
    waiting.push(event);
  } else {
    answer(event);
  }
};

/** @param {MessageEvent} event */
function answer({ data }) {
  try {
    watched = data.watched;
    handle(data.id, data);
  } catch (error) {
    refuse(data.id, error);
  }
}

// The course of a run, frame by frame, in bounded memory: what the history shows, and what one can go back to.

/** @typedef {import("./types.js").Frame} Frame */
/** A recorded moment; `picture` is the latest one with a picture of what was learned. @typedef {{ step: number, frame: Frame, picture: Frame | null }} Moment */

/** More moments than this are thinned: from then on they are twice as far apart. */
const MOST_MOMENTS = 256;

/** And more bytes than this. */
const MOST_BYTES = 32 * 1024 * 1024;

export class Recorder {
  /** Oldest first; the last one is the present. @type {Moment[]} */
  moments = [];
  #spacing = 1;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    store.subscribe((state, before) => {
      if (state.runs !== before.runs) this.#clear();
      const fresh = state.frame !== before.frame && !state.looking && !state.retracing && !state.previewing;
      if (state.frame && fresh) this.#record(state.frame);
    });
  }

  /** The step of the last moment. */
  get now() {
    return this.moments.at(-1)?.step ?? 0;
  }

  /** The moment at this step, or the last one before it. @param {number} step */
  at(step) {
    return this.moments.findLast((moment) => moment.step <= step) ?? this.moments[0];
  }

  #clear() {
    this.moments = [];
    this.#spacing = 1;
  }

  /** @param {Frame} frame */
  #record(frame) {
    const { step } = frame.snapshot;
    // The run has gone back: what came after that is no longer its course.
    while ((this.moments.at(-1)?.step ?? -1) >= step) this.moments.pop();
    if (this.moments.length === 0) this.#clear();
    const [last, one] = [this.moments.at(-1), this.moments.at(-2)];
    if (last && one && last.step - one.step < this.#spacing) this.moments.pop();
    this.moments.push({ step, frame, picture: frame.pictured ? frame : (last?.picture ?? null) });
    while (this.moments.length > 2 && (this.moments.length > MOST_MOMENTS || this.#bytes() > MOST_BYTES)) this.#thin();
  }

  #bytes() {
    return this.moments.reduce((sum, { frame }) => sum + frame.bytes.length, 0);
  }

  #thin() {
    this.#spacing *= 2;
    const last = this.moments.length - 1;
    let kept = -Infinity;
    this.moments = this.moments.filter(({ step }, index) => {
      const keep = index === last || step - kept >= this.#spacing;
      if (keep) kept = step;
      return keep;
    });
  }
}

// The course of a run, frame by frame, in bounded memory: what the history shows, and what one can go back to.

/** @typedef {import("./types.js").Frame} Frame */
/** A recorded moment; `picture` is the latest one with a picture of what was learned. @typedef {{ step: number, frame: Frame, picture: Frame | null }} Moment */

/** So many are kept: of more, those go that lie closest to others, so that the run is covered from its first step on. */
const MOST_MOMENTS = 256;

/** And so many bytes. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Moments of a run, oldest first; the last one is the present. @template {{ step: number }} Kept */
export class Moments {
  /** @type {Kept[]} */
  all = [];
  #bytesOf;

  /** @param {(moment: Kept) => number} bytesOf */
  constructor(bytesOf) {
    this.#bytesOf = bytesOf;
  }

  get last() {
    return this.all.at(-1);
  }

  /** The moment at this step, or the last one before it. @param {number} step */
  at(step) {
    return this.all.findLast((moment) => moment.step <= step) ?? this.all[0];
  }

  clear() {
    this.all = [];
  }

  /** @param {Kept} moment */
  record(moment) {
    // The run has gone back: what came after that is no longer its course.
    while ((this.last?.step ?? -1) >= moment.step) this.all.pop();
    this.all.push(moment);
    while (this.all.length > 2 && (this.all.length > MOST_MOMENTS || this.#bytes() > MOST_BYTES)) this.#thin();
  }

  #bytes() {
    return this.all.reduce((sum, moment) => sum + this.#bytesOf(moment), 0);
  }

  /** One goes at a time, the oldest of those that are least missed: memory stays as it is. The first and the last never go. */
  #thin() {
    const { all } = this;
    let [crowded, least] = [1, Infinity];
    for (let index = 1; index < all.length - 1; index++) {
      const gap = all[index + 1].step - all[index - 1].step;
      if (gap < least) [crowded, least] = [index, gap];
    }
    all.splice(crowded, 1);
  }
}

/** The moments of the run on the page. @extends {Moments<Moment>} */
export class Recorder extends Moments {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    super(({ frame }) => frame.bytes.length);
    store.subscribe((state, before) => {
      if (state.runs !== before.runs) this.clear();
      const fresh = state.frame !== before.frame && !state.looking && !state.retracing && !state.previewing;
      if (!state.frame || !fresh) return;
      const { frame } = state;
      const picture = frame.pictured ? frame : (this.at(frame.snapshot.step - 1)?.picture ?? null);
      this.record({ step: frame.snapshot.step, frame, picture });
    });
  }

  get moments() {
    return this.all;
  }

  /** The step of the last moment. */
  get now() {
    return this.last?.step ?? 0;
  }
}

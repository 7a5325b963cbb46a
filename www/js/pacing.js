// When the worker should do what: how many updates fit a slice, how many are owed at the chosen speed,
// and when a frame may be measured without eating the time meant for training.

/** Long enough to be efficient, short enough that a message never waits noticeably. In milliseconds. */
const SLICE = 10;

/** A run that falls behind its speed does not catch up in a burst: it owes at most this many seconds' worth. */
const MOST_BEHIND = 0.1;

/** Spreads updates over time at a chosen speed. */
export class Pace {
  #since = 0;
  #done = 0;
  #millisecondsPerStep = SLICE; // so that the first slice is one update, however large the network

  /** @param {number | null} rate Updates a second; null: as fast as it goes. @param {number} now */
  constructor(rate, now) {
    this.rate = rate;
    this.#since = now;
  }

  /** Updates to do in the next slice; 0 if none is owed yet. @param {number} now */
  owed(now) {
    const fitting = Math.max(1, Math.floor(SLICE / this.#millisecondsPerStep));
    if (this.rate === null) return fitting;
    const due = Math.floor(((now - this.#since) / 1000) * this.rate) - this.#done;
    const most = Math.max(1, Math.ceil(this.rate * MOST_BEHIND));
    if (due > most) {
      this.#since = now - ((this.#done + most) / this.rate) * 1000;
    }
    return Math.max(0, Math.min(due, most, fitting));
  }

  /** Milliseconds until the next update is owed. @param {number} now */
  untilNext(now) {
    if (this.rate === null) return 0;
    return Math.max(0, this.#since + ((this.#done + 1) / this.rate) * 1000 - now);
  }

  /** Takes note of updates done. @param {number} steps @param {number} milliseconds */
  record(steps, milliseconds) {
    this.#done += steps;
    if (steps > 0) {
      const each = Math.max(milliseconds / steps, 1e-4);
      // Half old, half new: quick to follow a warming-up engine, slow to follow one hiccup.
      this.#millisecondsPerStep = (this.#millisecondsPerStep + each) / 2;
    }
  }
}

/** Keeps a costly activity below a share of the time. */
export class Budget {
  #allowedFrom = 0;

  /** @param {number} share Of the time, 0 to 1. @param {number} [interval] Least milliseconds between two. @param {number} [longest] No longer than this does one wait, in milliseconds, whatever it costs. */
  constructor(share, interval = 0, longest = Infinity) {
    this.share = share;
    this.interval = interval;
    this.longest = longest;
  }

  /** Milliseconds until it may be done again. @param {number} now */
  wait(now) {
    return Math.max(0, this.#allowedFrom - now);
  }

  /** Takes note that it was done. @param {number} start @param {number} end */
  record(start, end) {
    const rest = Math.min((end - start) * (1 / this.share - 1), this.longest);
    this.#allowedFrom = Math.max(end + rest, start + this.interval);
  }
}

/** Updates a second: over about the last second, or over the last few updates if they take longer. */
export class RateMeter {
  /** @type {{ time: number, step: number }[]} */
  #marks = [];

  /** @param {number} time @param {number} step */
  mark(time, step) {
    this.#marks.push({ time, step });
    const enough = () => time - this.#marks[1].time > 1000 && step - this.#marks[1].step >= 8;
    while (this.#marks.length > 2 && enough()) this.#marks.shift();
  }

  rate() {
    const first = this.#marks[0];
    const last = this.#marks[this.#marks.length - 1];
    if (!first || last.time <= first.time) return 0;
    return ((last.step - first.step) / (last.time - first.time)) * 1000;
  }

  clear() {
    this.#marks = [];
  }
}

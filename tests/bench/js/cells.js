// The recurrent cells of docs/run-file.md in plain loops, forward beside backward. x is W_ih x + b_ih and h W_hh h + b_hh
// of this step, gate after gate in each row; backward writes their gradients there, and to `before` what reaches the state
// before other than through W_hh.

/** @typedef {{ x: Float64Array, h: Float64Array, before: Float64Array }} Slopes */

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** What each step keeps for the way back. @param {number} steps @param {number} length */
const kept = (steps, length) => Array.from({ length: steps }, () => new Float64Array(length));

export class RnnCell {
  /** @type {Float64Array[]} */
  #states = [];

  start() {}

  /** @param {number} time @param {Float64Array} x @param {Float64Array} h @param {Float64Array} _before @param {Float64Array} state */
  forward(time, x, h, _before, state) {
    this.#states[time] = state;
    for (let k = 0; k < state.length; k++) state[k] = Math.tanh(x[k] + h[k]);
  }

  /** @param {number} time @param {Float64Array} slope @param {Float64Array} _state @param {Slopes} slopes */
  backward(time, slope, _state, { x, h, before }) {
    const state = this.#states[time];
    before.fill(0);
    for (let k = 0; k < state.length; k++) x[k] = h[k] = slope[k] * (1 - state[k] * state[k]);
  }
}

export class LstmCell {
  #width;
  #gates;
  #cells;
  #ofCell;

  /** @param {number} rows @param {number} steps @param {number} width */
  constructor(rows, steps, width) {
    this.#width = width;
    this.#gates = kept(steps, 4 * rows * width);
    this.#cells = kept(steps + 1, rows * width);
    this.#ofCell = new Float64Array(rows * width);
  }

  start() {
    this.#ofCell.fill(0);
  }

  /** @param {number} time @param {Float64Array} x @param {Float64Array} h @param {Float64Array} _before @param {Float64Array} state */
  forward(time, x, h, _before, state) {
    const width = this.#width;
    const gates = this.#gates[time];
    const [old, cell] = [this.#cells[time], this.#cells[time + 1]];
    for (let k = 0; k < state.length; k++) {
      const i = 4 * (k - (k % width)) + (k % width);
      const [f, g, o] = [i + width, i + 2 * width, i + 3 * width];
      gates[i] = sigmoid(x[i] + h[i]);
      gates[f] = sigmoid(x[f] + h[f]);
      gates[g] = Math.tanh(x[g] + h[g]);
      gates[o] = sigmoid(x[o] + h[o]);
      cell[k] = gates[f] * old[k] + gates[i] * gates[g];
      state[k] = gates[o] * Math.tanh(cell[k]);
    }
  }

  /** @param {number} time @param {Float64Array} slope @param {Float64Array} state @param {Slopes} slopes */
  backward(time, slope, state, { x, h, before }) {
    const width = this.#width;
    const gates = this.#gates[time];
    const [old, cell] = [this.#cells[time], this.#cells[time + 1]];
    const ofCell = this.#ofCell;
    before.fill(0);
    for (let k = 0; k < state.length; k++) {
      const i = 4 * (k - (k % width)) + (k % width);
      const [f, g, o] = [i + width, i + 2 * width, i + 3 * width];
      const shown = Math.tanh(cell[k]);
      const through = ofCell[k] + slope[k] * gates[o] * (1 - shown * shown);
      x[i] = h[i] = through * gates[g] * gates[i] * (1 - gates[i]);
      x[f] = h[f] = through * old[k] * gates[f] * (1 - gates[f]);
      x[g] = h[g] = through * gates[i] * (1 - gates[g] * gates[g]);
      x[o] = h[o] = slope[k] * shown * gates[o] * (1 - gates[o]);
      ofCell[k] = through * gates[f];
    }
  }
}

export class GruCell {
  #width;
  #gates;
  #fromState;

  /** @param {number} rows @param {number} steps @param {number} width */
  constructor(rows, steps, width) {
    this.#width = width;
    this.#gates = kept(steps, 3 * rows * width);
    this.#fromState = kept(steps, rows * width);
  }

  start() {}

  /** @param {number} time @param {Float64Array} x @param {Float64Array} h @param {Float64Array} before @param {Float64Array} state */
  forward(time, x, h, before, state) {
    const width = this.#width;
    const gates = this.#gates[time];
    const fromState = this.#fromState[time];
    for (let k = 0; k < state.length; k++) {
      const r = 3 * (k - (k % width)) + (k % width);
      const [z, n] = [r + width, r + 2 * width];
      gates[r] = sigmoid(x[r] + h[r]);
      gates[z] = sigmoid(x[z] + h[z]);
      fromState[k] = h[n];
      gates[n] = Math.tanh(x[n] + gates[r] * h[n]);
      state[k] = (1 - gates[z]) * gates[n] + gates[z] * before[k];
    }
  }

  /** @param {number} time @param {Float64Array} slope @param {Float64Array} state The one before. @param {Slopes} slopes */
  backward(time, slope, state, { x, h, before }) {
    const width = this.#width;
    const gates = this.#gates[time];
    const fromState = this.#fromState[time];
    for (let k = 0; k < state.length; k++) {
      const r = 3 * (k - (k % width)) + (k % width);
      const [z, n] = [r + width, r + 2 * width];
      x[n] = slope[k] * (1 - gates[z]) * (1 - gates[n] * gates[n]);
      h[n] = x[n] * gates[r];
      x[r] = h[r] = x[n] * fromState[k] * gates[r] * (1 - gates[r]);
      x[z] = h[z] = slope[k] * (state[k] - gates[n]) * gates[z] * (1 - gates[z]);
      before[k] = slope[k] * gates[z];
    }
  }
}

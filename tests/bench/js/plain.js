// What somebody writes who needs no library: typed arrays of 64 bits and loops, nothing clever.

import { LstmCell, GruCell, RnnCell } from "./cells.js";
import { Linear } from "./linear.js";
import { layers, parse } from "./run-file.js";

/** @typedef {import("./types.js").RunFile} RunFile */

/** @param {string} text */
export async function open(text) {
  const file = parse(text);
  return new Plain(file, file.config.kind === "mlp" ? new Perceptron(file) : new Recurrent(file));
}

/** Trains a network by plain gradient descent. */
class Plain {
  #network;
  #batches;
  #rate;
  #next = 0;

  /** @param {RunFile} file @param {Perceptron | Recurrent} network */
  constructor(file, network) {
    this.#network = network;
    this.#rate = file.config.optimizer.lr;
    this.#batches = file.batches.map(({ inputs, targets }) => ({
      inputs: network.inputs(new Float64Array(inputs.data), inputs.shape),
      targets: new Float64Array(targets.data),
    }));
  }

  get parameters() {
    return this.#network.linears.reduce((sum, { weight, bias }) => sum + weight.length + bias.length, 0);
  }

  /** @param {number} n */
  step(n) {
    for (let step = 0; step < n; step++) {
      const { inputs, targets } = this.#batches[this.#next];
      const outputs = this.#network.forward(inputs);
      const slopes = outputs.map((output, row) => (2 * (output - targets[row])) / targets.length);
      this.#network.backward(slopes);
      for (const linear of this.#network.linears) linear.update(this.#rate);
      this.#next = (this.#next + 1) % this.#batches.length;
    }
    return n;
  }

  loss() {
    const { inputs, targets } = this.#batches[this.#next];
    const squares = this.#network.forward(inputs).map((output, row) => (output - targets[row]) ** 2);
    return squares.reduce((sum, square) => sum + square) / targets.length;
  }
}

class Perceptron {
  #activations;

  /** @param {RunFile} file */
  constructor(file) {
    const [rows] = file.batches[0].inputs.shape;
    this.linears = layers(file).map((name) => new Linear(file, `${name}.weight`, `${name}.bias`));
    this.#activations = this.linears.map(({ outputs }) => new Float64Array(rows * outputs));
    this.slopes = this.linears.map(({ inputs }) => new Float64Array(rows * inputs));
    /** @type {Float64Array} */
    this.first = new Float64Array(0);
  }

  /** @param {Float64Array} data */
  inputs(data) {
    return [data];
  }

  /** @param {Float64Array[]} inputs */
  forward([inputs]) {
    this.first = inputs;
    let x = inputs;
    this.linears.forEach((linear, layer) => {
      const y = this.#activations[layer];
      linear.forward(x, y);
      if (layer < this.linears.length - 1) for (let k = 0; k < y.length; k++) y[k] = Math.tanh(y[k]);
      x = y;
    });
    return x;
  }

  /** @param {Float64Array} slopes dLoss/d(output). */
  backward(slopes) {
    let dy = slopes;
    for (let layer = this.linears.length - 1; layer >= 0; layer--) {
      if (layer === 0) return this.linears[0].backward(this.first, dy, undefined);
      const x = this.#activations[layer - 1];
      const dx = this.slopes[layer].fill(0);
      this.linears[layer].backward(x, dy, dx);
      for (let k = 0; k < x.length; k++) dx[k] *= 1 - x[k] * x[k];
      dy = dx;
    }
  }
}

const CELLS = { rnn: RnnCell, lstm: LstmCell, gru: GruCell };

class Recurrent {
  #head;
  #fromInput;
  #fromState;
  #cell;
  /** @type {Float64Array[]} */
  #steps = [];
  #hidden;

  /** @param {RunFile} file */
  constructor(file) {
    const { kind } = file.config;
    if (kind === "mlp") throw new Error("no recurrent network");
    const [rows, times] = file.batches[0].inputs.shape;
    this.#fromInput = new Linear(file, "weight_ih_l0", "bias_ih_l0");
    this.#fromState = new Linear(file, "weight_hh_l0", "bias_hh_l0");
    this.#head = new Linear(file, "head.weight", "head.bias");
    this.linears = [this.#fromInput, this.#fromState, this.#head];
    const { inputs: width, outputs: gates } = this.#fromState;
    this.#cell = new CELLS[kind](rows, times, width);
    this.#hidden = Array.from({ length: times + 1 }, () => new Float64Array(rows * width));
    this.output = new Float64Array(rows);
    this.scratch = {
      x: new Float64Array(rows * gates),
      h: new Float64Array(rows * gates),
      state: new Float64Array(rows * width),
      before: new Float64Array(rows * width),
    };
  }

  /** The inputs of each time step by themselves. @param {Float64Array} data @param {number[]} shape */
  inputs(data, [rows, times, inputs]) {
    return Array.from({ length: times }, (_, time) =>
      Float64Array.from({ length: rows * inputs }, (_, k) => {
        const row = Math.floor(k / inputs);
        return data[(row * times + time) * inputs + (k % inputs)];
      }),
    );
  }

  /** @param {Float64Array[]} inputs */
  forward(inputs) {
    this.#steps = inputs;
    const { x, h } = this.scratch;
    inputs.forEach((input, time) => {
      this.#fromInput.forward(input, x);
      this.#fromState.forward(this.#hidden[time], h);
      this.#cell.forward(time, x, h, this.#hidden[time], this.#hidden[time + 1]);
    });
    this.#head.forward(this.#hidden[inputs.length], this.output);
    return this.output;
  }

  /** @param {Float64Array} slopes dLoss/d(output). */
  backward(slopes) {
    let { x, h, state, before } = this.scratch;
    const times = this.#steps.length;
    this.#head.backward(this.#hidden[times], slopes, state.fill(0));
    this.#cell.start();
    for (let time = times - 1; time >= 0; time--) {
      // x and h now hold the gradients of what they held forward.
      this.#cell.backward(time, state, this.#hidden[time], { x, h, before });
      this.#fromInput.backward(this.#steps[time], x, undefined);
      this.#fromState.backward(this.#hidden[time], h, before);
      [state, before] = [before, state];
    }
  }
}

// ConvNetJS: one sample at a time, in 64 bits. It has no recurrent networks.

import { layers, parse, script } from "./run-file.js";

/** @typedef {import("./types.js").RunFile} RunFile */

/** @param {string} text */
export async function open(text) {
  await script("convnetjs/build/convnet.js");
  return new ConvNet(parse(text));
}

class ConvNet {
  #net = new window.convnetjs.Net();
  #trainer;
  #batches;
  #next = 0;

  /** @param {RunFile} file */
  constructor(file) {
    const { convnetjs } = window;
    const { config, batches, parameters } = file;
    const [rows, inputs] = batches[0].inputs.shape;
    const linears = layers(file).map((name) => [parameters[`${name}.weight`], parameters[`${name}.bias`]]);
    this.#net.makeLayers([
      { type: "input", out_sx: 1, out_sy: 1, out_depth: inputs },
      ...linears.slice(0, -1).map(([weight]) => ({ type: "fc", num_neurons: weight.shape[0], activation: "tanh" })),
      { type: "regression", num_neurons: 1 },
    ]);
    const own = this.#net.layers.filter((/** @type {any} */ layer) => layer.layer_type === "fc");
    linears.forEach(([weight, bias], index) => {
      own[index].biases.w.set(bias.data);
      const [, width] = weight.shape;
      own[index].filters.forEach((/** @type {any} */ filter, /** @type {number} */ unit) => {
        filter.w.set(weight.data.slice(unit * width, (unit + 1) * width));
      });
    });
    // Its gradient is that of half the square.
    const options = { learning_rate: 2 * config.optimizer.lr, momentum: 0, batch_size: rows, l2_decay: 0 };
    this.#trainer = new convnetjs.Trainer(this.#net, options);
    this.#batches = batches.map(({ inputs: { data }, targets }) =>
      targets.data.map((target, row) => {
        const sample = new convnetjs.Vol(1, 1, inputs, 0);
        sample.w.set(data.slice(row * inputs, (row + 1) * inputs));
        return { sample, target: [target] };
      }),
    );
  }

  /** @returns {number} */
  get parameters() {
    const lists = this.#net.getParamsAndGrads();
    return lists.reduce((/** @type {number} */ sum, /** @type {any} */ { params }) => sum + params.length, 0);
  }

  /** @param {number} n */
  step(n) {
    for (let step = 0; step < n; step++) {
      for (const { sample, target } of this.#batches[this.#next]) this.#trainer.train(sample, target);
      this.#next = (this.#next + 1) % this.#batches.length;
    }
    return n;
  }

  loss() {
    const batch = this.#batches[this.#next];
    const squares = batch.map(({ sample, target }) => (this.#net.forward(sample).w[0] - target[0]) ** 2);
    return squares.reduce((sum, square) => sum + square) / batch.length;
  }
}

// TensorFlow.js with its own gradients and its own optimizer, on one thread like everybody else here: a page gets more
// only with headers that isolate it.

import { layers, parse, script } from "./run-file.js";

/** @typedef {import("./types.js").RunFile} RunFile */

const FOLDER = "@tensorflow/tfjs-backend-wasm/dist/";

/** @param {string} text @param {"wasm" | "cpu"} backend */
export async function open(text, backend) {
  // In this order: the backend adds itself to the library, whose core alone has no gradients. The builds for older
  // browsers need eval, which the security policy forbids.
  await script("@tensorflow/tfjs/dist/tf.es2017.min.js");
  await script(`${FOLDER}tf-backend-wasm.es2017.min.js`);
  window.tf.wasm.setWasmPaths(new URL(`../node_modules/${FOLDER}`, import.meta.url).href);
  if (backend === "wasm" && !(await window.tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) {
    throw new Error("TensorFlow.js finds no vectors here");
  }
  if (!(await window.tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`);
  return new TensorFlow(parse(text), backend);
}

class TensorFlow {
  #backend;
  /** @type {Record<string, any>} */
  #variables = {};
  #batches;
  #outputs;
  #optimizer;
  #next = 0;

  /** @param {RunFile} file @param {string} backend */
  constructor(file, backend) {
    const { tf } = window;
    this.#backend = backend;
    for (const [name, { shape, data }] of Object.entries(file.parameters)) {
      // Its layers keep weights as [inputs, outputs].
      const value = tf.tensor(data, shape);
      this.#variables[name] = tf.variable(shape.length === 2 ? tf.transpose(value) : value);
    }
    const { kind } = file.config;
    if (kind === "mlp") {
      const names = layers(file);
      this.#outputs = (/** @type {any} */ x) => perceptron(tf, this.#variables, names, x);
    } else {
      this.#outputs = (/** @type {any} */ x) => recurrent(tf, this.#variables, CELLS[kind], x);
    }
    const timesFirst = (/** @type {any} */ x) => (x.rank === 3 ? tf.transpose(x, [1, 0, 2]) : x);
    this.#batches = file.batches.map(({ inputs, targets }) => ({
      inputs: timesFirst(tf.tensor(inputs.data, inputs.shape)),
      targets: tf.tensor(targets.data, targets.shape),
    }));
    this.#optimizer = tf.train.sgd(file.config.optimizer.lr);
  }

  /** @returns {number} */
  get parameters() {
    return Object.values(this.#variables).reduce((sum, { size }) => sum + size, 0);
  }

  use() {
    return window.tf.setBackend(this.#backend);
  }

  #error() {
    const { tf } = window;
    const { inputs, targets } = this.#batches[this.#next];
    return tf.mean(tf.square(tf.sub(this.#outputs(inputs), targets)));
  }

  /** @param {number} n */
  step(n) {
    const variables = Object.values(this.#variables);
    for (let step = 0; step < n; step++) {
      this.#optimizer.minimize(() => this.#error(), false, variables);
      this.#next = (this.#next + 1) % this.#batches.length;
    }
    // Nothing may be left for later.
    variables[0].dataSync();
    return n;
  }

  /** @returns {number} */
  loss() {
    return window.tf.tidy(() => this.#error().dataSync()[0]);
  }

  free() {
    for (const variable of Object.values(this.#variables)) variable.dispose();
    for (const { inputs, targets } of this.#batches) window.tf.dispose([inputs, targets]);
  }
}

/** x W + b, in one operation as its own layers have it. @param {any} tf @param {any} x @param {any} weight @param {any} bias */
function linear(tf, x, weight, bias) {
  return tf.fused.matMul({ a: x, b: weight, bias, transposeA: false, transposeB: false, activation: "linear" });
}

/** @param {any} tf @param {Record<string, any>} variables @param {string[]} names @param {any} x */
function perceptron(tf, variables, names, x) {
  return names.reduce((x, name) => {
    const y = linear(tf, x, variables[`${name}.weight`], variables[`${name}.bias`]);
    return name === "head" ? y : tf.tanh(y);
  }, x);
}

/**
 * The part of the inputs is computed for all time steps at once.
 * @param {any} tf @param {Record<string, any>} variables @param {Cell} cell @param {any} inputs
 */
function recurrent(tf, variables, cell, inputs) {
  const [times, rows, size] = inputs.shape;
  const weight = variables.weight_hh_l0;
  const flat = tf.reshape(inputs, [times * rows, size]);
  const parts = tf.split(linear(tf, flat, variables.weight_ih_l0, variables.bias_ih_l0), times);
  let state = { h: tf.zeros([rows, weight.shape[0]]), c: tf.zeros([rows, weight.shape[0]]) };
  for (const x of parts) state = cell(tf, x, linear(tf, state.h, weight, variables.bias_hh_l0), state);
  return linear(tf, state.h, variables["head.weight"], variables["head.bias"]);
}

/** @typedef {(tf: any, x: any, h: any, state: { h: any, c: any }) => { h: any, c: any }} Cell */

/** @type {Record<"rnn" | "lstm" | "gru", Cell>} */
const CELLS = {
  rnn: (tf, x, h, { c }) => ({ h: tf.tanh(tf.add(x, h)), c }),
  lstm(tf, x, h, { c }) {
    const [i, f, g, o] = tf.split(tf.add(x, h), 4, 1);
    const cell = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    return { h: tf.mul(tf.sigmoid(o), tf.tanh(cell)), c: cell };
  },
  gru(tf, x, h, state) {
    const [xr, xz, xn] = tf.split(x, 3, 1);
    const [hr, hz, hn] = tf.split(h, 3, 1);
    const z = tf.sigmoid(tf.add(xz, hz));
    const n = tf.tanh(tf.add(xn, tf.mul(tf.sigmoid(tf.add(xr, hr)), hn)));
    return { h: tf.add(n, tf.mul(z, tf.sub(state.h, n))), c: state.c };
  },
};

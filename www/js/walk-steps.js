// A run file -> the steps of a walk: forward through the layers, back again, and one update, with the numbers of one sample
// and one unit. Values and gradients are the file's; only a slope, a factor and a change are quotients or differences of two
// of them.

import { format } from "./numbers.js";
import { text } from "./strings.js";

/** @typedef {{ shape: number[], data: number[] }} Tensor */
/** A step: what it is called, its lines, and the layer that it is about. @typedef {{ title: string, lines: string[], layer: number | null }} Step */

/** As many terms of a sum are written out. */
const TERMS = 3;

/** @param {any} file A run file, parsed. @returns {Step[]} */
export function stepsOf(file) {
  const { kind = "mlp", norm, residual, block, skip, dropout } = file.config;
  const isPlain = kind === "mlp" && norm === "none" && !residual && !skip && !dropout && block.length === 2;
  return isPlain ? plainSteps(file) : tapSteps(file);
}

/** A perceptron of layers z = W a + b, a = f(z), one after the other. @param {any} file @returns {Step[]} */
function plainSteps({ config, parameters, measured }) {
  const { activations: values, activation_gradients: signals } = measured;
  const depth = config.depth;
  /** The names of layer 1 to depth, and of the output after them. */
  const at = (/** @type {number} */ layer) =>
    layer > depth
      ? { weights: "head.weight", bias: "head.bias", z: "logits", a: "logits" }
      : { weights: `block${layer}.linear0.weight`, bias: `block${layer}.linear0.bias`, z: `block${layer}.linear0`, a: layer === 0 ? "input" : `block${layer}` };
  const first = (/** @type {Tensor} */ tensor) => tensor.data[0];
  const row = (/** @type {Tensor} */ tensor) => tensor.data.slice(0, tensor.shape[tensor.shape.length - 1]);
  const f = config.activation;

  /** @type {Step[]} */
  const steps = [{ title: text("walk.input"), lines: [text("walk.sample", { numbers: list(row(values.input)) })], layer: null }];
  for (let layer = 1; layer <= depth + 1; layer++) {
    const [here, before] = [at(layer), at(layer - 1)];
    const [incoming, weights] = [row(values[before.a]), parameters[here.weights].data];
    const sum = products(incoming.map((a, index) => [weights[index], a]), [first(parameters[here.bias])]);
    const isHead = layer > depth;
    const numbers = { sum, z: format(first(values[here.z])), a: format(first(values[here.a])), f, loss: format(measured.loss) };
    steps.push({
      title: isHead ? text("walk.forwardHead") : text("walk.forward", { layer, depth }),
      lines: isHead ? [text("walk.z", numbers), text("walk.loss", numbers)] : [text("walk.z", numbers), text("walk.a", numbers)],
      layer: layer - 1,
    });
  }
  steps.push({ title: text("walk.backwardHead"), lines: [text("walk.fromLoss", { signal: format(first(signals.logits)) })], layer: depth });
  for (let layer = depth; layer >= 1; layer--) {
    const [here, next, before] = [at(layer), at(layer + 1), at(layer - 1)];
    const [after, weights] = [row(signals[next.z]), parameters[next.weights]];
    const back = products(after.map((signal, unit) => [weights.data[unit * weights.shape[1]], signal]), []);
    const [arrives, signal] = [first(signals[here.a]), first(signals[here.z])];
    const [own, above] = [here.z, next.z].map((name) => measured.activation_gradient_norms[name]);
    const [width, inputs] = [signals[here.z].shape[1], values[before.a].shape[1]];
    const samples = values.input.shape[0];
    const share = products(Array.from({ length: samples }, (_, sample) => [signals[here.z].data[sample * width], values[before.a].data[sample * inputs]]), []);
    const numbers = {
      back, f, signal: format(signal), arrives: format(arrives), slope: arrives === 0 ? "…" : format(signal / arrives),
      norm: format(own, 2), factor: format(own / above), share, gradient: format(first(measured.gradients[here.weights]), 2),
      next: layer === depth ? text("walk.output") : text("walk.layer", { layer: layer + 1 }),
    };
    steps.push({
      title: text("walk.backward", { layer, depth }),
      lines: ["arrives", "signal", "norm", "gradient"].map((key) => text(`walk.${key}`, numbers)),
      layer: layer - 1,
    });
  }
  const { weights } = at(1);
  const [old, updated] = [first(parameters[weights]), first(measured.updated_parameters[weights])];
  steps.push({ title: text("walk.update"), lines: [text("walk.change", { old: format(old), change: format(updated - old, 2), updated: format(updated) })], layer: 0 });
  return steps;
}

/** Any other network: what each operation gives, and what comes back to it. @param {any} file @returns {Step[]} */
function tapSteps({ measured }) {
  const taps = Object.keys(measured.activations);
  const first = (/** @type {Tensor} */ tensor) => format(tensor.data[0]);
  const forward = taps.map((tap) => ({
    title: text("walk.forwardTap", { name: tapWords(tap) }),
    lines: [text("walk.value", { value: first(measured.activations[tap]) })],
    layer: null,
  }));
  const backward = taps.toReversed().map((tap) => ({
    title: text("walk.backwardTap", { name: tapWords(tap) }),
    lines: [text("walk.comesBack", { signal: first(measured.activation_gradients[tap]), norm: format(measured.activation_gradient_norms[tap], 2) })],
    layer: null,
  }));
  const loss = { title: text("walk.lossTitle"), lines: [text("walk.loss", { loss: format(measured.loss) })], layer: null };
  return [...forward, loss, ...backward];
}

/** What an operation of a time step is called, x.t3, h0.t3 or c0.t3 in the run file; any other keeps its name there. @param {string} tap */
function tapWords(tap) {
  const [, letter, layer, step] = tap.match(/^([xhc])(\d*)\.t(\d+)$/) ?? [];
  return letter ? text(`walk.taps.${letter}`, { step, layer: Number(layer) + 1 }) : tap;
}

/** Numbers in brackets, the first ones of many. @param {number[]} numbers */
function list(numbers) {
  const shown = numbers.slice(0, TERMS).map((number) => format(number));
  if (numbers.length > TERMS) shown.push("…");
  return `(${shown.join(", ")})`;
}

/** A sum of products, and of what is added to them, written out as far as one can read it. @param {number[][]} pairs @param {number[]} rest */
function products(pairs, rest) {
  const terms = pairs.slice(0, TERMS).map(([x, y]) => `${bracketed(x)}·${bracketed(y)}`);
  if (pairs.length > TERMS) terms.push(text("walk.more", { count: pairs.length - TERMS }));
  return [...terms, ...rest.map(bracketed)].join(" + ");
}

/** @param {number} number */
function bracketed(number) {
  return number < 0 ? `(${format(number)})` : format(number);
}

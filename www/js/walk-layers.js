// The walk through a multilayer perceptron: each layer's operations in formulas, forward and back. Values and gradients are
// the run file's; what stands in a formula besides, such as a mean, a slope or a factor, is computed from them here.

import { format } from "./numbers.js";
import { text } from "./strings.js";
import { bracketed, column, dot, largest, list, mean, pairs, products, row, sigmoid, width, within, written } from "./walk-sums.js";
import { updateOf, weightWords } from "./walk-update.js";

/** @typedef {import("./walk-sums.js").Tensor} Tensor */
/** @typedef {import("./walk-sums.js").Step} Step */
/** @typedef {"linear" | "act" | "norm" | "dropout" | "residual" | "rezero" | "highway" | "dense"} Kind */
/** An operation: the value it makes, what of, and what it has its parameters under; a skip has the other end too. @typedef {{ kind: Kind, tap: string, from: string, at: string, skip: string }} Operation */
/** @typedef {{ name: string, operations: Operation[], output: string }} Layer */

/** What normalizations add to the variance. */
const EPSILON = 1e-5;

/** @param {any} file A run file, parsed. @param {import("./walk-sums.js").Followed} followed @returns {Step[]} */
export function layerSteps(file, { sample, unit }) {
  const { config, parameters, measured, batch } = file;
  /** @type {Record<string, Tensor>[]} */
  const [values, signals] = [{ ...measured.activations }, { ...measured.activation_gradients }];
  const f = config.activation;
  const layers = layersOf(config, parameters, values, signals);
  const head = layers.length - 1;

  const place = (/** @type {Tensor} */ tensor) => sample * width(tensor) + within(tensor, unit);
  const value = (/** @type {string} */ tap) => values[tap].data[place(values[tap])];
  const signal = (/** @type {string} */ tap) => signals[tap].data[place(signals[tap])];
  const unitOf = (/** @type {string} */ tap) => within(values[tap], unit);
  const scaleOf = (/** @type {Operation} */ { kind, at }) => (kind === "rezero" ? parameters[`${at}.alpha`].data[0] : config.residual_scale);

  const gateOf = (/** @type {string} */ at) => sigmoid(value(`${at}.gate`));

  /** The numbers that a norm takes together: those of a sample, or those of a feature. @param {Operation} operation */
  function normOf({ at, tap, from }) {
    const byBatch = config.norm === "batch_norm";
    const take = (/** @type {Tensor} */ tensor) => (byBatch ? column(tensor, within(tensor, unit)) : row(tensor, sample));
    const [x, arrives] = [take(values[from]), take(signals[tap])];
    const center = config.norm === "rms_norm" ? 0 : mean(x);
    const variance = mean(x.map((each) => (each - center) ** 2));
    const sigma = Math.sqrt(variance + EPSILON);
    const [gain, shift] = ["gain", "shift"].map((name) => parameters[`${at}.${name}`]?.data ?? []);
    const gains = x.map((_, index) => gain[byBatch ? unitOf(tap) : index] ?? 1);
    const own = byBatch ? sample : unitOf(tap);
    const hats = x.map((each) => (each - center) / sigma);
    const scaled = arrives.map((each, index) => each * gains[index]);
    const [first, second] = [config.norm === "rms_norm" ? 0 : mean(scaled), mean(scaled.map((each, index) => each * hats[index]))];
    return {
      over: text(`walk.norm.${byBatch ? "batch" : "features"}`), x: x[own], mean: center, variance, sigma, hat: hats[own],
      gain: gains[own], shift: shift[unitOf(tap)] ?? 0, value: value(tap), scaled: scaled[own], first, second,
      back: (scaled[own] - first - hats[own] * second) / sigma,
    };
  }

  /** @param {Operation} operation @returns {string[]} */
  function forward(operation) {
    const { kind, tap, from, at, skip } = operation;
    const numbers = { x: value(from), value: value(tap), skip: skip ? value(skip) : 0, f };
    switch (kind) {
      case "linear":
        return [text("walk.z", { sum: linear(at, from, tap), z: format(value(tap)) })];
      case "act":
        return [text("walk.a", { f, x: format(value(from)), a: format(value(tap)) })];
      case "norm": {
        const norm = written(normOf(operation));
        return config.norm === "rms_norm" ? [text("walk.norm.rms", norm)] : [text("walk.norm.moments", norm), text("walk.norm.value", norm)];
      }
      case "dropout":
        return [text("walk.dropout", written({ ...numbers, factor: dropped(tap) }))];
      case "residual":
      case "rezero":
        return [text(`walk.skip.${kind}`, written({ ...numbers, scale: scaleOf(operation) }))];
      case "highway": {
        const t = gateOf(at);
        return [text("walk.skip.gate", { sum: linear(`${at}.gate`, skip, tap), t: format(t) }), text("walk.skip.highway", written({ ...numbers, t, rest: 1 - t }))];
      }
      case "dense":
        return [text("walk.skip.dense", { unit: unitOf(tap) + 1, value: format(value(tap)) })];
    }
  }

  /** A linear layer written out. @param {string} at @param {string} from @param {string} tap */
  function linear(at, from, tap) {
    const bias = parameters[`${at}.bias`];
    return products(pairs(row(parameters[`${at}.weight`], unitOf(tap)), row(values[from], sample)), bias ? [bias.data[unitOf(tap)]] : []);
  }

  const dropped = (/** @type {string} */ tap) => batch.dropout[tap].data[place(values[tap])];

  /**
   * What an operation hands back to what it is made of, if the rest of what comes there is known.
   * @param {Operation} operation @param {string} name What the layer is called. @param {number} rest
   * @returns {{ part: number, line: string }}
   */
  function back(operation, name, rest = 0) {
    const { kind, tap, from, at } = operation;
    const total = signal(from) - rest;
    switch (kind) {
      case "linear": {
        const all = pairs(column(parameters[`${at}.weight`], unitOf(from)), row(signals[tap], sample));
        const part = rest === 0 ? total : dot(all.map(([w]) => w), all.map(([, s]) => s));
        return { part, line: text("walk.arrives", { next: name, back: products(all), arrives: format(part) }) };
      }
      case "act": {
        const arrives = signal(tap);
        const slope = arrives === 0 ? "…" : bracketed(total / arrives);
        return { part: total, line: text("walk.signal", { f, slope, arrives: bracketed(arrives), signal: format(total) }) };
      }
      case "norm": {
        const norm = normOf(operation);
        return { part: norm.back, line: text("walk.norm.back", written({ ...norm, back: rest === 0 ? total : norm.back })) };
      }
      case "dropout":
        return { part: total, line: text("walk.dropoutBack", written({ factor: dropped(tap), arrives: signal(tap), back: total })) };
      case "residual":
      case "rezero":
        return { part: total, line: text("walk.skip.branchBack", written({ scale: scaleOf(operation), arrives: signal(tap), back: total })) };
      case "highway":
        return { part: total, line: text("walk.skip.highwayBack", written({ t: gateOf(at), arrives: signal(tap), back: total })) };
      case "dense":
        return { part: total, line: text("walk.skip.denseBack", { back: format(total) }) };
    }
  }

  /** What comes to a layer's output: from the next layer's first operation, and past it along the skip. @param {number} index @returns {string[]} */
  function arriving(index) {
    const [{ output }, { operations, name }] = [layers[index], layers[index + 1]];
    const join = operations.find(({ skip }) => skip === output);
    const lines = [];
    let past = 0;
    if (join) {
      const g = signals[join.tap].data[sample * width(signals[join.tap]) + unitOf(output)];
      const t = join.kind === "highway" ? gateOf(join.at) : 0;
      past = (1 - t) * g;
      lines.push(text("walk.skip.past", written({ next: name, share: 1 - t, arrives: g, past })));
      if (join.kind === "highway") {
        const gate = `${join.at}.gate`;
        const through = dot(column(parameters[`${gate}.weight`], unitOf(output)), row(signals[gate], sample));
        past += through;
        lines.push(text("walk.skip.throughGate", written({ next: name, through })));
      }
    }
    const first = operations[0].skip ? null : back(operations[0], name, past);
    if (first) lines.push(first.line);
    if (join && first) lines.push(text("walk.skip.together", written({ past, part: first.part, total: signal(output) })));
    return lines;
  }

  const title = (/** @type {string} */ way, /** @type {number} */ index) => text(`walk.${way}`, { layer: layers[index].name });
  /** @type {Step[]} */
  const steps = [{ title: text("walk.input"), lines: [text("walk.sample", { sample: sample + 1, numbers: list(row(values.input, sample)) })], layer: null }];
  layers.forEach(({ operations }, index) => {
    const lines = operations.flatMap(forward);
    if (index === head) lines.push(text("walk.loss", { loss: format(measured.loss) }));
    steps.push({ title: title("forward", index), lines, layer: index });
  });
  for (let index = head; index >= 0; index--) {
    const { operations, name } = layers[index];
    const lines = index === head ? [text("walk.fromLoss", { signal: format(signal("logits")) })] : arriving(index);
    for (const operation of operations.slice(1).toReversed()) lines.push(back(operation, name).line);
    if (index < head) {
      const here = (/** @type {Layer} */ layer) => measured.activation_gradient_norms[layer.operations.some(({ skip }) => skip) ? layer.output : mainOf(layer).tap];
      const own = here(layers[index]);
      lines.push(text("walk.norms", { norm: format(own, 2), factor: format(own / here(layers[index + 1])), next: layers[index + 1].name }));
    }
    lines.push(share(index).line);
    steps.push({ title: index === head ? text("walk.backwardHead") : title("backward", index), lines, layer: index });
  }
  const { matrix, at, words } = share(0);
  steps.push({ ...updateOf(file, matrix, at, words), layer: 0 });
  return steps;

  /** What the followed weight of a layer gets: of its first matrix, that with the unit's largest gradient. @param {number} index */
  function share(index) {
    const { tap, from, at } = mainOf(layers[index]);
    const matrix = `${at}.weight`;
    const gradients = row(measured.gradients[matrix], unitOf(tap));
    const input = largest(gradients);
    const words = weightWords(layers[index].name, unitOf(tap), input);
    const sum = products(pairs(column(signals[tap], unitOf(tap)), column(values[from], input)));
    return { matrix, at: unitOf(tap) * gradients.length + input, words, line: text("walk.gradient", { weight: words, share: sum, gradient: format(gradients[input], 2) }) };
  }
}

/** The operation with a layer's first matrix. @param {Layer} layer @returns {Operation} */
function mainOf({ operations }) {
  return operations.find(({ kind }) => kind === "linear") ?? operations[0];
}

/**
 * The layers, each as its operations. Where something follows an addition, the sum itself is in no run file: it is added here.
 * @param {any} config @param {any} parameters
 * @param {Record<string, Tensor>} values @param {Record<string, Tensor>} signals
 * @returns {Layer[]}
 */
function layersOf(config, parameters, values, signals) {
  /** @type {Layer[]} */
  const layers = [];
  let before = "input";
  /** @param {string} prefix @param {Kind[]} kinds @param {string} from @returns {Operation[]} */
  const chain = (prefix, kinds, from) => {
    /** @type {Record<string, number>} */
    const seen = {};
    return kinds.flatMap((kind) => {
      const at = `${prefix}.${kind}${(seen[kind] = (seen[kind] ?? -1) + 1)}`;
      if (!values[at]) return [];
      const operation = { kind, tap: at, from, at, skip: "" };
      from = at;
      return [operation];
    });
  };
  if (parameters["stem.weight"]) {
    layers.push({ name: text("walk.stem"), operations: [{ kind: "linear", tap: "stem", from: before, at: "stem", skip: "" }], output: "stem" });
    before = "stem";
  }
  for (let block = 1; block <= config.depth; block++) {
    const output = `block${block}`;
    const operations = chain(output, config.block, before);
    const last = operations.at(-1)?.tap ?? before;
    const agrees = width(values[before]) === width(values[last]);
    /** @type {Kind | null} */
    const kind = config.skip ?? (config.residual && agrees ? "residual" : null);
    if (kind) {
      const after = config.after_add ?? [];
      const tap = after.length > 0 ? `${output}.sum` : output;
      operations.push({ kind, tap, from: last, at: output, skip: before });
      if (after.length > 0) {
        const scale = kind === "rezero" ? parameters[`${output}.alpha`].data[0] : config.residual_scale;
        const { shape } = values[last];
        values[tap] = { shape, data: values[last].data.map((branch, index) => values[before].data[index] + scale * branch) };
        signals[tap] = { shape, data: signals[last].data.map((back) => back / scale) };
        operations.push(...chain(`${output}.after`, after, tap));
      }
    }
    layers.push({ name: text("walk.layer", { layer: block }), operations, output });
    before = output;
  }
  const last = chain("final", config.final ?? [], before);
  layers.push({
    name: text("walk.output"),
    operations: [...last, { kind: "linear", tap: "logits", from: last.at(-1)?.tap ?? before, at: "head", skip: "" }],
    output: "logits",
  });
  return layers;
}

// The walk through a network over time: each time step's equations with the run file's numbers, forward and back. Gates are
// in no run file: they are computed here from its states and weights.

import { format } from "./numbers.js";
import { text } from "./strings.js";
import { column, dot, largest, list, pairs, products, row, sigmoid, width, written } from "./walk-sums.js";
import { updateOf, weightWords } from "./walk-update.js";

/** @typedef {import("./walk-sums.js").Tensor} Tensor */
/** @typedef {import("./walk-sums.js").Step} Step */

/** The slope of an activation, from its value, where that is enough. @type {Record<string, (value: number) => number>} */
const SLOPES = { identity: () => 1, tanh: (h) => 1 - h * h, sigmoid: (h) => h * (1 - h), relu: (h) => (h > 0 ? 1 : 0) };

/** @param {any} file A run file, parsed. @param {import("./walk-sums.js").Followed} followed @returns {Step[]} */
export function timeSteps(file, { sample, unit }) {
  const { config, parameters, measured } = file;
  /** @type {Record<string, Tensor>[]} */
  const [values, signals] = [measured.activations, measured.activation_gradients];
  const { kind, layers = 1, truncate = 0 } = config;
  const length = Object.keys(values).filter((tap) => tap.startsWith("x.t")).length;
  const H = width(values["h0.t1"]);
  const zeros = Array.from({ length: H }, () => 0);
  const state = (/** @type {string} */ letter, /** @type {number} */ k, /** @type {number} */ t) =>
    t === 0 ? zeros : row(values[`${letter}${k}.t${t}`], sample);
  const signal = (/** @type {string} */ letter, /** @type {number} */ k, /** @type {number} */ t) => row(signals[`${letter}${k}.t${t}`], sample);
  const input = (/** @type {number} */ k, /** @type {number} */ t) => (k === 0 ? row(values[`x.t${t}`], sample) : state("h", k - 1, t));
  /** Whether gradients stop on their way from step t + 1 to step t. @param {number} t */
  const isCut = (t) => truncate > 0 && t < length && (length - t) % truncate === 0;
  const place = (/** @type {number} */ k, /** @type {number} */ t) => text(layers > 1 ? "walk.time.placeOf" : "walk.time.place", { step: t, layer: k + 1 });

  /** The two halves of W x + U h for a row of the weights. @param {number} k @param {number} t @param {number} gate */
  function halves(k, t, gate, h = state("h", k, t - 1)) {
    const at = gate * H + unit;
    const [ih, hh] = ["ih", "hh"].map((part) => ({ weights: row(parameters[`weight_${part}_l${k}`], at), bias: parameters[`bias_${part}_l${k}`]?.data[at] ?? 0 }));
    const x = input(k, t);
    return { x: dot(ih.weights, x) + ih.bias, h: dot(hh.weights, h) + hh.bias, words: `${products(pairs(ih.weights, x), [ih.bias])} + ${products(pairs(hh.weights, h), [hh.bias])}` };
  }

  /** What the gates are, of the unit that is followed. @param {number} k @param {number} t @returns {Record<string, number>} */
  function gates(k, t) {
    const each = (/** @type {number} */ gate) => halves(k, t, gate);
    const sum = (/** @type {number} */ gate) => each(gate).x + each(gate).h;
    if (kind === "lstm") return { i: sigmoid(sum(0)), f: sigmoid(sum(1)), g: Math.tanh(sum(2)), o: sigmoid(sum(3)) };
    const z = sigmoid(sum(1));
    return { r: sigmoid(sum(0)), z };
  }

  /** @param {number} k @param {number} t @returns {string[]} */
  function forward(k, t) {
    const [h, was] = [state("h", k, t)[unit], state("h", k, t - 1)[unit]];
    if (kind === "rnn") return [text("walk.time.rnn", { f: config.activation, sum: halves(k, t, 0).words, h: format(h) })];
    const names = kind === "lstm" ? ["i", "f", "g", "o"] : ["r", "z"];
    const all = gates(k, t);
    const lines = names.map((name, gate) => text(`walk.time.${kind}.${name}`, { sum: halves(k, t, gate).words, value: format(all[name]) }));
    if (kind === "lstm") {
      const [c, cWas] = [state("c", k, t)[unit], t === 1 ? 0 : state("c", k, t - 1)[unit]];
      return [...lines, text("walk.time.lstm.c", written({ ...all, was: cWas, c })), text("walk.time.lstm.h", written({ ...all, c, h }))];
    }
    // n follows from h = (1 - z) n + z h_before, but where z is 1 nothing of it is left: it is computed from its own equation.
    const n = candidate(k, t, all.r);
    return [...lines, text(`walk.time.gru.${config.reset_after === false ? "nBefore" : "n"}`, written({ r: all.r, n })), text("walk.time.gru.h", written({ ...all, n, rest: 1 - all.z, was, h }))];
  }

  /** @param {number} k @param {number} t @param {number} r */
  function candidate(k, t, r) {
    if (config.reset_after !== false) {
      const { x, h } = halves(k, t, 2);
      return Math.tanh(x + r * h);
    }
    const before = state("h", k, t - 1);
    const [ih, hh] = ["ih", "hh"].map((part) => parameters[`weight_${part}_l${k}`]);
    const resets = before.map((_, j) => {
      const reset = (/** @type {Tensor} */ weights, /** @type {number[]} */ of, /** @type {string} */ part) => dot(row(weights, j), of) + (parameters[`bias_${part}_l${k}`]?.data[j] ?? 0);
      return sigmoid(reset(ih, input(k, t), "ih") + reset(hh, before, "hh"));
    });
    const { x, h } = halves(k, t, 2, before.map((value, j) => value * resets[j]));
    return Math.tanh(x + h);
  }

  /** @param {number} k @param {number} t @returns {string[]} */
  function backward(k, t) {
    const dh = signal("h", k, t)[unit];
    const h = state("h", k, t)[unit];
    const lines = [];
    if (isCut(t)) lines.push(text("walk.time.cut", { next: t + 1 }));
    else if (t < length) lines.push(...fromNext(k, t));
    const isRead = k === layers - 1 && (config.readout === "all" || t === length);
    if (isRead) {
      const logits = config.readout === "all" ? signals.logits.data.slice((sample * length + t - 1) * width(signals.logits)).slice(0, width(signals.logits)) : row(signals.logits, sample);
      lines.push(text("walk.time.fromHead", { back: products(pairs(column(parameters["head.weight"], unit), logits)) }));
    } else if (k < layers - 1) lines.push(text("walk.time.fromAbove", { layer: k + 2 }));
    lines.push(text("walk.time.total", written({ dh })));
    if (kind === "rnn") {
      const slope = SLOPES[config.activation];
      lines.push(slope ? text("walk.time.through", written({ f: config.activation, slope: slope(h), dh, dz: slope(h) * dh })) : text("walk.time.unknownSlope", { f: config.activation }));
    } else if (kind === "lstm") {
      const [{ o }, dc, c] = [gates(k, t), signal("c", k, t)[unit], state("c", k, t)[unit]];
      const past = t < length && !isCut(t) ? { f: gates(k, t + 1).f, dcNext: signal("c", k, t + 1)[unit] } : { f: 0, dcNext: 0 };
      lines.push(text("walk.time.lstm.back", written({ dh, o, slope: 1 - Math.tanh(c) ** 2, ...past, dc })));
    }
    const norm = measured.activation_gradient_norms[`${kind === "lstm" ? "c" : "h"}${k}.t${t}`];
    return [...lines, text("walk.time.norm", { norm: format(norm, 2) })];
  }

  /** What comes from the next time step. @param {number} k @param {number} t @returns {string[]} */
  function fromNext(k, t) {
    if (kind === "gru") {
      const [{ z }, next] = [gates(k, t + 1), signal("h", k, t + 1)[unit]];
      return [text("walk.time.gru.back", written({ next: String(t + 1), z, dh: next, part: z * next }))];
    }
    if (kind === "lstm") return [text("walk.time.lstm.fromNext", { next: t + 1 })];
    const slope = SLOPES[config.activation];
    if (!slope) return [];
    const dz = signal("h", k, t + 1).map((each, j) => each * slope(state("h", k, t + 1)[j]));
    const all = pairs(column(parameters[`weight_hh_l${k}`], unit), dz);
    return [text("walk.time.rnnBack", { next: t + 1, back: products(all), part: format(dot(all.map(([w]) => w), dz)) })];
  }

  /** @type {Step[]} */
  const steps = [];
  for (let t = 1; t <= length; t++) {
    for (let k = 0; k < layers; k++) {
      const lines = k === 0 ? [text("walk.time.input", { numbers: list(input(0, t)) })] : [];
      steps.push({ title: text("walk.forward", { layer: place(k, t) }), lines: [...lines, ...forward(k, t)], layer: k === 0 ? t - 1 : null });
    }
  }
  steps.push(headStep(file, sample, `h${layers - 1}.t${length}`, length));
  steps.push({ title: text("walk.backwardHead"), lines: [text("walk.fromLoss", { signal: format(lastSignal(file, sample)) })], layer: length });
  for (let t = length; t >= 1; t--) {
    for (let k = layers - 1; k >= 0; k--) {
      steps.push({ title: text("walk.backward", { layer: place(k, t) }), lines: backward(k, t), layer: k === 0 ? t - 1 : null });
    }
  }
  const last = updateStep(file, "weight_hh_l0", unit, "walk.time.shared");
  return [...steps, last];
}

/** Attention reads every step at once; its insides are in no run file, but for the first and the last. @param {any} file @param {import("./walk-sums.js").Followed} followed @returns {Step[]} */
export function attentionSteps(file, { sample, unit }) {
  const { parameters, measured, config } = file;
  const [values, signals] = [measured.activations, measured.activation_gradients];
  const length = Object.keys(values).filter((tap) => tap.startsWith("x.t")).length;
  const at = (/** @type {string} */ name) => parameters[name];
  const embedded = Array.from({ length }, (_, index) => row(values[`h0.t${index + 1}`], sample));
  const H = embedded[0].length;
  const project = (/** @type {number[]} */ e, /** @type {number} */ third) =>
    e.map((_, j) => dot(row(at("self_attn.in_proj_weight"), third * H + j), e) + at("self_attn.in_proj_bias").data[third * H + j]);
  const last = embedded[length - 1];
  const query = project(last, 0);
  const scores = embedded.map((e) => Math.exp(dot(query, project(e, 1)) / Math.sqrt(H)));
  const all = scores.reduce((sum, score) => sum + score, 0);
  const shares = scores.map((score) => score / all);
  const mixed = embedded.map((e) => project(e, 2)[unit]);
  /** @type {Step[]} */
  const steps = embedded.map((e, index) => {
    const x = row(values[`x.t${index + 1}`], sample);
    const sum = products(pairs(row(at("embed.weight"), unit), x), [at("embed.bias").data[unit], positionOf(index, unit, H)]);
    return { title: text("walk.forward", { layer: text("walk.time.place", { step: index + 1 }) }), lines: [text("walk.time.input", { numbers: list(x) }), text("walk.attention.embed", { sum, value: format(e[unit]) })], layer: index };
  });
  const output = `h1.t${length}`;
  const lines = [
    text("walk.attention.shares", { step: length, list: list(shares), top: largest(shares) + 1 }),
    text("walk.attention.mix", { sum: products(pairs(shares, mixed)), value: format(dot(shares, mixed)) }),
    text("walk.attention.out", { f: config.activation, value: format(row(values[output], sample)[unit]) }),
  ];
  steps.push({ title: text("walk.attention.title", { step: length }), lines, layer: null }, headStep(file, sample, output, length));
  steps.push({ title: text("walk.backwardHead"), lines: [text("walk.fromLoss", { signal: format(lastSignal(file, sample)) })], layer: length });
  steps.push({ title: text("walk.attention.backTitle"), lines: [text("walk.attention.back", { value: format(row(signals[output], sample)[unit]) })], layer: null });
  for (let t = length; t >= 1; t--) {
    const tap = `h0.t${t}`;
    const numbers = { step: t, value: format(row(signals[tap], sample)[unit]), norm: format(measured.activation_gradient_norms[tap], 2) };
    steps.push({ title: text("walk.backward", { layer: text("walk.time.place", { step: t }) }), lines: [text("walk.attention.share", numbers)], layer: t - 1 });
  }
  return [...steps, updateStep(file, "self_attn.in_proj_weight", unit, "walk.attention.shared")];
}

/** What marks a place in the sequence. @param {number} index @param {number} unit @param {number} size */
function positionOf(index, unit, size) {
  const angle = index / 10_000 ** ((unit - (unit % 2)) / size);
  return unit % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
}

/** The output layer, after the last time step. @param {any} file @param {number} sample @param {string} from @param {number} length @returns {Step} */
function headStep({ parameters, measured }, sample, from, length) {
  const sum = products(pairs(row(parameters["head.weight"], 0), row(measured.activations[from], sample)), [parameters["head.bias"].data[0]]);
  const z = format(lastOf(measured.activations.logits, sample));
  return { title: text("walk.forward", { layer: text("walk.output") }), lines: [text("walk.z", { sum, z }), text("walk.loss", { loss: format(measured.loss) })], layer: length };
}

/** The first output of the last time step that is read. @param {Tensor} logits @param {number} sample */
function lastOf(logits, sample) {
  const each = logits.data.length / logits.shape[0];
  return logits.data[(sample + 1) * each - width(logits)];
}

/** @param {any} file @param {number} sample */
const lastSignal = ({ measured }, sample) => lastOf(measured.activation_gradients.logits, sample);

/** @param {any} file @param {string} matrix @param {number} unit @param {string} shared @returns {Step} */
function updateStep(file, matrix, unit, shared) {
  const gradients = row(file.measured.gradients[matrix], unit);
  const input = largest(gradients);
  const step = updateOf(file, matrix, unit * gradients.length + input, weightWords(text(`${shared}Matrix`), unit, input));
  return { ...step, lines: [text(shared), ...step.lines] };
}

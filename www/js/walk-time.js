// The walk through a network over time: each time step's equations with the run file's numbers, forward and back, and with
// what walk-cells.js computes from them.

import { format } from "./numbers.js";
import { text } from "./strings.js";
import { cellsOf } from "./walk-cells.js";
import { bracketed, column, dot, largest, list, pairs, products, row, width, written } from "./walk-sums.js";
import { updateOf, weightWords } from "./walk-update.js";

/** @typedef {import("./walk-sums.js").Tensor} Tensor */
/** @typedef {import("./walk-sums.js").Step} Step */

/**
 * @param {any} file A run file, parsed.
 * @param {import("./walk-sums.js").Followed} followed
 * @param {import("./walk-cells.js").Slope} slope
 * @returns {Step[]}
 */
export function timeSteps(file, { sample, unit }, slope) {
  const { config, parameters, measured } = file;
  const { kind, layers = 1, truncate = 0 } = config;
  /** @type {Record<string, Tensor>} */
  const { logits } = measured.activation_gradients;
  const length = Object.keys(measured.activations).filter((tap) => tap.startsWith("x.t")).length;
  const { names, resetsAfter, state, signal, input, inside, reset, back, parts } = cellsOf(file, sample, slope);
  /** Whether gradients stop on their way from step t + 1 to step t. @param {number} t */
  const isCut = (t) => truncate > 0 && t < length && (length - t) % truncate === 0;
  const place = (/** @type {number} */ k, /** @type {number} */ t) => text(layers > 1 ? "walk.time.placeOf" : "walk.time.place", { step: t, layer: k + 1 });
  const gateName = (/** @type {string} */ gate) => text(`walk.time.gates.${kind}.${gate}`);

  /** W x + U h of the unit that is followed, written out. @param {number} k @param {number} t @param {number} gate */
  function sumOf(k, t, gate) {
    const at = gate * state("h", k, t).length + unit;
    const [x, h] = [["ih", input(k, t)], ["hh", state("h", k, t - 1)]].map(([side, of]) => {
      const [weights, bias] = [parameters[`weight_${side}_l${k}`], parameters[`bias_${side}_l${k}`]];
      return products(pairs(row(weights, at), /** @type {number[]} */ (of)), [bias?.data[at] ?? 0]);
    });
    return `${x} + ${h}`;
  }

  /** The values of the gates, of the unit that is followed. @param {number} k @param {number} t @returns {Record<string, number>} */
  const gates = (k, t) => Object.fromEntries(Object.entries(inside(k, t)).map(([name, { value }]) => [name, value[unit]]));

  /** @param {number} k @param {number} t @returns {string[]} */
  function forward(k, t) {
    const [h, was] = [state("h", k, t)[unit], state("h", k, t - 1)[unit]];
    if (kind === "rnn") return [text("walk.time.rnn", { f: config.activation, sum: sumOf(k, t, 0), h: format(h) })];
    const all = gates(k, t);
    const opened = kind === "lstm" ? names : ["r", "z"];
    const lines = opened.map((name, gate) => text(`walk.time.${kind}.${name}`, { sum: sumOf(k, t, gate), value: format(all[name]) }));
    if (kind === "lstm") {
      const [c, cWas] = [state("c", k, t)[unit], state("c", k, t - 1)[unit]];
      return [...lines, text("walk.time.lstm.c", written({ ...all, was: cWas, c })), text("walk.time.lstm.h", written({ ...all, c, h }))];
    }
    return [...lines, text(`walk.time.gru.${resetsAfter ? "n" : "nBefore"}`, written(all)), text("walk.time.gru.h", written({ ...all, was, h }))];
  }

  /** @param {number} k @param {number} t @returns {string[]} */
  function backward(k, t) {
    const dh = signal("h", k, t)[unit];
    const arriving = [];
    if (t < length && !isCut(t)) arriving.push(...fromCell("hh", k, t + 1, text("walk.time.place", { step: t + 1 })));
    const isRead = k === layers - 1 && (config.readout === "all" || t === length);
    if (isRead) {
      const dz = config.readout === "all" ? row(logits, sample * length + t - 1) : row(logits, sample);
      const all = pairs(column(parameters["head.weight"], unit), dz);
      const part = dot(all.map(([w]) => w), dz);
      arriving.push({ part, line: text("walk.time.fromHead", { back: products(all), part: format(part) }) });
    }
    if (k < layers - 1) arriving.push(...fromCell("ih", k + 1, t, text("walk.time.above", { layer: k + 2 })));
    const lines = arriving.map(({ line }) => line);
    if (isCut(t)) lines.unshift(text("walk.time.cut", { next: t + 1 }));
    lines.push(text("walk.time.total", { sum: arriving.map(({ part }) => bracketed(part)).join(" + ") || "0", dh: bracketed(dh) }));
    const norm = measured.activation_gradient_norms[`${kind === "lstm" ? "c" : "h"}${k}.t${t}`];
    return [...lines, ...through(k, t), text("walk.time.norm", { norm: format(norm, 2) })];
  }

  /** What comes back from another cell, and how. @param {string} side @param {number} k @param {number} t @param {string} source */
  function fromCell(side, k, t, source) {
    const arriving = parts(side, k, t, unit).map(({ gate, terms, times, part }) => {
      const sum = times === 1 ? products(terms) : `${bracketed(times)}·(${products(terms)})`;
      const way = kind === "rnn" ? `W_${side}` : text("walk.time.way", { gate: gateName(gate), matrix: `W_${side}` });
      return { part, line: text("walk.time.from", { source, way, back: sum, part: format(part) }) };
    });
    if (kind !== "gru" || side === "ih") return arriving;
    const [{ z }, dh] = [gates(k, t), signal("h", k, t)[unit]];
    return [{ part: z * dh, line: text("walk.time.gru.kept", written({ source, z, dh, part: z * dh })) }, ...arriving];
  }

  /** What becomes of dLoss/dh in its own cell, gate by gate. @param {number} k @param {number} t @returns {string[]} */
  function through(k, t) {
    const [dh, all, d] = [signal("h", k, t)[unit], gates(k, t), back(k, t)];
    /** @param {string} gate @param {Record<string, number>} [more] @param {string} [words] */
    const line = (gate, more, words = gate) => text(`walk.time.${kind}.${words}Back`, written({ dh, ...all, ...more, slope: inside(k, t)[gate].slope[unit], d: d[gate][unit] }));
    if (kind === "rnn") return [text("walk.time.through", written({ f: config.activation, slope: inside(k, t).h.slope[unit], dh, dz: d.h[unit] }))];
    if (kind === "lstm") {
      const [dc, c, was] = [signal("c", k, t)[unit], state("c", k, t)[unit], state("c", k, t - 1)[unit]];
      const past = t < length && !isCut(t) ? { f: gates(k, t + 1).f, dcNext: signal("c", k, t + 1)[unit] } : { f: 0, dcNext: 0 };
      const tanh = Math.tanh(c);
      const cell = text("walk.time.lstm.back", written({ dh, o: all.o, slope: slope("tanh", c), ...past, dc }));
      return [line("o", { tanh }), cell, ...["i", "f", "g"].map((gate) => line(gate, { dc, was }))];
    }
    const [arrives, met] = reset(k, t, d.n).map((factor) => factor[unit]);
    return [line("z", { was: state("h", k, t - 1)[unit] }), line("n"), line("r", { arrives, met }, resetsAfter ? "r" : "rBefore")];
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

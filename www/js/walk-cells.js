// The cells of a recurrent network as a walk sees them. A run file has their states and the gradients of these; gates, and
// what comes back through them, are computed from its weights here, gate by gate, by the equations in docs/model.md.

import { column, dot, pairs, row, sigmoid, width } from "./walk-sums.js";

/** @typedef {import("./walk-sums.js").Tensor} Tensor */
/** The slope of an activation, by the engine's own formulas. @typedef {(activation: string, z: number) => number} Slope */
/** What a sum becomes, of every unit, and the slope there. @typedef {{ value: number[], slope: number[] }} Gate */
/** What comes back to one unit through a gate: the factors, what they are multiplied by together, and the product. @typedef {{ gate: string, terms: number[][], times: number, part: number }} Part */

/** The gates in the order of the weights' rows. @type {Record<string, string[]>} */
const GATES = { rnn: ["h"], lstm: ["i", "f", "g", "o"], gru: ["r", "z", "n"] };

/** @param {number[][]} factors One of each, unit by unit. */
const multiply = (...factors) => factors[0].map((_, unit) => factors.reduce((product, factor) => product * factor[unit], 1));

/** @param {number[]} left @param {number[]} right */
const add = (left, right) => left.map((value, unit) => value + right[unit]);

/** @param {any} file A run file, parsed. @param {number} sample @param {Slope} slope */
export function cellsOf({ config, parameters, measured }, sample, slope) {
  const { kind } = config;
  /** @type {Record<string, Tensor>[]} */
  const [values, signals] = [measured.activations, measured.activation_gradients];
  const H = width(values["h0.t1"]);
  const zeros = Array.from({ length: H }, () => 0);
  const names = GATES[kind];
  const resetsAfter = config.reset_after !== false;

  /** Of layer k, from 0, at time step t, from 1; before the first all is 0. @param {string} letter @param {number} k @param {number} t */
  const state = (letter, k, t) => (t === 0 ? zeros : row(values[`${letter}${k}.t${t}`], sample));
  const signal = (/** @type {string} */ letter, /** @type {number} */ k, /** @type {number} */ t) => row(signals[`${letter}${k}.t${t}`], sample);
  const input = (/** @type {number} */ k, /** @type {number} */ t) => (k === 0 ? row(values[`x.t${t}`], sample) : state("h", k - 1, t));

  /** W v + b of every unit of a gate, by the weights for the input (ih) or for the state (hh). @param {string} side @param {number} k @param {number} gate @param {number[]} v */
  function sums(side, k, gate, v) {
    const [weights, bias] = [parameters[`weight_${side}_l${k}`], parameters[`bias_${side}_l${k}`]];
    return zeros.map((_, unit) => dot(row(weights, gate * H + unit), v) + (bias?.data[gate * H + unit] ?? 0));
  }

  /** @param {string} f @param {number[]} z @returns {Gate} */
  function open(f, z) {
    const value = f === "sigmoid" ? sigmoid : Math.tanh;
    return { value: z.map(value), slope: z.map((each) => slope(f, each)) };
  }

  /** W_hh of a gate on the way back: what each unit's state before gets of these. @param {number} k @param {number} gate @param {number[]} d */
  const toState = (k, gate, d) => zeros.map((_, unit) => dot(weightsFrom("hh", k, gate, unit), d));

  /** The weights of a gate for one number that comes in. @param {string} side @param {number} k @param {number} gate @param {number} unit */
  const weightsFrom = (side, k, gate, unit) => column(parameters[`weight_${side}_l${k}`], unit).slice(gate * H, (gate + 1) * H);

  /** The gates, and of a GRU 1 - z as well. */
  const inside = remembered(/** @returns {Record<string, Gate>} */ (k, t) => {
    const [x, was] = [input(k, t), state("h", k, t - 1)];
    const sum = (/** @type {number} */ gate) => add(sums("ih", k, gate, x), sums("hh", k, gate, was));
    if (kind === "rnn") return { h: { value: state("h", k, t), slope: sum(0).map((z) => slope(config.activation, z)) } };
    if (kind === "lstm") return Object.fromEntries(names.map((name, gate) => [name, open(name === "g" ? "tanh" : "sigmoid", sum(gate))]));
    const [r, z] = [0, 1].map((gate) => open("sigmoid", sum(gate)));
    const recalled = resetsAfter ? multiply(r.value, sums("hh", k, 2, was)) : sums("hh", k, 2, multiply(r.value, was));
    const n = open("tanh", add(sums("ih", k, 2, x), recalled));
    return { r, z, n, rest: open("sigmoid", sum(1).map((each) => -each)) };
  });

  /** The gradient of what the reset gate of a GRU has multiplied, and what that was. @param {number} k @param {number} t @param {number[]} dn Of n's sum. */
  function reset(k, t, dn) {
    const was = state("h", k, t - 1);
    return resetsAfter ? [dn, sums("hh", k, 2, was)] : [toState(k, 2, dn), was];
  }

  /** The gradients of the gates' sums, before their sigmoid or tanh. */
  const back = remembered(/** @returns {Record<string, number[]>} */ (k, t) => {
    const gates = inside(k, t);
    const dh = signal("h", k, t);
    if (kind === "rnn") return { h: multiply(dh, gates.h.slope) };
    if (kind === "lstm") {
      const { i, f, g, o } = gates;
      const dc = signal("c", k, t);
      return {
        i: multiply(dc, g.value, i.slope),
        f: multiply(dc, state("c", k, t - 1), f.slope),
        g: multiply(dc, i.value, g.slope),
        o: multiply(dh, state("c", k, t).map(Math.tanh), o.slope),
      };
    }
    const { r, z, n, rest } = gates;
    const dn = multiply(dh, rest.value, n.slope);
    const change = add(state("h", k, t - 1), n.value.map((value) => -value));
    return { r: multiply(...reset(k, t, dn), r.slope), z: multiply(dh, change, z.slope), n: dn };
  });

  /** What comes back from a cell to one unit of its input (ih) or of its state before (hh), gate by gate. @param {string} side @param {number} k @param {number} t @param {number} unit @returns {Part[]} */
  function parts(side, k, t, unit) {
    const all = back(k, t);
    const r = kind === "gru" && side === "hh" ? inside(k, t).r.value : null;
    return names.map((name, gate) => {
      const isReset = r !== null && name === "n";
      const d = isReset && resetsAfter ? multiply(all[name], r) : all[name];
      const times = isReset && !resetsAfter ? r[unit] : 1;
      const weights = weightsFrom(side, k, gate, unit);
      return { gate: name, terms: pairs(weights, d), times, part: times * dot(weights, d) };
    });
  }

  return { names, resetsAfter, state, signal, input, inside, reset, back, parts };
}

/** Computed once for each place. @template T @param {(k: number, t: number) => T} compute @returns {(k: number, t: number) => T} */
function remembered(compute) {
  /** @type {Map<string, T>} */
  const known = new Map();
  return (k, t) => {
    const key = `${k}.${t}`;
    if (!known.has(key)) known.set(key, compute(k, t));
    return /** @type {T} */ (known.get(key));
  };
}

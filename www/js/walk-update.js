// The last step of a walk: from the gradient of one weight through the clip and the optimizer to its new value.

import { format } from "./numbers.js";
import { text } from "./strings.js";
import { written } from "./walk-sums.js";

/** @typedef {import("./walk-sums.js").Step} Step */

/**
 * @param {any} file A run file, parsed.
 * @param {string} name The parameter.
 * @param {number} place Which of its numbers.
 * @param {string} weight What it is called.
 * @returns {Step}
 */
export function updateOf(file, name, place, weight) {
  const { config, parameters, measured } = file;
  const at = (/** @type {Record<string, any>} */ tensors) => tensors?.[name]?.data[place];
  const [old, raw, clipped, updated] = [at(parameters), at(measured.gradients), at(measured.clipped_gradients), at(measured.updated_parameters)];
  const numbers = { weight, old: format(old), change: format(updated - old, 2), updated: format(updated) };
  const change = text("walk.change", numbers);
  const title = text("walk.update", { weight });
  // A layer by name: block3.linear0.weight is of block3, weight_hh_l0 of recurrent0.hh.
  const layer = name.replace(/^weight_(ih|hh)_l(\d+)$/, "recurrent$2.$1");
  const isFrozen = (config.frozen ?? []).some((/** @type {string} */ each) => layer === each || layer.startsWith(`${each}.`));
  if (isFrozen) return { title, lines: [text("walk.frozen", numbers)], layer: null };
  const lines = [clipLine(config.clip, measured, name, raw, clipped), ...ruleLines(file, name, place, old, clipped)];
  return { title, lines: [...lines, change], layer: null };
}

/** @param {any} clip @param {any} measured @param {string} name @param {number} raw @param {number} clipped */
function clipLine(clip, measured, name, raw, clipped) {
  const values = { ...written({ raw, clipped }), threshold: format(clip?.threshold) };
  if (!clip) return text("walk.clip.none", values);
  if (clip.kind === "value") return text("walk.clip.value", values);
  const factor = raw === 0 ? "…" : format(clipped / raw);
  return text(`walk.clip.${clip.kind}`, { ...values, factor, norm: format(measured.global_gradient_norm, 2) });
}

/** The optimizer's own rule, with what it remembers. @param {any} file @param {string} name @param {number} place @param {number} old @param {number} clipped */
function ruleLines({ config, optimizer_state: memory, measured }, name, place, old, clipped) {
  const { kind, lr, weight_decay: decay = 0, eps, alpha, beta1, beta2, momentum } = config.optimizer;
  const of = (/** @type {any} */ state, /** @type {string} */ what) => state?.parameters[name]?.[what]?.data[place];
  const before = (/** @type {string} */ what) => of(memory, what) ?? 0;
  const after = (/** @type {string} */ what) => of(measured.updated_optimizer_state, what) ?? 0;
  const ownDecay = kind === "adamw";
  const g = ownDecay ? clipped : clipped + decay * old;
  const lines = [];
  if (decay > 0 && !ownDecay) lines.push(text("walk.rule.decay", written({ clipped, decay, old, g })));
  if (decay > 0 && ownDecay) lines.push(text("walk.rule.ownDecay", written({ lr, decay, old, shrunk: (1 - lr * decay) * old })));
  const say = (/** @type {string} */ key, /** @type {Record<string, number>} */ values) => lines.push(text(`walk.rule.${key}`, written({ lr, g, ...values })));
  switch (kind) {
    case "momentum":
    case "nesterov": {
      const [was, v] = [before("momentum_buffer"), after("momentum_buffer")];
      say(of(memory, "momentum_buffer") === undefined ? "velocityFirst" : "velocity", { momentum, was, v });
      const ahead = kind === "nesterov" ? g + momentum * v : v;
      say(kind, { momentum, v, change: -lr * ahead });
      break;
    }
    case "adagrad":
    case "rmsprop": {
      const what = kind === "adagrad" ? "sum" : "square_avg";
      const [was, v] = [before(what), after(what)];
      say(kind, { alpha, rest: 1 - alpha, was, v });
      say("byRoot", { v, eps, change: (-lr * g) / (Math.sqrt(v) + eps) });
      break;
    }
    case "adam":
    case "adamw": {
      const [m, v] = [after("exp_avg"), after("exp_avg_sq")];
      const t = measured.updated_optimizer_state.step;
      say("moments", { beta1, rest1: 1 - beta1, wasM: before("exp_avg"), m, beta2, rest2: 1 - beta2, wasV: before("exp_avg_sq"), v });
      const [trueM, trueV] = [m / (1 - beta1 ** t), v / (1 - beta2 ** t)];
      lines.push(text("walk.rule.corrected", { ...written({ trueM, trueV }), t }));
      say("adam", { trueM, trueV, eps, change: (-lr * trueM) / (Math.sqrt(trueV) + eps) });
      break;
    }
    default:
      say("sgd", { change: -lr * g });
  }
  return lines;
}

/** Which weight of a matrix is followed, in words: that with the largest gradient of a unit. @param {string} matrix @param {number} unit @param {number} input */
export function weightWords(matrix, unit, input) {
  return text("walk.weight", { matrix, unit: unit + 1, input: input + 1 });
}

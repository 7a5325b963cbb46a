// Findings -> words. The rules behind the findings are the engine's (src/lab/diagnosis.rs); the sentences are strings.

import { count, format, layerNumber, percent, spoken } from "./numbers.js";
import { byId, paced, write } from "./page.js";
import { entry, text, textInto } from "./strings.js";

/** @typedef {import("./types.js").Verdict} Verdict */
/** @typedef {import("./types.js").Snapshot} Snapshot */

/** Shares that are worth a sentence. Half of a healthy ReLU layer's values lie where it is flat. */
const MANY_DEAD = 0.2;
const MANY_SATURATED = 0.6;

/** A factor that differs from 1 by less is not mentioned. */
const LEAST_PART = 0.005;

/** @param {import("./store.js").Store} store */
export function startVerdict(store) {
  const headline = byId("headline");
  const evidence = byId("evidence");
  const show = paced(() => {
    const { frame } = store.state;
    if (!frame) return;
    const { key, values, learning } = headlineOf(frame.verdict, frame.snapshot);
    textInto(headline, key, values, "ratio");
    headline.append(` ${learning}`);
    headline.dataset.finding = frame.verdict.gradient;
    write(evidence, evidenceOf(frame.verdict, frame.snapshot).join(" "));
  });
  store.subscribe((state, before) => {
    if (state.frame !== before.frame) show(!state.running || !before.frame);
    if (state.settled !== before.settled && state.frame) announce(state.frame);
  });
}

/** Says the verdict to a screen reader, once the numbers stand still. @param {import("./types.js").Frame} frame */
function announce({ verdict, snapshot }) {
  const { key, values, learning } = headlineOf(verdict, snapshot);
  const where = text("transport.steps", { step: snapshot.step });
  write(byId("announce"), spoken(`${where}. ${text(key, values)} ${learning}`));
}

/**
 * The first sentence: how the gradient fares, and what comes of it.
 * @param {Verdict} verdict
 * @param {Snapshot} snapshot
 */
function headlineOf(verdict, snapshot) {
  const { gradient, learning, ratio, hidden_layers: hidden } = verdict;
  const ownWords = `verdict.${gradient}.${learning}`;
  const key = gradient === "even" && ratio != null && ratio > 1 ? "evenMore" : gradient;
  return {
    key: `verdict.gradient.${key}`,
    values: { ratio: emphasised(verdict), ...ends(snapshot.layers, hidden), ...place(verdict, snapshot) },
    learning: text(entry(ownWords) ? ownWords : `verdict.learning.${learning}`),
  };
}

/** What the first and the last hidden layer are called by. @param {{ name: string }[]} layers @param {number} hidden */
function ends(layers, hidden) {
  return { first: layerNumber(layers, 0), last: layerNumber(layers, hidden - 1) };
}

/** The part of the headline that stands out. @param {Verdict} verdict */
function emphasised(verdict) {
  if (verdict.divergence) return text(`verdict.state.${verdict.divergence.state}`);
  if (verdict.gradient === "zero" || verdict.gradient === "underflow") return "0";
  return format(verdict.ratio, 2);
}

/**
 * Which layer, and which step, the finding is about.
 * @param {Verdict} verdict
 * @param {Snapshot} snapshot
 * @returns {Record<string, string | number>}
 */
function place({ gradient, divergence }, snapshot) {
  const precision = text(`precision.${snapshot.precision}`);
  if (divergence) {
    const index = snapshot.layers.findIndex((layer) => layer.name === divergence.layer);
    const hidden = index >= 0 && index < snapshot.layers.length - 1;
    return {
      precision,
      step: count(divergence.step),
      quantity: text(`verdict.quantity.${divergence.quantity}`),
      layer: hidden ? text("verdict.layer", { number: layerNumber(snapshot.layers, index) }) : text("verdict.head"),
    };
  }
  // On the way back the first layer that gets nothing is the one nearest to the loss.
  const layer = snapshot.layers.slice(0, -1).findLastIndex(
    (each) => each.signal_gradient.state === gradient || each.weight_gradient.state === gradient,
  );
  return { precision, layer: layerNumber(snapshot.layers, layer) };
}

/**
 * The numbers behind the first sentence.
 * @param {Verdict} verdict
 * @param {Snapshot} snapshot
 * @returns {string[]}
 */
function evidenceOf(verdict, snapshot) {
  if (verdict.divergence) {
    return [text("verdict.diverged", { precision: text(`precision.${snapshot.precision}`) })];
  }
  const sentences = [];
  if (verdict.factor && verdict.gradient !== "shallow") {
    sentences.push(text("verdict.factor", { factor: format(verdict.factor), parts: parts(verdict.split) }));
  }
  sentences.push(moving(verdict.steps_to_move, layerNumber(snapshot.layers, 0), snapshot.layers[0]?.frozen === true));
  if (verdict.dead >= MANY_DEAD) {
    sentences.push(text("verdict.dead", { share: percent(verdict.dead), layer: layerNumber(snapshot.layers, verdict.dead_layer - 1) }));
  }
  if (verdict.saturated >= MANY_SATURATED) sentences.push(text("verdict.saturated", { share: percent(verdict.saturated) }));
  if (verdict.learning === "stalled") {
    sentences.push(text("verdict.loss", { now: format(verdict.loss_now), chance: format(verdict.loss_chance) }));
  }
  return sentences.filter(Boolean);
}

/** What the factor is made of: the weights and the slope, and whatever else does something. @param {Verdict["split"]} split */
function parts(split) {
  if (!split) return "";
  const named = Object.entries(split).filter(
    ([part, factor]) => part === "weights" || part === "slope" || Math.abs(factor - 1) >= LEAST_PART,
  );
  return text("verdict.parts", { list: named.map(([part, factor]) => text(`verdict.part.${part}`, { factor: format(factor) })).join(" × ") });
}

/** @param {number | null | undefined} steps @param {number} first @param {boolean} frozen */
function moving(steps, first, frozen) {
  if (frozen) return text("verdict.moveFrozen", { first });
  if (steps == null || steps === Infinity) return text("verdict.moveNever", { first });
  if (!(steps > 1)) return text("verdict.moveFast", { first });
  // One digit is all that "about" promises, and more would only flicker from batch to batch.
  const about = Number(steps.toPrecision(1));
  return text("verdict.move", { first, steps: about < 1e5 ? count(about) : about.toExponential(0).replace("e+", "e") });
}

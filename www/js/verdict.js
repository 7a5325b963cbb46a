// Findings -> words. The rules behind the findings are the engine's (src/lab/rules.rs); the sentences are strings.

import { count, format, layerNumber, percent, spoken } from "./numbers.js";
import { byId, paced, write } from "./page.js";
import { entry, text, textInto } from "./strings.js";

/** @typedef {import("./types.js").Verdict} Verdict */
/** @typedef {import("./types.js").Snapshot} Snapshot */

/** A factor that differs from 1 by less is not mentioned. */
const LEAST_PART = 0.005;

/** @param {import("./store.js").Store} store */
export function startVerdict(store) {
  const sentence = byId("headline");
  const evidence = byId("evidence");
  const show = paced(() => {
    const { frame } = store.state;
    if (!frame) return;
    const { key, values, learning } = headlineOf(frame.verdict, frame.snapshot);
    textInto(sentence, key, values, "ratio");
    sentence.append(` ${learning}`);
    sentence.dataset.finding = frame.verdict.gradient;
    write(evidence, evidenceOf(frame.verdict, frame.snapshot).join(" "));
    write(byId("checked-summary"), text("checked.summary", { found: frame.verdict.findings.length }));
  });
  store.subscribe((state, before) => {
    if (state.frame !== before.frame) show(!state.running || !before.frame || state.previewing !== before.previewing);
    if (state.settled !== before.settled && state.frame) announce(state.frame);
  });
}

/** Says the verdict to a screen reader, once the numbers stand still. @param {import("./types.js").Frame} frame */
export function announce({ verdict, snapshot }) {
  const where = text("transport.steps", { step: snapshot.step });
  write(byId("announce"), spoken(`${where}. ${headline(verdict, snapshot)}`));
}

/** The first sentence, as plain text. @param {Verdict} verdict @param {Snapshot} snapshot */
export function headline(verdict, snapshot) {
  const { key, values, learning } = headlineOf(verdict, snapshot);
  return `${text(key, values)} ${learning}`;
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
function place({ gradient, divergence, findings }, { precision, layers, cut }) {
  const finding = findings.find(({ rule }) => rule === gradient);
  return {
    precision: text(`precision.${precision}`),
    layer: finding ? placeWords(finding, layers) : "",
    step: count(divergence?.step ?? 0),
    cut: count(cut),
    quantity: divergence ? text(`verdict.quantity.${divergence.quantity}`) : "",
  };
}

/**
 * The layers that a finding is about; nothing if it is about the whole run.
 * @param {import("./types.js").Finding} finding
 * @param {{ name: string }[]} layers
 */
export function placeWords(finding, layers) {
  const words = finding.layers.map((index) =>
    index < layers.length - 1 ? text("verdict.layer", { number: layerNumber(layers, index) }) : text("verdict.head"),
  );
  return words.join(" : ");
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
  if (snapshot.way === "joined") sentences.push(text("verdict.joined"));
  if (verdict.factor && verdict.gradient !== "shallow") {
    sentences.push(text("verdict.factor", { factor: format(verdict.factor), parts: parts(verdict.split) }));
  }
  sentences.push(moving(verdict.steps_to_move, layerNumber(snapshot.layers, 0), snapshot.layers[0]?.frozen === true));
  for (const finding of verdict.findings) {
    const key = `verdict.evidence.${finding.rule}`;
    const values = {
      share: percent(finding.value),
      layer: placeWords(finding, snapshot.layers),
      now: format(verdict.loss_now),
      chance: format(verdict.loss_chance),
    };
    // Not every finding needs a sentence: all of them stand under what was checked.
    if (entry(key)) sentences.push(text(key, values));
  }
  return sentences.filter(Boolean);
}

/** What the factor is made of: as a rule the weights and the slope, and whatever else does something. @param {Verdict["split"]} split */
export function parts(split) {
  if (!split) return "";
  // In a gated cell the way back leads past weights and slopes.
  const usual = Math.abs(split.gate - 1) < LEAST_PART ? ["weights", "slope"] : [];
  const named = Object.entries(split).filter(([part, factor]) => usual.includes(part) || Math.abs(factor - 1) >= LEAST_PART);
  return text("verdict.parts", { list: named.map(([part, factor]) => text(`verdict.part.${part}`, { factor: format(factor) })).join(" × ") });
}

/** @param {number | null | undefined} steps @param {number} first @param {boolean} frozen */
function moving(steps, first, frozen) {
  if (frozen) return text("verdict.moveFrozen", { first });
  if (steps == null || steps === Infinity) return text("verdict.moveNever", { first });
  if (!(steps > 1)) return text("verdict.moveFast", { first });
  // One digit is all that "about" promises, and more would only flicker from batch to batch.
  const about = Number(steps.toPrecision(1));
  if (about === 1) return text("verdict.moveOne", { first });
  return text("verdict.move", { first, steps: about < 1e5 ? count(about) : about.toExponential(0).replace("e+", "e") });
}

// A run file -> the steps of a walk: forward, back again, and one update, with the numbers of one sample and one unit.

import { attentionSteps, timeSteps } from "./walk-time.js";
import { layerSteps } from "./walk-layers.js";
import { width } from "./walk-sums.js";

/** @typedef {import("./walk-sums.js").Step} Step */

/**
 * @param {any} file A run file, parsed.
 * @param {import("./walk-sums.js").Followed} followed
 * @param {import("./walk-cells.js").Slope | null} slope What a recurrent network needs.
 * @returns {Step[]}
 */
export function stepsOf(file, followed, slope) {
  switch (file.config.kind ?? "mlp") {
    case "mlp":
      return layerSteps(file, followed);
    case "attention":
      return attentionSteps(file, followed);
    default:
      return timeSteps(file, followed, /** @type {import("./walk-cells.js").Slope} */ (slope));
  }
}

/** Whether its walk needs the slopes of activations. @param {any} file A run file, parsed. */
export const isRecurrent = ({ config }) => ["rnn", "lstm", "gru"].includes(config.kind);

/** How many samples and units there are to follow. @param {any} file A run file, parsed. */
export function followable({ measured }) {
  const { activations } = measured;
  const first = activations["h0.t1"] ?? activations["block1.linear0"];
  return { samples: first.shape[0], units: width(first) };
}

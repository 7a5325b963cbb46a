// Numbers as the page writes them: 3.1e-9, 0.235, 1 240; and as a screen reader should say them.

import { text } from "./strings.js";

const THIN_SPACE = "\u202f";

/**
 * A measured number, to `digits` significant ones.
 * @param {number | null | undefined} value
 * @param {number} [digits]
 * @returns {string}
 */
export function format(value, digits = 3) {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e5) return scientific(value);
  if (size >= 1000) return count(Math.round(value));
  // Rounding to significant digits first keeps 0.09996 from becoming 0.1000.
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return minus(rounded.toFixed(decimals));
}

/**
 * Whether the layers of a snapshot are the time steps of a sequence: `h0.t1`, or `c0.t1` for the cell of an LSTM.
 * @param {{ name: string }[]} layers
 */
export function areTimeSteps(layers) {
  return /^[hc]0\.t1$/.test(layers[0]?.name ?? "");
}

/**
 * What a layer is called by, from its place: blocks count from 1, and a stem before them is 0.
 * @param {{ name: string }[]} layers
 * @param {number} index
 */
export function layerNumber(layers, index) {
  return layers[0]?.name === "stem" ? index : index + 1;
}

/**
 * Always in the 3.1e-9 form.
 * @param {number} value
 */
export function scientific(value) {
  return minus(value.toExponential(1).replace("e+", "e"));
}

/**
 * A whole number with thin spaces between thousands: 1 240.
 * @param {number} value
 */
export function count(value) {
  return minus(String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE));
}

/**
 * A share as a percentage.
 * @param {number | null | undefined} share
 */
export function percent(share) {
  if (share === null || share === undefined) return "–";
  if (!Number.isFinite(share)) return "NaN";
  const value = share * 100;
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)}${THIN_SPACE}%`;
}

/**
 * Text with its numbers spelled so that speech says "3.1 times 10 to the power of minus 9".
 * @param {string} words
 */
export function spoken(words) {
  return words
    .replace(/(\d(?:\.\d+)?)e([-−]?)(\d+)/g, (_, mantissa, sign, exponent) =>
      text(sign ? "spoken.negativePower" : "spoken.power", { mantissa, exponent }))
    .replaceAll(THIN_SPACE, "")
    .replaceAll("∞", text("spoken.infinity"));
}

/** @param {string} digits */
function minus(digits) {
  // Only a leading sign: the exponent's stays a hyphen, as people type it.
  return digits.startsWith("-") ? `−${digits.slice(1)}` : digits;
}

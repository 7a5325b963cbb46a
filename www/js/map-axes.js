// The axes of the map: from where to where a knob may go and goes at first, and the values on the way.

/** @typedef {import("./types.js").CatalogParam} Param */
/** A knob as it is now: its name in this Setup, its value, and what a choice offers. @typedef {Param & { present: string, offered: string[] }} Knob */
/** A value as it stands in a link, and what it is called. @typedef {{ value: string, name: string }} Mark */

/** Where knobs are of interest, within what they may be. @type {Record<string, [number, number]>} */
const RANGES = { depth: [2, 50], scale: [0.25, 4], lag: [2, 100], recurrent_scale: [0.5, 2], lr: [0.001, 1], gate_bias: [-4, 6] };

/** A whole number with no more values than this is offered in full. */
const FEW = 16;

/** From here on a range is gone through by factors. */
const BY_FACTORS = 10;

/** From where to where a knob goes at first. @param {Knob} knob @returns {[number, number]} */
export function rangeOf({ key, kind, log, present, min, max }) {
  if (RANGES[key]) return RANGES[key];
  const [low, high, now] = [min ?? -Infinity, max ?? Infinity, Number(present)];
  const within = (/** @type {number} */ value) => Math.min(high, Math.max(low, value));
  if (high - low < FEW || (kind === "number" && !log && Number.isFinite(high - low))) return [low, high];
  // A seed, and whatever else is 0, has no size to go by.
  if (kind === "integer") return now > 0 && high < 1e6 ? [within(Math.round(now / 4)), within(now * 4)] : [within(now), within(now + FEW)];
  // Of a range that begins at 0 its end is the only measure of size.
  return now > 0 ? [within(now / 10), within(now * 10)] : [within(high / 1e4), within(high / 10)];
}

/** What a value is called. @param {Knob} knob @param {string} value */
export function valueName({ options }, value) {
  return options?.find(({ id }) => id === value)?.name ?? value;
}

/** The values of an axis: a choice's own, even steps, or even factors where the knob is one of sizes. @param {Knob} knob @param {[number, number]} range @param {number} size @returns {Mark[]} */
export function valuesOf(knob, [from, to], size) {
  const { kind, log, offered } = knob;
  if (kind === "choice") return offered.map((id) => ({ value: id, name: valueName(knob, id) }));
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const byFactors = low > 0 && (Boolean(log) || (kind === "integer" && high / low >= BY_FACTORS));
  const steps = Array.from({ length: size }, (_, index) => index / (size - 1));
  const values = steps.map((share) => (byFactors ? from * (to / from) ** share : from + (to - from) * share));
  const written = values.map((value) => String(kind === "integer" ? Math.round(value) : Number(value.toPrecision(3))));
  return [...new Set(written)].map((value) => ({ value, name: value }));
}

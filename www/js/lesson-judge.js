// What a lesson may speak of: the quantities of lessons/quantities.json, read from a measurement, and conditions on them.

/** @typedef {import("./types.js").Moment} Moment */
/** @typedef {import("./types.js").Condition} Condition */

/**
 * Each quantity is a path into a Moment, or the quotient of two; null where it is not a number.
 * @param {Record<string, string[]>} quantities
 * @param {Moment} moment
 * @returns {Record<string, number | null>}
 */
export function quantitiesOf(quantities, moment) {
  const at = (/** @type {string} */ path) =>
    path.split(".").reduce((/** @type {any} */ found, part) => found?.[part], moment);
  return Object.fromEntries(
    Object.entries(quantities).map(([name, [top, bottom]]) => {
      const value = bottom === undefined ? at(top) : at(top) / at(bottom);
      return [name, Number.isFinite(value) ? value : null];
    }),
  );
}

/**
 * Whether a condition holds. What is not a number is within no bounds.
 * @param {Condition} condition
 * @param {Record<string, number | null>} values
 * @param {(key: string) => string | undefined} field The value of a field of the Setup, as in the link.
 */
export function holds(condition, values, field) {
  const { at_least: least = -Infinity, at_most: most = Infinity } = condition;
  if (condition.equals !== undefined) return field(condition.field ?? "") === condition.equals;
  const value = condition.quantity === undefined ? Number(field(condition.field ?? "")) : values[condition.quantity];
  return typeof value === "number" && value >= least && value <= most;
}

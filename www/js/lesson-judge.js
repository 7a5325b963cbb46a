// What a lesson may speak of: the quantities of lessons/quantities.json, read from a measurement, and conditions on them.

/** @typedef {import("./types.js").Moment} Moment */
/** @typedef {import("./types.js").Condition} Condition */

/**
 * Each quantity is a path into a Moment, or a product and quotient of some, from left to right; null where it is not a
 * number.
 * @param {Record<string, string>} quantities
 * @param {Moment} moment
 * @returns {Record<string, number | null>}
 */
export function quantitiesOf(quantities, moment) {
  return Object.fromEntries(
    Object.entries(quantities).map(([name, expression]) => {
      const [first, ...rest] = expression.split(" ");
      let value = at(moment, first);
      for (let i = 0; i < rest.length; i += 2) {
        const next = at(moment, rest[i + 1]);
        value = rest[i] === "*" ? value * next : value / next;
      }
      return [name, Number.isFinite(value) ? value : null];
    }),
  );
}

/** The number at a path; in a list −1 is the last place. NaN if there is none. @param {Moment} moment @param {string} path */
function at(moment, path) {
  const into = (/** @type {any} */ found, /** @type {string} */ part) =>
    Array.isArray(found) ? found.at(Number(part)) : found?.[part];
  const found = path.split(".").reduce(into, moment);
  return typeof found === "number" ? found : NaN;
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

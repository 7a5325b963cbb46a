// From gradient to update: what clipping and the optimizer make of the gradient of each weight matrix.

import { count, format } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").Update} Update */
/** @typedef {import("./types.js").Snapshot} Snapshot */

const COLUMNS = /** @type {const} */ (["gradient", "clipped", "change", "step"]);

/** If updates differ by this much less than gradients do, the optimizer hides something. */
const HIDES = 100;

/** @param {import("./store.js").Store} store */
export function startUpdates(store) {
  /** @type {HTMLDetailsElement} */
  const details = byId("updates-details");
  const [caption, body] = [make("caption"), make("tbody")];
  const heads = ["name", ...COLUMNS].map((key) => make("th", { scope: "col", "data-string": `updates.columns.${key}` }));
  byId("updates").append(caption, make("thead", {}, make("tr", {}, ...heads)), body);
  byId("updates-terms").append(
    ...COLUMNS.map((key) => make("div", {}, make("dt", { "data-string": `updates.columns.${key}` }), make("dd", { "data-string": `updates.terms.${key}` }))),
  );

  let shown = "";
  const show = paced(() => {
    const { frame, parsed } = store.state;
    if (!frame || !details.open) return;
    const { updates, step } = frame.snapshot;
    write(caption, text("updates.caption", { step: count(step) }));
    write(byId("updates-words"), sentences(frame.snapshot, parsed).join(" "));
    const names = updates.map(({ name }) => words(name));
    if (names.join() !== shown) {
      body.replaceChildren(...names.map(row));
      shown = names.join();
    }
    updates.forEach((update, index) => {
      const { cells } = body.rows[index];
      const values = { ...update, step: update.clipped > 0 ? update.change / update.clipped : null };
      COLUMNS.forEach((key, column) => write(cells[column + 1], format(values[key], 2)));
    });
  });
  details.addEventListener("toggle", () => show(true));
  store.subscribe((state, before) => {
    if (state.frame !== before.frame || state.parsed !== before.parsed) show(!state.running);
  });
  show(true);
}

/** @param {string} name */
function row(name) {
  return make("tr", {}, make("th", { scope: "row" }, name), ...COLUMNS.map(() => make("td")));
}

/** What a weight matrix is called: a layer of a perceptron by its number, anything else as in the run file. @param {string} name */
function words(name) {
  if (name === "head.weight") return text("updates.output");
  if (name === "stem.weight") return text("updates.layer", { number: 0 });
  const [, number, part] = name.match(/^block(\d+)\.linear(\d)\.weight$/) ?? [];
  if (!number) return name;
  return part === "0" ? text("updates.layer", { number }) : text("updates.block", { number, part: Number(part) + 1 });
}

/**
 * What is done to the gradient as a whole, and what the optimizer hides.
 * @param {Snapshot} snapshot
 * @param {import("./types.js").Parsed | null} parsed
 */
function sentences({ clip, rate, updates }, parsed) {
  const setting = (/** @type {string} */ key) => parsed?.controls.find((control) => control.key === key && control.applies)?.value;
  const clips = (setting("clip") ?? "none") !== "none";
  const key = clips ? (clip.after < clip.before ? "clipped" : "within") : "unclipped";
  const said = [text(`updates.${key}`, { before: format(clip.before, 2), after: format(clip.after, 2) }), text("updates.rate", { rate: format(rate) })];
  const learning = updates.filter((update) => !update.frozen && update.clipped > 0 && update.change > 0);
  if (learning.length < 2) return said;
  const spread = (/** @type {"clipped" | "change"} */ which) => {
    const sizes = learning.map((update) => update[which]);
    return Math.max(...sizes) / Math.min(...sizes);
  };
  const [gradients, changes] = [spread("clipped"), spread("change")];
  said.push(text("updates.spread", { gradients: format(gradients, 2), changes: format(changes, 2) }));
  if (gradients / changes >= HIDES) said.push(text("updates.adapts"));
  const eps = setting("eps");
  if (eps !== undefined) {
    // Epsilon is compared with single numbers, not with their norm.
    const below = learning.filter((update) => update.clipped / Math.sqrt(update.count) < Number(eps)).length;
    if (below > 0) said.push(text("updates.epsilon", { eps, count: below, all: learning.length }));
  }
  return said;
}

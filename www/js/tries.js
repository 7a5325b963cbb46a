// One click, one change: what each button sets. Pressed while the Setup is so; pressed again, it goes back.

import { byId, make } from "./page.js";
import { text } from "./strings.js";

/** @typedef {[key: string, value: string][]} Changes */

/** Name (a string key under "try") and changes. @type {[name: string, changes: Changes][]} */
const TRIES = [
  ["reluHe", [["activation", "relu"], ["init", "he"], ["scale", "1"]]],
  ["tanhOrthogonal", [["activation", "tanh"], ["init", "orthogonal"], ["scale", "1"]]],
  ["batchNorm", [["norm", "batch_norm"]]],
  ["layerNorm", [["norm", "layer_norm"]]],
  ["skip", [["skip", "residual"]]],
  ["adam", [["optimizer", "adam"], ["lr", "0.001"]]],
  ["clip", [["clip", "norm"]]],
  ["fewer", [["depth", "3"]]],
  ["huge", [["activation", "relu"], ["init", "normal"], ["scale", "1"]]],
  ["half", [["gradient_format", "float16"]]],
  ["digits", [["task", "digits"], ["loss", "softmax_cross_entropy"]]],
];

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./types.js").Catalog} catalog
 */
export function startTries(store, session, catalog) {
  const buttons = TRIES.map(([name, changes]) => {
    /** What to go back to. @type {Changes | null} */
    let before = null;
    const button = make("button", { type: "button", "aria-pressed": "false" }, text(`try.${name}`));
    button.addEventListener("click", () => {
      const present = presentValues(changes);
      if (holds(changes)) {
        session.changeAll(before ?? defaults(changes, catalog), true);
        before = null;
      } else {
        before = present;
        session.changeAll(changes, true);
      }
    });
    return { button, changes };
  });
  byId("tries").append(...buttons.map(({ button }) => button));

  store.subscribe((state, before) => {
    if (state.parsed === before.parsed) return;
    for (const { button, changes } of buttons) button.setAttribute("aria-pressed", String(holds(changes)));
  });

  /** @param {string} key */
  function valueOf(key) {
    return store.state.parsed?.controls.find((control) => control.key === key)?.value ?? "";
  }

  /** @param {Changes} changes @returns {Changes} */
  function presentValues(changes) {
    return changes.map(([key]) => [key, valueOf(key)]);
  }

  /** @param {Changes} changes */
  function holds(changes) {
    return changes.every(([key, value]) => valueOf(key) === value);
  }
}

/**
 * @param {Changes} changes
 * @param {import("./types.js").Catalog} catalog
 * @returns {Changes}
 */
function defaults(changes, catalog) {
  return changes.map(([key]) => [key, catalog.params.find((param) => param.key === key)?.default ?? ""]);
}

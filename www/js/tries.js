// One click, one change: what each button sets. Pressed while the Setup is so; pressed again, it goes back.

import { byId, make } from "./page.js";
import { text } from "./strings.js";

/**
 * The button of this name, if it is offered and its Setup is not there yet.
 * @param {string} name
 * @returns {HTMLElement | undefined}
 */
export function offered(name) {
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = byId("tries").querySelectorAll(`[data-try="${name}"]`);
  return [...buttons].find((button) => !button.hidden && button.getAttribute("aria-pressed") === "false");
}

/** @typedef {[key: string, value: string][]} Changes */

/** A name (a string key under "try") and changes. @typedef {[name: string, changes: Changes]} Try */

/** For networks of layers. @type {Try[]} */
const LAYERED = [
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
  ["sequence", [["kind", "rnn"]]],
];

/** For networks over time steps. @type {Try[]} */
const OVER_TIME = [
  ["orthogonal", [["recurrent_init", "orthogonal"], ["recurrent_scale", "1"]]],
  ["irnn", [["kind", "rnn"], ["activation", "relu"], ["recurrent_init", "identity"], ["recurrent_scale", "1"]]],
  ["lstm", [["kind", "lstm"], ["gate_bias", "0"]]],
  ["forget", [["kind", "lstm"], ["gate_bias", "4"]]],
  ["gru", [["kind", "gru"]]],
  ["attention", [["kind", "attention"]]],
  ["clip", [["clip", "norm"]]],
  ["truncate", [["truncate", "5"]]],
  ["hugeState", [["recurrent_init", "normal"], ["recurrent_scale", "1"]]],
  ["points", [["kind", "mlp"]]],
];

/** What a button takes back if nothing is known of before, where that is not the catalog's default. @type {Record<string, string>} */
const DEFAULTS_OVER_TIME = { kind: "rnn", activation: "tanh", gate_bias: "0" };

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./types.js").Catalog} catalog
 */
export function startTries(store, session, catalog) {
  const buttons = [LAYERED, OVER_TIME].flatMap((tries) => tries.map((each) => buildButton(each, tries === OVER_TIME)));
  byId("tries").append(...buttons.map(({ button }) => button));

  store.subscribe((state, before) => {
    if (state.parsed === before.parsed) return;
    const areTimeSteps = valueOf("kind") !== "mlp";
    for (const { button, changes, overTime } of buttons) {
      // What has no effect in this network is not offered.
      button.hidden = overTime !== areTimeSteps || !controlOf(changes[0][0])?.applies;
      button.setAttribute("aria-pressed", String(holds(changes)));
    }
  });

  /** @param {Try} each @param {boolean} overTime */
  function buildButton([name, changes], overTime) {
    /** What to go back to. @type {Changes | null} */
    let before = null;
    const button = make("button", { type: "button", "aria-pressed": "false", "data-try": name, "data-string": `try.${name}` });
    button.addEventListener("click", () => {
      const present = presentValues(changes);
      if (holds(changes)) {
        session.changeAll(before ?? defaults(changes, overTime), true);
        before = null;
      } else {
        before = present;
        session.changeAll(changes, true);
      }
    });
    return { button, changes, overTime };
  }

  /** @param {string} key */
  function controlOf(key) {
    return store.state.parsed?.controls.find((control) => control.key === key);
  }

  /** @param {string} key */
  function valueOf(key) {
    return controlOf(key)?.value ?? "";
  }

  /** @param {Changes} changes @returns {Changes} */
  function presentValues(changes) {
    return changes.map(([key]) => [key, valueOf(key)]);
  }

  /** @param {Changes} changes */
  function holds(changes) {
    return changes.every(([key, value]) => valueOf(key) === value);
  }

  /** @param {Changes} changes @param {boolean} overTime @returns {Changes} */
  function defaults(changes, overTime) {
    const ofCatalog = (/** @type {string} */ key) => catalog.params.find((param) => param.key === key)?.default ?? "";
    return changes.map(([key]) => [key, (overTime ? DEFAULTS_OVER_TIME[key] : undefined) ?? ofCatalog(key)]);
  }
}

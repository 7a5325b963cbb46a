// Single keys for what one does often. The help lists them from this table, and can switch them off.

import { byId } from "./page.js";
import { announce } from "./verdict.js";

/** @typedef {{ store: import("./store.js").Store, session: import("./session.js").Session }} Lab */

/** Each key, and what it does; the words for that are in the strings, by the same key. @type {Record<string, (lab: Lab) => void>} */
export const SHORTCUTS = {
  r: () => press("run"),
  n: () => press("step"),
  0: () => press("reset"),
  m: () => choose("measure"),
  a: () => choose("axis"),
  t: () => press("theory"),
  j: (lab) => selectNext(lab, -1),
  k: (lab) => selectNext(lab, 1),
  h: () => byId("history-step").focus(),
  d: () => press("dark"),
  p: () => press("projector"),
  s: ({ store }) => {
    // Said anew even if nothing has changed since.
    byId("announce").textContent = "";
    const { frame } = store.state;
    if (frame) setTimeout(() => announce(frame), 100);
  },
  "?": () => press("help"),
};

/** Whether they do anything. */
export const shortcuts = { active: true };

/** @param {Lab} lab @param {KeyboardEvent} first The key that was pressed before this was loaded. */
export function startShortcuts(lab, first) {
  const follow = (/** @type {KeyboardEvent} */ event) => {
    const { key, target } = event;
    if (key === "Escape" && !event.defaultPrevented && !byId("about").hasAttribute("open")) return closeAround(target);
    const modified = event.ctrlKey || event.altKey || event.metaKey || event.repeat;
    const busy = byId("about").hasAttribute("open") || takesKeys(target);
    if (shortcuts.active && !modified && !busy && Object.hasOwn(SHORTCUTS, key)) SHORTCUTS[key](lab);
  };
  addEventListener("keydown", follow);
  follow(first);
}

/** Closes the innermost thing open around the focus, and goes back to what opens it. @param {EventTarget | null} target */
function closeAround(target) {
  if (!(target instanceof Element)) return;
  const inner = target.closest("details[open]:not(#setup), #layer, #walk-inside");
  if (inner instanceof HTMLDetailsElement) {
    inner.open = false;
    inner.querySelector("summary")?.focus();
  } else if (inner) {
    // Their own buttons hand the focus on.
    const close = byId(inner.id === "layer" ? "layer-close" : "walk-end");
    if (!close.hidden) close.click();
  }
}

/** Whether somebody types or chooses there. @param {EventTarget | null} target */
function takesKeys(target) {
  return target instanceof Element && target.matches("input:not([type=checkbox], [type=radio]), select, textarea");
}

/** @param {string} id */
function press(id) {
  byId(id).click();
}

/** The next of a row of radio buttons. @param {string} name */
function choose(name) {
  const options = [...document.querySelectorAll(`#${name} input`)].filter((option) => option instanceof HTMLInputElement);
  options[(options.findIndex((option) => option.checked) + 1) % options.length]?.click();
}

/** @param {Lab} lab @param {number} by */
function selectNext({ store, session }, by) {
  const { frame, selected } = store.state;
  const last = (frame?.snapshot.layers.length ?? 1) - 1;
  const from = selected ?? (by > 0 ? -1 : last + 1);
  session.select(Math.min(last, Math.max(0, from + by))).catch((error) => session.report("error", error));
}

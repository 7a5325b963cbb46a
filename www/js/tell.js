// What went wrong, put into words: as a notice on the page, or as an error for a script.

import { replaceView } from "./address.js";
import { said, text } from "./strings.js";

/** @typedef {import("./types.js").Notice} Notice */

/**
 * @param {import("./store.js").Store} store
 * @param {Notice["kind"]} kind
 * @param {unknown} error
 * @param {Notice["action"]} [action]
 */
export function tellError(store, kind, error, action) {
  const message = error instanceof Error ? error.message : String(error);
  store.notify({ kind, title: `notice.${kind}`, lines: [{ text: message }], action });
}

/**
 * What of a link could not be used; nothing if all could.
 * @param {import("./store.js").Store} store
 * @param {import("./types.js").Parsed} parsed
 */
export function tellProblems(store, { problems }) {
  if (problems.length === 0) return store.dismiss("link");
  store.notify({
    kind: "link",
    title: "notice.link",
    lines: problems.map(({ field, got, allowed }) => ({ field, got, allowed })),
  });
}

/**
 * A part of the link about the view that is not known: it is told beside the others, and taken out of the address.
 * @param {import("./store.js").Store} store
 * @param {string} field
 * @param {string} got
 * @param {string[]} allowed
 */
export function tellView(store, field, got, allowed) {
  const others = store.state.notices.find(({ kind }) => kind === "link")?.lines ?? [];
  store.notify({ kind: "link", title: "notice.link", lines: [...others, { field, got, allowed: allowed.join(", ") }] });
  replaceView(field, null);
}

/** @param {import("./types.js").Problem[]} problems */
export function linkError(problems) {
  const shown = problems.slice(0, 8).map((problem) => text("api.problem", { ...problem, got: said(problem.got).slice(0, 80), allowed: said(problem.allowed) }));
  if (problems.length > shown.length) shown.push(text("notice.more", { count: problems.length - shown.length }));
  return Object.assign(new Error(`${text("api.badLink")} ${shown.join(" ")}`), { problems });
}

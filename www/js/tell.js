// What went wrong, put into words: as a notice on the page, or as an error for a script.

import { text } from "./strings.js";

/** @typedef {import("./types.js").Notice} Notice */

/**
 * @param {import("./store.js").Store} store
 * @param {Notice["kind"]} kind
 * @param {unknown} error
 * @param {Notice["action"]} [action]
 */
export function tellError(store, kind, error, action) {
  const message = error instanceof Error ? error.message : String(error);
  store.notify({ kind, title: text(`notice.${kind}`), lines: [{ text: message }], action });
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
    title: text("notice.link"),
    lines: problems.map(({ field, got, allowed }) => ({ field, got, allowed })),
  });
}

/** @param {import("./types.js").Problem[]} problems */
export function linkError(problems) {
  const shown = problems.slice(0, 8).map((problem) => text("api.problem", { ...problem, got: problem.got.slice(0, 80) }));
  if (problems.length > shown.length) shown.push(text("notice.more", { count: problems.length - shown.length }));
  return Object.assign(new Error(`${text("api.badLink")} ${shown.join(" ")}`), { problems });
}

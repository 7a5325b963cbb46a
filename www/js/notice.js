// Notices at the top of the page. What they show may come from a link or a file, so it is cut short and is never markup.

import { byId, make } from "./page.js";
import { said, text } from "./strings.js";

/** @typedef {import("./types.js").Notice} Notice */

const MOST_LINES = 6;
const LONGEST_PART = 60;
const LONGEST_ALLOWED = 600;
const LONGEST_TEXT = 600;

/** @param {import("./store.js").Store} store */
export function startNotices(store) {
  const region = byId("notices");
  store.subscribe((state, before) => {
    if (state.notices === before.notices) return;
    region.replaceChildren(...state.notices.map((notice) => show(notice, () => store.dismiss(notice.kind))));
  });
}

/** @param {Notice} notice @param {() => void} dismiss */
function show(notice, dismiss) {
  const lines = notice.lines.slice(0, MOST_LINES).map(line);
  const left = notice.lines.length - lines.length;
  if (left > 0) lines.push(make("li", {}, text("notice.more", { count: left })));
  const buttons = [];
  if (notice.action) {
    buttons.push(make("button", { type: "button", className: "primary", onclick: notice.action.run }, text(notice.action.label)));
  }
  buttons.push(make("button", { type: "button", onclick: dismiss }, text("notice.dismiss")));
  return make(
    "section",
    { className: `notice ${notice.kind === "info" ? "" : "bad"}` },
    make("div", {}, make("strong", {}, text(notice.title)), make("ul", {}, ...lines)),
    make("div", { className: "notice-buttons" }, ...buttons),
  );
}

/**
 * @param {import("./types.js").NoticeLine} line
 * @param {number} index
 * @param {import("./types.js").NoticeLine[]} lines
 */
function line({ text: words, key, values, field, got, allowed }, index, lines) {
  if (key !== undefined) return make("li", {}, text(key, values));
  if (words !== undefined) return make("li", {}, make("bdi", {}, cut(said(words), LONGEST_TEXT)));
  return make(
    "li",
    {},
    make("code", {}, cut(field ?? "", LONGEST_PART) || text("notice.empty")),
    make("bdi", {}, text("notice.got", { got: cut(said(got ?? ""), LONGEST_PART) || text("notice.empty") })),
    "; ",
    // A link of noise has many unknown fields; what is known need not be listed for each.
    allowed === lines[index - 1]?.allowed
      ? text("notice.same")
      : make("bdi", {}, text("notice.allowed", { allowed: cut(said(allowed ?? ""), LONGEST_ALLOWED) })),
  );
}

/**
 * Text made fit to show: invisible and direction-changing characters replaced, and not too long.
 * @param {string} words
 * @param {number} length
 */
export function cut(words, length) {
  const readable = words.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029]/gu, "\ufffd");
  const characters = [...readable];
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : readable;
}

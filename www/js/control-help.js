// What stands behind a control's "?": what it is, its range, and the formula and source of what is chosen.

import { helpTexts } from "./help-texts.js";
import { make } from "./page.js";
import { said, text } from "./strings.js";

/** @param {string} key @param {import("./types.js").ParsedControl} control @returns {Promise<HTMLElement[]>} */
export async function helpOn(key, control) {
  const param = (await helpTexts()).params.find((each) => each.key === key);
  const parts = [make("p", {}, said(control.help) || (param?.help ?? ""))];
  if (param?.min != null && param.max != null) {
    parts.push(make("p", { className: "quiet" }, text("setup.range", { min: param.min, max: param.max })));
  }
  const option = param?.options?.find((each) => each.id === control.value);
  if (option) {
    parts.push(make("p", {}, make("strong", {}, option.name), option.help ? ` ${option.help}` : ""));
    if (option.formula) parts.push(make("p", {}, make("code", {}, option.formula)));
    if (option.source) parts.push(make("p", { className: "quiet" }, text("setup.source", { source: option.source })));
  }
  return parts;
}

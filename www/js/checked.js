// What was checked: every rule of the diagnosis with its threshold, and the numbers of those that hold.

import { helpTexts } from "./help-texts.js";
import { format } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { text } from "./strings.js";
import { placeWords } from "./verdict.js";

/** @typedef {import("./types.js").CatalogRule} Rule */

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 */
export function startChecked(store, session) {
  /** @type {HTMLDetailsElement} */
  const details = byId("checked-details");
  /** Built when somebody looks. @type {ReturnType<typeof buildRow>[]} */
  let rows = [];

  const show = paced(() => {
    const { frame } = store.state;
    if (!frame) return;
    const { verdict, snapshot } = frame;
    if (!details.open) return;
    rows.forEach(({ id, item, more, measured }) => {
      const finding = verdict.findings.find(({ rule }) => rule === id);
      item.toggleAttribute("data-found", finding !== undefined);
      more.forEach((element) => (element.hidden = finding === undefined));
      if (!finding) return;
      const place = placeWords(finding, snapshot.layers);
      write(measured, text(place ? "checked.measuredAt" : "checked.measured", { value: format(finding.value), place }));
    });
  });
  const fillIfOpen = () => {
    if (details.open) fill().catch((error) => session.report("error", error));
  };
  details.addEventListener("toggle", fillIfOpen);
  store.subscribe((state, before) => {
    if (state.frame !== before.frame) show(!state.running);
  });
  fillIfOpen();

  async function fill() {
    if (rows.length === 0) {
      rows = (await helpTexts()).rules.map(buildRow);
      byId("checked").replaceChildren(...rows.map(({ item }) => item));
    }
    show(true);
  }
}

/** @param {Rule} rule */
function buildRow({ id, name, formula, help, source }) {
  const found = make("span", { className: "found" }, text("checked.found"));
  const measured = make("p", { className: "measured" });
  const about = make("p", { className: "quiet" }, source === "-" ? help : `${help} ${text("setup.source", { source })}.`);
  const item = make(
    "li",
    { "data-rule": id },
    make("p", {}, make("strong", {}, name), " ", found),
    make("p", { className: "quiet" }, formula),
    measured,
    about,
  );
  return { id, item, measured, more: [found, measured, about] };
}

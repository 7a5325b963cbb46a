// Help: what the page shows, in a dialogue.

import { byId, make } from "./page.js";
import { entry, text } from "./strings.js";

/** @param {import("./types.js").Catalog} catalog */
export function startHelp(catalog) {
  /** @type {HTMLDialogElement} */
  const dialog = byId("about");
  byId("help").addEventListener("click", () => {
    if (!dialog.hasChildNodes()) build(dialog, catalog.version);
    dialog.showModal();
  });
  // A click on the backdrop is a click on the dialogue itself, outside its content.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/** @param {HTMLDialogElement} dialog @param {string} version */
function build(dialog, version) {
  /** @type {{ title: string, text: string[] }[]} */
  const sections = entry("help.sections") ?? [];
  dialog.append(
    make(
      "div",
      { className: "about" },
      make(
        "div",
        { className: "about-head" },
        make("h2", { id: "about-title" }, text("help.title")),
        make("button", { type: "button", onclick: () => dialog.close() }, text("help.close")),
      ),
      ...sections.flatMap((section) => [
        make("h3", {}, section.title),
        ...section.text.map((paragraph) => make("p", {}, paragraph)),
      ]),
      make("p", { className: "quiet" }, text("help.version", { version })),
    ),
  );
}

// Help: what the page shows, in a dialogue.

import { helpSections } from "./help-texts.js";
import { byId, make } from "./page.js";
import { SHORTCUTS, shortcuts } from "./shortcuts.js";
import { text } from "./strings.js";

/** @param {import("./session.js").Session} session @param {import("./types.js").Catalog} catalog */
export function startHelp(session, catalog) {
  /** @type {HTMLDialogElement} */
  const dialog = byId("about");
  const show = async () => {
    const { lang } = document.documentElement;
    if (dialog.dataset.lang !== lang) build(dialog, catalog.version, await helpSections());
    dialog.dataset.lang = lang;
    if (!dialog.open) dialog.showModal();
  };
  const showOrSay = () => void show().catch((error) => session.report("error", error));
  byId("help").addEventListener("click", showOrSay);
  // A click on the backdrop is a click on the dialogue itself, outside its content.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  showOrSay();
}

/** @param {HTMLDialogElement} dialog @param {string} version @param {{ title: string, text: string[] }[]} sections */
function build(dialog, version, sections) {
  dialog.replaceChildren(
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
      ...keyboard(),
      make("p", { className: "quiet" }, text("help.version", { version })),
    ),
  );
}

/** The keys that do something, and a way to switch them off: somebody who dictates presses many by accident. */
function keyboard() {
  const box = make("input", { type: "checkbox", id: "shortcuts", checked: shortcuts.active });
  box.addEventListener("change", () => (shortcuts.active = box.checked));
  const keys = Object.keys(SHORTCUTS).map((key) =>
    make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, text(`shortcuts.keys.${key}`))),
  );
  return [
    make("h3", {}, text("shortcuts.title")),
    make("label", { className: "tick" }, box, " ", text("shortcuts.active")),
    make("dl", { className: "keys" }, ...keys),
  ];
}

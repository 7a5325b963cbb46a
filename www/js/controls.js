// The Setup's controls, built from the catalogue. Nothing here knows which options there are.

import { createField } from "./control-field.js";
import { count } from "./numbers.js";
import { byId, make, write } from "./page.js";
import { text } from "./strings.js";

/** The width from which the Setup has a column of its own; the same as in css/widths.css. */
const WIDE = "(min-width: 47.5em)";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./types.js").Catalog} catalog
 */
export function startControls(store, session, catalog) {
  /** @type {HTMLFormElement} */
  const form = byId("controls");
  const fields = new Map(catalog.params.map((param) => [param.key, createField(param, session)]));
  const groups = catalog.groups.map(({ id }) => {
    const own = catalog.params.filter((param) => param.group === id).map((param) => fields.get(param.key));
    return make("fieldset", {}, make("legend"), ...own.flatMap((field) => (field ? [field.element] : [])));
  });
  form.append(...groups);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("defaults").addEventListener("click", () => {
    session.changeAll(catalog.params.map((param) => [param.key, param.default]), true);
  });

  store.subscribe((state, before) => {
    if (!state.parsed || (state.parsed === before.parsed && state.complaints === before.complaints)) return;
    for (const control of state.parsed.controls) {
      fields.get(control.key)?.update(control, state.complaints[control.key]);
    }
    groups.forEach((group, index) => {
      group.hidden = !group.querySelector(".field:not([hidden])");
      write(/** @type {Element} */ (group.firstElementChild), catalog.groups[index].name);
    });
    const { parameters, data_name: data } = state.parsed;
    write(
      byId("setup-size"),
      text(data ? "setup.sizeData" : "setup.size", { parameters: count(parameters), data: data ?? "" }),
    );
  });

  // On a phone the Setup folds away below the hero; where it has a column it is always open.
  const wide = matchMedia(WIDE);
  const fold = () => {
    /** @type {HTMLDetailsElement} */ (byId("setup")).open = wide.matches;
  };
  wide.addEventListener("change", fold);
  fold();
}

// In which fields one Setup differs from another, in words.

import { said, text } from "./strings.js";

/**
 * What a field is called in this Setup: no other field that applies has this name.
 * @param {import("./types.js").CatalogParam} param
 * @param {import("./types.js").ParsedControl | undefined} control
 */
export function nameOf({ key, name }, control) {
  if (!control?.name) return name;
  return key === "recurrent_scale" ? text("setup.ofState", { name: said(control.name) }) : said(control.name);
}

/**
 * The fields that do something in the one and stand otherwise in the other.
 * @param {import("./types.js").Catalog} catalog
 * @param {import("./types.js").Parsed} one
 * @param {import("./types.js").Parsed | null} other
 * @returns {{ key: string, words: string }[]}
 */
export function differencesOf(catalog, one, other) {
  const present = new Map(other?.controls.map((control) => [control.key, control]));
  const differing = one.controls.filter(({ key, value, applies }) => applies && value !== present.get(key)?.value);
  return differing.map((control) => {
    const param = /** @type {import("./types.js").CatalogParam} */ (catalog.params.find(({ key }) => key === control.key));
    const value = param.options?.find(({ id }) => id === control.value)?.name ?? (control.value || "–");
    return { key: control.key, words: `${nameOf(param, control)} ${value}` };
  });
}

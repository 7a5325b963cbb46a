// In which fields one Setup differs from another, in words.

import { said } from "./strings.js";

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
    const param = catalog.params.find(({ key }) => key === control.key);
    const value = param?.options?.find(({ id }) => id === control.value)?.name ?? (control.value || "–");
    return { key: control.key, words: `${said(control.name) || param?.name} ${value}` };
  });
}

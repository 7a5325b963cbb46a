// In which fields one Setup differs from another, in words.

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
  return differing.map((control) => ({ key: control.key, words: `${control.name} ${valueName(catalog, control)}` }));
}

/** @param {import("./types.js").Catalog} catalog @param {import("./types.js").ParsedControl} control */
function valueName(catalog, { key, value }) {
  const options = catalog.params.find((param) => param.key === key)?.options;
  return options?.find((option) => option.id === value)?.name ?? (value || "–");
}

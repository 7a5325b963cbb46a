// The catalog with all that only help needs: formulas, explanations, sources. It is fetched when somebody asks for help.

/** @type {Promise<import("./types.js").Catalog> | undefined} */
let catalog;

/** @returns {Promise<import("./types.js").Catalog>} */
export function helpTexts() {
  catalog ??= load();
  return catalog;
}

async function load() {
  try {
    const response = await fetch(new URL("../strings/catalog.en.json", import.meta.url));
    if (!response.ok) throw new Error(`strings/catalog.en.json: HTTP ${response.status}`);
    return await response.json();
  } catch (error) {
    catalog = undefined; // so that the next attempt fetches again
    throw error;
  }
}

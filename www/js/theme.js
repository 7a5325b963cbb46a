// Light or dark, and the large type for a projector. The system decides until somebody presses the button.

import { byId } from "./page.js";

const STORED = "gradient-lab-look";

/** @param {import("./store.js").Store} store */
export function startTheme(store) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = recall();
  let chosen = stored.dark;
  store.setLook({ dark: chosen ?? system.matches, projector: stored.projector ?? false });
  show();

  system.addEventListener("change", () => {
    if (chosen === undefined) store.setLook({ dark: system.matches });
  });
  byId("dark").addEventListener("click", () => {
    chosen = !store.state.dark;
    store.setLook({ dark: chosen });
    remember();
  });
  byId("projector").addEventListener("click", () => {
    store.setLook({ projector: !store.state.projector });
    remember();
  });
  store.subscribe((state, before) => {
    if (state.dark !== before.dark || state.projector !== before.projector) show();
  });

  function show() {
    const { dark, projector } = store.state;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.documentElement.toggleAttribute("data-projector", projector);
    byId("dark").setAttribute("aria-pressed", String(dark));
    byId("projector").setAttribute("aria-pressed", String(projector));
  }

  function remember() {
    try {
      localStorage.setItem(STORED, JSON.stringify({ dark: chosen, projector: store.state.projector }));
    } catch {
      // A sandboxed page has no storage; the choice then lasts as long as the page.
    }
  }
}

/** @returns {{ dark?: boolean, projector?: boolean }} */
function recall() {
  try {
    const { dark, projector } = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    return {
      dark: typeof dark === "boolean" ? dark : undefined,
      projector: typeof projector === "boolean" ? projector : undefined,
    };
  } catch {
    return {};
  }
}

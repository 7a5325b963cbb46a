// What was checked: every rule of the diagnosis with its threshold, and of those that hold the numbers, the instrument that
// shows more, and what to try.

import { helpTexts } from "./help-texts.js";
import { format } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { text } from "./strings.js";
import { offered } from "./tries.js";
import { placeWords } from "./verdict.js";

/** @typedef {import("./types.js").CatalogRule} Rule */
/** Where to look further, and which buttons after "Try" to press. @typedef {{ show?: "layer" | "updates" | "loss" | "learned", tries: string[] }} Way */

const AGAINST_VANISHING = ["reluHe", "tanhOrthogonal", "batchNorm", "skip", "orthogonal", "forget", "attention"];

/** @type {Record<string, Way>} */
const WAYS = {
  diverged: { show: "layer", tries: ["clip", "layerNorm"] },
  zero: { show: "layer", tries: ["reluHe", "tanhOrthogonal"] },
  underflow: { show: "layer", tries: AGAINST_VANISHING },
  truncated: { tries: [] },
  vanishing: { show: "layer", tries: AGAINST_VANISHING },
  exploding: { show: "layer", tries: ["clip", "batchNorm", "layerNorm", "orthogonal"] },
  stalled: { show: "loss", tries: [] },
  dead: { show: "layer", tries: ["reluHe", "batchNorm"] },
  saturated: { show: "layer", tries: ["tanhOrthogonal", "layerNorm"] },
  small_updates: { show: "updates", tries: ["adam"] },
  large_updates: { show: "updates", tries: ["clip"] },
  masked: { show: "updates", tries: [] },
  flat_weights: { show: "layer", tries: AGAINST_VANISHING },
  clipped: { show: "updates", tries: [] },
  overfitting: { show: "loss", tries: [] },
  learned: { show: "learned", tries: [] },
};

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
    rows.forEach(({ id, item, more, measured, way }) => {
      const finding = verdict.findings.find(({ rule }) => rule === id);
      item.toggleAttribute("data-found", finding !== undefined);
      more.forEach((element) => (element.hidden = finding === undefined));
      if (!finding) return;
      const place = placeWords(finding, snapshot.layers);
      write(measured, text(place ? "checked.measuredAt" : "checked.measured", { value: format(finding.value), place }));
      showWay(way, WAYS[id], finding, snapshot.layers);
    });
  });
  const fillIfOpen = () => {
    if (details.open) fill().catch((error) => session.report("error", error));
  };
  details.addEventListener("toggle", fillIfOpen);
  store.subscribe((state, before) => {
    if (state.language !== before.language) {
      rows = [];
      fillIfOpen();
    }
    if (state.frame !== before.frame || state.parsed !== before.parsed) show(!state.running);
  });
  fillIfOpen();

  /**
   * The buttons of a rule that holds; those that stay the same stay, so that they keep the focus.
   * @param {HTMLElement} way @param {Way} ways @param {import("./types.js").Finding} finding @param {{ name: string }[]} layers
   */
  function showWay(way, { show: instrument, tries }, finding, layers) {
    const place = placeWords({ ...finding, layers: finding.layers.slice(0, 1) }, layers);
    const offers = tries.filter((name) => offered(name));
    const wanted = [instrument ?? "", place, ...offers].join();
    if (way.dataset.shown === wanted) return;
    way.dataset.shown = wanted;
    const look = () => lookAt(instrument ?? "loss", finding.layers[0] ?? null).catch((error) => session.report("error", error));
    way.replaceChildren(
      ...(instrument && (instrument !== "layer" || place) ? [make("button", { type: "button", onclick: look }, text(`checked.show.${instrument}`, { place }))] : []),
      ...(offers.length > 0 ? [make("span", { className: "quiet" }, text("tries.label"))] : []),
      ...offers.map((name) => make("button", { type: "button", onclick: () => offered(name)?.click() }, text(`try.${name}`))),
    );
  }

  /** @param {NonNullable<Way["show"]>} instrument @param {number | null} layer */
  async function lookAt(instrument, layer) {
    const details = document.getElementById(`${instrument}-details`);
    if (details instanceof HTMLDetailsElement) details.open = true;
    if (instrument === "layer") await session.select(layer);
    byId(instrument).scrollIntoView({ block: "nearest" });
  }

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
  const way = make("p", { className: "way" });
  const about = make("p", { className: "quiet" }, source === "-" ? help : `${help} ${text("setup.source", { source })}.`);
  const item = make(
    "li",
    { "data-rule": id },
    make("p", {}, make("strong", {}, name), " ", found),
    make("p", { className: "quiet" }, formula),
    measured,
    way,
    about,
  );
  return { id, item, measured, way, more: [found, measured, way, about] };
}

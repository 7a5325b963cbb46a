// The cards beside the hero: the loss in numbers, and what the picture of the learned function shows.

import { format, percent } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").Snapshot} Snapshot */

/** @param {import("./store.js").Store} store */
export function startCards(store) {
  const cells = buildLossTable();
  const show = paced(() => {
    const { frame, learned } = store.state;
    if (frame) showLoss(cells, frame.snapshot);
    if (learned) write(byId("learned-caption"), learnedCaption(learned));
  });
  store.subscribe((state, before) => {
    if (state.frame !== before.frame || state.learned !== before.learned) show(!state.running);
  });
}

function buildLossTable() {
  const cell = () => make("td");
  const cells = { lossTrain: cell(), lossTest: cell(), accuracyTrain: cell(), accuracyTest: cell() };
  const heading = (/** @type {string} */ key, /** @type {string} */ scope) => make("th", { scope }, text(key));
  const accuracy = make("tr", {}, heading("loss.accuracy", "row"), cells.accuracyTrain, cells.accuracyTest);
  byId("loss-numbers").append(
    make("thead", {}, make("tr", {}, make("td"), heading("loss.train", "col"), heading("loss.test", "col"))),
    make("tbody", {}, make("tr", {}, heading("loss.loss", "row"), cells.lossTrain, cells.lossTest), accuracy),
  );
  return { ...cells, accuracy };
}

/**
 * @param {ReturnType<typeof buildLossTable>} cells
 * @param {Snapshot} snapshot
 */
function showLoss(cells, { loss, accuracy }) {
  write(cells.lossTrain, format(loss.train));
  write(cells.lossTest, format(loss.test));
  cells.accuracy.hidden = accuracy == null;
  write(cells.accuracyTrain, percent(accuracy?.train));
  write(cells.accuracyTest, percent(accuracy?.test));
}

/** @param {import("./types.js").Learned} learned */
function learnedCaption(learned) {
  if (learned.kind !== "undrawable") return text(`learned.${learned.kind}`);
  return text("learned.undrawable", { inputs: learned.inputs, outputs: learned.outputs });
}

// The cards beside the hero: the loss in numbers, and what the picture of the learned function shows.

import { format, percent } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").Learned} Learned */

/** @param {import("./store.js").Store} store */
export function startCards(store) {
  const cells = buildLossTable();
  const show = paced(() => {
    const { frame, learned } = store.state;
    if (frame) showLoss(cells, frame.snapshot);
    if (learned) showLearned(learned);
  });
  store.subscribe((state, before) => {
    if (state.frame !== before.frame || state.learned !== before.learned) show(!state.running);
  });
}

function buildLossTable() {
  const cell = () => make("td");
  const cells = { lossTrain: cell(), lossTest: cell(), accuracyTrain: cell(), accuracyTest: cell() };
  const heading = (/** @type {string} */ key, /** @type {string} */ scope) => make("th", { scope, "data-string": key });
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

/** A picture, or examples in words. @param {Learned} learned */
function showLearned(learned) {
  write(byId("learned-caption"), learnedCaption(learned));
  const inWords = learned.kind === "examples";
  byId("learned").hidden = inWords;
  byId("examples").hidden = !inWords;
  if (!inWords) return;
  const heading = (/** @type {string} */ key) => make("th", { scope: "col" }, text(`learned.${key}`));
  const rows = learned.examples.map(({ shown, expected, answered }) => {
    const answer = learned.are_numbers ? [answered] : marked(answered, expected);
    return make("tr", {}, make("td", {}, shown), make("td", {}, expected), make("td", {}, ...answer));
  });
  byId("examples").replaceChildren(
    make("thead", {}, make("tr", {}, ...["shown", "expected", "answered"].map(heading))),
    make("tbody", {}, ...rows),
  );
}

/** An answer, its wrong characters underlined. @param {string} answered @param {string} expected */
function marked(answered, expected) {
  return [...answered].map((character, index) =>
    character === expected[index] ? character : make("u", { className: "wrong" }, character),
  );
}

/** @param {Learned} learned */
function learnedCaption(learned) {
  if (learned.kind !== "undrawable") return text(`learned.${learned.kind}`);
  return text("learned.undrawable", { inputs: learned.inputs, outputs: learned.outputs });
}

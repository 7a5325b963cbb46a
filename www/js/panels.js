// Everything around the hero: it joins when the first bar no longer waits for it.

import { startHelp } from "./about.js";
import { startCards } from "./cards.js";
import { startChartOptions } from "./chart-options.js";
import { startCheck } from "./check-view.js";
import { startChecked } from "./checked.js";
import { startControls } from "./controls.js";
import { startFiles } from "./files.js";
import { startHistory } from "./history-view.js";
import { startTable } from "./table-view.js";
import { startTries } from "./tries.js";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./recorder.js").Recorder} recorder
 * @param {import("./types.js").Catalog} catalog
 */
export function startPanels(store, session, recorder, catalog) {
  startControls(store, session, catalog);
  startChartOptions(store, catalog);
  startTries(store, session, catalog);
  startChecked(store, session, catalog);
  startCheck(store, session);
  startCards(store);
  startHistory(store, session, recorder);
  startTable(store);
  startFiles(store, session);
  startHelp(session, catalog);
}

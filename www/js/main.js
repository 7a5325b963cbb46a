// Start: words and engine are fetched together, the first run is opened, and the views are joined to the store.

import { currentQuery, currentView, replaceView } from "./address.js";
import { GradientLab } from "./api.js";
import { startCharts } from "./chart-view.js";
import { Engine } from "./engine.js";
import { startNotices } from "./notice.js";
import { areTimeSteps } from "./numbers.js";
import { byId } from "./page.js";
import { startPlayer } from "./player.js";
import { Recorder } from "./recorder.js";
import { Session } from "./session.js";
import { Store } from "./store.js";
import { applyStrings, loadDetails, loadStrings, prefer } from "./strings.js";
import { tellError, tellView } from "./tell.js";
import { startTheme } from "./theme.js";
import { startTransport } from "./transport.js";
import { startVerdict } from "./verdict.js";

const store = new Store();
const recorder = new Recorder(store);

startTheme(store);
startNotices(store);
byId("late").remove();

/** @type {() => void} */
let firstBarDrawn = () => {};
/** @type {Promise<void>} */
const firstBar = new Promise((resolve) => (firstBarDrawn = resolve));

const started = start();
const ready = started.then(({ opened, furnished }) => Promise.all([opened, firstBar, furnished])).then(() => {});
const lanes = async () => {
  const [{ engine }, { Lanes }] = await Promise.all([started, import("./lanes.js"), loadDetails()]);
  return Lanes.of(store, engine);
};
Object.assign(window, { gradientLab: new GradientLab(started.then(({ session }) => session), ready, lanes) });

addEventListener("error", (event) => tellError(store, "error", event.error ?? event.message));
addEventListener("unhandledrejection", (event) => {
  // A step(n) that was ended on purpose is no failure.
  if (event.reason?.name !== "AbortError") tellError(store, "error", event.reason);
});
started.catch((error) => {
  store.failed();
  tellError(store, "start", error, { label: "notice.reload", run: () => location.reload() });
});

/** Resolves when the session can be used; its first run is then still being opened, and the page furnished. */
async function start() {
  const engine = new Engine();
  engine.onLoading = (loading) => store.setLoading(loading);
  engine.ready.catch(() => {}); // awaited below, once there are words to say what is wrong
  const wanted = currentView("lang") ?? "en";
  const [language] = await Promise.all([wanted === "en" ? null : import("./language.js"), loadStrings()]);
  const known = await language?.open(wanted, store, engine).catch((error) => tellError(store, "error", error));
  applyStrings();
  const session = new Session(engine, store, recorder);
  await engine.ready;

  // The worker builds the run while this thread builds the page.
  const opened = openFirst(engine, session);
  opened.catch((error) => session.report("start", error));
  if (known === false) tellView(store, "lang", wanted, language?.languages() ?? []);
  startWords(store);
  const onError = (/** @type {unknown} */ error) => tellError(store, "error", error);
  const onLayer = (/** @type {number | null} */ layer) => void session.select(layer).catch(onError);
  startCharts(store, engine, { onFirstBar: firstBarDrawn, onError, onLayer });
  startVerdict(store);
  startTransport(store, session);
  startPlayer(store, session);
  addEventListener("popstate", () => {
    // The page keeps its language, whatever it was when that address was left.
    const { language } = store.state;
    replaceView("lang", language === "en" ? null : language);
    session.followAddress(currentQuery()).catch((error) => session.report("load", error));
  });
  const furnished = import("./panels.js").then(({ startPanels }) => startPanels(store, session, recorder, engine));
  furnished.catch(onError);
  return { session, engine, opened, furnished };
}

/** Before anything else speaks of a frame: its layers may be time steps. @param {Store} store */
function startWords(store) {
  store.subscribe(({ frame }, before) => {
    if (!frame || frame === before.frame) return;
    const overTime = areTimeSteps(frame.snapshot.layers);
    // Layers and time steps do not compare: an outline of the one means nothing behind the other.
    if (before.frame && areTimeSteps(before.frame.snapshot.layers) !== overTime) store.setGhost(null);
    prefer(overTime ? "overTime" : "");
  });
}

/** @param {Engine} engine @param {Session} session */
async function openFirst(engine, session) {
  try {
    await session.openLink(currentQuery(), { run: true });
  } catch (error) {
    if (!engine.alive) throw error;
    // The Setup in the link cannot be built (its data may be out of reach): the lab opens on the default instead.
    session.report("load", error);
    await session.openLink("", { run: true });
  }
}

// Everything around the hero: it joins when the first bar no longer waits for it.

import { currentView } from "./address.js";
import { startCards } from "./cards.js";
import { startChartOptions } from "./chart-options.js";
import { startControls } from "./controls.js";
import { startFiles } from "./files.js";
import { areTimeSteps } from "./numbers.js";
import { byId } from "./page.js";
import { loadDetails, text } from "./strings.js";
import { startTries } from "./tries.js";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./recorder.js").Recorder} recorder
 * @param {import("./engine.js").Engine} engine
 */
export function startPanels(store, session, recorder, engine) {
  const catalog = engine.catalog();
  startControls(store, session, catalog);
  startChartOptions(store, catalog);
  startTries(store, session, catalog);
  startCards(store);
  startFiles(store, session);

  // What nobody has opened or come to yet is not loaded yet.
  const fail = (/** @type {unknown} */ error) => session.report("error", error);
  /** @param {string} id @param {() => Promise<void>} load */
  const onceSeen = (id, load) => {
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      observer.disconnect();
      load().catch((error) => {
        fail(error);
        observer.observe(byId(id)); // the next time that it is seen is the next attempt
      });
    });
    observer.observe(byId(id));
  };
  /** @param {string} id @param {string} event @param {() => Promise<void>} load */
  const atFirst = (id, event, load) => {
    byId(id).addEventListener(event, () => load().catch(fail), { once: true });
  };
  /** @template T @param {Promise<T>} module */
  const withWords = async (module) => (await Promise.all([module, loadDetails()]))[0];
  onceSeen("history", async () => (await import("./history-view.js")).startHistory(store, session, recorder));
  onceSeen("layer", async () => (await withWords(import("./layer-view.js"))).startLayer(store, session, engine));
  const compare = once(async () => {
    const [{ startLanes }, { Lanes }] = await withWords(Promise.all([import("./lanes-view.js"), import("./lanes.js")]));
    const lanes = Lanes.of(store, engine);
    await startLanes(store, session, engine, lanes);
    return lanes;
  });
  /** As it is now, although that is not loaded yet. @param {{ parsed: import("./types.js").Parsed | null, fromFile: boolean }} of */
  const pin = async (of) => {
    (await compare()).pin(of);
    byId("pin-said").textContent = text("compare.pinned", { count: store.state.lanes.length });
  };
  for (const id of ["pin", "compare-pin"]) byId(id).addEventListener("click", () => void pin(store.state).catch(fail));
  byId("ghost-pin").addEventListener("click", () => {
    const { ghost } = store.state;
    if (ghost) pin({ parsed: ghost.parsed, fromFile: false }).catch(fail);
  });
  store.subscribe(({ lanes }) => {
    if (lanes.length > 0) compare().catch(fail);
  });
  store.subscribe(({ frame }) => {
    if (frame) byId("over-time").hidden = !areTimeSteps(frame.snapshot.layers);
  });
  onceSeen("over-time", async () => (await withWords(import("./over-time-view.js"))).startOverTime(store, session, engine));
  onceSeen("map", async () => (await withWords(import("./map-view.js"))).startMap(store, session, engine));
  onceSeen("walk", async () => (await withWords(import("./walk-view.js"))).startWalk(store, session));
  atFirst("checked-details", "toggle", async () => (await withWords(import("./checked.js"))).startChecked(store, session));
  atFirst("table-details", "toggle", async () => (await withWords(import("./table-view.js"))).startTable(store));
  atFirst("updates-details", "toggle", async () => (await withWords(import("./updates-view.js"))).startUpdates(store));
  atFirst("check-details", "toggle", async () => (await withWords(import("./check-view.js"))).startCheck(store, session));
  for (const id of ["loss", "history", "learned", "layer"]) {
    atFirst(`${id}-data`, "toggle", async () => (await withWords(import("./data-tables.js"))).startData(id, { store, engine, recorder }));
  }
  atFirst("theory", "change", async () => (await withWords(import("./theory-view.js"))).startTheory(store, session, engine));
  /** @type {HTMLSelectElement} */
  const language = byId("language");
  language.value = store.state.language;
  /** One change of the language after the other, each to what is chosen by then. */
  let speaking = Promise.resolve();
  const speak = async () => (await import("./language.js")).choose(language.value, store, engine);
  language.addEventListener("change", () => {
    speaking = speaking.then(speak).catch(fail).then(() => void (language.value = store.state.language));
  });
  atFirst("help", "click", async () => (await withWords(import("./about.js"))).startHelp(session, catalog));
  const course = once(async () => (await withWords(import("./course.js"))).startCourse(store, session));
  const openCourse = () => void course().then((open) => open()).catch(fail);
  byId("course-button").addEventListener("click", openCourse);
  if (currentView("lesson") !== null) openCourse();
  const onKey = async (/** @type {KeyboardEvent} */ event) => (await import("./shortcuts.js")).startShortcuts({ store, session }, event);
  addEventListener("keydown", (event) => void onKey(event).catch(fail), { once: true });
}

/**
 * Work that is done once, whoever asks for it first; after a failure the next who asks tries again.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {() => Promise<T>}
 */
function once(work) {
  /** @type {Promise<T> | null} */
  let done = null;
  return () => {
    done ??= work();
    done.catch(() => (done = null));
    return done;
  };
}

// Compare: the run and the pinned ones, at the same step, on the same axes.

import { Lanes as Frames, Look, setWords } from "../gradient_lab.js";
import { gradientWords } from "./chart-view.js";
import { DataTable } from "./data-table.js";
import { differencesOf } from "./differences.js";
import { fits } from "./lanes.js";
import { LETTERS, startLanesHero } from "./lanes-hero.js";
import { count, format, percent, spoken } from "./numbers.js";
import { byId, fit, make, paced, write } from "./page.js";
import { said, text, translation } from "./strings.js";
import { headline } from "./verdict.js";

/** @typedef {import("./types.js").Lane} Lane */

/** What decides which samples are met, in which order. */
const DATA = ["seed", "batch", "loss"];

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./engine.js").Engine} engine
 * @param {import("./lanes.js").Lanes} lanes
 */
export async function startLanes(store, session, engine, lanes) {
  await engine.becomeFull(); // the first module has no marks
  const catalog = engine.catalog();
  startLanesHero(store, catalog);
  const fail = (/** @type {unknown} */ error) => session.report("error", error);
  const table = new DataTable(byId("compare-table"), { stacks: true });
  /** @type {Frames | null} */
  let frames = null;
  /** The cards, the run's own first. @type {ReturnType<typeof laneCard>[]} */
  let cards = [];

  /** @param {Lane | null} lane @param {number} place */
  function laneCard(lane, place) {
    const button = (/** @type {() => void} */ onclick) => make("button", { type: "button", className: "link", onclick });
    /** @type {[key: string, button: HTMLElement][]} */
    const buttons = lane
      ? [["compare.trade", button(() => void trade(lane.key).catch(fail))], ["compare.remove", button(() => remove(lane.key))]]
      : [];
    const parts = {
      lane,
      buttons,
      name: make("h3"),
      warning: make("p", { className: "caption" }),
      canvas: make("canvas", { className: "chart short", role: "img" }),
      words: make("p", { className: "caption lane-words" }),
    };
    const section = make("section", { className: "lane" }, parts.name, parts.warning, parts.canvas, parts.words, make("p", { className: "caption" }, ...buttons.flatMap(([, button]) => [button, " "])));
    return { ...parts, section };
  }

  /** @param {number} key */
  function remove(key) {
    lanes.remove(key);
    byId("compare-pin").focus();
  }

  /** @param {number} key */
  async function trade(key) {
    const { running } = store.state;
    await lanes.trade(key, (query) => session.set(query));
    if (running) await session.run();
    byId("compare-pin").focus();
  }

  const build = () => {
    const { state } = store;
    byId("compare-inside").hidden = state.lanes.length === 0;
    if (state.lanes.length === 0) byId("pin-said").textContent = "";
    cards = [null, ...state.lanes].map(laneCard);
    byId("compare-lanes").replaceChildren(...cards.map(({ section }) => section));
    take();
  };

  /** The numbers of the latest common step. */
  const take = () => {
    const { compared } = store.state;
    frames?.free();
    frames = null;
    // What was measured before a lane came or went says nothing of those that there are now.
    if (!compared || !fits(store.state)) return show(true);
    frames = new Frames();
    frames.push(compared.live.bytes);
    for (const { bytes } of compared.lanes) frames.push(bytes);
    show(!store.state.running);
  };

  const show = paced(() => {
    const { parsed, compared, laneError, running, stepping } = store.state;
    const step = frames ? compared?.live.snapshot.step : undefined;
    write(byId("compare-words"), laneError !== null ? text("compare.failed", { message: said(laneError) }) : status(step));
    for (const [place, { buttons }] of cards.entries()) {
      for (const [key, button] of buttons) write(button, text(key, { letter: LETTERS[place] }));
    }
    if (!frames || !compared) return;
    const rows = cards.map(({ lane, name, warning, words }, place) => {
      const [snapshot, verdict] = [frames?.snapshot(place), frames?.verdict(place)];
      const differing = lane ? differencesOf(catalog, lane.parsed, parsed) : [];
      const differs = lane ? differing.map((each) => each.words).join(", ") || text("compare.same") : text("compare.live");
      write(name, `${LETTERS[place]}: ${differs}`);
      write(warning, differing.some(({ key }) => isData(key)) ? text("compare.otherData") : "");
      write(words, headline(verdict, snapshot));
      const { loss, accuracy, first_to_last: ratios, divergence } = snapshot;
      const state = divergence ? "diverged" : running || stepping > 0 ? "running" : "stands";
      const right = accuracy?.test ?? accuracy?.train;
      return [
        LETTERS[place],
        text(`compare.states.${state}`),
        { words: count(snapshot.step), value: snapshot.step },
        loss.train,
        loss.test,
        { words: percent(right), value: right },
        { words: format(ratios.signal, 2), value: ratios.signal },
        differs,
      ];
    });
    const heads = ["lane", "state", "step", "train", "test", "right", "ratio", "differs"].map((key) => text(`compare.columns.${key}`));
    table.show({ caption: text("compare.caption", { step: count(step ?? 0) }), heads, rows });
    draw();
  });

  /** @param {number | undefined} step */
  function status(step) {
    const { looking, step: now, axis } = store.state;
    if (step === undefined) return text("compare.coming");
    const steps = { step: count(step), now: count(now) };
    return `${text(now > step && !looking ? "compare.behind" : "compare.at", steps)} ${text("compare.axis", { axis: text(`hero.axes.${axis}`) })}`;
  }

  /** Whether a field decides what is learned from. @param {string} key */
  function isData(key) {
    return DATA.includes(key) || catalog.params.find((param) => param.key === key)?.group === "task";
  }

  function draw() {
    const { compared, measure, norm, axis } = store.state;
    if (!frames || !compared) return;
    setWords(translation.charts);
    cards.forEach(({ canvas, name }, place) => {
      paint(canvas, (look) => frames?.draw(place, canvas, look));
      const frame = { ...compared.live, snapshot: frames?.snapshot(place) };
      canvas.setAttribute("aria-label", spoken(`${name.textContent}. ${gradientWords({ frame, measure, norm, axis })}`));
    });
    /** @type {HTMLCanvasElement} */
    const losses = byId("compare-loss");
    paint(losses, (look) => frames?.drawLosses(LETTERS, losses, look));
    losses.setAttribute("aria-label", text("compare.losses", { lanes: cards.length, step: count(compared.live.snapshot.step) }));
  }

  /** @param {HTMLCanvasElement} canvas @param {(look: Look) => void} work */
  function paint(canvas, work) {
    const scale = fit(canvas);
    if (scale === 0) return;
    const { dark, projector, measure, norm, axis } = store.state;
    const look = new Look();
    Object.assign(look, { dark, projector, scale, signal: measure === "signal", rms: norm === "rms", linear: axis === "linear" });
    work(look);
    look.free();
  }

  store.subscribe((state, before) => {
    if (state.lanes !== before.lanes) build();
    else if (state.compared !== before.compared) take();
    else {
      const keys = /** @type {const} */ (["laneError", "parsed", "running", "stepping", "measure", "norm", "axis", "dark", "projector"]);
      if (keys.some((key) => state[key] !== before[key])) show(true);
    }
  });
  new ResizeObserver(() => draw()).observe(byId("compare-inside"));
  build();
}

// Over time: what gates, the recurrent matrix or attention do at each time step, and a slider for the lag.

import init, { drawGates, Look } from "../gradient_lab.js";
import { DataTable } from "./data-table.js";
import { areTimeSteps, count, format } from "./numbers.js";
import { byId, make, paced, write } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").OverTime} OverTime */
/** @typedef {import("./types.js").Snapshot} Snapshot */

/** How often the numbers are measured anew while the run goes on, in milliseconds. */
const INTERVAL = 1000;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./engine.js").Engine} engine
 */
export async function startOverTime(store, session, engine) {
  await init({ module_or_path: await engine.module(true) });
  const fail = (/** @type {unknown} */ error) => session.report("error", error);
  /** @type {HTMLCanvasElement} */
  const gates = byId("over-time-gates");
  /** @type {HTMLCanvasElement} */
  const attention = byId("over-time-attention");
  /** @type {HTMLInputElement} */
  const lag = byId("over-time-lag");
  const table = new DataTable(byId("over-time-table"));
  /** @type {OverTime | null} */
  let shown = null;
  let layer = 0;
  let asking = false;
  let again = false;

  const measure = async () => {
    const { frame } = store.state;
    again = asking;
    if (asking || !frame || !areTimeSteps(frame.snapshot.layers)) return;
    asking = true;
    try {
      do {
        again = false;
        shown = await session.ask((engine) => engine.overTime(layer));
        // Another network may have fewer layers.
        if (!shown && layer > 0) [layer, again] = [0, true];
      } while (again);
      show();
    } finally {
      asking = false;
    }
  };
  const refresh = paced(() => void measure().catch(fail), INTERVAL);

  lag.addEventListener("input", () => session.change("lag", lag.value, false));
  lag.addEventListener("change", () => session.change("lag", lag.value, true));

  function show() {
    const { frame, looking } = store.state;
    if (!frame || !shown) return;
    const { snapshot } = frame;
    const when = text(looking ? "overTimeView.atPresent" : "overTimeView.at", { step: count(shown.step) });
    write(byId("over-time-words"), [when, ...sentences(shown, snapshot)].join(" "));
    chooseLayer(shown);
    byId("over-time-gates-room").hidden = shown.gates.length === 0;
    byId("over-time-attention-room").hidden = !shown.attention;
    if (shown.gates.length > 0) {
      const names = shown.gates.map(({ name }) => text("overTimeView.gate", { letter: letter(name), name: text(`overTimeView.gates.${name}`) }));
      write(byId("over-time-gates-words"), text("overTimeView.gatesWords", { list: names.join(", ") }));
    }
    draw();
    table.show(tableOf(shown, snapshot));
    showLag(snapshot);
  }

  /** @param {Snapshot} snapshot */
  function showLag({ first_to_last: ratios, layers, way }) {
    const control = store.state.parsed?.controls.find(({ key, applies }) => key === "lag" && applies);
    const param = engine.catalog().params.find(({ key }) => key === "lag");
    byId("over-time-lag-room").hidden = !control;
    if (!control || !param) return;
    [lag.min, lag.max] = [String(param.min), String(param.max)];
    if (document.activeElement !== lag) lag.value = control.value;
    const steps = layers.length - 2;
    const ratio = ratios.signal;
    const factor = ratio != null && steps > 0 ? ratio ** (1 / steps) : null;
    write(byId("over-time-lag-words"), text(`overTimeView.${way === "direct" ? "lagDirect" : "lagWords"}`, { lag: control.value, ratio: format(ratio, 2), factor: format(factor) }));
  }

  /** @param {OverTime} measured */
  function chooseLayer({ layers }) {
    const room = byId("over-time-layers");
    room.hidden = layers < 2;
    const options = room.querySelectorAll("input");
    if (options.length === layers) {
      for (const [place, option] of options.entries()) option.checked = place === layer;
      return;
    }
    room.replaceChildren(
      make("legend", { className: "quiet" }, text("overTimeView.layer")),
      ...Array.from({ length: layers }, (_, place) => {
        const choose = () => {
          layer = place;
          refresh(true);
        };
        const input = make("input", { type: "radio", name: "over-time-layer", value: String(place), checked: place === layer, onchange: choose });
        return make("label", {}, input, make("span", {}, String(place + 1)));
      }),
    );
  }

  function draw() {
    if (!shown) return;
    const { dark, projector } = store.state;
    const scale = devicePixelRatio || 1;
    if (shown.gates.length > 0 && gates.clientWidth > 0) {
      [gates.width, gates.height] = [gates.clientWidth, gates.clientHeight].map((side) => Math.round(side * scale));
      const look = new Look();
      Object.assign(look, { dark, projector, scale });
      drawGates(shown.gates.map(({ name }) => letter(name)).join(""), Float64Array.from(shown.gates.flatMap(({ mean }) => mean)), gates, look);
      look.free();
      gates.setAttribute("aria-label", byId("over-time-gates-words").textContent ?? "");
    }
    if (shown.attention) paint(shown.attention);
  }

  /** Each weight is a cell, the stronger the larger it is: from 0 to 1 always. @param {NonNullable<OverTime["attention"]>} attention */
  function paint({ steps, weights }) {
    [attention.width, attention.height] = [steps, weights.length / steps];
    const context = attention.getContext("2d");
    if (!context) return;
    const color = getComputedStyle(attention).color;
    weights.forEach((weight, index) => {
      context.globalAlpha = Math.min(1, Math.max(0, weight));
      context.fillStyle = color;
      context.fillRect(index % steps, Math.floor(index / steps), 1, 1);
    });
    attention.setAttribute("aria-label", byId("over-time-words").textContent ?? "");
  }

  store.subscribe((state, before) => {
    const overTime = Boolean(state.frame && areTimeSteps(state.frame.snapshot.layers));
    byId("over-time").hidden = !overTime;
    if (!overTime) return void (shown = null);
    if (state.runs !== before.runs || state.settled !== before.settled || state.looking !== before.looking) refresh(true);
    else if (state.frame !== before.frame) refresh(false);
    if (state.dark !== before.dark || state.projector !== before.projector) draw();
  });
  new ResizeObserver(() => draw()).observe(byId("over-time"));
  refresh(true);
}

/** A gate's letter in the equations. @param {string} name */
function letter(name) {
  return name === "update" ? "z" : name[0];
}

/** @param {OverTime} measured @param {Snapshot} snapshot @returns {string[]} */
function sentences({ gates, carried, state, attention }, { layers }) {
  const steps = layers.length - 1;
  if (carried != null) {
    const carry = gates.find(({ name }) => name === "forget" || name === "update");
    const mean = carry ? carry.mean.reduce((sum, each) => sum + each, 0) / carry.mean.length : NaN;
    return [text(`overTimeView.${carry?.name}`, { mean: format(mean), carried: format(carried, 2), steps })];
  }
  if (state) {
    const slope = state.slope.reduce((sum, each) => sum + each, 0) / state.slope.length;
    return [text("overTimeView.state", { radius: format(state.radius), norm: format(state.norm), slope: format(slope), most: format(state.norm * slope) })];
  }
  if (attention) {
    const last = attention.weights.slice(-attention.steps);
    const most = Math.max(...last);
    return [text("overTimeView.attention", { step: last.indexOf(most) + 1, weight: format(most), even: format(1 / attention.steps), steps: attention.steps })];
  }
  return [];
}

/** @param {OverTime} measured @param {Snapshot} snapshot @returns {import("./data-table.js").Table} */
function tableOf({ step, gates, state, attention }, { layers }) {
  const steps = [...layers.keys()].slice(0, -1);
  /** @type {[head: string, values: (number | undefined)[]][]} */
  const columns = gates.flatMap(({ name, mean, low, high }) => {
    const head = (/** @type {string} */ part) => text(`overTimeView.columns.${part}`, { gate: text(`overTimeView.gates.${name}`) });
    return /** @type {[string, number[]][]} */ ([[head("mean"), mean], [head("low"), low], [head("high"), high]]);
  });
  if (state) columns.push([text("overTimeView.columns.slope"), state.slope]);
  if (attention) columns.push([text("overTimeView.columns.weight"), attention.weights.slice(-attention.steps)]);
  return {
    caption: text("overTimeView.caption", { step: count(step) }),
    heads: [text("overTimeView.columns.step"), ...columns.map(([head]) => head)],
    rows: steps.map((place) => [{ words: String(place + 1), value: place }, ...columns.map(([, values]) => values[place])]),
  };
}

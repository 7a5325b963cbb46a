// Over time: what gates, the recurrent matrix or attention do at each time step, and the lag that they must bridge.

import { Look, OverTimeView } from "../gradient_lab.js";
import { createField } from "./control-field.js";
import { DataTable } from "./data-table.js";
import { areTimeSteps, count, format, spoken } from "./numbers.js";
import { byId, fit, make, paced, write } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").OverTime} OverTime */
/** @typedef {import("./types.js").Course} Course */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {{ name: string, words: string, draw: (view: OverTimeView, canvas: HTMLCanvasElement, look: Look) => void }} Picture */

/** How often the numbers are measured anew while the run goes on, in milliseconds. */
const INTERVAL = 1000;

/** Measuring may take this share of the time at most: a large matrix takes a while. */
const SHARE = 0.1;

/** The gate that carries on what there is. */
const CARRIES = ["forget", "update"];

/**
 * What a layer does over time, while `use` needs it; null if there is no such layer.
 * @template T
 * @param {import("./engine.js").Engine} engine
 * @param {number} layer
 * @param {(measured: { view: OverTimeView, numbers: OverTime }) => T} use
 * @returns {Promise<T | null>}
 */
export async function overTimeOf(engine, layer, use) {
  const bytes = await engine.overTime(layer);
  if (!bytes) return null;
  const view = new OverTimeView(bytes);
  try {
    return use({ view, numbers: view.numbers() });
  } finally {
    view.free();
  }
}

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./engine.js").Engine} engine
 */
export function startOverTime(store, session, engine) {
  const fail = (/** @type {unknown} */ error) => session.report("error", error);
  const table = new DataTable(byId("over-time-table"));
  const param = engine.catalog().params.find(({ key }) => key === "lag");
  const lag = param && createField(param, session, "over-time");
  if (lag) byId("over-time-lag").append(lag.element);
  let layer = 0;
  let seen = true;
  let asking = false;
  /** Whether something has changed since the last numbers were asked for. */
  let stale = false;
  let earliest = 0;

  async function measure() {
    stale = true;
    if (asking) return;
    asking = true;
    try {
      while (stale && seen && isShown(store.state.frame)) {
        stale = false;
        const begin = performance.now();
        const found = await session.ask((engine) => overTimeOf(engine, layer, show));
        if (found === null && layer > 0) {
          // Another Setup may have fewer layers.
          layer = 0;
          stale = true;
        }
        earliest = performance.now() + (performance.now() - begin) / SHARE;
      }
    } finally {
      asking = false;
    }
  }
  const update = paced(() => {
    if (!store.state.running || performance.now() >= earliest) measure().catch(fail);
  }, INTERVAL);

  /** @param {{ view: OverTimeView, numbers: OverTime }} measured */
  function show({ view, numbers }) {
    const { frame, looking } = store.state;
    if (!frame) return true;
    const { snapshot } = frame;
    const steps = { step: count(numbers.step), shown: count(snapshot.step) };
    write(byId("over-time-at"), text(looking ? "overTimeView.atPresent" : "overTimeView.at", steps));
    write(byId("over-time-words"), sentences(numbers, snapshot).join(" "));
    write(byId("over-time-axes"), text(`overTimeView.${axes(numbers)}`));
    offerLayers(numbers.layers);
    drawAll(view, numbers);
    table.show(tableOf(numbers, snapshot));
    showLag();
    return true;
  }

  /** @param {number} layers */
  function offerLayers(layers) {
    const room = byId("over-time-layers");
    room.hidden = layers < 2;
    const options = room.querySelectorAll("input");
    if (options.length === layers) return options.forEach((option, place) => void (option.checked = place === layer));
    const choice = (/** @type {number} */ place) => {
      const onchange = () => {
        layer = place;
        update(true);
      };
      const input = make("input", { type: "radio", name: "over-time-layer", checked: place === layer, onchange });
      return make("label", {}, input, make("span", {}, text("overTimeView.layerNumber", { number: place + 1 })));
    };
    const choices = Array.from({ length: layers }, (_, place) => choice(place));
    room.replaceChildren(make("legend", { className: "quiet", "data-string": "overTimeView.layer" }), ...choices);
  }

  /** @param {OverTimeView} view @param {OverTime} numbers */
  function drawAll(view, numbers) {
    const room = byId("over-time-charts");
    const all = pictures(numbers);
    if (room.children.length !== all.length) {
      const figure = () => make("figure", {}, make("figcaption"), make("canvas", { className: "chart short", role: "img" }));
      room.replaceChildren(...all.map(figure));
    }
    const look = new Look();
    const { dark, projector } = store.state;
    Object.assign(look, { dark, projector });
    all.forEach(({ name, words, draw }, place) => {
      const [caption, chart] = room.children[place].children;
      const canvas = /** @type {HTMLCanvasElement} */ (chart);
      write(caption, name);
      canvas.setAttribute("aria-label", spoken(words));
      look.scale = fit(canvas);
      if (look.scale > 0) draw(view, canvas, look);
    });
    look.free();
  }

  function showLag() {
    const { parsed, frame, complaints } = store.state;
    const control = parsed?.controls.find(({ key }) => key === "lag");
    const applies = Boolean(control?.applies);
    byId("over-time-lag").hidden = byId("over-time-lag-words").hidden = !applies;
    if (!control || !applies || !frame) return;
    lag?.update(control, complaints.lag);
    const { first_to_last: ratios, way } = frame.snapshot;
    const values = { lag: control.value, ratio: format(ratios.signal, 2), factor: format(factor(frame.snapshot)) };
    write(byId("over-time-lag-words"), text(way === "direct" ? "overTimeView.lagDirect" : "overTimeView.lag", values));
  }

  store.subscribe((state, before) => {
    if (state.language !== before.language) byId("over-time-layers").replaceChildren();
    if (!isShown(state.frame)) return;
    if (state.parsed !== before.parsed || state.complaints !== before.complaints) showLag();
    const keys = /** @type {const} */ (["runs", "settled", "looking", "dark", "projector"]);
    if (keys.some((key) => state[key] !== before[key])) update(true);
    else if (state.frame !== before.frame) update(!state.running);
  });
  new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    if (seen) update(true);
  }).observe(byId("over-time"));
  new ResizeObserver(() => update(true)).observe(byId("over-time-charts"));
}

/** @param {import("./types.js").Frame | null} frame */
const isShown = (frame) => frame !== null && areTimeSteps(frame.snapshot.layers);

/** Measured, of one time step: from the last to the first there is one less than there are. @param {Snapshot} snapshot */
function factor({ layers, first_to_last: { signal } }) {
  const times = layers.length - 2;
  return signal != null && times > 0 ? signal ** (1 / times) : null;
}

/** The largest weight of the last time step, and where. @param {number[]} weights @param {number} steps */
function mostLookedAt(weights, steps) {
  const last = weights.slice(-steps);
  const weight = Math.max(...last);
  return { step: last.indexOf(weight) + 1, weight: format(weight) };
}

/** @param {OverTime} measured @param {Snapshot} snapshot */
function sentences({ gates, carried, state, attention }, snapshot) {
  const steps = snapshot.layers.length - 1;
  const words = [];
  const carry = gates.find(({ name }) => CARRIES.includes(name));
  if (carry) {
    const mean = carry.mean.reduce((sum, each) => sum + each, 0) / carry.mean.length;
    words.push(text(`overTimeView.${carry.name}`, { mean: format(mean), carried: format(carried, 2), steps }));
  }
  if (state) {
    const { radius, norm, slope, steepest } = state;
    const mean = slope.mean.reduce((sum, each) => sum + each, 0) / slope.mean.length;
    const values = { radius, norm, mean, steepest, most: norm * steepest };
    words.push(text("overTimeView.state", Object.fromEntries(Object.entries(values).map(([key, value]) => [key, format(value)]))));
  }
  if (attention) words.push(text("overTimeView.attention", { ...mostLookedAt(attention.mean, steps), even: format(1 / steps) }));
  if (snapshot.cut > 0) words.push(text("overTimeView.truncated", { cut: snapshot.cut }));
  return words;
}

/** What is said of the axes. @param {OverTime} measured */
function axes({ gates, attention }) {
  if (gates.length > 0) return "gateAxes";
  if (!attention) return "slopeAxes";
  return attention.first + 1 < attention.steps ? "mapAxes" : "barAxes";
}

/** @param {OverTime} measured @returns {Picture[]} */
function pictures({ gates, state, attention }) {
  const course = (/** @type {string} */ name, /** @type {Course} */ { mean }) => {
    const values = { first: mean[0], last: mean[mean.length - 1], low: Math.min(...mean), high: Math.max(...mean) };
    const words = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, format(value)]));
    return { name, words: text("overTimeView.summary", { name, ...words }) };
  };
  /** @type {Picture[]} */
  const all = gates.map((gate, place) => ({
    ...course(text(`overTimeView.gates.${gate.name}`), gate),
    draw: (view, canvas, look) => view.drawGate(place, canvas, look),
  }));
  if (state) {
    const words = course(text("overTimeView.slope"), state.slope);
    all.push({ ...words, draw: (view, canvas, look) => view.drawSlope(canvas, look) });
  }
  if (attention) {
    for (const part of /** @type {const} */ (["mean", "sample"])) {
      const name = text(`overTimeView.${part}`);
      const words = text("overTimeView.attentionSummary", { name, ...mostLookedAt(attention[part], attention.steps) });
      all.push({ name, words, draw: (view, canvas, look) => view.drawAttention(part === "sample", canvas, look) });
    }
  }
  return all;
}

/** @param {OverTime} measured @param {Snapshot} snapshot @returns {import("./data-table.js").Table} */
function tableOf({ step, gates, state, attention }, { layers }) {
  /** @type {[head: string, values: number[]][]} */
  const columns = [...gates, ...(state ? [state.slope] : [])].flatMap(({ name, mean, low, high }) => {
    const words = { name: text(name === "slope" ? "overTimeView.slope" : `overTimeView.gates.${name}`) };
    const parts = /** @type {const} */ ([["mean", mean], ["low", low], ["high", high]]);
    return parts.map(([part, values]) => /** @type {[string, number[]]} */ ([text(`overTimeView.columns.${part}`, words), values]));
  });
  if (attention) {
    const last = (/** @type {number[]} */ weights) => weights.slice(-attention.steps);
    columns.push([text("overTimeView.columns.weight"), last(attention.mean)], [text("overTimeView.columns.sample"), last(attention.sample)]);
  }
  return {
    caption: text("overTimeView.caption", { step: count(step) }),
    heads: [text("overTimeView.columns.step"), ...columns.map(([head]) => head)],
    rows: layers.slice(0, -1).map((_, place) => [{ words: String(place + 1), value: place }, ...columns.map(([, values]) => values[place])]),
  };
}

// The map: a grid of short runs over any two knobs. A click on a cell opens its run.

import { magnitudeColors } from "../gradient_lab_first.js";
import { HIGHEST, LOWEST } from "./magnitudes.js";
import { runAll } from "./map-runs.js";
import { count, format, spoken } from "./numbers.js";
import { byId, make, write } from "./page.js";
import { text } from "./strings.js";

/** @typedef {import("./types.js").MapCell} Cell */
/** @typedef {import("./types.js").CatalogParam} Param */
/** @typedef {"x" | "y"} Side */
/** What is known of a cell. @typedef {{ values: [string, string], query: string, cell: Cell | null, error: string, done: boolean }} Place */

/** Columns and rows. */
const SIZE = { x: 10, y: 8 };

/** From where to where a knob goes at first; others from a quarter to four times what they are. @type {Record<string, [number, number]>} */
const RANGES = { depth: [2, 50], scale: [0.25, 4], lag: [2, 100], recurrent_scale: [0.5, 2], lr: [0.001, 1], gate_bias: [-4, 6] };

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 * @param {import("./engine.js").Engine} engine
 */
export function startMap(store, session, engine) {
  const catalog = engine.catalog();
  /** @type {HTMLFormElement} */
  const form = byId("map-form");
  const grid = byId("map-grid");
  /** @type {HTMLProgressElement} */
  const progress = byId("map-progress");
  const [start, cancel] = [byId("map-start"), byId("map-cancel")];
  /** @type {Place[]} */
  let places = [];
  /** A button for each of them. @type {HTMLButtonElement[]} */
  let cells = [];
  let columns = 0;
  /** @type {[Param, Param] | null} */
  let axes = null;
  /** @type {AbortController | null} */
  let running = null;

  const field = (/** @type {string} */ id) => /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(`map-${id}`));
  const fail = (/** @type {unknown} */ error) => session.report("error", error);
  const knobs = () => {
    const applying = new Map(store.state.parsed?.controls.filter(({ applies }) => applies).map((control) => [control.key, control]));
    const params = catalog.params.filter(({ key, kind }) => (kind === "number" || kind === "integer") && applying.has(key));
    const own = (/** @type {Param} */ { key, name }) => applying.get(key)?.name || name;
    return params.map((param) => {
      // On its own a knob need not say of what it is; here it stands among all others.
      const isAlone = params.every((other) => other === param || own(other) !== own(param));
      return { ...param, name: isAlone ? own(param) : param.name, present: Number(applying.get(param.key)?.value) };
    });
  };

  /** Offers the knobs that do something in this Setup; a choice that is still one stays. */
  function offer() {
    const all = knobs();
    const has = (/** @type {string} */ key) => all.some((knob) => knob.key === key);
    const usual = { x: has("lag") ? "lag" : "depth", y: has("recurrent_scale") ? "recurrent_scale" : "scale" };
    for (const side of /** @type {Side[]} */ (["x", "y"])) {
      const select = field(side);
      const keys = all.map(({ key, name }) => key + name).join();
      if (select.dataset.keys === keys) continue;
      const chosen = has(select.value) && select.dataset.usual === usual[side] ? select.value : has(usual[side]) ? usual[side] : all[0].key;
      select.dataset.keys = keys;
      select.dataset.usual = usual[side];
      select.replaceChildren(...all.map(({ key, name }) => make("option", { value: key }, name)));
      if (select.dataset.chosen !== chosen) choose(side, chosen);
      select.value = chosen;
    }
  }

  /** @param {Side} side @param {string} key */
  function choose(side, key) {
    const knob = knobs().find((each) => each.key === key);
    if (!knob) return;
    const within = (/** @type {number} */ value) => Math.min(knob.max ?? Infinity, Math.max(knob.min ?? -Infinity, value));
    const [from, to] = RANGES[key] ?? [within(knob.present / 4), within(knob.present * 4 || 1)];
    field(side).dataset.chosen = key;
    field(`${side}-from`).value = String(Number(from.toPrecision(2)));
    field(`${side}-to`).value = String(Number(to.toPrecision(2)));
  }

  /** The values of an axis: even steps, or even factors where the knob is one of sizes. @param {Side} side @param {Param} knob */
  function valuesOf(side, knob) {
    const [from, to] = [Number(field(`${side}-from`).value), Number(field(`${side}-to`).value)];
    const byFactors = Boolean(knob.log) && from > 0 && to > 0;
    const steps = Array.from({ length: SIZE[side] }, (_, index) => index / (SIZE[side] - 1));
    const values = steps.map((share) => (byFactors ? from * (to / from) ** share : from + (to - from) * share));
    return [...new Set(values.map((value) => String(knob.kind === "integer" ? Math.round(value) : Number(value.toPrecision(3)))))];
  }

  async function begin() {
    const all = knobs();
    const [x, y] = /** @type {Side[]} */ (["x", "y"]).map((side) => all.find(({ key }) => key === field(side).value));
    if (!x || !y || x.key === y.key) return write(byId("map-words"), text("map.twice"));
    const [across, up] = [valuesOf("x", x), valuesOf("y", y).toReversed()];
    const steps = Number(field("steps").value);
    axes = [x, y];
    columns = across.length;
    places = up.flatMap((vy) =>
      across.map((vx) => {
        const first = engine.changeLink(store.state.link, x.key, vx);
        const both = first.problems.length > 0 ? first : engine.changeLink(first.query, y.key, vy);
        const [problem] = both.problems;
        const error = problem ? text("map.refused", { field: problem.field, got: problem.got, allowed: problem.allowed }) : "";
        return { values: /** @type {[string, string]} */ ([vx, vy]), query: both.query, cell: null, error, done: Boolean(problem) };
      }),
    );
    build(across, up);
    const wanted = places.filter(({ done }) => !done);
    progress.max = Math.max(1, wanted.length);
    progress.value = 0;
    running?.abort();
    const own = (running = new AbortController());
    show();
    cancel.focus();
    try {
      const links = wanted.map(({ query }) => engine.parseLink(query));
      const jobs = await Promise.all(
        links.map(async (link) => ({ query: link.query, steps, file: await engine.fileOf(link) })),
      );
      const full = links.some((link) => link.full);
      await runAll({ module: await engine.module(full), full }, jobs, own.signal, (index, cell, error) => {
        Object.assign(wanted[index], { cell, error, done: true });
        progress.value += 1;
        paint();
      });
    } catch (error) {
      if (!own.signal.aborted) throw error;
    } finally {
      // Cancelled, or drawn anew: then others have said so.
      if (running === own) {
        running = null;
        const hadFocus = document.activeElement === cancel;
        show();
        if (hadFocus) start.focus();
      }
    }
  }

  /** @param {string[]} across @param {string[]} up */
  function build(across, up) {
    cells = places.map((_, index) => make("button", { type: "button", className: "cell", tabIndex: index === 0 ? 0 : -1, onclick: () => open(index) }));
    const rows = up.map((value, row) =>
      make("div", { className: "map-row", role: "row" }, make("span", { className: "map-value", role: "rowheader" }, value), ...cells.slice(row * columns, (row + 1) * columns).map((cell) => make("span", { role: "gridcell" }, cell))),
    );
    const foot = make("div", { className: "map-row", role: "row" }, make("span"), ...across.map((value) => make("span", { className: "map-value", role: "columnheader" }, value)));
    grid.style.setProperty("--columns", String(columns));
    grid.setAttribute("aria-label", text("map.grid", { x: axes?.[0].name ?? "", y: axes?.[1].name ?? "" }));
    grid.replaceChildren(...rows, foot);
    write(byId("map-axes"), text("map.axes", { x: axes?.[0].name ?? "", y: axes?.[1].name ?? "" }));
    paint();
  }

  function paint() {
    const shows = /** @type {HTMLInputElement} */ (form.elements.namedItem("map-shows") ?? {}).value;
    cells.forEach((element, index) => {
      const { mark, color, words } = looks(places[index], shows);
      write(element, mark);
      // Whoever says what is seen, to a voice control, means this cell.
      element.setAttribute("aria-label", `${mark} ${spoken(words)}`.trim());
      element.title = words;
      element.style.background = color ? `rgb(${color.join(" ")})` : "";
      element.style.color = color ? readableOn(color) : "";
    });
  }

  /** @param {Place} place @param {string} shows */
  function looks({ values, cell, error, done }, shows) {
    const where = text("map.where", { x: axes?.[0].name ?? "", vx: values[0], y: axes?.[1].name ?? "", vy: values[1] });
    const as = (/** @type {string} */ mark, /** @type {number[] | null} */ color, /** @type {string} */ words) => ({ mark, color, words: `${where}: ${words}` });
    if (error) return as("–", null, error);
    if (!cell) return as("", null, text(done || running === null ? "map.nothing" : "map.waiting"));
    if (cell.diverged && shows === "loss") return as("×", null, text("map.diverged", { step: count(cell.step) }));
    if (shows === "loss") {
      const share = cell.loss / cell.chance;
      const shade = Math.min(1, share);
      const grey = Math.round(store.state.dark ? 235 - 195 * shade : 40 + 195 * shade);
      const per = Math.round(100 * share);
      return as(per < 1000 ? String(per) : "≫", [grey, grey, grey], text("map.loss", { loss: format(cell.loss), step: count(cell.step), share: count(per) }));
    }
    if (cell.ratio === null) return as("×", null, text("map.noRatio"));
    const log10 = Math.log10(cell.ratio);
    const colour = Math.max(LOWEST, Math.min(HIGHEST, log10));
    const color = [...magnitudeColors(store.state.dark, colour, colour + 1, 2)].slice(0, 3);
    return as(cell.ratio === 0 ? "=0" : String(Math.round(log10)).replace("-", "−"), color, text("map.ratio", { ratio: format(cell.ratio, 2) }));
  }

  /** @param {number} index */
  function open(index) {
    const { values, query, error } = places[index];
    if (!axes || error) return;
    /** @type {[key: string, value: string][]} */
    const changes = [[axes[0].key, values[0]], [axes[1].key, values[1]]];
    const changed = changes.reduce((link, [key, value]) => engine.changeLink(link, key, value).query, store.state.link);
    // The rest of the Setup may be another one since the map was drawn: then the whole of the cell's is opened.
    if (changed === query) session.changeAll(changes, true);
    else session.set(query).catch(fail);
  }

  function show() {
    const busy = running !== null;
    start.hidden = busy;
    cancel.hidden = progress.hidden = !busy;
    byId("map-inside").hidden = places.length === 0;
    const finished = places.filter(({ cell }) => cell !== null).length;
    if (!busy) offer();
    paint();
    write(byId("map-words"), busy ? text("map.running") : places.length > 0 ? text("map.done", { finished, all: places.length }) : text("map.about"));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.reportValidity()) begin().catch(fail);
  });
  cancel.addEventListener("click", () => {
    running?.abort();
    running = null;
    show();
    start.focus();
  });
  form.addEventListener("change", (event) => {
    const { id, name, value } = /** @type {HTMLInputElement} */ (event.target);
    if (id === "map-x" || id === "map-y") choose(id === "map-x" ? "x" : "y", value);
    if (name === "map-shows") paint();
  });
  grid.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    const at = cells.findIndex((cell) => cell === event.target);
    const to = cells[at + (step ?? 0)];
    // Left and right stay in their row.
    const leaves = Math.abs(step) === 1 && Math.floor(at / columns) !== Math.floor((at + step) / columns);
    if (!step || at < 0 || !to || leaves) return;
    event.preventDefault();
    to.focus();
  });
  grid.addEventListener("focusin", ({ target }) => {
    for (const cell of cells) cell.tabIndex = cell === target ? 0 : -1;
  });
  store.subscribe((state, before) => {
    if (state.parsed !== before.parsed && running === null) offer();
    if (state.dark !== before.dark) paint();
  });
  for (const [side, key] of [["x", "across"], ["y", "up"]]) {
    const axis = text(`map.${key}`);
    field(`${side}-from`).setAttribute("aria-label", text("map.fromOf", { axis }));
    field(`${side}-to`).setAttribute("aria-label", text("map.toOf", { axis }));
  }
  progress.setAttribute("aria-label", text("map.progress"));
  start.removeAttribute("disabled");
  form.hidden = false;
  show();
}

/** Black or white, whichever has the higher contrast (WCAG 2: never below 4.5). @param {number[]} color Red, green, blue. */
function readableOn(color) {
  const [red, green, blue] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? "#000" : "#fff";
}

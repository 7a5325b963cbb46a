// The map: a grid of short runs over any two knobs. A click on a cell opens its run.

import { magnitudeColors } from "../gradient_lab_first.js";
import { nameOf } from "./differences.js";
import { HIGHEST, LOWEST } from "./magnitudes.js";
import { rangeOf, valueName, valuesOf } from "./map-axes.js";
import { runAll } from "./map-runs.js";
import { count, format, spoken } from "./numbers.js";
import { byId, make, write } from "./page.js";
import { said, text } from "./strings.js";

/** @typedef {import("./types.js").MapCell} Cell */
/** @typedef {import("./map-axes.js").Knob} Knob */
/** @typedef {import("./map-axes.js").Mark} Mark */
/** @typedef {"x" | "y"} Side */
/** What is known of a cell. @typedef {{ marks: [Mark, Mark], query: string, cell: Cell | null, error: string, done: boolean }} Place */

/** Columns and rows. */
const SIZE = { x: 10, y: 8 };

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
  /** @type {[Knob, Knob] | null} */
  let axes = null;
  /** Their values. @type {[across: Mark[], up: Mark[]]} */
  let marks = [[], []];
  /** @type {AbortController | null} */
  let running = null;
  /** What the cell that has the focus, or the pointer, says: for the eye, since its name says it to a screen reader. */
  const told = make("p", { className: "caption map-told", "aria-hidden": "true" });
  grid.after(told);
  const tell = (/** @type {Event} */ { target }) => {
    const index = cells.findIndex((cell) => cell === target);
    if (index >= 0) write(told, cells[index].title);
  };
  grid.addEventListener("focusin", tell);
  grid.addEventListener("pointerover", tell);

  const field = (/** @type {string} */ id) => /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(`map-${id}`));
  const fail = (/** @type {unknown} */ error) => session.report("error", error);
  const knobs = () => {
    const applying = new Map(store.state.parsed?.controls.filter(({ applies }) => applies).map((control) => [control.key, control]));
    const params = catalog.params.filter(({ key, kind }) => kind !== "layers" && applying.has(key));
    const own = (/** @type {import("./types.js").CatalogParam} */ param) => nameOf(param, applying.get(param.key));
    return params.map((param) => {
      // On its own a knob need not say of what it is; here it stands among all others.
      const isAlone = params.every((other) => other === param || own(other) !== own(param));
      return { ...param, name: isAlone ? own(param) : param.name, present: applying.get(param.key)?.value ?? "", offered: applying.get(param.key)?.options ?? [] };
    });
  };

  /** Offers the knobs that do something in this Setup; a choice that is still one stays. */
  function offer() {
    const all = knobs();
    const has = (/** @type {string} */ key) => all.some((knob) => knob.key === key);
    const usual = { x: has("lag") ? "lag" : "depth", y: ["recurrent_scale", "scale", "init"].find(has) ?? "lr" };
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
    field(side).dataset.chosen = key;
    const isChoice = knob.kind === "choice";
    ["from", "to"].forEach((end, index) => {
      const input = /** @type {HTMLInputElement} */ (field(`${side}-${end}`));
      if (input.parentElement) input.parentElement.hidden = isChoice;
      input.disabled = isChoice;
      input.min = String(knob.min ?? "");
      input.max = String(knob.max ?? "");
      input.step = knob.kind === "integer" ? "1" : "any";
      if (!isChoice) input.value = String(Number(rangeOf(knob)[index].toPrecision(knob.kind === "integer" ? 15 : 2)));
    });
  }

  /** What a field of the form holds that it may not. */
  function complaint() {
    const bad = [...form.querySelectorAll("input")].find((input) => !input.disabled && input.type === "number" && (input.value === "" || !input.checkValidity()));
    for (const input of form.querySelectorAll("input")) input.setAttribute("aria-invalid", String(input === bad));
    if (!bad) return "";
    bad.focus();
    const isWhole = bad.step === "1";
    const name = bad.getAttribute("aria-label") ?? bad.labels?.[0].textContent?.trim() ?? "";
    const allowed = text(`map.${isWhole ? "allowedWhole" : "allowed"}`, { min: bad.min, max: bad.max });
    return text("map.refused", { field: name, got: bad.value || text("notice.empty"), allowed });
  }

  async function begin() {
    const all = knobs();
    const [x, y] = /** @type {Side[]} */ (["x", "y"]).map((side) => all.find(({ key }) => key === field(side).value));
    if (!x || !y || x.key === y.key) return write(byId("map-words"), text("map.twice"));
    const wrong = complaint();
    if (wrong) return write(byId("map-words"), wrong);
    const range = (/** @type {Side} */ side) => /** @type {[number, number]} */ (["from", "to"].map((end) => Number(field(`${side}-${end}`).value)));
    const [across, up] = [valuesOf(x, range("x"), SIZE.x), valuesOf(y, range("y"), SIZE.y).toReversed()];
    const steps = Number(field("steps").value);
    axes = [x, y];
    columns = across.length;
    places = up.flatMap((vy) =>
      across.map((vx) => {
        const first = engine.changeLink(store.state.link, x.key, vx.value);
        const both = first.problems.length > 0 ? first : engine.changeLink(first.query, y.key, vy.value);
        const [problem] = both.problems;
        const error = problem?.message ?? "";
        return { marks: /** @type {[Mark, Mark]} */ ([vx, vy]), query: both.query, cell: null, error, done: Boolean(problem) };
      }),
    );
    marks = [across, up];
    build();
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

  function build() {
    const [across, up] = marks;
    cells = places.map((_, index) => make("button", { type: "button", className: "cell", tabIndex: index === 0 ? 0 : -1, onclick: () => open(index) }));
    const rows = up.map(({ name }, row) =>
      make("div", { className: "map-row", role: "row" }, make("span", { className: "map-value", role: "rowheader" }, name), ...cells.slice(row * columns, (row + 1) * columns).map((cell) => make("span", { role: "gridcell" }, cell))),
    );
    const head = make("div", { className: "map-row", role: "row" }, make("span", { role: "gridcell" }), ...across.map(({ name }) => make("span", { className: "map-value", role: "columnheader" }, name)));
    grid.style.setProperty("--columns", String(columns));
    grid.style.setProperty("--names", axes?.[1].kind === "choice" ? "8rem" : "3.4rem");
    grid.setAttribute("aria-label", text("map.grid", { x: axes?.[0].name ?? "", y: axes?.[1].name ?? "" }));
    grid.replaceChildren(head, ...rows);
    write(told, "");
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
      element.setAttribute("aria-disabled", String(places[index].error !== ""));
      element.style.background = color ? `rgb(${color.join(" ")})` : "";
      element.style.color = color ? readableOn(color) : "";
    });
  }

  /** @param {Place} place @param {string} shows */
  function looks({ marks, cell, error, done }, shows) {
    const where = text("map.where", { x: axes?.[0].name ?? "", vx: marks[0].name, y: axes?.[1].name ?? "", vy: marks[1].name });
    const as = (/** @type {string} */ mark, /** @type {number[] | null} */ color, /** @type {string} */ words) => ({ mark, color, words: `${where}: ${words}` });
    if (error) return as("–", null, said(error));
    if (!cell) return as("", null, text(done || running === null ? "map.nothing" : "map.waiting"));
    if (cell.diverged && shows === "loss") return as("×", null, text("map.diverged", { step: count(cell.step) }));
    if (shows === "loss") {
      const share = cell.loss / cell.chance;
      const shade = Math.min(1, share);
      const grey = Math.round(store.state.dark ? 235 - 195 * shade : 40 + 195 * shade);
      const per = Math.round(100 * share);
      return as(per < 1000 ? String(per) : "≫", [grey, grey, grey], text("map.loss", { loss: format(cell.loss), step: count(cell.step), share: count(per) }));
    }
    const ratio = shows === "after" ? cell.after : cell.ratio;
    if (ratio === null) return as("×", null, text("map.noRatio"));
    const log10 = Math.log10(ratio);
    const colour = Math.max(LOWEST, Math.min(HIGHEST, log10));
    const color = [...magnitudeColors(store.state.dark, colour, colour + 1, 2)].slice(0, 3);
    return as(ratio === 0 ? "=0" : String(Math.round(log10)).replace("-", "−"), color, text(`map.${shows}`, { ratio: format(ratio, 2), step: count(cell.step) }));
  }

  /** @param {number} index */
  function open(index) {
    const { marks, query, error } = places[index];
    if (error) return write(byId("map-words"), cells[index].title);
    if (!axes) return;
    /** @type {[key: string, value: string][]} */
    const changes = [[axes[0].key, marks[0].value], [axes[1].key, marks[1].value]];
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
    begin().catch(fail);
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
  function nameFields() {
    for (const [side, key] of [["x", "across"], ["y", "up"]]) {
      const axis = text(`map.${key}`);
      field(`${side}-from`).setAttribute("aria-label", text("map.fromOf", { axis }));
      field(`${side}-to`).setAttribute("aria-label", text("map.toOf", { axis }));
    }
    progress.setAttribute("aria-label", text("map.progress"));
  }

  /** The map that is there, in the words of now. */
  function rename() {
    nameFields();
    const names = new Map(knobs().map(({ key, name }) => [key, name]));
    axes?.forEach((knob, index) => {
      knob.name = names.get(knob.key) ?? knob.name;
      for (const mark of marks[index]) mark.name = valueName(knob, mark.value);
    });
    build();
    show();
  }

  store.subscribe((state, before) => {
    if (state.language !== before.language) rename();
    if (state.parsed !== before.parsed && running === null) offer();
    if (state.dark !== before.dark) paint();
  });
  nameFields();
  form.noValidate = true;
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

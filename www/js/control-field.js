// One control: a label, a choice or a number (with a slider where that helps), and help one click away.

import { nameOf } from "./differences.js";
import { cut } from "./notice.js";
import { make } from "./page.js";
import { said, text } from "./strings.js";

/** @typedef {import("./types.js").CatalogParam} Param */
/** @typedef {import("./types.js").ParsedControl} Control */
/** @typedef {import("./types.js").Problem} Problem */
/** @typedef {(value: string, finished: boolean) => void} Change */

/** Positions of a slider that does not simply count. */
const SLIDER_STEPS = 400;

/** An integer with more values than this is not searched with a slider but drawn: a seed. */
const MOST_SLIDER_VALUES = 1e6;

/** A logarithmic slider whose range begins at 0 covers this many powers of ten, and 0 itself. */
const DECADES_ABOVE_ZERO = 5;

/**
 * @param {Param} param
 * @param {import("./session.js").Session} session
 * @param {string} [place] Where it stands: a field may stand in several places.
 */
export function createField(param, session, place = "control") {
  const id = `${place}-${param.key}`;
  const change = (/** @type {string} */ value, /** @type {boolean} */ finished) => session.change(param.key, value, finished);
  const input = createInput(param, change, session);
  input.main.id = id;
  input.main.setAttribute("aria-describedby", `${id}-complaint`);

  const help = make("div", { className: "help-panel", id: `${id}-help`, hidden: true });
  const helpButton = make(
    "button",
    {
      type: "button",
      className: "help",
      "aria-expanded": "false",
      "aria-controls": help.id,
      onclick: () => {
        help.hidden = !help.hidden;
        helpButton.setAttribute("aria-expanded", String(!help.hidden));
        showHelp();
      },
    },
    "?",
  );
  /** @type {Control | undefined} */
  let shown;
  function showHelp() {
    if (help.hidden || !shown) return;
    const control = shown;
    const parts = import("./control-help.js").then(({ helpOn }) => helpOn(param.key, control));
    parts.then((parts) => help.replaceChildren(...parts), (error) => session.report("error", error));
  }
  const complaint = make("p", { className: "complaint", id: `${id}-complaint`, role: "status" });
  const label = make("label", { htmlFor: id });
  const element = make(
    "div",
    { className: "field" },
    make("div", { className: "field-name" }, label, helpButton),
    make("div", { className: "field-value" }, ...input.elements),
    complaint,
    help,
  );

  return {
    element,
    /** @param {Control} control @param {Problem | undefined} problem */
    update(control, problem) {
      element.hidden = !control.applies;
      const name = nameOf(param, control);
      label.textContent = name;
      helpButton.setAttribute("aria-label", text("setup.help", { name }));
      input.rename(name);
      shown = control;
      showHelp();
      complaint.textContent = problem
        ? text("setup.allowed", { got: cut(said(problem.got), 40) || text("notice.empty"), allowed: said(problem.allowed) })
        : "";
      input.main.setAttribute("aria-invalid", String(problem !== undefined));
      if (!problem) input.show(control);
    },
  };
}

/** @param {Param} param @param {Change} change @param {import("./session.js").Session} session */
function createInput(param, change, session) {
  switch (param.kind) {
    case "choice":
      return choice(param, change);
    case "layers":
      return layers(change);
    default:
      return number(param, change, () => session.newSeed());
  }
}

/** @param {Param} param @param {Change} change */
function choice(param, change) {
  const select = make("select", { onchange: () => change(select.value, true) });
  let offered = "";
  return {
    main: select,
    elements: [select],
    rename() {},
    /** @param {Control} control */
    show({ options, value }) {
      const named = options.map((id) => ({ id, name: param.options?.find((option) => option.id === id)?.name ?? id }));
      const wanted = JSON.stringify(named);
      if (wanted !== offered) {
        offered = wanted;
        select.replaceChildren(...named.map(({ id, name }) => make("option", { value: id }, name)));
      }
      select.value = value;
    },
  };
}

/** A list such as 1-19,25. @param {Change} change */
function layers(change) {
  const main = make("input", { type: "text", onchange: () => change(main.value, true) });
  return {
    main,
    elements: [main],
    rename() {},
    /** @param {Control} control */
    show({ value }) {
      main.placeholder = text("setup.noLayers");
      if (document.activeElement !== main) main.value = value;
    },
  };
}

/** @param {Param} param @param {Change} change @param {() => number} draw */
function number(param, change, draw) {
  const whole = param.kind === "integer";
  const low = param.min ?? -Infinity;
  const high = param.max ?? Infinity;
  const main = make("input", {
    type: "number",
    step: whole ? "1" : "any",
    min: param.min == null ? "" : String(param.min),
    max: param.max == null ? "" : String(param.max),
    inputMode: whole ? "numeric" : "decimal",
    oninput: () => change(main.value, false),
    onchange: () => change(main.value, true),
  });
  /** @type {HTMLElement[]} */
  let elements = [main];
  /** @type {HTMLInputElement | undefined} */
  let slider;
  /** @type {(name: string) => void} */
  let rename = () => {};
  const scale = sliderScale(low, high, whole, param.log === true);

  if (whole && high - low > MOST_SLIDER_VALUES) {
    const another = make("button", {
      type: "button",
      className: "another",
      "data-string": "setup.another",
      onclick: () => change(String(draw()), true),
    });
    rename = (name) => another.setAttribute("aria-label", text("setup.anotherLabel", { name }));
    elements = [main, another];
  } else if (Number.isFinite(high - low)) {
    const range = make("input", {
      type: "range",
      min: String(scale.first),
      max: String(scale.last),
      step: "1",
      oninput: () => slide(false),
      onchange: () => slide(true),
    });
    const slide = (/** @type {boolean} */ finished) => {
      main.value = scale.value(Number(range.value));
      range.setAttribute("aria-valuetext", main.value);
      change(main.value, finished);
    };
    rename = (name) => range.setAttribute("aria-label", text("setup.slider", { name }));
    slider = range;
    elements = [range, main];
  }

  return {
    main,
    elements,
    rename,
    /** @param {Control} control */
    show({ value }) {
      // What is being typed stays as it is typed: "1.0" must not turn into "1" under the fingers.
      const typing = document.activeElement === main && Number(main.value) === Number(value) && main.value !== "";
      if (!typing) main.value = value;
      if (slider && document.activeElement !== slider) slider.value = String(scale.position(Number(value)));
      slider?.setAttribute("aria-valuetext", value);
    },
  };
}

/**
 * Between a slider's positions and the values they stand for.
 * @param {number} low
 * @param {number} high
 * @param {boolean} whole
 * @param {boolean} logarithmic
 */
function sliderScale(low, high, whole, logarithmic) {
  const clamp = (/** @type {number} */ value) => Math.min(high, Math.max(low, value));
  const written = (/** @type {number} */ value) =>
    String(whole ? Math.round(clamp(value)) : clamp(Number(value.toPrecision(2))));
  if (logarithmic) {
    // A range that begins at 0 has 0 as its first position and then the powers of ten below its end.
    const from = Math.log(low > 0 ? low : high / 10 ** DECADES_ABOVE_ZERO);
    const span = Math.log(high) - from;
    return {
      first: low > 0 ? 0 : -1,
      last: SLIDER_STEPS,
      value: (/** @type {number} */ at) => (at < 0 ? written(low) : written(Math.exp(from + (span * at) / SLIDER_STEPS))),
      position: (/** @type {number} */ value) =>
        value <= 0 ? -1 : Math.round(((Math.log(value) - from) / span) * SLIDER_STEPS),
    };
  }
  if (whole) return { first: low, last: high, value: written, position: (/** @type {number} */ value) => value };
  return {
    first: 0,
    last: SLIDER_STEPS,
    value: (/** @type {number} */ at) => written(low + ((high - low) * at) / SLIDER_STEPS),
    position: (/** @type {number} */ value) => Math.round(((value - low) / (high - low)) * SLIDER_STEPS),
  };
}

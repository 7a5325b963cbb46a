// Check me: one weight of the reader's choice, back-propagation against the difference of losses.

import { count, format } from "./numbers.js";
import { byId, make, write } from "./page.js";
import { text } from "./strings.js";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 */
export function startCheck(store, session) {
  /** @type {HTMLSelectElement} */
  const parameter = byId("check-parameter");
  /** @type {HTMLInputElement[]} */
  const [row, column] = [byId("check-row"), byId("check-column")];
  /** @type {HTMLDetailsElement} */
  const details = byId("check-details");
  /** @type {[name: string, shape: number[]][]} */
  let tensors = [];
  /** What came of the last check, in the words of now. */
  let result = () => "";
  const say = (/** @type {() => string} */ words) => {
    result = words;
    write(byId("check-result"), result());
  };

  const shape = () => {
    const [rows = 1, columns = 1] = tensors.find(([name]) => name === parameter.value)?.[1] ?? [];
    return [rows, columns];
  };
  const choose = () => {
    const sizes = shape();
    [row, column].forEach((field, axis) => {
      field.max = String(sizes[axis]);
      field.value = String(Math.min(Number(field.value) || 1, sizes[axis]));
      field.disabled = sizes[axis] === 1;
    });
  };

  /** The weights of another network, if it is another. */
  async function fill() {
    const next = await session.ask((engine) => engine.tensors());
    if (JSON.stringify(next) === JSON.stringify(tensors)) return;
    tensors = next;
    parameter.replaceChildren(...tensors.map(([name]) => make("option", { value: name })));
    nameOptions();
    choose();
    say(() => "");
  }

  function nameOptions() {
    tensors.forEach(([name, sizes], index) => write(parameter.options[index], `${inWords(name)} [${sizes.join(", ")}]`));
  }

  async function check() {
    const [rows, columns] = shape();
    const place = [row, column].map((field) => Number(field.value));
    const within = place.every((at, axis) => Number.isInteger(at) && at >= 1 && at <= [rows, columns][axis]);
    if (!within) return say(() => text("check.outside", { rows, columns }));
    const { step } = await session.measure();
    const found = await session.ask((engine) => engine.check(parameter.value, (place[0] - 1) * columns + place[1] - 1));
    const { error, difference, rounding } = found;
    // A gradient below what rounding leaves of the losses is not wrong: it cannot be seen in this way.
    const verdict = Math.abs(difference) <= 100 * rounding ? "unseen" : error != null && error < 1e-3 ? "agrees" : "differs";
    const exact = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, precise(value)]));
    const values = { ...exact, error: format(error, 1), nudge: format(found.nudge, 1), rounding: format(rounding, 1) };
    say(() => text(`check.${verdict}`, { ...values, step: count(step) }));
  }

  const report = (/** @type {unknown} */ error) => session.report("error", error);
  parameter.addEventListener("change", choose);
  byId("check-form").addEventListener("submit", (event) => {
    event.preventDefault();
    check().catch(report);
  });
  byId("check-any").addEventListener("click", () => {
    const any = (/** @type {number} */ size) => Math.floor(Math.random() * size);
    parameter.selectedIndex = any(tensors.length);
    choose();
    const sizes = shape();
    [row, column].forEach((field, axis) => (field.value = String(any(sizes[axis]) + 1)));
    check().catch(report);
  });
  const fillIfOpen = () => {
    if (details.open) fill().catch(report);
  };
  details.addEventListener("toggle", fillIfOpen);
  const moment = make("p", { className: "caption", role: "status" });
  byId("check-form").before(moment);
  const sayMoment = () => {
    const { looking, frame, step } = store.state;
    write(moment, looking ? text("check.looking", { back: count(frame?.snapshot.step ?? 0), step: count(step) }) : "");
  };
  store.subscribe((state, before) => {
    if (state.runs !== before.runs) fillIfOpen();
    if (state.language !== before.language) {
      nameOptions();
      say(result);
    }
    if (state.looking !== before.looking || state.frame !== before.frame) sayMoment();
  });
  sayMoment();
  fillIfOpen();
}

/** What the shared weights of a recurrent network are called, before their name in the run file. @param {string} name */
function inWords(name) {
  const [, kind, part, layer] = name.match(/^(weight|bias)_(ih|hh)_l(\d+)$/) ?? [];
  return kind ? text(`check.names.${kind}_${part}`, { layer: Number(layer) + 1, name }) : name;
}

/** Six digits: enough to see two numbers agree. @param {number | null} value */
function precise(value) {
  if (value === null || !Number.isFinite(value) || value === 0) return format(value);
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4 ? value.toPrecision(6) : value.toExponential(5).replace("e+", "e");
}

// One lesson: question, prediction, run, comparison, why, a change, and tasks that the measured network decides.

import { count, format } from "./numbers.js";
import { barName, LessonChart } from "./lesson-chart.js";
import { holds, quantitiesOf } from "./lesson-judge.js";
import { blockOf, filled } from "./lesson-text.js";
import { make, write } from "./page.js";
import { said, text } from "./strings.js";

/** @typedef {import("./types.js").Lesson} Lesson */
/** @typedef {import("./types.js").LessonWords} Words */
/** @typedef {import("./types.js").Bars} Bars */
/** @typedef {import("./lesson-chart.js").Profile} Profile */

/** A prediction that is off by no more than this factor counts as right. */
const NEAR = 3;

export class LessonView {
  #lesson;
  #words;
  #quantities;
  #store;
  #session;
  #onDone;
  #next;
  /** @type {import("./types.js").Measured} */
  #measured = {};
  /** @type {LessonChart} */
  #chart;
  #heading;
  #form = make("form", { autocomplete: "off" });
  #run = make("button", { type: "button", className: "primary", disabled: true }, text("course.run"));
  #status = make("p", { className: "caption", role: "status" }, text("course.first"));
  #after = make("div", { hidden: true });
  #solved;

  /**
   * @param {{ id: string, lesson: Lesson, words: Words, quantities: Record<string, string> }} what
   * @param {import("./store.js").Store} store
   * @param {import("./session.js").Session} session
   * @param {{ onDone: () => void, next: { title: string, open: () => void } | null }} how
   */
  constructor({ id, lesson, words, quantities }, store, session, { onDone, next }) {
    this.#lesson = lesson;
    this.#words = words;
    this.#quantities = quantities;
    this.#store = store;
    this.#session = session;
    this.#onDone = onDone;
    this.#next = next;
    this.#solved = lesson.checks.map(() => false);
    this.#heading = make("h3", { tabIndex: -1 }, words.title);
    const draws = lesson.predict.kind === "profile";
    this.#chart = new LessonChart(lesson.bars, lesson.axis, draws ? () => (this.#run.disabled = false) : null);
    this.#ask(id, draws);
    this.#run.addEventListener("click", () => void this.#experiment());
    this.element = make(
      "article",
      { className: "lesson" },
      this.#heading,
      make("p", { className: "caption" }, text("course.time", { minutes: lesson.minutes })),
      ...words.question.map((words) => make("p", {}, words)),
      make("h4", {}, text("course.predict")),
      make("p", {}, words.predict),
      this.#form,
      this.#run,
      this.#status,
      this.#after,
    );
  }

  focus() {
    this.#heading.focus();
  }

  /** @param {string} id @param {boolean} draws */
  #ask(id, draws) {
    if (draws) {
      const { bars } = this.#lesson;
      const name = barName(bars, 0);
      const straight = make("button", { type: "button", className: "link" }, text("course.straight", { name }));
      straight.addEventListener("click", () => this.#chart.straighten());
      const how = make("p", { className: "caption" }, text(`course.bars.${bars.of}.how`));
      return this.#form.append(this.#chart.element, how, straight);
    }
    const options = this.#words.options.map((words, at) => {
      const radio = make("input", { type: "radio", name: id, value: String(at) });
      radio.addEventListener("change", () => (this.#run.disabled = false));
      return make("label", {}, radio, " ", words);
    });
    const legend = make("legend", { className: "unseen" }, text("course.predict"));
    this.#form.append(make("fieldset", { className: "options" }, legend, ...options));
  }

  async #experiment() {
    const { setup, steps } = this.#lesson;
    const start = await this.#train(this.#run, setup, steps, ["start", "end"]);
    if (!start) return;
    this.#compare(start);
    // What was predicted is part of the comparison from now on.
    this.#form.inert = true;
    this.#form.hidden = this.#lesson.predict.kind === "profile";
  }

  /**
   * Sets the lab and trains. Resolves to the start, or to nothing if something else was done with the lab meanwhile.
   * @param {HTMLButtonElement} button
   * @param {string} setup
   * @param {number} steps
   * @param {[before: string, after: string]} names Of the moments before and after.
   */
  async #train(button, setup, steps, [before, after]) {
    button.disabled = true;
    write(this.#status, text("course.running", { steps }));
    try {
      await this.#session.set(setup);
      const start = await this.#moment(true);
      this.#measured[before] = quantitiesOf(this.#quantities, start);
      await this.#session.step(steps);
      this.#measured[after] = quantitiesOf(this.#quantities, await this.#moment(false));
      write(this.#status, text("course.ran", { steps: count(this.#store.state.step) }));
      return start;
    } catch (error) {
      write(this.#status, text("course.interrupted"));
      this.#session.report("error", error);
      return null;
    } finally {
      button.disabled = false;
    }
  }

  /** What the lab measures now. @param {boolean} withTheory @returns {Promise<import("./types.js").Moment>} */
  async #moment(withTheory) {
    await this.#session.measure();
    const theory = withTheory
      ? await this.#session.ask(async (engine) => ((await engine.theory()) ? engine.shown.comparison() : null))
      : null;
    const { frame } = this.#store.state;
    if (!frame) throw new Error(text("worker.gone"));
    return { snapshot: frame.snapshot, verdict: frame.verdict, theory };
  }

  /** Everything after the run. @param {import("./types.js").Moment} start */
  #compare(start) {
    const { snapshot, theory } = start;
    const sizes = snapshot.layers.slice(0, -1).map((layer) => layer.signal_gradient.l2);
    const measured = sizes.map((size) => power(size / sizes[sizes.length - 1]));
    // Theory gives the mean factor a bar: on this axis, a straight line.
    const factor = theory?.expected ?? this.#lesson.by_hand;
    const line = factor === undefined ? [] : sizes.map((_, at) => power(factor ** (sizes.length - 1 - at)));
    const prediction = this.#chart.prediction;
    this.#chart.show(measured, line);
    const sentences = prediction.length > 0 ? [difference(prediction[0], measured[0], this.#lesson.bars)] : this.#choice();
    const block = (/** @type {Words["why"][number]} */ words) => blockOf(words, this.#lesson.formulas, this.#measured);
    this.#after.replaceChildren(
      make("h4", {}, text("course.compare")),
      ...[...sentences, ...this.#words.compare].map(block),
      this.#chart.element,
      key(prediction.length > 0, line.length > 0),
      table({ expected: prediction, measured, theory: line }, this.#lesson.bars),
      make("h4", {}, text("course.why")),
      ...this.#words.why.map(block),
      ...this.#changing(),
      make("h4", {}, text("course.checks")),
      make("p", { className: "caption" }, text("course.checksHow")),
      ...this.#words.checks.map((_, at) => this.#check(at)),
      ...this.#matters(),
      make("p", { className: "caption" }, text("course.sources", { sources: this.#lesson.sources.map(said).join("; ") })),
    );
    this.#after.hidden = false;
  }

  /** What was chosen, and what the run says. @returns {string[]} */
  #choice() {
    const { predict } = this.#lesson;
    if (predict.kind !== "choice") return [];
    const values = this.#measured[predict.moment];
    const right = predict.options.findIndex((option) => holds(option, values, () => undefined));
    const chosen = Number(new FormData(this.#form).values().next().value);
    const { options } = this.#words;
    const answers = { chosen: options[chosen], right: options[right] ?? text("course.none") };
    return [text(chosen === right ? "course.rightChoice" : "course.otherChoice", answers)];
  }

  #changing() {
    const { setup, steps } = this.#lesson.change;
    const go = make("button", { type: "button" }, text("course.runChange"));
    const result = make("div", { role: "status" });
    go.addEventListener("click", async () => {
      if (!(await this.#train(go, setup, steps, ["changed_start", "changed_end"]))) return;
      result.replaceChildren(...this.#words.changed.map((words) => make("p", {}, filled(words, this.#measured))));
    });
    return [make("h4", {}, text("course.change")), ...this.#words.change.map((words) => make("p", {}, words)), go, result];
  }

  /** Where in the world what was learned matters, where the lesson says so. */
  #matters() {
    const { matters } = this.#words;
    if (!matters) return [];
    const parts = matters.map(({ where, words }) => make("p", {}, make("strong", {}, where), " ", words));
    return [make("h4", {}, text("course.matters")), ...parts];
  }

  /** @param {number} at */
  #check(at) {
    const words = this.#words.checks[at];
    const result = make("p", { role: "status" });
    const judge = async () => {
      const now = quantitiesOf(this.#quantities, await this.#moment(false));
      const controls = this.#store.state.parsed?.controls ?? [];
      const field = (/** @type {string} */ key) => controls.find((control) => control.key === key)?.value;
      const missed = this.#lesson.checks[at].conditions.findIndex((condition) => !holds(condition, now, field));
      result.dataset.missed = String(missed);
      const answer = missed < 0 ? text("course.solved", { words: words.right }) : words.hints[missed];
      write(result, filled(answer, { now }));
      this.#solved[at] ||= missed < 0;
      if (this.#solved.every(Boolean)) this.#finish();
    };
    const press = () => void judge().catch((error) => this.#session.report("error", error));
    const button = make("button", { type: "button", onclick: press }, text("course.check", { number: at + 1 }));
    return make("div", { className: "lesson-check" }, make("p", {}, words.task), button, result);
  }

  #finish() {
    this.#onDone();
    if (this.#after.querySelector(".lesson-end")) return;
    const end = make("div", { className: "lesson-end" }, make("p", {}, make("strong", {}, text("course.finished"))));
    if (this.#next) {
      const { title, open } = this.#next;
      end.append(make("button", { type: "button", className: "primary", onclick: open }, text("course.next", { title })));
    }
    this.#after.append(end);
  }
}

/** @param {number} ratio @returns {number | null} */
function power(ratio) {
  const power = Math.log10(ratio);
  return Number.isFinite(power) ? power : null;
}

/**
 * The prediction of the first bar beside its measurement, in words.
 * @param {number} expected
 * @param {number | null} measured
 * @param {Bars} bars
 */
function difference(expected, measured, bars) {
  const names = { first: barName(bars, 0), last: barName(bars, bars.last - bars.first) };
  const said = { ...names, expected: format(10 ** expected, 2) };
  if (measured === null) return text("course.unmeasured", said);
  const values = { ...said, measured: format(10 ** measured, 2), times: format(10 ** Math.abs(measured - expected), 2) };
  if (Math.abs(measured - expected) <= Math.log10(NEAR)) return text("course.near", values);
  return text(measured < expected ? "course.less" : "course.more", values);
}

/** @param {boolean} hasPrediction @param {boolean} hasTheory */
function key(hasPrediction, hasTheory) {
  const names = ["measured", ...(hasPrediction ? ["expected"] : []), ...(hasTheory ? ["theory"] : [])];
  const entries = names.map((name) => make("li", { className: name }, text(`course.${name}`)));
  return make("ul", { className: "lesson-key" }, ...entries);
}

/** The same as numbers. @param {Record<"expected" | "measured" | "theory", Profile>} profiles @param {Bars} bars */
function table(profiles, bars) {
  const columns = Object.entries(profiles).filter(([, profile]) => profile.length > 0);
  const names = [`bars.${bars.of}.head`, ...columns.map(([name]) => name)];
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, text(`course.${name}`))));
  const rows = profiles.measured.map((_, at) => {
    const numbers = columns.map(([, profile]) => format(profile[at] === null ? null : 10 ** profile[at], 2));
    const cells = numbers.map((number) => make("td", {}, number));
    return make("tr", {}, make("th", { scope: "row" }, String(bars.first + at)), ...cells);
  });
  const table = make("table", { className: "numbers" }, make("thead", {}, head), make("tbody", {}, ...rows));
  return make("details", { className: "as-data" }, make("summary", {}, text("data.summary")), table);
}

// A table of numbers under a chart: sorted by any column, copied with one button, refreshed in place.

import { magnitudeWords } from "./chart-view.js";
import { format } from "./numbers.js";
import { make, write } from "./page.js";
import { text } from "./strings.js";

/** What stands in a cell: a number, or words that may stand for one. @typedef {string | number | null | undefined | { words: string, value: number | null | undefined }} Cell */
/** @typedef {{ caption: string, heads: string[], rows: Cell[][] }} Table */

export class DataTable {
  #caption = make("caption");
  #head = make("tr");
  #body = make("tbody");
  #stacks;
  /** The column that it is sorted by, and which way; none: as it comes. @type {{ column: number, down: boolean } | null} */
  #order = null;
  /** @type {Table | null} */
  #shown = null;

  /**
   * @param {Element} table An empty one; the copy button is put after what scrolls it.
   * @param {{ stacks?: boolean }} [how] It may stack: where it is too wide for its place, a row becomes a block, in which each
   *   cell has its heading beside it.
   */
  constructor(table, { stacks = false } = {}) {
    this.#stacks = stacks;
    const head = make("thead", {}, this.#head);
    table.append(this.#caption, head, this.#body);
    if (stacks) {
      table.classList.add("stacks");
      // What is no table to the eye must stay one to the ear.
      table.setAttribute("role", "table");
      for (const group of [head, this.#body]) group.setAttribute("role", "rowgroup");
      this.#head.setAttribute("role", "row");
    }
    const said = make("span", { role: "status" });
    const copy = () => {
      const lines = [...this.#rows()].map((row) => [...row.cells].map((cell) => cell.textContent).join("\t"));
      navigator.clipboard.writeText(lines.join("\n")).then(
        () => write(said, text("data.copied")),
        () => this.#select(said),
      );
    };
    const button = make("button", { type: "button", className: "link", "data-string": "data.copy", onclick: copy });
    (table.closest(".scroll") ?? table).after(make("p", { className: "caption" }, button, " ", said));
  }

  /** @param {Table} shown */
  show(shown) {
    this.#shown = shown;
    write(this.#caption, shown.caption);
    if (this.#head.cells.length !== shown.heads.length) this.#head.replaceChildren(...shown.heads.map((_, column) => this.#heading(column)));
    shown.heads.forEach((words, column) => {
      const { cells } = this.#head;
      write(/** @type {Element} */ (cells[column].firstElementChild), words);
      const way = this.#order?.column === column ? (this.#order.down ? "descending" : "ascending") : "none";
      cells[column].setAttribute("aria-sort", way);
    });
    const rows = this.#sorted(shown.rows);
    while (this.#body.rows.length > rows.length) this.#body.deleteRow(-1);
    rows.forEach((cells, index) => {
      const row = this.#body.rows[index] ?? this.#body.insertRow();
      if (this.#stacks) row.setAttribute("role", "row");
      while (row.cells.length > cells.length) row.deleteCell(-1);
      cells.forEach((cell, column) => {
        if (!row.cells[column]) row.append(column === 0 ? make("th", { scope: "row" }) : make("td"));
        const place = row.cells[column];
        write(place, words(cell));
        if (!this.#stacks) return;
        place.setAttribute("role", column === 0 ? "rowheader" : "cell");
        place.dataset.head = shown.heads[column];
      });
    });
  }

  #rows() {
    return [this.#head, ...this.#body.rows];
  }

  /** @param {number} column */
  #heading(column) {
    const sort = () => {
      const { down, column: before } = this.#order ?? { down: true, column: -1 };
      // As it comes, upwards, downwards, and as it comes again.
      if (before !== column) this.#order = { column, down: false };
      else this.#order = down ? null : { column, down: true };
      if (this.#shown) this.show(this.#shown);
    };
    return make("th", { scope: "col", role: "columnheader" }, make("button", { type: "button", className: "sort", onclick: sort }));
  }

  /** @param {Cell[][]} rows */
  #sorted(rows) {
    const order = this.#order;
    if (!order) return rows;
    const compare = (/** @type {Cell[]} */ a, /** @type {Cell[]} */ b) => {
      const [x, y] = [a, b].map((row) => value(row[order.column]));
      // What is no number comes last, either way.
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return order.down ? y - x : x - y;
    };
    return [...rows].sort(compare);
  }

  /** Where a page may not write to the clipboard, the person can. @param {Element} said */
  #select(said) {
    const range = document.createRange();
    range.selectNodeContents(this.#body);
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
    write(said, text("data.selected"));
  }
}

/** @param {import("./types.js").Magnitude} magnitude @param {import("./types.js").Norm} norm @returns {Cell} */
export function magnitudeCell(magnitude, norm) {
  return { words: magnitudeWords(magnitude, norm), value: magnitude[norm] };
}

/** @param {Cell} cell */
function words(cell) {
  if (typeof cell === "string") return cell;
  return typeof cell === "object" && cell !== null ? cell.words : format(cell);
}

/** @param {Cell} cell */
function value(cell) {
  const number = typeof cell === "object" && cell !== null ? cell.value : cell;
  return number == null ? NaN : Number(number);
}

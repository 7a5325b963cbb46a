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
  /** The column that it is sorted by, and which way; none: as it comes. @type {{ column: number, down: boolean } | null} */
  #order = null;
  /** @type {Table | null} */
  #shown = null;

  /** @param {Element} table An empty one; the copy button is put after what scrolls it. */
  constructor(table) {
    table.append(this.#caption, make("thead", {}, this.#head), this.#body);
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
      while (row.cells.length > cells.length) row.deleteCell(-1);
      cells.forEach((cell, column) => {
        if (!row.cells[column]) row.append(column === 0 ? make("th", { scope: "row" }) : make("td"));
        write(row.cells[column], words(cell));
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
    return make("th", { scope: "col" }, make("button", { type: "button", className: "sort", onclick: sort }));
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

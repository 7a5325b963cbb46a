// Which lessons are done: kept as long as the page, and in storage where the browser allows it. Nothing needs it.

const STORED = "gradient-lab-course";

export class Progress {
  #done = recall();

  /** @param {string} id */
  isDone(id) {
    return this.#done.has(id);
  }

  get isEmpty() {
    return this.#done.size === 0;
  }

  /** @param {string} id */
  finish(id) {
    this.#done.add(id);
    keep(() => localStorage.setItem(STORED, JSON.stringify([...this.#done])));
  }

  forget() {
    this.#done.clear();
    keep(() => localStorage.removeItem(STORED));
  }
}

/** @returns {Set<string>} */
function recall() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : []);
  } catch {
    return new Set();
  }
}

/** @param {() => void} write */
function keep(write) {
  try {
    write();
  } catch {
    // A sandboxed page has no storage; what is done then lasts as long as the page.
  }
}

// One thing after the other: whoever asks for a turn gets it when all before have had theirs.

export class Turns {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  take(work) {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {}); // a failure is its caller's; the next one goes ahead
    return result;
  }
}

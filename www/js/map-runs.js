// Many short runs, in several workers, each run in the next worker that is free.

/** @typedef {import("./types.js").MapJob} Job */
/** @typedef {import("./types.js").MapCell} Cell */

/** One thread is left for the page, and one for its run. */
const WORKERS = Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 2));

/**
 * Does all jobs; resolves when the last is done, or rejects with an AbortError.
 * @param {{ module: WebAssembly.Module, full: boolean }} engine The compiled engine, and whether it is the full one.
 * @param {Job[]} jobs
 * @param {AbortSignal} signal
 * @param {(index: number, cell: Cell | null, error: string) => void} tell What has come of a job.
 * @returns {Promise<void>}
 */
export async function runAll(engine, jobs, signal, tell) {
  signal.throwIfAborted();
  /** @type {Worker[]} */
  const workers = [];
  let next = 0;
  let done = 0;
  try {
    await /** @type {Promise<void>} */ (
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        if (jobs.length === 0) resolve();
        const begin = () => {
          const worker = new Worker(new URL("./map-worker.js", import.meta.url), { type: "module" });
          workers.push(worker);
          let own = -1;
          const give = () => {
            own = next++;
            if (own < jobs.length) worker.postMessage({ id: own, ...jobs[own] });
          };
          const finish = (/** @type {Cell | null} */ cell, /** @type {string} */ error) => {
            tell(own, cell, error);
            done += 1;
            if (done === jobs.length) resolve();
          };
          worker.onmessage = ({ data }) => {
            finish(data.cell ?? null, data.error ?? "");
            // After a trap its memory cannot be trusted any more.
            if (!data.fatal) return give();
            worker.terminate();
            if (next < jobs.length) begin();
          };
          worker.onerror = (event) => {
            event.preventDefault?.();
            reject(new Error(event.message));
          };
          worker.postMessage(engine);
          give();
        };
        for (let index = 0; index < Math.min(WORKERS, jobs.length); index++) begin();
      })
    );
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

// The engine in a worker: the page sends it compiled, and says which of the two modules it is.

/** @typedef {typeof import("../gradient_lab_first.js") | typeof import("../gradient_lab.js")} Engine */

/** @param {{ module: WebAssembly.Module, full: boolean }} sent @returns {Promise<Engine>} */
export async function take({ module, full }) {
  const engine = await (full ? import("../gradient_lab.js") : import("../gradient_lab_first.js"));
  engine.initSync({ module });
  return engine;
}

// Fetches and compiles the engine, each of its two modules once, and starts the worker. This begins as soon as this small
// file is there, while the rest of the page is still on its way: the first bar must not wait for one after the other.

import { text } from "./strings.js";

// A module with one function that uses a vector instruction: valid only where WebAssembly SIMD exists.
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** How long the server may take, in milliseconds. */
const PATIENCE = 60_000;

/** Why the engine cannot be had. Its words are looked up when they are shown: at first there are none yet. */
export class LoadError extends Error {
  #key;
  #values;

  /** @param {string} key @param {Record<string, string | number>} [values] */
  constructor(key, values) {
    super();
    this.#key = key;
    this.#values = values;
  }

  get message() {
    return text(this.#key, this.#values);
  }
}

/** A worker that may already have failed before anybody listened. */
export class EarlyWorker {
  /** What the failure said, if there was one. @type {string | undefined} */
  failure;

  constructor() {
    this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.worker.onerror = (event) => {
      // Handled here or by whoever takes over; the page's own error handler need not report it too.
      event.preventDefault?.();
      this.failure = event.message ?? "";
    };
  }
}

/** The first worker, and the compiled module for it and for this thread. */
export const early = begin();

function begin() {
  const missing = missingFeature();
  if (missing) return { worker: null, module: Promise.reject(new LoadError(missing)) };
  const { worker, module } = { worker: new EarlyWorker(), module: compile("gradient_lab_first_bg.wasm") };
  module.then((compiled) => worker.worker.postMessage({ module: compiled })).catch(() => {});
  return { worker, module };
}

/** What this browser lacks to run the lab: the key of the sentence that says so, or null. */
function missingFeature() {
  if (typeof WebAssembly !== "object") return "load.noWasm";
  if (!WebAssembly.validate(SIMD_PROBE)) return "load.noSimd";
  if (typeof Worker !== "function") return "load.noWorker";
  return null;
}

/** @type {Promise<WebAssembly.Module> | null} */
let full = null;

/** The engine with all that the first view does without, fetched when somebody asks for it. */
export function fullModule() {
  full ??= compile("gradient_lab_bg.wasm");
  full.catch(() => (full = null)); // the next attempt fetches again
  return full;
}

/** @param {string} file @returns {Promise<WebAssembly.Module>} */
async function compile(file) {
  const response = await fetch(new URL(`../${file}`, import.meta.url), { signal: AbortSignal.timeout(PATIENCE) }).catch((error) => {
    throw new LoadError("load.unreachable", { file, message: error.message });
  });
  if (!response.ok) throw new LoadError("load.missing", { file, status: response.status });
  try {
    // Streaming compilation insists on the MIME type, which a simple file server may not send.
    const typed = response.headers.get("content-type")?.startsWith("application/wasm");
    if (typed && WebAssembly.compileStreaming) return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new LoadError("load.broken", { file, message: error instanceof Error ? error.message : String(error) });
  }
}

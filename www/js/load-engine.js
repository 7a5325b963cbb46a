// Fetches and compiles the engine once. The compiled module serves this thread and the worker.

import { text } from "./strings.js";

// A module with one function that uses a vector instruction: valid only where WebAssembly SIMD exists.
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** What this browser lacks to run the lab: a string key of the sentence that says so, or null. */
export function missingFeature() {
  if (typeof WebAssembly !== "object") return "load.noWasm";
  if (!WebAssembly.validate(SIMD_PROBE)) return "load.noSimd";
  if (typeof Worker !== "function") return "load.noWorker";
  return null;
}

/**
 * Starts the download at once, so that it overlaps with everything else.
 * @returns {Promise<Response>}
 */
export function fetchEngine() {
  return fetch(new URL("../gradient_lab_bg.wasm", import.meta.url));
}

/**
 * @param {Promise<Response>} download
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compileEngine(download) {
  const response = await download.catch((error) => {
    throw new Error(text("load.unreachable", { message: String(error.message ?? error) }));
  });
  if (!response.ok) throw new Error(text("load.missing", { status: response.status }));
  try {
    // Streaming compilation insists on the MIME type, which a simple file server may not send.
    const typed = response.headers.get("content-type")?.startsWith("application/wasm");
    if (typed && WebAssembly.compileStreaming) return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new Error(text("load.broken", { message: error instanceof Error ? error.message : String(error) }));
  }
}

// What went wrong in a worker, with the words of a panic if it was one.

// The engine prints a panic before it traps, and the trap itself says only "unreachable": keep the words.
let lastPanic = "";
const print = console.error;
console.error = (...words) => {
  lastPanic = String(words[0]).split("\n")[0];
  print(...words);
};

/** @param {unknown} error @returns {import("./types.js").WorkerError} */
export function describe(error) {
  const trapped = error instanceof WebAssembly.RuntimeError;
  const message = error instanceof Error ? error.message : String(error);
  // After a trap the engine's memory cannot be trusted any more.
  return { name: "Error", message: trapped && lastPanic ? lastPanic : message, fatal: trapped };
}

// Run files: saved as a download, opened from a file dialogue or dropped on the page.

import { byId, make } from "./page.js";
import { loadDetails, text } from "./strings.js";
import { count } from "./numbers.js";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 */
export function startFiles(store, session) {
  byId("export").addEventListener("click", () => {
    save().catch((error) => session.report("error", error));
  });

  /** @type {HTMLInputElement} */
  const picker = byId("file");
  byId("open").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    const [file] = picker.files ?? [];
    picker.value = ""; // so that the same file can be chosen again
    if (file) open(file);
  });

  const veil = byId("drop");
  const carriesFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    veil.hidden = true;
    const [file] = event.dataTransfer?.files ?? [];
    if (file) open(file);
  });

  async function save() {
    if (store.state.running) await session.pause();
    const json = await session.ask((engine) => engine.runFile());
    const address = URL.createObjectURL(new Blob([json], { type: "application/json" }));
    const link = make("a", { href: address, download: text("files.name", { step: store.state.step }) });
    link.click();
    if (store.state.looking) await sayWhichStep();
    // The download has to begin before its address goes.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /** While one looks back, the numbers on the page are those of another step than the file's. */
  async function sayWhichStep() {
    await loadDetails();
    const { frame, step } = store.state;
    const values = { back: count(frame?.snapshot.step ?? 0), step: count(step) };
    store.notify({ kind: "info", title: "files.export", lines: [{ key: "files.present", values }] });
  }

  /** @param {File} file */
  async function open(file) {
    try {
      const { step } = await session.openRunFile(await file.text());
      store.dismiss("file");
      const lines = [{ key: "files.opened", values: { step: count(step) } }];
      store.notify({ kind: "info", title: "notice.info", lines });
    } catch (error) {
      store.dismiss("info");
      session.report("file", error);
    }
  }
}

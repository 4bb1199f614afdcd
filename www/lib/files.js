// @ts-check
// Files in and out: a place to drop them on, with a button for those who choose instead; and files handed to the browser's
// downloads.
import { h } from "./dom.js";

/** Where a file lay in the folder it was dropped with: the File itself does not say. @type {WeakMap<File, string>} */
const places = new WeakMap();

/** A file's path in what was dropped or chosen together. @param {File} file */
export const pathOf = (file) => places.get(file) ?? (file.webkitRelativePath || file.name);

/** All files of a drop, folders opened. Must be called before the event ends. */
async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const walk = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      places.set(file, entry.fullPath.replace(/^\/+/, ""));
      return [file];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      // readEntries hands out a folder in portions
      const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!portion.length) return (await Promise.all(found.map(walk))).flat();
      found.push(...portion);
    }
  };
  return (await Promise.all(entries.map(walk))).flat();
}

/**
 * A hidden field that asks the reader for files; its click() opens the browser's dialogue. It names no kinds of file: iOS
 * greys out whatever ends otherwise, and every ending it does not know. What a file is, its content says.
 * @param {{ testid: string, multiple?: boolean }} options
 * @param {(files: File[]) => unknown} open
 */
export function fileChooser({ testid, multiple = true }, open) {
  const input = h("input", { type: "file", multiple, hidden: true, "data-testid": testid });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // the same file may be chosen again
    if (files.length) open(files);
  });
  return input;
}

/**
 * Files dropped anywhere on `zone`, folders opened; `open` gets a promise of them.
 * @param {HTMLElement} zone
 * @param {(files: Promise<File[]>) => unknown} open
 */
export function onDrop(zone, open) {
  const bringsFiles = (/** @type {DragEvent} */ { dataTransfer }) => [...dataTransfer.types].includes("Files");
  const over = (/** @type {DragEvent} */ event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    zone.classList.add("over");
  };
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!zone.contains(/** @type {Node | null} */ (relatedTarget))) zone.classList.remove("over");
  });
  zone.addEventListener("drop", (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("over");
    open(droppedFiles(event.dataTransfer));
  });
}

/**
 * A place to drop files on, with a button for those who choose instead.
 * @param {HTMLElement} zone
 * @param {{ testid: string, open: (files: Promise<File[]>) => unknown }} options
 */
export function dropZone(zone, { testid, open }) {
  const input = fileChooser({ testid }, (files) => open(Promise.resolve(files)));
  zone.append(
    h("button", { type: "button", class: "plain", "data-i18n": "choose_files", onclick: () => input.click() }),
    input,
  );
  onDrop(zone, open);
}

/** Hands the files of a model to the browser's downloads. @param {import("../page.js").ModelFiles} files */
export function saveModelFiles({ config, scheduler, weights }) {
  saveAs("diffusion_pytorch_model.safetensors", weights, "application/octet-stream");
  saveAs("config.json", config, "application/json");
  if (scheduler) saveAs("scheduler_config.json", scheduler, "application/json");
}

/** Hands a file to the browser's downloads. */
export function saveAs(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

// Opening a checkpoint of the reader's own: the files of a diffusers UNet2DModel folder, dropped or chosen. They are
// read on this device only. Whatever is wrong with them the engine says in one sentence; the running model stays.
import { byId, h } from "../lib/dom.js";
import { lang, say } from "../i18n/i18n.js";
import { clear, notice, plainButton } from "./notices.js";

/** All files of a drop, folders opened. */
async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const walk = async (entry) => {
    if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
    const reader = entry.createReader();
    const found = [];
    for (;;) { // readEntries hands out a folder in portions
      const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!portion.length) return (await Promise.all(found.map(walk))).flat();
      found.push(...portion);
    }
  };
  return (await Promise.all(entries.map(walk))).flat();
}

/** Sorts files into {config, scheduler, weights}; throws one sentence naming what is missing. */
export async function readModelFiles(files) {
  const find = (test) => files.find((file) => test(file.name));
  const config = find((name) => name === "config.json");
  const scheduler = find((name) => name === "scheduler_config.json");
  const weights = find((name) => name === "diffusion_pytorch_model.safetensors") ?? find((name) => name.endsWith(".safetensors"));
  const missing = [["config.json", config], ["*.safetensors", weights]].filter(([, file]) => !file).map(([name]) => name);
  if (missing.length) throw new Error(say("own_missing", { names: missing.join(lang() === "zh" ? "、" : ", ") }));
  return { config: await config.text(), scheduler: scheduler && await scheduler.text(), weights: new Uint8Array(await weights.arrayBuffer()) };
}

/** `use(files | null)` loads a model, puts it on the stage and gives its number of parameters; null goes back to the page's own. */
export function bindOpenModel(act, use) {
  const zone = byId("drop");
  const input = h("input", { type: "file", multiple: true, hidden: true, accept: ".json,.safetensors", "data-testid": "model-files" });
  const open = (files) => act(async () => {
    const count = await use(await readModelFiles(files));
    notice("own", {}, () => [h("p", { "data-testid": "own-loaded" }, say("own_loaded", { count: count.toLocaleString(lang()) })),
      plainButton("back_to_mnist", () => act(async () => {
        await use(null);
        clear("own");
      }))]);
  });
  input.addEventListener("change", () => open([...input.files]));
  zone.replaceChildren(h("p", { "data-i18n": "open_model_text" }), h("button", { type: "button", class: "plain", "data-i18n": "choose_files", onclick: () => input.click() }), input);
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const files = droppedFiles(event.dataTransfer); // must be asked for before the event ends
    act(async () => open(await files));
  });
}

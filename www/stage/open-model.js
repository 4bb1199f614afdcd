// Opening a checkpoint of the reader's own: the files of a diffusers UNet2DModel folder, dropped or chosen. They are
// read on this device only. Whatever is wrong with them the engine says in one sentence; the running model stays.
import { byId, h } from "../lib/dom.js";
import { dropZone } from "../lib/drop-zone.js";
import { lang, say } from "../i18n/i18n.js";
import { clear, notice, plainButton } from "./notices.js";

/** Sorts files into {config, scheduler, weights}; throws one sentence naming what is missing. */
export async function readModelFiles(files) {
  const find = (test) => files.find((file) => test(file.name));
  const config = find((name) => name === "config.json");
  const scheduler = find((name) => name === "scheduler_config.json");
  const weights =
    find((name) => name === "diffusion_pytorch_model.safetensors") ?? find((name) => name.endsWith(".safetensors"));
  const missing = [
    ["config.json", config],
    ["*.safetensors", weights],
  ]
    .filter(([, file]) => !file)
    .map(([name]) => name);
  if (missing.length) throw new Error(say("own_missing", { names: missing.join(lang() === "zh" ? "、" : ", ") }));
  return {
    config: await config.text(),
    scheduler: scheduler && (await scheduler.text()),
    weights: new Uint8Array(await weights.arrayBuffer()),
  };
}

/** `use(files | null)` loads a model, puts it on the stage and gives its number of parameters; null goes back to the page's own. */
export function bindOpenModel(act, use) {
  const open = (files) =>
    act(async () => {
      const count = await use(await readModelFiles(await files));
      notice("own", {}, () => [
        h("p", { "data-testid": "own-loaded" }, say("own_loaded", { count: count.toLocaleString(lang()) })),
        plainButton("back_to_mnist", () =>
          act(async () => {
            await use(null);
            clear("own");
          }),
        ),
      ]);
    });
  const zone = byId("drop");
  zone.replaceChildren(h("p", { "data-i18n": "open_model_text" }));
  dropZone(zone, { testid: "model-files", accept: ".json,.safetensors", open });
}

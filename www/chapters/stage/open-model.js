// @ts-check
// Opening a checkpoint of the reader's own: the files of a diffusers UNet2DModel folder, dropped or chosen. They are
// read on this device only. Whatever is wrong with them the engine says in one sentence; the running model stays.
import { byId, h } from "../../lib/dom.js";
import { dropZone, readModelFiles } from "../../lib/files.js";
import { lang, say } from "../../lib/words.js";
import { plainButton } from "../../lib/notices.js";

/** `use(files | null)` loads a model, puts it on the stage and gives its number of parameters; null goes back to the page's own. */
export function bindOpenModel(notices, use) {
  const { act } = notices;
  const open = (files) =>
    act(async () => {
      const count = await use(await readModelFiles(await files));
      notices.show("own", { role: "status" }, () => [
        h("p", { "data-testid": "own-loaded" }, say("own_loaded", { count: count.toLocaleString(lang()) })),
        plainButton("back_to_mnist", () =>
          act(async () => {
            await use(null);
            notices.clear("own");
          }),
        ),
      ]);
      notices.reveal("own", byId("stage-canvas"));
    });
  const zone = byId("drop");
  zone.replaceChildren(h("p", { "data-i18n": "open_model_text" }));
  dropZone(zone, { testid: "model-files", accept: ".json,.safetensors", open });
}

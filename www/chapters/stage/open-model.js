// @ts-check
// Opening a checkpoint of the reader's own: the files of a diffusers UNet2DModel folder, dropped or chosen. They are
// read on this device only. Whatever is wrong with them is said in one sentence, and the running model stays; whatever
// the files left open, and was assumed, is a quiet line each.
import { loadWasm } from "../../engine-files.js";
import { byId, h } from "../../lib/dom.js";
import { dropZone } from "../../lib/files.js";
import { readModelFiles, whichModel } from "../../lib/model-files.js";
import { lang, say } from "../../lib/words.js";
import { plainButton } from "../../lib/notices.js";
import { assumptions } from "./assumptions.js";

/** `use(files | null)` puts a model on the stage and gives the source it has become; null goes back to the page's own. */
export function bindOpenModel(notices, use) {
  const { act } = notices;
  const choose = whichModel(notices);
  const open = (files) =>
    act(async () => {
      notices.clear("which");
      const { findModels } = await loadWasm();
      const read = await readModelFiles(await files, findModels, choose);
      const source = await use(read);
      notices.show("own", { role: "status" }, () => [
        h(
          "div",
          {},
          h(
            "p",
            { "data-testid": "own-loaded" },
            say("own_loaded", { count: source.parameters.toLocaleString(lang()) }),
          ),
          assumptions(source, read.about).map((line) => h("p", { "data-testid": "own-assumed" }, h("small", {}, line))),
        ),
        plainButton("back_to_ours", () =>
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
  dropZone(zone, { testid: "model-files", open });
}

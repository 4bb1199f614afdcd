// @ts-check
// The list of kept models: what each builds, when it was taught, load, delete.
import { byId, h } from "../../lib/dom.js";
import { lang, say } from "../../lib/words.js";
import { forget, keep, kept } from "./keep.js";
import { TAUGHT } from "./session.js";
import { PIXELS, show } from "./strokes.js";

/** `act(f)` runs what a button asks for and shows its failure; `load(model)` puts a kept one to use. */
export class Shelf {
  models = [];

  constructor(act, load) {
    this.act = act;
    this.load = load;
  }

  async refresh() {
    try {
      this.models = await kept();
    } catch (error) {
      throw new Error(say("teach_no_storage", { reason: error?.message ?? error }), { cause: error });
    }
    this.render();
  }

  async keep(model) {
    try {
      await keep(model);
    } catch (error) {
      throw new Error(say("teach_not_kept", { reason: error?.message ?? error }), { cause: error });
    }
    await this.refresh();
  }

  render() {
    byId("teach-kept").replaceChildren(
      ...this.models.map((model) => {
        const canvas = h("canvas", { role: "img", "aria-label": say("teach_kept_pictures", { digit: model.digit }) });
        show(canvas, model.pictures.subarray(0, TAUGHT * PIXELS), { gap: 2 });
        const date = new Date(model.date).toLocaleString(lang() === "zh" ? "zh-CN" : "en", {
          dateStyle: "medium",
          timeStyle: "short",
        });
        return h(
          "li",
          {},
          canvas,
          h(
            "span",
            {},
            say("teach_kept_line", { date, digit: model.digit, step: model.step, n: model.drawings.length }),
          ),
          h(
            "span",
            { class: "presets-row" },
            h(
              "button",
              {
                type: "button",
                class: "plain",
                "aria-label": say("teach_load_of", { date }),
                onclick: () => this.act(() => this.load(model)),
              },
              say("teach_load"),
            ),
            h(
              "button",
              {
                type: "button",
                class: "link",
                "aria-label": say("teach_delete_of", { date }),
                onclick: () =>
                  this.act(async () => {
                    await forget(model.id);
                    await this.refresh();
                    byId("teach-keep").focus();
                  }),
              },
              say("teach_delete"),
            ),
          ),
        );
      }),
    );
    byId("teach-kept-none").hidden = Boolean(this.models.length);
  }
}

// @ts-check
// The choice of the tower that the whole lesson takes down, and the dice that throw its noise; each chapter may show it.
import { figures } from "../figures/figure.js";
import { ValuePicture } from "../figures/value-picture.js";
import { byId, h } from "../lib/dom.js";
import { say, translate } from "../lib/words.js";
import { TOWERS } from "./settings.js";

const ANY_SEED = 2 ** 32;

export class Picker {
  #root;
  #site;

  /**
   * @param {HTMLElement} root an empty .lesson-site
   * @param {import("../settings.js").Settings} settings
   * @param {import("./site.js").Site} site
   */
  constructor(root, settings, site) {
    this.#root = root;
    this.#site = site;
    root.append(
      ...TOWERS.map((name) =>
        h(
          "button",
          {
            type: "button",
            class: "lesson-tower",
            "data-testid": `${root.id}-${name}`,
            onclick: () => settings.set({ tower: name }),
          },
          h("value-picture", { "aria-hidden": "true" }),
          h("span", { "data-i18n": `lesson_${name}` }),
        ),
      ),
      h("button", {
        type: "button",
        class: "plain",
        "data-testid": `${root.id}-dice`,
        "data-i18n": "lesson_dice",
        onclick: () => settings.set({ dice: Math.floor(Math.random() * ANY_SEED) }),
      }),
    );
    translate(root);
    settings.addEventListener("change", (/** @type {any} */ { names }) => names.has("tower") && this.show());
  }

  show() {
    const pictures = figures(this.#root, ValuePicture);
    for (const [i, name] of TOWERS.entries()) {
      byId(`${this.#root.id}-${name}`).setAttribute("aria-pressed", this.#site.tower === name);
      if (this.#site.x0) pictures[i].show(this.#site.all[name], this.#site.size, say(`lesson_${name}`));
    }
  }
}

// @ts-check
// Chapter 1, the analogy: a table of words that lights a running building site, and a game in which the reader is the crew.
// Everything is exact arithmetic over the sixteen towers of a street; of the engine it needs the function that draws them,
// and no device.
import { rewordFigures } from "../../figures/figure.js";
import { byId } from "../../lib/dom.js";
import { onAway, whenNear } from "../../lib/visible.js";
import { addWords } from "../../lib/words.js";
import { TIED } from "../../lesson/demolition.js";
import { Picker } from "../../lesson/picker.js";
import { bindPhrases } from "../../lesson/phrases.js";
import { Site } from "../../lesson/site.js";
import { bindSymbols } from "../../lesson/symbols.js";
import { Timed } from "../../lesson/timed.js";
import { street } from "../../lesson/towers.js";
import { words as shared } from "../../lesson/words.js";
import { BuildingSite } from "./building-site.js";
import { CrewGame } from "./crew-game.js";
import { CHOICES } from "./settings.js";
import { words } from "./words.js";

addWords({ ...shared, ...words });

export class Chapter {
  /** @type {Float32Array[]} */ #street = [];

  /** @param {HTMLElement} root @param {import("../../page.js").Page} page */
  mount(root, page) {
    this.root = root;
    const { settings } = page;
    this.notices = page.notices("analogy-notices", { prefix: "analogy-", failed: "analogy_failed" });
    this.site = new Site(settings, CHOICES);
    this.picker = new Picker(byId("analogy-picker", root), settings, this.site);
    const ready = this.#open();
    const towers = () => this.#street;
    const place = byId("analogy-site", root);
    this.building = new BuildingSite(place, this.site, towers);
    const timed = new Timed(place, "site", { choices: CHOICES, settings, scene: this.building, ready });
    byId("analogy-site-build", root).addEventListener("click", () => this.building.build(timed));
    const made = { site: this.site, settings, choices: CHOICES, street: towers, ready };
    this.game = new CrewGame(byId("analogy-game", root), made);
    this.timed = { site: timed, game: this.game };
    bindPhrases(root, CHOICES, settings, /** @type {any} */ (this.timed));
    bindSymbols(
      root,
      (part) => (part === "game" ? { t: this.site.get("at"), terms: TIED } : { t: this.site.get("t"), terms: TIED }),
      () => settings.get("notation"),
    );
    onAway(root, () => this.site.x0 && this.#leave());
  }

  /** Draws the towers; resolves when they stand, never where they cannot. */
  async #open() {
    await whenNear(this.root, "300px");
    try {
      await this.site.open();
      this.#street = await street();
    } catch (error) {
      this.notices.error(error);
      return new Promise(() => {});
    }
    this.picker.show();
  }

  #leave() {
    this.site.noise.forget();
    this.building.forget();
  }

  attach() {} // it computes without a device

  lose() {}

  pause() {}

  translate() {
    rewordFigures(this.root);
    this.picker.show();
    this.timed.site.draw();
    this.game.draw();
  }
}

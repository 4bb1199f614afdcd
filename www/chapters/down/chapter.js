// @ts-check
// Chapter 2, how to take it down (Su's eq. 3–6): four figures over one building site. Everything is plain arithmetic on the
// page; of the engine it needs the function that draws towers, and no device.
import { figures, rewordFigures } from "../../figures/figure.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId } from "../../lib/dom.js";
import { whenNear } from "../../lib/visible.js";
import { addWords, say } from "../../lib/words.js";
import { BrokenLedger } from "./broken-ledger.js";
import { TIED } from "./demolition.js";
import { Drowning } from "./drowning.js";
import { JumpOrWalk } from "./jump-or-walk.js";
import { OneStep } from "./one-step.js";
import { bindPhrases } from "./phrases.js";
import { FIGURES, TOWERS } from "./settings.js";
import { Site } from "./site.js";
import { bindSymbols } from "./symbols.js";
import { Timed } from "./timed.js";
import { words } from "./words.js";

addWords(words);

const SCENES = { step: OneStep, ledger: BrokenLedger, jump: JumpOrWalk, drown: Drowning };
const AWAY = "2400px"; // from the screen: so far off, what can be made again is let go

export class Chapter {
  /** @type {Record<string, Timed>} */
  timed = {};

  /** @param {HTMLElement} root @param {import("../../page.js").Page} page */
  mount(root, page) {
    this.root = root;
    const { settings } = page;
    this.notices = page.notices("down-notices", { prefix: "down-", failed: "down_failed" });
    this.site = new Site(settings);
    const opened = this.#open();
    for (const id of /** @type {(keyof typeof FIGURES)[]} */ (Object.keys(FIGURES))) {
      const place = byId(`down-${id}`, root);
      this.timed[id] = new Timed(place, id, settings, new SCENES[id](place, this.site), opened);
    }
    this.#bindSite();
    bindPhrases(root, settings, this.timed);
    bindSymbols(
      root,
      (part) => this.timed[part] && { t: this.timed[part].t, terms: part === "ledger" ? this.site.terms : TIED },
      () => settings.get("notation"),
    );
    settings.addEventListener("change", (/** @type {any} */ { names }) => {
      if (names.has("down_tower")) this.#showSite();
    });
    const away = (/** @type {IntersectionObserverEntry[]} */ entries) => {
      if (!entries[entries.length - 1].isIntersecting && this.site.x0) this.site.noise.forget();
    };
    new IntersectionObserver(away, { rootMargin: AWAY }).observe(root);
  }

  /** Draws the towers; resolves when they stand, never where they cannot. */
  async #open() {
    await whenNear(this.root, "300px");
    try {
      await this.site.open();
    } catch (error) {
      this.notices.error(error);
      return new Promise(() => {});
    }
    this.#showSite();
  }

  #bindSite() {
    for (const name of TOWERS)
      byId(`down-tower-${name}`).addEventListener("click", () => this.site.set({ tower: name }));
    byId("down-dice").addEventListener("click", () => this.site.set({ seed: Math.floor(Math.random() * 2 ** 32) }));
  }

  #showSite() {
    const pictures = figures(byId("down-site"), ValuePicture);
    for (const [i, name] of TOWERS.entries()) {
      byId(`down-tower-${name}`).setAttribute("aria-pressed", this.site.get("tower") === name);
      if (this.site.x0) pictures[i].show(this.site.all[name], this.site.size, say(`down_${name}`));
    }
  }

  attach() {} // it computes without a device

  lose() {}

  pause() {}

  translate() {
    rewordFigures(this.root);
    this.#showSite();
    for (const one of Object.values(this.timed)) one.draw();
  }
}

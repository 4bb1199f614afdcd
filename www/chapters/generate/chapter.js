// @ts-check
// Chapter 5, how a tower goes up (Su's eq. 16 and 17): five samplers from one x_T, both algorithms in slow motion, what steps
// cost, why there are a thousand, and which σ is best. What can be exact is arithmetic on the page.
import { rewordFigures } from "../../figures/figure.js";
import { byId } from "../../lib/dom.js";
import { whenNear } from "../../lib/visible.js";
import { addWords } from "../../lib/words.js";
import { bindPhrases } from "../../lesson/phrases.js";
import { Picker } from "../../lesson/picker.js";
import { Site } from "../../lesson/site.js";
import { bindSymbols } from "../../lesson/symbols.js";
import { Timed } from "../../lesson/timed.js";
import { words as shared } from "../../lesson/words.js";
import { BestSigma } from "./best-sigma.js";
import { FiveSamplers } from "./five-samplers.js";
import { CHOICES } from "./settings.js";
import { SlowMotion } from "./slow-motion.js";
import { ThousandSteps } from "./thousand-steps.js";
import { words } from "./words.js";

addWords({ ...shared, ...words });

const SCENES = { five: FiveSamplers, slow: SlowMotion, thousand: ThousandSteps, sigma: BestSigma };
/** The lowest t of each figure: where a step is shown, none begins at 0. */
const FIRST = { five: 0, slow: 1, thousand: 0, sigma: 1 };
const AWAY = "2400px"; // from the screen: so far off, what can be made again is let go

export class Chapter {
  /** @type {Record<string, Timed>} */
  timed = {};

  /** @param {HTMLElement} root @param {import("../../page.js").Page} page */
  mount(root, page) {
    this.root = root;
    const { settings } = page;
    this.notices = page.notices("generate-notices", { prefix: "generate-", failed: "generate_failed" });
    this.site = new Site(settings, CHOICES);
    this.picker = new Picker(byId("generate-site", root), settings, this.site);
    const near = whenNear(root, "300px");
    /** @type {Record<string, any>} */
    this.scenes = Object.fromEntries(
      Object.entries(SCENES).map(([id, Scene]) => [id, new Scene(byId(`generate-${id}`, root), this.site)]),
    );
    const towers = near.then(() => this.#open());
    for (const id of /** @type {(keyof typeof SCENES)[]} */ (Object.keys(SCENES))) {
      const ready = id === "slow" ? towers : near; // the others need no tower
      const how = { choices: CHOICES, settings, scene: this.scenes[id], ready, first: FIRST[id], builds: true };
      this.timed[id] = new Timed(byId(`generate-${id}`, root), id, how);
    }
    bindPhrases(root, CHOICES, settings, this.timed);
    bindSymbols(
      root,
      (part) => this.timed[part] && { t: this.timed[part].t },
      () => settings.get("notation"),
    );
    const away = (/** @type {IntersectionObserverEntry[]} */ entries) => {
      if (!entries[entries.length - 1].isIntersecting) this.#forget();
    };
    new IntersectionObserver(away, { rootMargin: AWAY }).observe(root);
  }

  /** Draws the towers; resolves when they stand, never where they cannot. */
  async #open() {
    try {
      await Promise.all([this.site.open(), this.scenes.slow.open()]);
    } catch (error) {
      this.notices.error(error);
      return new Promise(() => {});
    }
    this.picker.show();
  }

  #forget() {
    for (const scene of Object.values(this.scenes)) scene.forget?.();
    if (this.site.x0) this.site.noise.forget();
  }

  attach() {}

  lose() {}

  pause() {}

  translate() {
    rewordFigures(this.root);
    this.picker.show();
    for (const one of Object.values(this.timed)) one.draw();
  }
}

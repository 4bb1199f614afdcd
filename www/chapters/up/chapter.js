// @ts-check
// Chapter 3, how to put it up (Su's eq. 7–9, and 17): one step back, the best answer there can be, and what a network makes
// of not knowing it. What is exact needs no device; what is learned asks the towers' network on the page's own.
import { rewordFigures } from "../../figures/figure.js";
import { byId } from "../../lib/dom.js";
import { AWAY, whenNear } from "../../lib/visible.js";
import { addWords } from "../../lib/words.js";
import { alpha2, beta2, ledger } from "../../lesson/ho-schedule.js";
import { Picker } from "../../lesson/picker.js";
import { bindPhrases } from "../../lesson/phrases.js";
import { Site } from "../../lesson/site.js";
import { bindSymbols } from "../../lesson/symbols.js";
import { Timed } from "../../lesson/timed.js";
import { words as shared } from "../../lesson/words.js";
import { BestAnswer } from "./best-answer.js";
import { Crew } from "./crew.js";
import { Memory } from "./memory.js";
import { OneStepBack } from "./one-step-back.js";
import { CHOICES } from "./settings.js";
import { words } from "./words.js";

addWords({ ...shared, ...words });

export class Chapter {
  /** @type {Record<string, Timed>} */
  timed = {};

  /** @param {HTMLElement} root @param {import("../../page.js").Page} page */
  mount(root, page) {
    this.root = root;
    const { settings } = page;
    this.settings = settings;
    this.notices = page.notices("up-notices", { prefix: "up-", failed: "up_failed" });
    this.site = new Site(settings, CHOICES);
    this.picker = new Picker(byId("up-site", root), settings, this.site);
    this.crew = new Crew(() => page.services.stage.towers(), {
      changed: () => this.#draw(),
      failed: (error) => this.notices.error(error),
    });
    const [step, best, memory] = ["step", "best", "memory"].map((id) => byId(`up-${id}`, root));
    this.best = new BestAnswer(best, this.site, this.crew);
    this.memory = new Memory(memory, this.site, this.crew);
    const made = { choices: CHOICES, settings, ready: this.#open(), first: 1, builds: true };
    this.timed = {
      step: new Timed(step, "step", { ...made, scene: new OneStepBack(step, this.site, this.crew) }),
      best: new Timed(best, "best", { ...made, scene: this.best }),
      memory: new Timed(memory, "memory", { ...made, scene: this.memory }),
    };
    bindPhrases(root, CHOICES, settings, this.timed);
    const moment = (/** @type {string} */ part) => this.timed[part] && this.#moment(this.timed[part].t);
    bindSymbols(root, moment, () => settings.get("notation"));
    const come = (/** @type {IntersectionObserverEntry[]} */ entries) => {
      if (entries[entries.length - 1].isIntersecting) this.crew.come();
      else this.#leave();
    };
    new IntersectionObserver(come, { rootMargin: AWAY }).observe(root);
  }

  /** The squares of the networks' schedule at t. @param {number} t */
  #moment(t) {
    const { wall, ground } = ledger(t);
    return { t, squares: { alpha_t: alpha2(t), beta_t: beta2(t), "bar-alpha_t": wall, "bar-beta_t": ground } };
  }

  /** Draws the towers; resolves when they stand, never where they cannot. */
  async #open() {
    await whenNear(this.root, "300px");
    try {
      await Promise.all([this.site.open(), this.best.open()]);
    } catch (error) {
      this.notices.error(error);
      return new Promise(() => {});
    }
    this.picker.show();
  }

  #draw() {
    for (const one of Object.values(this.timed)) one.draw();
  }

  #leave() {
    this.memory.pause();
    this.crew.leave();
    if (this.site.x0) this.site.noise.forget();
  }

  /** @param {import("../../device.js").Device | null} device */
  attach(device) {
    this.crew.attach(device);
  }

  lose() {
    this.crew.attach(undefined);
  }

  pause() {
    this.memory.pause();
  }

  translate() {
    rewordFigures(this.root);
    this.picker.show();
    this.#draw();
  }
}

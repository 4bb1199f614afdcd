// @ts-check
// Chapter 5, how a tower goes up (Su's eq. 16 and 17): five samplers from one x_T, both algorithms in slow motion, what steps
// cost, why there are a thousand, and which σ is best. What can be exact is arithmetic on the page.
import { rewordFigures } from "../../figures/figure.js";
import { byId } from "../../lib/dom.js";
import { onAway, whenNear } from "../../lib/visible.js";
import { addWords } from "../../lib/words.js";
import { bindPhrases } from "../../lesson/phrases.js";
import { Picker } from "../../lesson/picker.js";
import { Site } from "../../lesson/site.js";
import { bindSymbols } from "../../lesson/symbols.js";
import { Timed } from "../../lesson/timed.js";
import { words as shared } from "../../lesson/words.js";
import { BestSigma } from "./best-sigma.js";
import { Crew } from "./crew.js";
import { FiveSamplers } from "./five-samplers.js";
import { CHOICES } from "./settings.js";
import { SlowMotion } from "./slow-motion.js";
import { StepsQuality } from "./steps-quality.js";
import { ThousandSteps } from "./thousand-steps.js";
import { TowerRows } from "./tower-rows.js";
import { words } from "./words.js";

addWords({ ...shared, ...words });

const SCENES = {
  five: FiveSamplers,
  towers: TowerRows,
  slow: SlowMotion,
  cost: StepsQuality,
  thousand: ThousandSteps,
  sigma: BestSigma,
};
/** The lowest t of each figure: where a step is shown, none begins at 0. */
const FIRST = { five: 0, towers: 0, slow: 1, thousand: 0, sigma: 1 };

export class Chapter {
  /** @type {Record<string, any>} Timed, or what phrases ask of one */
  timed = {};

  /** @param {HTMLElement} root @param {import("../../page.js").Page} page */
  mount(root, page) {
    this.root = root;
    const { settings } = page;
    this.notices = page.notices("generate-notices", { prefix: "generate-", failed: "generate_failed" });
    this.site = new Site(settings, CHOICES);
    this.picker = new Picker(byId("generate-site", root), settings, this.site);
    this.crew = new Crew(() => page.services.stage.towers(), {
      changed: () => this.#redraw("towers", "slow", "cost"),
      failed: (error) => this.notices.error(error),
    });
    this.#makeFigures(settings);
    bindPhrases(root, CHOICES, settings, this.timed);
    bindSymbols(
      root,
      (part) => (part in FIRST ? { t: this.timed[part].t } : undefined),
      () => settings.get("notation"),
    );
    onAway(root, () => this.#forget());
  }

  /** @param {import("../../settings.js").Settings} settings */
  #makeFigures(settings) {
    const near = whenNear(this.root, "300px");
    const place = (/** @type {string} */ id) => byId(`generate-${id}`, this.root);
    /** @type {Record<string, any>} */
    this.scenes = Object.fromEntries(
      Object.entries(SCENES).map(([id, Scene]) => [id, new Scene(place(id), this.site, this.crew)]),
    );
    const towers = near.then(() => this.#open());
    for (const id of /** @type {(keyof typeof FIRST)[]} */ (Object.keys(FIRST))) {
      const ready = id === "slow" ? towers : near; // the others need no tower
      const how = { choices: CHOICES, settings, scene: this.scenes[id], ready, first: FIRST[id], builds: true };
      this.timed[id] = new Timed(place(id), id, how);
    }
    const { cost } = this.scenes;
    this.timed.cost = { root: place("cost"), hold() {}, draw: () => cost.near && cost.draw() };
    whenNear(place("cost"), "300px").then(() => {
      cost.near = true;
      cost.draw();
    });
    settings.addEventListener("change", (/** @type {any} */ { names }) => {
      if (["generate_cost", "dice"].some((name) => names.has(name))) this.#redraw("cost");
    });
    const come = (/** @type {IntersectionObserverEntry[]} */ entries) =>
      entries.some(({ isIntersecting }) => isIntersecting) && this.crew.come();
    const learned = new IntersectionObserver(come, { rootMargin: "300px" });
    for (const id of ["towers", "slow", "cost"]) learned.observe(place(id));
  }

  /** @param {...string} ids */
  #redraw(...ids) {
    for (const id of ids) this.timed[id]?.draw();
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
    return this.crew.pause();
  }

  translate() {
    rewordFigures(this.root);
    this.picker.show();
    this.#redraw(...Object.keys(this.timed));
  }
}

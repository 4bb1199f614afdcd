// @ts-check
// Chapter 4, lower variance (Su's eq. 10–15): two figures of plain arithmetic over the noise of the lesson's own tower, and a
// race of two networks on the page's device, whatever that is.
import { rewordFigures } from "../../figures/figure.js";
import { byId } from "../../lib/dom.js";
import { onAway, whenNear } from "../../lib/visible.js";
import { addWords } from "../../lib/words.js";
import { bindPhrases } from "../../lesson/phrases.js";
import { Site } from "../../lesson/site.js";
import { bindSymbols } from "../../lesson/symbols.js";
import { Timed } from "../../lesson/timed.js";
import { words as shared } from "../../lesson/words.js";
import { Dial } from "./dial.js";
import { Race } from "./race.js";
import { CHOICES } from "./settings.js";
import { StepBack } from "./step-back.js";
import { words } from "./words.js";

addWords({ ...shared, ...words });

const SCENES = { step: StepBack, dial: Dial };
const FIRST = { step: 1, dial: 2 }; // one step before t there must be noise

export class Chapter {
  /** @type {Record<string, Timed>} */
  timed = {};

  /** @param {HTMLElement} root @param {import("../../page.js").Page} page */
  mount(root, page) {
    this.root = root;
    const { settings } = page;
    this.settings = settings;
    this.notices = page.notices("variance-notices", { prefix: "variance-", failed: "variance_failed" });
    this.site = new Site(settings, CHOICES);
    const ready = this.#open();
    for (const id of /** @type {(keyof typeof SCENES)[]} */ (Object.keys(SCENES))) {
      const place = byId(`variance-${id}`, root);
      const scene = new SCENES[id](place, this.site);
      this.timed[id] = new Timed(place, id, { choices: CHOICES, settings, scene, ready, first: FIRST[id] });
    }
    this.race = new Race(byId("variance-race", root), this.site, settings, this.notices);
    bindPhrases(root, CHOICES, settings, /** @type {any} */ ({ ...this.timed, race: this.race }));
    bindSymbols(
      root,
      (part) => this.timed[part] && { t: this.timed[part].t },
      () => settings.get("notation"),
    );
    onAway(root, () => {
      if (this.site.x0) this.site.noise.forget();
      this.race.stop();
    });
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
  }

  /** @param {import("../../device.js").Device | null} device */
  attach(device) {
    this.race.attach(device);
  }

  lose() {
    this.race.lose();
  }

  pause() {
    return this.race.stop();
  }

  translate() {
    rewordFigures(this.root);
    for (const one of Object.values(this.timed)) one.draw();
    this.race.draw();
  }
}

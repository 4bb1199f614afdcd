// @ts-check
// Chapter 2, how to take it down (Su's eq. 3–6): four figures over one building site. Everything is plain arithmetic on the
// page; of the engine it needs the function that draws towers, and no device.
import { rewordFigures } from "../../figures/figure.js";
import { byId } from "../../lib/dom.js";
import { onAway, whenNear } from "../../lib/visible.js";
import { addWords } from "../../lib/words.js";
import { BrokenLedger } from "./broken-ledger.js";
import { TIED } from "../../lesson/demolition.js";
import { Drowning } from "./drowning.js";
import { JumpOrWalk } from "./jump-or-walk.js";
import { OneStep } from "./one-step.js";
import { Picker } from "../../lesson/picker.js";
import { bindPhrases } from "../../lesson/phrases.js";
import { CHOICES, terms } from "./settings.js";
import { Site } from "../../lesson/site.js";
import { bindSymbols } from "../../lesson/symbols.js";
import { Timed } from "../../lesson/timed.js";
import { words as shared } from "../../lesson/words.js";
import { words } from "./words.js";

addWords({ ...shared, ...words });

const SCENES = { step: OneStep, ledger: BrokenLedger, jump: JumpOrWalk, drown: Drowning };

export class Chapter {
  /** @type {Record<string, Timed>} */
  timed = {};

  /** @param {HTMLElement} root @param {import("../../page.js").Page} page */
  mount(root, page) {
    this.root = root;
    const { settings } = page;
    this.settings = settings;
    this.notices = page.notices("down-notices", { prefix: "down-", failed: "down_failed" });
    this.site = new Site(settings, CHOICES);
    this.picker = new Picker(byId("down-site", root), settings, this.site);
    const ready = this.#open();
    for (const id of /** @type {(keyof typeof SCENES)[]} */ (Object.keys(SCENES))) {
      const place = byId(`down-${id}`, root);
      const scene = new SCENES[id](place, this.site);
      this.timed[id] = new Timed(place, id, { choices: CHOICES, settings, scene, ready, first: id === "step" ? 1 : 0 });
    }
    bindPhrases(root, CHOICES, settings, this.timed);
    bindSymbols(
      root,
      (part) => this.timed[part] && { t: this.timed[part].t, terms: part === "ledger" ? terms(this.site) : TIED },
      () => settings.get("notation"),
    );
    onAway(root, () => this.site.x0 && this.site.noise.forget());
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
    this.picker.show();
  }

  attach() {} // it computes without a device

  lose() {}

  pause() {}

  translate() {
    rewordFigures(this.root);
    this.picker.show();
    for (const one of Object.values(this.timed)) one.draw();
  }
}

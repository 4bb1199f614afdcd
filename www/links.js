// @ts-check
// What the reader is told and shown of a link that has been opened: what of it could not be read, and the place that it
// names.
import { h } from "./lib/dom.js";
import { hold } from "./lib/hold.js";
import { plainButton } from "./lib/notices.js";
import { lang, say } from "./lib/words.js";

export class Links {
  #notices;

  /** @param {import("./page.js").Page} page */
  constructor(page) {
    this.#notices = page.notices("page-notices");
  }

  /** @param {import("./address.js").Link} link @param {{ scroll?: boolean }} [options] scroll: to its place */
  show({ place, faults }, { scroll = true } = {}) {
    this.#notices.clear("link");
    if (faults.length)
      this.#notices.show("link", { role: "alert" }, () => [
        h("p", {}, say("link_faults", { faults: clauses(faults) })),
        plainButton("dismiss", () => this.#notices.clear("link")),
      ]);
    // The browser finds a place only if it stands alone, and forgets it when the address is written anew meanwhile.
    const element = document.getElementById(place);
    if (scroll && element) hold(element);
  }
}

/** Clauses of one sentence, together. @param {import("./address.js").Fault[]} faults */
export const clauses = (faults, joint = say("link_and")) =>
  faults
    .map(({ key, values = {} }) => say(key, { ...values, count: values.count?.toLocaleString(lang()) }))
    .join(joint);

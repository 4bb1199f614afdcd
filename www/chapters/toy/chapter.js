// Chapter 8 as the page sees it.
import { addWords } from "../../lib/words.js";
import { Toy } from "./toy.js";
import { words } from "./words.js";

addWords(words);

export class Chapter {
  /** @param {HTMLElement} _root @param {import("../../page.js").Page} page */
  mount(_root, page) {
    this.api = this.toy = new Toy(page, () => page.device?.lease(this));
    const { session } = this.toy;
    session.addEventListener("state", () => {
      if (!session.training) page.device?.release(this);
    });
  }

  attach(device) {
    this.toy.attach(device);
  }

  lose() {
    this.toy.lose();
  }

  pause() {
    if (this.toy.session.training) this.toy.act(() => this.toy.pause());
  }

  translate() {
    this.toy.translate();
  }
}

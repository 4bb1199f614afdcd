// Chapter 9 as the page sees it.
import { addWords } from "../../lib/words.js";
import { Teach } from "./teach.js";
import { words } from "./words.js";

addWords(words);

export class Chapter {
  /** @param {HTMLElement} _root @param {import("../../page.js").Page} page */
  mount(_root, page) {
    this.api = this.teach = new Teach(page, {
      lease: () => page.device?.lease(this),
      release: () => page.device?.release(this),
    });
  }

  attach() {} // it asks for the device when the reader asks for something

  lose() {} // its session hears of that from the device that it works on

  pause() {
    this.teach.session.stop();
  }

  translate() {
    this.teach.translate();
  }
}

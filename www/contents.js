// @ts-check
// The table of contents: each chapter with its one-line question and whether the reader has been there. Numbers, titles and
// questions are those of the chapters' own headings. On wide screens it is a rail of numbers that opens under the pointer
// or the focus, on narrow ones a list behind a button, which comes once the top of the page has been left.
import { h } from "./lib/dom.js";
import { hold } from "./lib/hold.js";
import { translate } from "./lib/words.js";

const KEY = "chailou:visited";
const TURN = 24; // CSS pixels that are no trembling of the hand

/** @returns {string[]} */
function stored() {
  try {
    return String(localStorage.getItem(KEY) ?? "").split(" ");
  } catch {
    return []; // storage may be forbidden
  }
}

export class Contents {
  #visited = new Set(stored());
  /** @type {Map<Element, HTMLAnchorElement>} entries by their sections */ #entries = new Map();
  #nav = h("nav", { class: "contents", "data-testid": "contents", "data-i18n-label": "contents" });
  #button = h("button", {
    type: "button",
    class: "contents-open",
    "data-testid": "contents-open",
    "data-i18n": "contents",
    "aria-expanded": "false",
  });

  constructor() {
    const heads = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main > section [id^=ch]")]).filter(
      ({ id }) => /^ch\d+$/.test(id),
    );
    const list = h("ol", {}, ...heads.map((head) => this.#entry(head)));
    this.#nav.append(this.#button, list);
    document.querySelector("main")?.before(this.#nav);
    translate(this.#nav);
    this.#button.addEventListener("click", () => this.#open(this.#button.getAttribute("aria-expanded") !== "true"));
    this.#nav.addEventListener("keydown", ({ key }) => key === "Escape" && this.#open(false));
    addEventListener(
      "pointerdown",
      ({ target }) => this.#nav.contains(/** @type {Node} */ (target)) || this.#open(false),
    );
    const middle = new IntersectionObserver((entries) => this.#look(entries), { rootMargin: "-50% 0px" });
    for (const section of this.#entries.keys()) middle.observe(section);
    const now = () => ({ y: scrollY, height: document.documentElement.scrollHeight });
    let last = now();
    const turn = () => {
      const { y, height } = now();
      const grown = height !== last.height; // then the scroll may be the browser's, which keeps the reader's place
      if (!grown && Math.abs(y - last.y) < TURN) return;
      if (!grown) this.#nav.classList.toggle("wanted", y < last.y);
      last = { y, height };
    };
    addEventListener("scroll", turn, { passive: true });
  }

  /** @param {HTMLElement} head */
  #entry(head) {
    const titles = [...head.querySelectorAll("h2")].map((title) =>
      h(
        "div",
        { lang: title.closest("[lang]")?.getAttribute("lang") },
        h("b", {}, title.textContent),
        h("small", {}, title.dataset.question ?? ""),
      ),
    );
    const link = h("a", { href: `#${head.id}` }, h("span", { class: "contents-number" }, head.id.slice(2)), ...titles);
    link.addEventListener("click", () => {
      hold(head);
      this.#open(false);
    });
    const section = head.closest("section");
    if (section) this.#entries.set(section, link);
    link.classList.toggle("visited", this.#visited.has(head.id));
    return h("li", {}, link);
  }

  /** @param {boolean} open */
  #open(open) {
    this.#button.setAttribute("aria-expanded", String(open));
  }

  /** What comes to the middle of the screen is where the reader is. @param {IntersectionObserverEntry[]} entries */
  #look(entries) {
    for (const { target, isIntersecting } of entries) {
      const link = this.#entries.get(target);
      if (isIntersecting) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
      if (!isIntersecting || !link) continue;
      link.classList.add("visited");
      this.#visited.add(link.hash.slice(1));
      try {
        localStorage.setItem(KEY, [...this.#visited].join(" ").trim());
      } catch {
        /* then it is known for this visit only */
      }
    }
  }
}

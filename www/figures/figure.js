// @ts-check
// What every figure is: an element without ids that owns its words (both languages), its style and its drawing, so that
// any number of them can stand on a page, in any chapter. It is given data through properties and methods, tells of the
// reader's hand in events, and knows no chapter, no settings and no engine. The file is named like the tag.
import { fitBitmap, onResolution } from "../lib/canvas.js";
import { tell } from "../lib/events.js";
import { addWords, say } from "../lib/words.js";

/** @typedef {import("../lib/words.js").Words} Words */

/** @type {Set<string>} */
const tags = new Set();

export class Figure extends HTMLElement {
  /** The name of its element; define() sets it. */
  static tag = "";
  /** Its rules, put on the page when the figure is defined. */
  static style = "";
  /** What it says. @type {Words} */
  static words = {};
  #built = false;
  #due = 0;
  #end = () => {};

  connectedCallback() {
    if (!this.#built) this.build();
    this.#built = true;
    this.#end = redrawn(this, () => this.draw());
  }

  disconnectedCallback() {
    this.#end();
  }

  /** Makes the parts, once, when the figure first stands on the page. */
  build() {}

  /** Draws now. Called whenever size or theme change too. */
  draw() {}

  /** Draws at the next frame, once however often it is asked for until then. */
  drawSoon() {
    this.#due ||= requestAnimationFrame(() => {
      this.#due = 0;
      this.draw();
    });
  }

  /** After a change of language. */
  reword() {
    this.draw();
  }

  /**
   * One of the figure's own strings in the page's language.
   * @param {string} key
   * @param {Record<string, any>} [values] of the {names} in it
   */
  say(key, values) {
    return say(`${this.localName}.${key}`, values);
  }

  /**
   * Tells the page what the reader has done with the figure.
   * @param {string} type
   * @param {unknown} [detail]
   */
  emit(type, detail) {
    tell(this, type, detail);
  }

  /**
   * Gives the part that a reader operates or looks at the figure's name as its data-testid.
   * @template {Element} E
   * @param {E} part
   */
  main(part) {
    const name = this.getAttribute("name");
    if (name) part.setAttribute("data-testid", name);
    return part;
  }
}

/** What a screen reader calls a drawing; one that shows nothing yet has no name and is not spoken of. */
export function nameDrawing(/** @type {Element} */ canvas, /** @type {string} */ label) {
  for (const [name, value] of Object.entries({ role: label && "img", "aria-label": label }))
    if (value) canvas.setAttribute(name, value);
    else canvas.removeAttribute(name);
}

/** The square in which a figure's picture lies. */
const FRAME = `
  .frame { position: relative; aspect-ratio: 1; background: var(--picture-ground); border: 1px solid var(--line); }
  .frame canvas { position: absolute; inset: 0; display: block; width: 100%; height: 100%; }`;

/** @param {string} rules */
function addStyle(rules) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets.push(sheet);
}
addStyle(FRAME);

/**
 * Makes a class of figures known under its tag and puts its style on the page.
 * @param {string} tag
 * @param {typeof Figure} kind
 */
export function define(tag, kind) {
  kind.tag = tag;
  tags.add(tag);
  addWords(Object.fromEntries(Object.entries(kind.words).map(([key, both]) => [`${tag}.${key}`, both])));
  customElements.define(tag, kind); // at once those on the page are built, which need their words
  if (Object.hasOwn(kind, "style")) addStyle(kind.style);
}

/**
 * The figure of this kind that stands in `root`.
 * @template {typeof Figure} K
 * @param {ParentNode} root
 * @param {K} kind
 * @returns {InstanceType<K>}
 */
export function figure(root, kind) {
  const found = root.querySelector(kind.tag);
  if (!found) throw new Error(`there is no <${kind.tag}> here`);
  return /** @type {InstanceType<K>} */ (found);
}

/**
 * All figures of this kind that stand in `root`.
 * @template {typeof Figure} K
 * @param {ParentNode} root
 * @param {K} kind
 * @returns {InstanceType<K>[]}
 */
export const figures = (root, kind) => /** @type {InstanceType<K>[]} */ ([...root.querySelectorAll(kind.tag)]);

/**
 * Puts every figure within `root` into the page's language.
 * @param {ParentNode} root
 */
export function rewordFigures(root) {
  for (const figure of root.querySelectorAll([...tags].join() || ":not(*)"))
    if (figure instanceof Figure) figure.reword();
}

/**
 * Fits a canvas to its box at the screen's resolution; gives its 2-D context scaled to CSS pixels and the box's size.
 * @param {HTMLCanvasElement} canvas
 */
export function fit(canvas) {
  const { width, height } = fitBitmap(canvas);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/**
 * Colours by the names of tokens.css, as they are at this moment: colour("brick").
 * @param {Element} element
 * @returns {(name: string) => string}
 */
export function palette(element) {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/**
 * Calls `draw` when the element's size, the screen's resolution or the theme changes; returns a function that ends it.
 * @param {Element} element
 * @param {() => void} draw
 */
export function redrawn(element, draw) {
  const size = new ResizeObserver(draw);
  size.observe(element);
  const root = new MutationObserver(draw);
  root.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", draw);
  const end = onResolution(draw);
  return () => {
    end();
    size.disconnect();
    root.disconnect();
    system.removeEventListener("change", draw);
  };
}

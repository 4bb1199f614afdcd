// @ts-check
// Where the reader's hand is, and how an answer gets there: a message stands in a line of its own right after the row of
// the control that asked for it, and what lies off the screen is brought into view.
import { reducedMotion } from "./dom.js";

const MARGIN = 12; // CSS pixels between what is brought into view and the edge of the screen
const NARROWEST = 176; // CSS pixels in which a sentence can still be read

/** @type {Element} */
let hand = document.body;
for (const type of ["pointerdown", "keydown", "click", "change", "drop"])
  document.addEventListener(type, ({ target }) => (hand = target instanceof Element ? target : hand), true);

/** What the reader has operated last: a control, a figure, or where files were dropped. */
export const touched = () => hand;

/**
 * The part of `root` around an element, or itself, after which a line of its own fits: its parent lays its children one
 * below the other, or it ends a line of fields. null where there is none, or the element lies outside.
 * @param {Element | null} element
 * @param {Element} root
 */
export function rowOf(element, root) {
  if (!element?.isConnected || !root.contains(element)) return null;
  /** @type {Element | null} */
  let at = element;
  for (; at && at !== root; at = at.parentElement) {
    if (at.parentElement && fits(getComputedStyle(at), at.parentElement)) return at;
    if (at.matches(".field") && getComputedStyle(at.parentElement).flexWrap === "wrap") return lineOf(at).at(-1);
  }
  return null;
}

/** It and those of its siblings that stand beside it. @param {Element} element */
function lineOf(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return [...element.parentElement.children].filter((other) => {
    const box = other.getBoundingClientRect();
    return other === element || (box.width && box.bottom > top && box.top < bottom);
  });
}

/** @param {CSSStyleDeclaration} own @param {Element} parent */
function fits(own, parent) {
  if (/^(inline|none|contents|table)/.test(own.display) || /absolute|fixed/.test(own.position)) return false;
  if (parent.matches("ul, ol, dl, summary") || parent.localName.includes("-")) return false; // figures own their parts
  if (parent.matches(".field") && lineOf(parent).length > 1) return false; // the row's other fields stay where they are
  if (parent.clientWidth < NARROWEST) return false;
  const { display, flexDirection, gridTemplateColumns, columnCount } = getComputedStyle(parent);
  if (display === "flex") return flexDirection === "column";
  if (display === "grid") return gridTemplateColumns.split(" ").length === 1;
  return columnCount === "auto" && /^(block|flow-root|list-item)$/.test(display);
}

/**
 * Scrolls as little as shows all of these elements, or the first where the screen is too low for all.
 * @param {...(Element | null)} elements
 */
export function reveal(...elements) {
  const boxes = elements.filter((element) => element !== null).map((element) => element.getBoundingClientRect());
  const shown = boxes.filter(({ height }) => height > 0);
  if (!shown.length) return;
  const all = [Math.min(...shown.map(({ top }) => top)), Math.max(...shown.map(({ bottom }) => bottom))];
  const room = document.documentElement.clientHeight - 2 * MARGIN;
  const [top, bottom] = all[1] - all[0] <= room ? all : [shown[0].top, shown[0].bottom];
  if (top >= MARGIN && bottom <= room + MARGIN) return;
  const by = top < MARGIN || bottom - top > room ? top - MARGIN : bottom - room - MARGIN;
  scrollBy({ top: by, behavior: reducedMotion() ? "instant" : "smooth" });
}

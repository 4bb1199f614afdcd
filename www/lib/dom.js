// @ts-check
// Small helpers over the DOM, so that the modules read as what they show rather than as createElement calls.

/** @typedef {Node | string | null | undefined} Part */

/**
 * Makes an element: h("button", {class: "x", onclick: f}, "text", child). `null` children are skipped.
 * @template {string} T
 * @param {T} tag
 * @param {Record<string, any>} [props]
 * @param {...(Part | Part[])} children
 * @returns {T extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[T] : T extends `svg:${string}` ? SVGElement : HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const [name, ns] = tag.startsWith("svg:") ? [tag.slice(4), "http://www.w3.org/2000/svg"] : [tag, null];
  const element = ns ? document.createElementNS(ns, name) : document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return /** @type {any} */ (element);
}

/**
 * The element with this data-testid; the page's modules and its tests find things by the same names.
 * @param {string} id
 * @param {ParentNode} [root]
 * @returns {any} who asks knows its kind
 */
export const byId = (id, root = document) => root.querySelector(`[data-testid="${id}"]`);

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Resolves before the next repaint; a hidden tab gets no repaint, so it resolves when the tab is shown again. */
export const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Lets whatever waits on the main thread go first. */
export const breathe = () => new Promise((resolve) => setTimeout(resolve));

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** "1.2 MB" in the reader's language. */
export function bytes(count, lang) {
  const mega = count >= 1e6;
  const number = (count / (mega ? 1e6 : 1e3)).toLocaleString(lang, { maximumFractionDigits: mega ? 1 : 0 });
  return `${number} ${mega ? "MB" : "kB"}`;
}

const SUPERSCRIPT = Object.fromEntries([..."-0123456789"].map((sign, i) => [sign, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[i]]));

/** Four significant digits without exponents until they are needed: schedule values run from 1 down to 4e-5. */
export function number(value) {
  if (value === 0 || value === 1) return String(value);
  const size = Math.abs(value);
  if (size >= 0.001 && size < 1000) {
    if (size > 0.9995 && size < 1) return value.toFixed(6);
    return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 4);
  }
  const [digits, power] = value.toExponential(2).split("e");
  return `${digits}×10${[...String(Number(power))].map((sign) => SUPERSCRIPT[sign]).join("")}`;
}

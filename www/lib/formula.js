// @ts-check
// Formulas as MathML, built from strings of JavaScript: no run-time library, and both browsers lay them out themselves.
// Letters are set upright-coded and slanted by CSS, because many systems have no font with the mathematical alphabets.

const NS = "http://www.w3.org/1998/Math/MathML";

export function m(tag, ...children) {
  const element = document.createElementNS(NS, tag);
  for (const child of children.flat()) element.append(child);
  return element;
}

export const mi = (text, className) => {
  const element = m("mi", text);
  element.setAttribute("mathvariant", "normal"); // the slant comes from CSS, see above
  if (className) element.setAttribute("class", className);
  return element;
};
export const mo = (text) => {
  const element = m("mo", text);
  if ("()".includes(text)) element.setAttribute("stretchy", "false");
  return element;
};
export const mn = (text, className) => {
  const element = m("mn", text);
  if (className) element.setAttribute("class", className);
  return element;
};
export const row = (...children) => m("mrow", ...children);
export const sub = (base, index) => m("msub", base, index);
export const subsup = (base, index, power) => m("msubsup", base, index, mn(String(power)));
export const frac = (above, below) => m("mfrac", above, below);
export const sqrt = (...inside) => m("msqrt", ...inside);
/** The same, named as prose names it (xtask/tex.mjs), so that it lights up with it. @param {string} symbol @param {Element} node */
export const named = (symbol, node) => {
  node.setAttribute("data-symbol", symbol);
  return node;
};
export const bar = (letter) => accent(letter, "¯");
export const hat = (letter) => accent(letter, "^");
export const tilde = (letter) => accent(letter, "~");

function accent(letter, mark) {
  const over = m("mo", mark);
  over.setAttribute("stretchy", "false");
  const element = m("mover", mi(letter), over);
  element.setAttribute("accent", "true");
  return element;
}

/** A <math> element; `block` gives it its own line. */
export function math(children, block = false) {
  const element = m("math", ...children);
  if (block) element.setAttribute("display", "block");
  return element;
}

// @ts-check
// TeX in prose becomes MathML when the page is assembled: \( … \) within a line, \[ … \] on its own. Temml (npm) does the
// typesetting; here its output is made to look like the formulas with live numbers (www/lib/formula.js), so that no font
// or style sheet of Temml's is needed, and every symbol gets a name in data-symbol, by which a figure can light it up:
//   x_t → "x_t" · \hat x_0 → "hat-x_0" · \bar\alpha_t^2 → "bar-alpha_t" (a power is no other symbol) · ε → "epsilon"
// \both{…}{…} holds what Su and Ho write differently; the page's notation switch shows one of the two.
import temml from "temml";

/** @typedef {{ tag: string, attributes: string, children: (Tree | string)[] }} Tree */

const GREEK = Object.fromEntries(
  "α alpha β beta γ gamma δ delta ε epsilon η eta θ theta λ lambda μ mu σ sigma τ tau φ phi ω omega"
    .split(" ")
    .flatMap((word, i, all) => (i % 2 ? [] : [[word, all[i + 1]]])),
);
/** Temml's signs of the accents, our own, their names. */
const ACCENTS = { ˆ: ["^", "hat"], "‾": ["¯", "bar"], "~": ["~", "tilde"] };
const SCRIPTS = ["msub", "msup", "msubsup"];

/** The HTML with its TeX replaced; `name` of the file, for a formula that Temml refuses. */
export function withMathml(html, name) {
  const set = (tex, display) => {
    try {
      return inBothNotations(tex.trim(), display);
    } catch (error) {
      throw new Error(`${name}: \\(${tex}\\): ${error.message}`, { cause: error });
    }
  };
  return html
    .replace(/\\\[(.+?)\\\]/gs, (_, tex) => set(tex, true))
    .replace(/\\\((.+?)\\\)([，。；：、！？,.;:!?]?)/gs, (_, tex, stop) =>
      // a browser may break the line behind any formula, even before a full stop
      stop ? `<span class="unbroken">${set(tex, false)}${stop}</span>` : set(tex, false),
    );
}

function inBothNotations(tex, display) {
  if (!tex.includes("\\both")) return mathml(tex, {}, display);
  const su = mathml(tex, { "\\both": "\\@firstoftwo{#1}{#2}" }, display);
  const ho = mathml(tex, { "\\both": "\\@secondoftwo{#1}{#2}" }, display);
  return `<span class="in-su">${su}</span><span class="in-ho">${ho}</span>`;
}

const mathml = (tex, macros, display) =>
  write(tidy(parse(temml.renderToString(tex, { displayMode: display, throwOnError: true, macros }))));

/** Temml's output as a tree; it is well-formed XML. @returns {Tree} */
function parse(text) {
  const root = { tag: "", attributes: "", children: [] };
  const open = [root];
  for (const [token, closing, tag, attributes, empty] of text.matchAll(/<(\/?)(\w+)([^>]*?)(\/?)>|[^<]+/g)) {
    if (!tag) open.at(-1).children.push(token);
    else if (closing) open.pop();
    else {
      const node = { tag, attributes, children: [] };
      open.at(-1).children.push(node);
      if (!empty) open.push(node);
    }
  }
  return root.children[0];
}

/** As www/lib/formula.js builds it: upright-coded letters that CSS slants, accents that need no style of their own. */
function tidy(node, named = false) {
  if (typeof node === "string") return node;
  const name = named ? null : symbol(node);
  let attributes = node.attributes.replace(/ (class|style)="[^"]*"/g, "");
  if (node.tag === "mi" && [...text(node)].length === 1) attributes += ' mathvariant="normal"';
  if (node.tag === "mover" && accent(node)) attributes = ' accent="true"';
  if (name) attributes += ` data-symbol="${name}"`;
  if (node.tag === "mo" && text(node) in ACCENTS)
    return { tag: "mo", attributes: ' stretchy="false"', children: [ACCENTS[text(node)][0]] };
  return { ...node, attributes, children: node.children.map((child) => tidy(child, named || name !== null)) };
}

const text = (node) => (typeof node === "string" ? node : node.children.map(text).join(""));
const accent = ({ children }) => ACCENTS[text(children[1])]?.[1];

/** The symbol's name, or null when the node is none. */
function symbol(node) {
  const [base, below] = node.children;
  if (node.tag === "mi") return [...text(node)].length === 1 ? (GREEK[text(node)] ?? text(node)) : null; // log is none
  if (node.tag === "mover" && accent(node)) return symbol(base) && `${accent(node)}-${symbol(base)}`;
  if (!SCRIPTS.includes(node.tag) || !symbol(base)) return null;
  if (node.tag === "msup") return symbol(base);
  return `${symbol(base)}_${[...text(below)].map((sign) => GREEK[sign] ?? sign.replace("−", "-")).join("")}`;
}

const write = (node) =>
  typeof node === "string" ? node : `<${node.tag}${node.attributes}>${node.children.map(write).join("")}</${node.tag}>`;

// @ts-check
// Assembles the page: node xtask/assemble.mjs TEMPLATE INTO [PUBLIC_URL]
// Puts each chapter's prose (its TeX as MathML, see tex.mjs) where TEMPLATE (www/index.html, or what Trunk has made of it)
// has its comments, and writes INTO, so that the article is there before any script runs; beside it, modules and styles as
// few files (modules.mjs), recording and weights packed (pack.mjs), the weights rounded (round.mjs). What chapters there are
// says www/chapters/list.js.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CHAPTERS } from "../www/chapters/list.js";
import { bundleModules, bundleStyles } from "./modules.mjs";
import { pack } from "./pack.mjs";
import { rounded } from "./round.mjs";
import { withMathml } from "./tex.mjs";

const WWW = new URL("../www/", import.meta.url);
const [template, into, base = ""] = process.argv.slice(2);
const folder = dirname(resolve(into));

/** A folder's style sheets, style.css first: the others are parts of it that are kept apart. */
const styles = (room) =>
  readdirSync(new URL(room, WWW))
    .filter((name) => name.endsWith(".css"))
    .sort((a, b) => Number(b === "style.css") - Number(a === "style.css") || (a < b ? -1 : 1))
    .map((name) => room + name);
const RECORDING = "assets/recordings/tower-ddim25"; // .json and .bin
const WEIGHTS = ["mnist", "towers"].map((model) => `assets/models/${model}/diffusion_pytorch_model.safetensors`); // F16
const PREVIEW = "assets/preview/chailou.png";
const SHEETS = ["tokens", "page", "controls", "contents"].map((name) => `style/${name}.css`);

/** A section of the page, its TeX as MathML. @param {string} name of the file @param {string} id */
function prose(name, id) {
  const text = readFileSync(new URL(name, WWW), "utf8");
  if (!new RegExp(`<section [^>]*id="${id}"`).test(text)) throw new Error(`${name}: there is no <section id="${id}">`);
  return withMathml(text, name);
}

/**
 * What the browser is to ask for at once, in the order of need: what page.js imports; then the recording, which is small
 * and plays until the engine is there; then the engine.
 * @param {string[]} modules
 */
const preloads = (modules) => [
  ...modules.map((address) => `<link rel="modulepreload" href="${address}">`),
  ...[`${RECORDING}.json`, `${RECORDING}.bin.packed`, "pkg/chailou_bg.wasm"].map(
    (address) => `<link rel="preload" as="fetch" crossorigin href="${address}">`,
  ),
  `<link rel="modulepreload" href="pkg/chailou.js">`,
];

/**
 * The page's own address and that of its picture, for whoever shows a link to it. Most of them want whole addresses, so
 * whoever publishes the page says where (`--public-url`); without that these are relative, like all others.
 */
const addresses = () => [
  `<link rel="canonical" href="${base || "./"}">`,
  ...(base ? [`<meta property="og:url" content="${base}">`] : []),
  ...['property="og:image"', 'name="twitter:image"'].map((name) => `<meta ${name} content="${base}${PREVIEW}">`),
];

/**
 * @param {string} file in the repository and in the page's folder
 * @param {number} width bytes of a value
 * @param {(bytes: Buffer) => Buffer} [change]
 */
function packed(file, width, change = (bytes) => bytes) {
  const to = join(folder, `${file}.packed`);
  mkdirSync(dirname(to), { recursive: true });
  pack(change(readFileSync(new URL(`../${file}`, import.meta.url))), to, width);
}

const put = (page, comment, lines, indent) => {
  if (!page.includes(comment)) throw new Error(`${template}: ${comment} is missing`);
  return page.replace(comment, () => lines.join(`\n${indent}`));
};

const sheets = [...SHEETS, ...styles("lesson/"), ...CHAPTERS.flatMap(({ id }) => styles(`chapters/${id}/`))];
const [modules] = await Promise.all([bundleModules(folder), bundleStyles(sheets, join(folder, "style.css"))]);
packed(`${RECORDING}.bin`, 1);
for (const weights of WEIGHTS) packed(weights, 2, rounded);
let page = readFileSync(template, "utf8");
page = put(page, "<!-- addresses -->", addresses(), "  ");
page = put(page, "<!-- preloads -->", preloads(modules), "  ");
page = put(
  page,
  "<!-- chapters -->",
  [...CHAPTERS.map(({ id }) => prose(`chapters/${id}/prose.html`, id)), prose("lesson/glossary.html", "glossary")],
  "",
);
writeFileSync(into, page);

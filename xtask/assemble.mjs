// @ts-check
// Assembles the page: node xtask/assemble.mjs TEMPLATE INTO
// Puts each chapter's prose (its TeX as MathML, see tex.mjs) and style sheets where TEMPLATE (www/index.html, or what
// Trunk has made of it) has its two comments, and writes INTO, so that the article is there before any script runs. What
// chapters there are says www/chapters/list.js.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { CHAPTERS } from "../www/chapters/list.js";
import { withMathml } from "./tex.mjs";

const WWW = new URL("../www/", import.meta.url);
const [template, into] = process.argv.slice(2);

/** The folder's style sheets, style.css first: the others are parts of it that are kept apart. */
const styles = (folder) =>
  readdirSync(new URL(folder, WWW))
    .filter((name) => name.endsWith(".css"))
    .sort((a, b) => Number(b === "style.css") - Number(a === "style.css") || (a < b ? -1 : 1))
    .map((name) => `<link rel="stylesheet" href="${folder}${name}">`);

/** So that the browser asks for them together with page.js, which imports them. */
const preloads = [
  ...CHAPTERS.map((id) => `chapters/${id}/settings.js`),
  `chapters/${CHAPTERS[0]}/chapter.js`,
  "pkg/chailou.js",
].map((address) => `<link rel="modulepreload" href="${address}">`);

function prose(id) {
  const name = `chapters/${id}/prose.html`;
  const text = readFileSync(new URL(name, WWW), "utf8");
  if (!new RegExp(`<section [^>]*id="${id}"`).test(text)) throw new Error(`${name}: there is no <section id="${id}">`);
  return withMathml(text, name);
}

const put = (page, comment, lines, indent) => {
  if (!page.includes(comment)) throw new Error(`${template}: ${comment} is missing`);
  return page.replace(comment, () => lines.join(`\n${indent}`));
};
let page = readFileSync(template, "utf8");
page = put(
  page,
  "<!-- chapter styles -->",
  [...CHAPTERS.flatMap((id) => styles(`chapters/${id}/`)), ...preloads],
  "  ",
);
page = put(page, "<!-- chapters -->", CHAPTERS.map(prose), "");
writeFileSync(into, page);

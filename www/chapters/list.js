// @ts-check
// The chapters in reading order: each is a folder here, and to add one is to make its folder and to name it in this list.
// The page (page.js) and the assembly of index.html (xtask/assemble.mjs) read it. A folder holds
//   chapter.js    export class Chapter, see the contract in page.js
//   settings.js   export const properties: what of it stands in the link, which is read before any chapter is loaded
//   words.js      export const words: what its controls say, in both languages
//   prose.html    its <section id="the folder's name">, with the prose in both languages
//   style.css
import { properties as lesson } from "../lesson/settings.js";
import { properties as analogy } from "./analogy/settings.js";
import { properties as down } from "./down/settings.js";
import { properties as generate } from "./generate/settings.js";
import { opening, properties as stage } from "./stage/settings.js";
import { properties as teach } from "./teach/settings.js";
import { properties as toy } from "./toy/settings.js";
import { properties as up } from "./up/settings.js";
import { properties as variance } from "./variance/settings.js";

/**
 * @typedef {object} Listed
 * @property {string} id the folder's name
 * @property {import("../settings.js").Properties} properties
 * @property {() => Promise<{ Chapter: new () => import("../page.js").Chapter }>} [load] without it, the chapter comes with
 *   the page's own code
 */

/** @type {Listed[]} */
export const CHAPTERS = [
  { id: "stage", properties: stage },
  { id: "analogy", properties: analogy, load: () => import("./analogy/chapter.js") },
  { id: "down", properties: down, load: () => import("./down/chapter.js") },
  { id: "up", properties: up, load: () => import("./up/chapter.js") },
  { id: "variance", properties: variance, load: () => import("./variance/chapter.js") },
  { id: "generate", properties: generate, load: () => import("./generate/chapter.js") },
  { id: "toy", properties: toy, load: () => import("./toy/chapter.js") },
  { id: "teach", properties: teach, load: () => import("./teach/chapter.js") },
];

/** All that a link can hold, in reading order: the whole lesson's choices, then each chapter's. */
export const PROPERTIES = [lesson, ...CHAPTERS.map(({ properties }) => properties)];

/** What the page opens with where a link says nothing of it; see Settings. */
export const OPENING = opening;

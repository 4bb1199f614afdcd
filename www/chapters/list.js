// @ts-check
// The chapters in reading order: each is a folder here, and to add one is to make its folder and to name it in this list.
// The page (page.js) and the assembly of index.html (xtask/assemble.mjs) read it. A folder holds
//   chapter.js    export class Chapter, see the contract in page.js
//   settings.js   export const properties: what of it stands in the link
//   words.js      export const words: what its controls say, in both languages
//   prose.html    its <section id="the folder's name">, with the prose in both languages
//   style.css
export const CHAPTERS = ["stage", "toy", "teach"];

// One language at a time, switched in place: every [data-i18n] element's text and every [data-i18n-label] element's
// aria-label is looked up again, and listeners redraw what they composed themselves. Long prose is not here: it stands
// in index.html once per language and CSS shows the right one.
import { zh } from "./zh.js";
import { en } from "./en.js";
import { toyZh } from "./toy.zh.js";
import { toyEn } from "./toy.en.js";
import { teachZh } from "./teach.zh.js";
import { teachEn } from "./teach.en.js";

const LANGUAGES = { zh: { ...zh, ...toyZh, ...teachZh }, en: { ...en, ...toyEn, ...teachEn } };
let current = "zh";

export const lang = () => current;

/** The string `key` in the current language, {name} filled in from `values`. */
export function say(key, values = {}) {
  const text = LANGUAGES[current][key];
  if (text === undefined) throw new Error(`i18n: no string "${key}" in ${current}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Puts the strings into `root`. Called on a change of language and on whatever is built later. */
export function translate(root = document) {
  for (const element of root.querySelectorAll("[data-i18n]")) element.textContent = say(element.dataset.i18n);
  for (const element of root.querySelectorAll("[data-i18n-label]")) {
    const text = say(element.dataset.i18nLabel);
    element.setAttribute("aria-label", text);
    if (element.matches("button, summary")) element.title = text;
  }
}

export function setLanguage(name) {
  current = name;
  document.documentElement.lang = name === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  translate();
}

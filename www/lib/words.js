// @ts-check
// One language at a time, switched in place: every [data-i18n] element's text and every [data-i18n-label] element's
// aria-label is looked up again, and listeners redraw what they composed themselves. Both languages stand side by side,
// so none can lack a key. A chapter's words are in its own words.js, its prose in its prose.html, where CSS shows the
// right language.

/** @typedef {Record<string, [zh: string, en: string]>} Words */

const LANGUAGES = ["zh", "en"];
let current = "zh";

/** What the page itself and more than one chapter say. @type {Words} */
export const SHARED = {
  title: ["拆楼 · 在浏览器里拆开一个扩散模型", "chailou · a diffusion model you can take apart in the browser"],
  skip: ["跳到演示台", "Skip to the stage"],
  language: ["界面语言", "Language"],
  notation: ["记号", "Notation"],
  notation_su: ["苏", "Su"],
  notation_ho: ["Ho", "Ho"],
  notation_su_title: ["苏剑林的记号：系数写成幅度", "Su Jianlin's notation: coefficients as amplitudes"],
  notation_ho_title: ["Ho 等人 2020 年论文的记号：系数写成方差", "Ho et al. (2020): coefficients as variances"],
  theme: ["明暗", "Theme"],
  theme_auto: ["随系统", "System"],
  theme_light: ["浅色", "Light"],
  theme_dark: ["深色", "Dark"],

  demolish: ["拆", "Demolish"],
  build: ["建", "Rebuild"],

  choose_files: ["选择文件…", "Choose files…"],
  own_missing: ["还缺：{names}。", "Still missing: {names}."],

  loading_engine: ["启动引擎", "Starting the engine"],
  loading_pipelines: ["编译着色器，{done} / {total}", "Compiling shaders, {done} of {total}"],
  preparing: ["准备这一批", "Preparing this batch"],
  cancel: ["取消", "Cancel"],
  rebuild: ["照原样重来", "Rebuild from the same state"],
  failed: ["没能继续：{message}", "That did not work: {message}"],
  dismiss: ["知道了", "Dismiss"],
  not_a_number: ["“{name}”要填一个 {low} 到 {high} 之间的数。", "“{name}” takes a number from {low} to {high}."],
};

/** @type {Words} */
const all = {};

/** Adds a chapter's words; two chapters must not mean different things by one key. @param {Words} words */
export function addWords(words) {
  for (const [key, both] of Object.entries(words)) {
    if (all[key] && all[key] !== both) throw new Error(`words: "${key}" is there twice`);
    all[key] = both;
  }
}
addWords(SHARED);

export const lang = () => current;

/**
 * The string `key` in the current language, {name} filled in from `values`.
 * @param {string} key
 * @param {Record<string, any>} [values]
 */
export function say(key, values = {}) {
  const text = all[key]?.[LANGUAGES.indexOf(current)];
  if (text === undefined) throw new Error(`words: no string "${key}" in ${current}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/**
 * Puts the strings into `root`. Called on a change of language and on whatever is built later.
 * @param {Element} root
 */
export function translate(root) {
  const found = /** @type {(selector: string) => HTMLElement[]} */ (
    (selector) => [root, ...root.querySelectorAll(selector)].filter((element) => element.matches(selector))
  );
  for (const element of found("[data-i18n]")) element.textContent = say(element.dataset.i18n ?? "");
  for (const element of found("[data-i18n-label]")) {
    const text = say(element.dataset.i18nLabel ?? "");
    element.setAttribute("aria-label", text);
    if (element.matches("button, summary")) element.title = text;
  }
}

/** @param {string} name "zh" or "en" */
export function setLanguage(name) {
  current = name;
  document.documentElement.lang = name === "zh" ? "zh-CN" : "en";
  document.title = say("title");
}

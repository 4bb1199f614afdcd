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

  computes_cpu: [
    "现在是处理器在算，动用了 {workers} 个后台线程。课照样上，只是训练慢些。",
    "Your processor is doing the computing, {workers} workers strong. The whole lesson works; training takes longer.",
  ],
  computes_cpu_alone: [
    "现在是处理器在算，只用一个后台线程。课照样上，只是训练慢些。",
    "Your processor is doing the computing, in a single worker. The whole lesson works; training takes longer.",
  ],
  computes_webgpu: ["现在是显卡在算：{name}。", "Your graphics card is doing the computing: {name}."],
  computes_emulated: [
    "现在由 {name} 用软件扮演显卡来算，比处理器自己算慢得多。",
    "Software posing as a graphics card ({name}) is doing the computing, far more slowly than the processor by itself.",
  ],
  use_webgpu: ["换显卡来算", "Use the graphics card instead"],
  use_cpu: ["换处理器来算", "Use the processor instead"],
  no_cpu: ["没能换成处理器：{reason}", "The processor could not take over: {reason}"],
  processor: ["处理器（{workers} 个后台线程）", "the processor ({workers} workers)"],
  processor_alone: ["处理器（一个后台线程）", "the processor (one worker)"],
  emulated: ["{name}（软件模拟）", "{name} (software emulation)"],
  no_simd: [
    "引擎要用 WebAssembly 的 SIMD 指令，这个浏览器还没有。Chrome、Edge 自 91 版，Firefox 自 89 版，Safari 自 16.4 版起才有。",
    "The engine needs WebAssembly with SIMD, which this browser lacks. Chrome and Edge have it since version 91, Firefox since 89, Safari since 16.4.",
  ],
  no_wasm: [
    "这个网站不许网页运行 WebAssembly（它的 Content-Security-Policy 里少了 wasm-unsafe-eval），引擎启动不了。",
    "This site forbids its pages to run WebAssembly (its Content-Security-Policy lacks wasm-unsafe-eval), so the engine cannot start.",
  ],
  engine_missing: [
    "引擎没能启动：服务器上没有 {name}（回答是 {status}）。请检查网站的文件是否上传齐全。",
    "The engine did not start: the server has no {name} (it answered {status}). Check that all of the site's files are there.",
  ],
  engine_is_html: [
    "引擎没能启动：要的是 {name}，服务器却发来一个网页。文件若不在原处，请补上；若是单页应用的转发规则，请把 .js 和 .wasm 排除在外。",
    "The engine did not start: asked for {name}, the server sent a web page. Put the file in its place, or exempt .js and .wasm from the rule that answers everything with index.html.",
  ],
  engine_type: [
    "引擎没能启动：{name} 无法作为 JavaScript 载入（服务器说它是 {type}，应为 text/javascript）。",
    "The engine did not start: {name} could not be loaded as JavaScript (the server calls it {type}; it should be text/javascript).",
  ],
  engine_damaged: [
    "引擎没能启动：{name} 已损坏或没有传完（{message}）。请重新载入；若仍如此，请重新上传这个文件。",
    "The engine did not start: {name} is damaged or incomplete ({message}). Load again; if that does not help, the file has to be uploaded anew.",
  ],
  engine_unreachable: [
    "引擎没能启动：取不到 {name}。请检查网络，再重新载入。",
    "The engine did not start: {name} could not be fetched. Check the connection and load again.",
  ],

  demolish: ["拆", "Demolish"],
  build: ["建", "Rebuild"],

  choose_files: ["选择文件…", "Choose files…"],
  and_more: ["{names}，另有 {more} 个", "{names} and {more} more"],
  own_which: ["里面不止一个模型，打开哪一个？", "There is more than one model in there. Which one?"],
  own_place: ["（在 {folder} 里）", " in {folder}"],
  own_there: ["这里有：{names}。", " Found here: {names}."],
  own_lacks_config: ["缺 config.json。{contents}", "There is no config.json.{contents}"],
  own_lacks_weights: [
    "config.json 旁边没有权重，也就是 .safetensors 文件{place}。{contents}",
    "There are no weights beside config.json{place}, that is, no .safetensors.{contents}",
  ],
  own_lacks_part: [
    "权重分成几份存，缺了 {name}{place}。{contents}",
    "The weights come in several parts, and {name} is missing{place}.{contents}",
  ],
  own_converted: [
    "{name} 是 PyTorch 自己的格式{place}，里面可以藏程序，网页不打开它。先用 Python 存成 safetensors：{command}",
    "{name}{place} is in PyTorch's own format, which may carry code and is not opened here. Save it as safetensors first: {command}",
  ],

  link_faults: ["这个链接没能全部读出：{faults}。", "Not all of this link could be read: {faults}."],
  link_and: ["；", "; "],
  link_changed: ["它在路上被截短或改动过", "it was cut or changed on its way"],
  link_unread: ["这里不认识 {pieces}", "{pieces} means nothing here"],
  link_unread_many: ["这里不认识 {pieces} 等（另有 {more} 处）", "{pieces} and {more} more mean nothing here"],
  link_points: ["画的点保住了 {count} 个", "{count} of the drawn points are here"],
  link_no_points: ["画的点没能保住", "the drawn points are lost"],
  link_place: ["这一页没有 {place} 这个位置", "this page has no place called {place}"],

  contents: ["目录", "Contents"],
  glossary: ["记号表", "Symbols"],
  card_first: ["初见于第 {chapter} 章", "First met in chapter {chapter}"],

  share: ["复制此刻的链接", "Copy link"],
  share_link: ["此刻的链接", "Link to this moment"],
  share_copied: ["链接已复制，", "Link copied. "],
  share_by_hand: [
    "浏览器没让网页复制，请自己复制这个链接；",
    "The browser did not let the page copy: here is the link to copy by hand. ",
  ],
  share_opens: ["打开就是此刻的样子。", "It opens the page as it is now."],
  share_opens_but: ["打开就是此刻的样子，只是带不走{lacks}。", "It opens the page as it is now, but for {lacks}."],
  share_and: ["、", ", "],

  loading_engine: ["启动引擎", "Starting the engine"],
  loading_pipelines: ["编译着色器，{done} / {total}", "Compiling shaders, {done} of {total}"],
  preparing: ["准备这一批", "Preparing this batch"],
  cancel: ["取消", "Cancel"],
  rebuild: ["照原样重来", "Rebuild from the same state"],
  failed: ["没能继续：{message}", "That did not work: {message}"],
  dismiss: ["知道了", "Dismiss"],
  takes_number: ["请填 {low} 到 {high} 之间的数", "Takes a number from {low} to {high}"],
  takes_whole: ["请填 {low} 到 {high} 之间的整数", "Takes a whole number from {low} to {high}"],
  takes_number_again: [
    "只能填 {low} 到 {high} 之间的数，已改回 {value}",
    "Takes a number from {low} to {high}; back to {value}",
  ],
  takes_whole_again: [
    "只能填 {low} 到 {high} 之间的整数，已改回 {value}",
    "Takes a whole number from {low} to {high}; back to {value}",
  ],
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

/** A handful of names and how many more there are. @param {string[]} names @param {number} [more] besides */
export function few(names, more = 0) {
  const shown = names.slice(0, 6).join(current === "zh" ? "、" : ", ");
  const rest = more + Math.max(0, names.length - 6);
  return rest ? say("and_more", { names: shown, more: rest }) : shown;
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

// @ts-check
// Why WebGPU is missing here and what to do about it, for the browser at hand first; in both languages as two readable
// texts, not as fragments.
import { h } from "./lib/dom.js";

const TEXTS = {
  zh: {
    more: "其他浏览器，以及引擎的原话",
    others: "其他浏览器",
    said: "引擎说：",
    title: "显卡没用上：这个浏览器现在打不开 WebGPU",
    insecure:
      "浏览器只在 https 或 localhost 上开放 WebGPU，而这一页不是这样打开的。请换成 https 地址，或在本机用 localhost 打开。",
    noAdapter: "浏览器认得 WebGPU，却没有拿到可用的显卡。",
    chrome:
      "Chrome、Edge：更新到最新版；在 chrome://settings/system 里打开“使用图形加速”；再看 chrome://gpu 里 WebGPU 一行。Linux 上可能还要在 chrome://flags 里打开 Vulkan 与 “Unsafe WebGPU Support”。",
    firefox:
      "Firefox：Windows 自 141 版起、搭载 Apple 芯片的 Mac 自 145 版起陆续默认可用。Linux 上（包括 ESR）在 about:config 里把 dom.webgpu.enabled 设为 true；若显卡在禁用名单里，再把 gfx.webgpu.ignore-blocklist 设为 true，然后重启浏览器。",
    safari: "Safari：需要 Safari 26（macOS Tahoe 26、iOS 26、iPadOS 26）或更新的版本。",
    phone: "手机：Android 12 以上用新版 Chrome；iPhone、iPad 更新到 iOS / iPadOS 26。",
  },
  en: {
    more: "Other browsers, and what the engine said",
    others: "Other browsers",
    said: "The engine said:",
    title: "No graphics card: WebGPU is not available in this browser right now",
    insecure:
      "Browsers offer WebGPU only over https or on localhost, and this page was opened otherwise. Use its https address, or serve it on localhost.",
    noAdapter: "The browser knows WebGPU but found no graphics adapter it may use.",
    chrome:
      "Chrome, Edge: update; switch on “Use graphics acceleration” in chrome://settings/system; then look at the WebGPU line in chrome://gpu. On Linux you may also need Vulkan and “Unsafe WebGPU Support” in chrome://flags.",
    firefox:
      "Firefox: on by default on Windows since 141 and on recent Macs with Apple silicon since 145. On Linux, ESR included, set dom.webgpu.enabled to true in about:config, and gfx.webgpu.ignore-blocklist too if your card is on the block list; then restart.",
    safari: "Safari: version 26 or later (macOS Tahoe 26, iOS 26, iPadOS 26).",
    phone: "Phones: a current Chrome on Android 12 or later; iOS or iPadOS 26 on iPhone and iPad.",
  },
};

/** Which of the texts concerns this browser most. */
function browser() {
  const agent = navigator.userAgent;
  if (/Android|iPhone|iPad|Mobile/.test(agent)) return "phone";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Chrome\/|Chromium\//.test(agent)) return "chrome";
  return /Safari\//.test(agent) ? "safari" : "chrome";
}

/** The explanation; `reason` is what the engine said, when there was an engine to ask. */
export function webgpuHelp(reason) {
  const here = browser();
  const others = ["chrome", "firefox", "safari", "phone"].filter((name) => name !== here);
  return Object.entries(TEXTS).map(([lang, text]) =>
    h(
      "div",
      { lang: lang === "zh" ? "zh-CN" : "en" },
      h("h2", {}, text.title),
      h(
        "p",
        {},
        isSecureContext
          ? navigator.gpu && /no .*adapter/i.test(reason)
            ? `${text.noAdapter} ${text[here]}`
            : text[here]
          : text.insecure,
      ),
      h(
        "details",
        {},
        h("summary", {}, reason ? text.more : text.others),
        h(
          "ul",
          {},
          others.map((name) => h("li", {}, text[name])),
          reason && h("li", {}, `${text.said} ${reason}`),
        ),
      ),
    ),
  );
}

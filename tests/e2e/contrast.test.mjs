// @ts-check
// Every kind of control can be read and seen in each of its states: pressed or not, under the pointer, with the focus, held
// down, disabled, in both schemes. The browser's own computed styles are measured (WCAG 2's ratio, opacity included) while
// the states are forced on it. Text needs 4.5 : 1, and 3 : 1 where disabled; icons, edges and focus rings need 3 : 1.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { EVERY_CHAPTER } from "./page.mjs";
import { BROWSER, pageTest, sharedPage } from "./session.mjs";
import { forgotten, kept } from "./teach-page.mjs";

const CONTROLS = "button, a[href], input, select, textarea, summary, [tabindex='0']";
const POINTED = [[], ["hover"], ["focus", "focus-visible"], ["hover", "focus", "focus-visible"], ["hover", "active"]];

const SMALL = "toy_width=32&toy_depth=2&toy_batch=128&teach_steps=2&teach_batch=2&teach_look=2";
const hash = `lang=en&steps=10&${SMALL}&${EVERY_CHAPTER}`;
const shared = sharedPage({ hash }, {}, async (page) => {
  await page.ready();
  await page.pause();
});

if (BROWSER === "chromium")
  describe("contrast", () => {
    pageTest("every kind of control is legible in each of its states", shared, legible);
  });

async function legible(page) {
  await everythingShown(page);
  const kinds = await page.evaluate(collect, CONTROLS);
  const cdp = await page.tab.createCDPSession();
  await cdp.send("DOM.enable");
  await cdp.send("CSS.enable");
  const { root } = await cdp.send("DOM.getDocument", { depth: -1 });
  const { nodeIds } = await cdp.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector: "[data-kind]" });
  assert.equal(nodeIds.length, kinds);
  const wrong = new Set();
  let looked = 0;
  for (const forcedPseudoClasses of POINTED) {
    for (const nodeId of nodeIds) await cdp.send("CSS.forcePseudoState", { nodeId, forcedPseudoClasses });
    for (const scheme of ["light", "dark"])
      for (const pressed of [false, true])
        for (const disabled of [false, true])
          for (const next of ["build", "demolish"]) {
            const state = { scheme, pressed, disabled, next, focus: forcedPseudoClasses.includes("focus") };
            const { count, problems } = await page.evaluate(measure, state);
            looked += count;
            const words = [scheme, ...forcedPseudoClasses, pressed && "pressed", disabled && "disabled"].filter(
              Boolean,
            );
            for (const problem of problems) wrong.add(`${problem} (${words.join(" ")})`);
          }
  }
  await cdp.detach();
  // other tests count what is kept; the last state has disabled the controls
  await page.tab.$eval("[data-testid=teach-kept] li .link", (button) => button.removeAttribute("disabled"));
  await forgotten(page);
  assert.equal([...wrong].join("\n"), "");
  return `${kinds} kinds of control, ${looked} states`;
}

/** Every control that the page can show stands there: folds open, a taught network on the shelf, a failure said. */
async function everythingShown(page) {
  await page.press("from-real");
  await page.tab.waitForSelector("[data-testid=tests] button");
  await page.evaluate(() => document.getElementById("ch1-game").scrollIntoView({ behavior: "instant" }));
  await page.tab.waitForSelector(".analogy-card");
  await page.press("analogy-card-0");
  await page.evaluate(() => document.getElementById("toy").scrollIntoView({ behavior: "instant" }));
  await page.tab.waitForFunction(() =>
    ["analogy", "down", "up", "variance", "generate", "toy", "teach"].every((id) => id in chailou),
  );
  await kept(page);
  await page.evaluate(async () => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    document.documentElement.dataset.theme = "light";
    await chailou.toy.notices.act(() => {
      throw new Error("a sentence");
    });
  });
}

/** Marks one control of each kind, the first that has a place on the page; gives their number. */
function collect(selector) {
  const seen = new Set();
  for (const control of document.querySelectorAll(selector)) {
    const { width, height } = control.getBoundingClientRect();
    if (!width || !height) continue;
    const kind = [control, control.parentElement]
      .map(({ localName, className, dataset }) => `${localName}.${className} ${dataset.next ?? ""}`)
      .concat(control.getAttribute("type"), String(control.hasAttribute("aria-pressed")))
      .join(" < ");
    if (seen.has(kind)) continue;
    seen.add(kind);
    /** @type {HTMLElement} */ (control).dataset.kind = control.getAttribute("data-testid") || kind;
  }
  return seen.size;
}

/** Brings the page into a state and measures the marked controls in it. */
function measure({ scheme, pressed, disabled, next, focus }) {
  /** @returns {[number, number, number, number]} */
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return text.startsWith("color(srgb") ? [255 * r, 255 * g, 255 * b, a] : [r, g, b, a];
  };
  /** @param {number[]} colour with its alpha @param {number[]} under @returns {number[]} */
  const over = ([r, g, b, a], under) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
  const luminance = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const ancestry = (element) => {
    const path = [];
    for (let at = element; at; at = at.parentElement) path.unshift(at);
    return path;
  };
  /** What is seen where `ink` lies on the last of `path`; without it, the ground there. */
  const seen = (path, ink = null, under = [255, 255, 255]) => {
    const [first, ...others] = path;
    const style = getComputedStyle(first);
    const ground = over(parse(style.backgroundColor), under);
    const top = others.length ? seen(others, ink, ground) : ink ? over(ink, ground) : ground;
    return over([...top, Number(style.opacity)], under);
  };

  /** The colour of an outline, or of a shadow in its place. */
  const ringOf = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
    if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) return outlineColor;
    return boxShadow.match(/^\w+\([^)]*\)/)?.[0];
  };

  document.documentElement.dataset.theme = scheme;
  document.querySelector("[data-testid=transport]").setAttribute("data-next", next);
  const problems = [];
  let count = 0;
  for (const control of /** @type {NodeListOf<any>} */ (document.querySelectorAll("[data-kind]"))) {
    const { kind } = control.dataset;
    if (pressed && !control.hasAttribute("aria-pressed") && !control.closest(".teach-film")) continue;
    if (disabled && !("disabled" in control)) continue;
    count++;
    const mark = control.closest(".teach-film") ? "aria-current" : "aria-pressed";
    if (control.hasAttribute(mark) || pressed) control.setAttribute(mark, String(pressed));
    if ("disabled" in control) control.disabled = disabled;
    const path = ancestry(control);
    const style = getComputedStyle(control);
    const ground = seen(path);
    const outside = seen(path.slice(0, -1));
    const needs = (what, least, ...ratios) => {
      const best = Math.max(...ratios);
      if (best < least) problems.push(`${kind}: ${what} ${best.toFixed(2)}`);
    };
    for (const part of [control, ...control.querySelectorAll("*")]) {
      const own = [...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
      const typed = part.matches("input:not([type=range], [type=checkbox], [type=file]), textarea, select");
      if (!own && !typed && part.localName !== "svg") continue;
      if (part.closest(".sr-only") || part.closest("option")) continue;
      const at = ancestry(part);
      const ink = seen(at, parse(getComputedStyle(part).color));
      needs(
        part === control ? "text" : part.localName,
        disabled || part.localName === "svg" ? 3 : 4.5,
        ratio(ink, seen(at)),
      );
      if (part.matches("[placeholder]") && !disabled)
        needs("placeholder", 4.5, ratio(seen(at, parse(getComputedStyle(part, "::placeholder").color)), seen(at)));
    }
    for (const side of ["Top", "Right", "Bottom", "Left"]) {
      if (!parseFloat(style[`border${side}Width`]) || control.matches("[type=checkbox], [type=file]")) continue;
      const edge = seen(path, parse(style[`border${side}Color`]));
      // one of the colour of either side is a gap, not an edge
      if (ratio(edge, ground) > 1.02 && ratio(edge, outside) > 1.02)
        needs(`${side} edge`, 3, ratio(edge, outside), ratio(edge, ground));
    }
    const group = control.closest(".segments, .digits, .joined");
    if (group) {
      const around = ancestry(group);
      needs("edge of its group", 3, ratio(seen(around, parse(getComputedStyle(group).borderTopColor)), seen(around)));
    }
    if (!focus || disabled) continue;
    if (control.matches("[type=range]")) continue; // its knob is lit, which no computed style tells
    const ring = [control, control.parentElement].find((element) => ringOf(element));
    if (!ring) problems.push(`${kind}: no focus ring`);
    else needs("focus ring", 3, ratio(seen(ancestry(ring).slice(0, -1), parse(ringOf(ring))), outside));
    if (ring && ancestry(ring).some((at) => getComputedStyle(at).filter !== "none"))
      problems.push(`${kind}: its ring is filtered`);
  }
  return { count, problems };
}

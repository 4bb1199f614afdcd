// @ts-check
// Nothing sticks out of a narrow screen, in either language, with every fold of the page open; a fingertip hits what it
// aims at; and files of any name can be chosen.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { EVERY_CHAPTER } from "./page.mjs";
import { pageTest, sharedPage } from "./session.mjs";

describe("a phone", () => {
  for (const lang of ["zh", "en"]) {
    // a choice of every chapter's, so that all are loaded
    const narrow = sharedPage({
      hash: `lang=${lang}&steps=10&${EVERY_CHAPTER}`,
      width: 360,
      height: 740,
    });
    pageTest(`a phone's width holds the page (${lang})`, narrow, holds);
    pageTest(`every target on a phone has 40 pixels to itself (${lang})`, narrow, hittable);
    pageTest(`no field for files greys any out (${lang})`, narrow, async (page) => {
      const fields = await page.tab.$$eval("input[type=file]", (all) =>
        all.map((field) => field.getAttribute("accept")),
      );
      assert.deepEqual(fields, [null, null, null, null]); // iOS knows neither .safetensors nor .idx3-ubyte
    });
  }
});

async function holds(page) {
  await page.pause();
  const { width, widest } = await page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const inScroller = (element) => {
      for (let at = element.parentElement; at; at = at.parentElement)
        if (
          /auto|scroll|hidden/.test(getComputedStyle(at).overflowX) &&
          at !== document.body &&
          at !== document.documentElement
        )
          return true;
      return false;
    };
    const out = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > 361 && !inScroller(element),
    );
    return {
      width: document.scrollingElement.scrollWidth,
      widest: out
        .slice(0, 3)
        .map((element) => element.getAttribute("data-testid") || element.className || element.localName)
        .join(", "),
    };
  });
  assert(width <= 360, `the page is ${width} px wide; sticking out: ${widest}`);
}

/**
 * A target is at least 40 × 40 pixels, or a circle of 40 pixels around its middle meets no other target (WCAG 2.2's rule
 * of spacing, with 40 for its 24). Links within a sentence are as large as its words.
 */
async function hittable(page) {
  const { count, small } = await page.evaluate(() => {
    const SIDE = 40;
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    for (const notices of [
      chailou.stage,
      chailou.analogy,
      chailou.down,
      chailou.up,
      chailou.variance,
      chailou.generate,
      chailou.toy,
      chailou.teach,
    ].map((chapter) => chapter.notices))
      notices.error(new Error("a sentence"));
    document.querySelector("[data-testid^=teach-example-]").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    const boxOf = (target) => {
      const boxes = [target, ...(target.matches("[type=checkbox]") ? target.labels : [])].map((each) =>
        each.getBoundingClientRect(),
      );
      const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
      const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
      return { target, left, top, right, bottom, x: (left + right) / 2, y: (top + bottom) / 2 };
    };
    const targets = [
      ...document.querySelectorAll("button, input:not([type=file]), select, textarea, summary, a, canvas[tabindex]"),
    ]
      .filter((target) => target.getBoundingClientRect().width > 1 && !target.closest(".sr-only"))
      .filter((target) => !target.matches("p a:not(.skip), .skip"))
      .map(boxOf);
    const fits = ({ left, top, right, bottom }) => right - left >= SIDE - 0.5 && bottom - top >= SIDE - 0.5;
    const distance = ({ x, y }, { left, top, right, bottom }) =>
      Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
    const small = targets
      .filter((one) => !fits(one) && targets.some((other) => other !== one && distance(one, other) < SIDE / 2))
      .map(({ target, left, top, right, bottom }) => {
        const name = target.getAttribute("data-testid") || target.textContent.trim() || target.className;
        return `${name}: ${Math.round(right - left)} × ${Math.round(bottom - top)}`;
      });
    return { count: targets.length, small };
  });
  assert.equal(small.join("\n"), "");
  return `${count} targets`;
}

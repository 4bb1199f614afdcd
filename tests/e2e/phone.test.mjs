// @ts-check
// Nothing sticks out of a narrow screen, in either language, with every fold of the page open.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";

describe("a phone", () => {
  for (const lang of ["zh", "en"]) {
    // a choice of every chapter's, so that all are loaded
    const narrow = sharedPage({ hash: `lang=${lang}&steps=10&toy=moons&teach_digit=4`, width: 360, height: 740 });
    pageTest(`a phone's width holds the page (${lang})`, narrow, holds);
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

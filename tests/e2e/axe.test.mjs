// @ts-check
// The page as axe-core reads it, whole, with every chapter loaded and every fold open: no serious or critical finding, in
// both languages and both schemes.

import assert from "node:assert/strict";
import { describe } from "node:test";
import axe from "axe-core";
import { BROWSER, pageTest, sharedPage } from "./session.mjs";
import { EVERY_CHAPTER } from "./page.mjs";

const shared = sharedPage({ hash: `lang=en&steps=10&${EVERY_CHAPTER}`, width: 1440 }, {}, async (page) => {
  await page.ready();
  await page.pause();
  await page.evaluate(axe.source);
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
});

if (BROWSER === "chromium")
  describe("axe", () => {
    pageTest("finds nothing serious, in English and light", shared, (page) => look(page, "light"));
    pageTest("finds nothing serious, in Chinese and dark", shared, async (page) => {
      await page.press("lang");
      return look(page, "dark");
    });
  });

async function look(page, theme) {
  const found = await page.evaluate(async (theme) => {
    document.documentElement.dataset.theme = theme;
    const { violations, passes } = await /** @type {any} */ (window).axe.run(document, { resultTypes: ["violations"] });
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return {
      rules: passes.length + violations.length,
      lines: grave.map(
        ({ id, help, nodes }) =>
          `${id}: ${help} (${nodes.length})\n  ${nodes
            .slice(0, 4)
            .map(({ html }) => html.slice(0, 160))
            .join("\n  ")}`,
      ),
    };
  }, theme);
  assert.equal(found.lines.join("\n"), "");
  return `${found.rules} rules applied`;
}

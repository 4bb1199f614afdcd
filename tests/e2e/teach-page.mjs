// @ts-check
// What chapter 9's tests share: the tab, and the states that one test leaves and another needs. Few steps and small
// batches: software adapters compute here.

import { sharedPage } from "./session.mjs";

export const STEPS = 3;
export const PIXELS = 784;
export const HASH = `lang=en&steps=10&teach_steps=${STEPS}&teach_batch=2&teach_look=2&teach_lr=0.001`;

export const teachPage = sharedPage({ hash: HASH }, {}, async (page) => {
  await page.ready();
  await page.pause();
});

export const error = (page) => page.text("teach-error");

export const drawings = (page) =>
  page.evaluate(() => chailou.teach.tray.drawings.map((drawing) => Array.from(drawing)));

/** Waits until nothing runs; the page's own error is ours. */
export const settled = (page) =>
  page.tab.waitForFunction(
    () => {
      const said = document.querySelector("[data-testid=teach-error]")?.textContent;
      if (said) throw new Error(`the page says: ${said}`);
      return !chailou.teach.session.running;
    },
    { timeout: 500_000, polling: 200 },
  );

/** The pictures of a moment, counted from the end for −1. */
export const pictures = (page, at) =>
  page.evaluate((at) => Array.from(chailou.teach.session.moments.at(at).pictures), at);

export const unfold = (page) =>
  page.tab.$$eval("#teach details", (folds) => {
    for (const fold of folds) fold.open = true;
  });

/** Four drawings of a T, slanted a little differently each time; whoever needs them first draws them. */
export async function drawn(page) {
  if ((await drawings(page)).length >= 4) return;
  const pad = await page.tab.$("[data-testid=teach-pad]");
  const stroke = async (points) => {
    await page.evaluate(() =>
      document.querySelector("[data-testid=teach-pad]").scrollIntoView({ block: "center", behavior: "instant" }),
    );
    const { x, y, width, height } = await pad.boundingBox();
    for (const [i, [u, v]] of points.entries()) {
      await page.tab.mouse.move(x + u * width, y + v * height, { steps: i ? 6 : 1 });
      if (i === 0) await page.tab.mouse.down();
    }
    await page.tab.mouse.up();
  };
  for (let i = 0; i < 4; i++) {
    await stroke([
      [0.2, 0.25],
      [0.8, 0.22 + 0.02 * i],
    ]);
    await stroke([
      [0.5, 0.25],
      [0.46 + 0.03 * i, 0.8],
    ]);
    await page.click("teach-add");
  }
}

/** A network taught for STEPS steps, its first and last samples shown. */
export async function taught(page) {
  await drawn(page);
  if (await page.evaluate(() => chailou.teach.session.taught)) return;
  await page.press("teach-train");
  await page.tab.waitForFunction(() => chailou.teach.session.running, { timeout: 30_000 });
  await settled(page);
}

/** The taught network on the shelf of kept ones. */
export async function kept(page) {
  await unfold(page);
  if (await page.tab.$("[data-testid=teach-kept] li")) return;
  await taught(page);
  await page.press("teach-keep");
  await page.tab.waitForFunction(() => document.querySelectorAll("[data-testid=teach-kept] li").length === 1, {
    timeout: 60_000,
  });
}

/** Deletes the only kept network there is. */
export async function forgotten(page) {
  await page.tab.$eval("[data-testid=teach-kept] li .link", (button) => /** @type {HTMLElement} */ (button).click());
  await page.tab.waitForFunction(() => !document.querySelector("[data-testid=teach-kept] li"), { timeout: 60_000 });
}

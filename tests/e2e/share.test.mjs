// @ts-check
// A link to this very moment, as a reader copies it and another opens it: what it is, what is said of it, and that both
// see the same. What goes into it, tests/page/share.test.mjs holds.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";
import { SMALL, approach, until } from "./toy-page.mjs";

const hash = `lang=en&notation=ho&digit=5&seed=11&steps=10&guidance=3&${SMALL}&toy_steps=400&teach_digit=8`;

describe("a link to this very moment", () => {
  const page = sharedPage({ hash }, {}, async (page) => {
    await page.ready();
    await page.pause();
    await page.tab.waitForFunction(() => chailou.toy && chailou.teach);
  });
  pageTest("is copied, or stands there selected where the browser refuses", page, copies);
  pageTest("opens the pictures that the sender saw, the guess at x_0 among them", page, samePictures);
  pageTest("opens chapter 8 as it was: t, tool, the bricks that are followed", page, sameChapter);
  pageTest("says what it cannot carry, while that is so", page, lacks);
  pageTest("every control of a choice changes it", page, everyControl);
  pageTest("complains of nothing", page, async (page) => page.complainsOfNothing());

  const options = { webgpu: false, headers: { "content-security-policy": "worker-src 'none'" } };
  pageTest("says that a recording is one", sharedPage({ hash: "lang=en" }, options), async (page) => {
    const { link, said } = await shared(page);
    assert.match(said, /but for how far the recording on stage has played\./);
    assert.doesNotMatch(link, /&at=/);
  });
});

/** The link that a button copies, and what is said of it. @param {import("./page.mjs").Page} page */
async function shared(page, button = "share", clipboard = "writes") {
  await page.evaluate((clipboard) => {
    const refuses = async () => {
      throw new DOMException("no permission", "NotAllowedError");
    };
    const writeText = clipboard === "writes" ? async (text) => void (window.copied = text) : refuses;
    window.copied = null;
    Object.defineProperty(navigator, "clipboard", {
      value: clipboard === "absent" ? undefined : { writeText },
      configurable: true,
    });
  }, clipboard);
  await page.press(button);
  await page.tab.waitForSelector("[data-testid=shared]");
  return { link: await page.evaluate(() => window.copied), said: await page.text("shared") };
}

/** FNV-1a of what the stage's canvases show. @param {import("./page.mjs").Page} page */
const prints = (page) =>
  page.evaluate(async () => {
    const found = {};
    for (const name of ["stage-canvas", "x0-canvas", "eps-canvas"]) {
      let hash = 0x811c9dc5;
      const { data, width } = await chailou.stage.snapshot(name);
      for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
      found[name] = `${width} ${hash}`;
    }
    return found;
  });

/**
 * Opens a link in a tab of its own, and closes that whatever happens: the page behind it would train no more.
 * @param {import("./page.mjs").Page} page
 * @param {string} link
 * @param {(other: import("./page.mjs").Page) => Promise<unknown>} look
 */
async function opened(page, link, look) {
  const other = await page.another({ hash: link.slice(link.indexOf("#") + 1) });
  try {
    await other.ready();
    await look(other);
  } finally {
    await other.close();
  }
}

async function copies(page) {
  await page.seek(4);
  const { link, said } = await shared(page);
  assert(link.startsWith(`${page.server.url}#ch0&check=`), link);
  assert.match(link, /&at=6(&|$)/);
  const picture = await page.evaluate(async () => {
    const tag = /** @type {HTMLMetaElement} */ (document.querySelector("meta[property='og:image']"));
    const { status, headers } = await fetch(tag.content);
    return [status, headers.get("content-type")];
  });
  assert.deepEqual(picture, [200, "image/png"], "the picture beside a link");
  assert.equal(said.replace("Dismiss", ""), "Link copied. It opens the page as it is now.");
  assert.equal(await page.text("announced"), await page.text("shared"), "read aloud");
  const under = await page.evaluate(() => {
    const [button, notice] = ["share", "shared"].map((id) =>
      document.querySelector(`[data-testid=${id}]`).getBoundingClientRect(),
    );
    return notice.top - button.bottom;
  });
  assert(under >= 0 && under < 40, `the message stands ${under} px below its button`);

  for (const clipboard of ["refuses", "absent"]) {
    const { said } = await shared(page, "share", clipboard);
    assert.match(said, /copy by hand/);
    const field = await page.evaluate(() => {
      const { value, selectionStart, selectionEnd, readOnly, dataset } = /** @type {HTMLInputElement} */ (
        document.activeElement
      );
      return { value, selected: selectionEnd - selectionStart, readOnly, name: dataset.testid };
    });
    assert.deepEqual(field, { value: link, selected: link.length, readOnly: true, name: "share-field" });
  }
  await page.evaluate(() => chailou.toy.settings.set({ notation: "su" }));
  assert.equal(await page.text("shared"), null, "it speaks of another moment now");

  const playing = await page.evaluate(async () => {
    const writeText = async (text) => void (window.copied = text);
    Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
    await chailou.stage.seek(0);
    chailou.stage.play();
    while (chailou.stage.state.position > 7) await new Promise(requestAnimationFrame);
    const { position } = chailou.stage.state;
    document.querySelector("[data-testid=share]").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    return { position, link: window.copied };
  });
  await page.pause();
  assert.match(playing.link, new RegExp(`&at=${playing.position}(&|$)`));
}

async function samePictures(page) {
  await page.seek(4);
  const remark = await seenAlike(page);
  await page.runToEnd(); // the tower is taken down again, and the reader looks back at how it was built
  await page.start({ direction: "demolish" });
  await page.tab.$eval("[data-testid=strip-build] button:nth-child(6)", (button) =>
    /** @type {any} */ (button).click(),
  );
  await page.tab.waitForFunction(() => chailou.stage.state.direction === "build" && /&strip=build/.test(location.hash));
  await seenAlike(page);
  return remark;
}

/** Fails where a link opens other pictures, or another state. @param {import("./page.mjs").Page} page */
async function seenAlike(page) {
  const mine = { ...(await prints(page)), state: await page.state() };
  const { link } = await shared(page);
  await opened(page, link, async (other) => {
    await other.tab.waitForFunction(
      ({ position, direction }) => {
        const { state } = chailou.stage;
        return state.position === position && state.direction === direction && !chailou.stage.busy;
      },
      {},
      mine.state,
    );
    assert.deepEqual({ ...(await prints(other)), state: await other.state() }, mine);
  });
  return `pictures ${Object.values(mine).slice(0, 3).join(", ")}`;
}

const chapter = (page) =>
  page.evaluate(() => {
    const { follow, timeline, settings, pad } = chailou.toy;
    const { down, up, wayDown, wayUp } = follow;
    const ways = [wayDown, wayUp].map((way) => Array.from(way ?? []));
    return { down, up, ways, t: timeline.t, tool: pad.tool, set: settings.get("toy"), lr: settings.get("toy_lr") };
  });

async function sameChapter(page) {
  await approach(page);
  await page.press("toy-tool-follow");
  await page.evaluate(() => {
    chailou.toy.timeline.seek(12);
    chailou.toy.follow.pickDown({ x: 0.5, y: 0.5 });
    chailou.toy.settings.set({ toy_lr: 0.003 });
    return chailou.toy.follow.pickUp({ x: -0.5, y: 0.2 });
  });
  await until(page, () => chailou.toy.follow.wayUp, "no way of a brick");
  const mine = await chapter(page);
  const { link } = await shared(page, "toy-share");
  assert.match(link, /#ch8&check=/);
  await opened(page, link, async (other) => {
    await until(other, () => chailou.toy?.follow.wayUp && chailou.toy.follow.wayDown, "no ways from the link");
    assert.deepEqual(await chapter(other), mine);
    const top = await other.evaluate(() => document.getElementById("ch8").getBoundingClientRect().top);
    assert(Math.abs(top) < 200, `chapter 8 begins at ${top} px`);
  });
  await page.evaluate(() => chailou.toy.follow.clear());
}

async function lacks(page) {
  await approach(page);
  await page.evaluate(async () => {
    const { toy, teach } = chailou;
    toy.dataset.clear();
    toy.dataset.beginStroke();
    toy.dataset.spray(0, 0, 1, 1001);
    toy.dataset.endStroke();
    teach.tray.add(new Float32Array(784));
    chailou.stage.source.own = true;
    await toy.conduct.train(1);
  });
  await until(page, () => chailou.toy.session.step === 1, "no step was taken");
  const { link, said } = await shared(page, "teach-share");
  assert.match(link, /#ch9&check=/);
  assert.match(
    said,
    /but for the model you opened, your 1,001 points \(.*1,000.*\), what the network has learned.*, your drawings\./,
  );
  await page.evaluate(async () => {
    chailou.teach.tray.clear();
    chailou.stage.source.own = false;
    chailou.toy.dataset.choose("moons");
    await chailou.toy.conduct.startOver();
  });
  const again = await shared(page, "teach-share");
  assert.match(again.said, /as it is now\./);
}

/** One control of each group is used after another, with every fold open; the link must be another one then. */
async function everyControl(page) {
  await approach(page);
  const { used, silent } = await page.evaluate(async () => {
    const GROUPS = ".switch:not(.share, .switch-theme), .segments, .digits, .toy-sets, .tests, [data-testid=toy-words]";
    const FIELDS = "#stage, #toy, #teach".replace(
      /#\w+/g,
      "$& select, $& input:not([type=file], [readonly], [data-testid=timeline])",
    );
    const writeText = async (text) => void (window.copied = text);
    Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
    const link = () => {
      document.querySelector("[data-testid=share]").dispatchEvent(new MouseEvent("click", { bubbles: true }));
      return window.copied.replace(/&(check|acts|strip|at)=[^&]*/g, ""); // those change by themselves while it plays
    };
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    await chailou.stage.pause();
    await chailou.toy.timeline.seek(9);
    /** @param {any} control */
    const use = (control) => {
      if (control.matches("button, [type=checkbox]")) return control.click();
      const { value } = control;
      if (control.matches("select")) control.value = [...control.options].find((option) => !option.selected).value;
      else
        control.value = String(
          Number.isInteger(Number(value)) && value !== control.max ? Number(value) + 1 : value / 2,
        );
      for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));
    };
    const usable = (each) => !each.disabled && each.checkVisibility() && each.getAttribute("aria-pressed") !== "true";
    const chosen = (group) => (group.matches("button") ? group : [...group.querySelectorAll("button")].find(usable));
    const used = [];
    const silent = [];
    for (const place of document.querySelectorAll(`${GROUPS}, ${FIELDS}`)) {
      if (place.closest(".lesson-figure") && !place.querySelector("[aria-pressed=true]")) continue; // not drawn: out of sight
      const control = place.matches("input, select") ? place : chosen(place);
      if (!control || !usable(control)) continue;
      const before = link();
      const name = control.dataset.testid ?? control.id ?? control.className;
      use(control);
      used.push(name);
      const end = performance.now() + 60_000; // another model takes its time
      while (link() === before && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 30));
      if (link() === before) silent.push(name);
    }
    return { used, silent };
  });
  assert.deepEqual(silent, [], "controls that leave the link as it was");
  assert(used.length > 30, `only ${used.length} controls were used: ${used}`);
  return `${used.length} controls`;
}

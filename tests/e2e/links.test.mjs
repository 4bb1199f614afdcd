// @ts-check
// Links that readers have kept put on the stage what they put there when they were made. The numbers were recorded at
// commit 1358c1b, in Firefox, by `onStage` below; tests/page/links.test.mjs holds every single choice.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";

/** link → what stands on the stage: the state, and mean and deviation of the first picture of the frame that is shown. */
const STAGE = {
  "lang=en&notation=ho&digit=7&seed=42&steps=20&spacing=trailing&eta=0.35&guidance=3.5&clip=1&at=13": {
    direction: "build",
    digit: 7,
    seed: 42,
    steps: 20,
    sampler: "ddim",
    guidance: 3.5,
    frame: 7,
    position: 13,
    view: "single",
    lang: "en",
    notation: "ho",
    mean: 0.04506,
    deviation: 1.01838,
  },
  "lang=zh&mode=grid&digit=mixed&steps=6&sampler=ddpm&sigma=zero&guidance=0&at=5": {
    direction: "build",
    digit: "mixed",
    seed: 7,
    steps: 6,
    sampler: "ddpm",
    guidance: 0,
    frame: 1,
    position: 5,
    view: "grid",
    lang: "zh",
    notation: "su",
    mean: -0.08162,
    deviation: 0.29614,
  },
  "lang=en&start=real&test=17&digit=0&steps=20&acts=d&at=15": {
    direction: "demolish",
    digit: 0,
    seed: 7,
    steps: 20,
    sampler: "ddim",
    guidance: 2,
    frame: 15,
    position: 15,
    view: "single",
    lang: "en",
    notation: "su",
    mean: -0.06527,
    deviation: 0.94956,
  },
  "lang=zh&start=real&test=3&digit=5&steps=20&acts=d.b5&at=10": {
    direction: "build",
    digit: 5,
    seed: 7,
    steps: 20,
    sampler: "ddim",
    guidance: 2,
    frame: 10,
    position: 10,
    view: "single",
    lang: "zh",
    notation: "su",
    mean: -0.22524,
    deviation: 1.08773,
  },
  "lang=en&digit=2&steps=20&acts=b3.d.b2&at=4": {
    direction: "build",
    digit: 2,
    seed: 7,
    steps: 20,
    sampler: "ddim",
    guidance: 2,
    frame: 16,
    position: 4,
    view: "single",
    lang: "en",
    notation: "su",
    mean: -0.58413,
    deviation: 0.84099,
  },
};

describe("old links", () => {
  for (const [link, expected] of Object.entries(STAGE)) {
    const page = sharedPage({ hash: link }, {}, async () => {});
    pageTest(`#${link} restores the stage`, page, async (page) => {
      const { mean, deviation, ...state } = await onStage(page);
      const { mean: itsMean, deviation: itsDeviation, ...itsState } = expected;
      assert.deepEqual(state, itsState);
      assert(Math.abs(mean - itsMean) < 1e-3, `the picture's mean is ${mean}, was ${itsMean}`);
      assert(Math.abs(deviation - itsDeviation) < 1e-3, `its deviation is ${deviation}, was ${itsDeviation}`);
    });
  }
});

/** What the link has put on the stage, once it has stood there for a second: on the way other acts pass the same place. */
async function onStage(page) {
  await page.tab.waitForFunction(
    () => {
      const link = new URLSearchParams(location.hash.slice(1));
      const { chain, state } = window.chailou?.stage ?? {};
      const there = chain && state.position === Number(link.get("at")) && chain.position() >= state.frame;
      if (!there || window.stood?.chain !== chain) window.stood = { chain, since: performance.now() };
      return performance.now() - window.stood.since > 1000;
    },
    { timeout: 120_000, polling: 100 },
  );
  const { playing, ...state } = await page.state();
  const [picture] = await page.pictures(state.frame);
  const mean = picture.reduce((sum, value) => sum + value, 0) / picture.length;
  const deviation = Math.sqrt(picture.reduce((sum, value) => sum + (value - mean) ** 2, 0) / picture.length);
  return { ...state, mean, deviation };
}

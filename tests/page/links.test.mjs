// @ts-check
// Links: what a reader has shared once opens the same state for ever. Each line is a link and what the page makes of it,
// as it was when chapters 0, 8 and 9 were all there was.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CHAPTERS } from "../../www/chapters/list.js";
import { Settings } from "../../www/settings.js";

const properties = await Promise.all(
  CHAPTERS.map(async (id) => (await import(`../../www/chapters/${id}/settings.js`)).properties),
);

const LINKS = [
  ["lang=en&digit=3&seed=7", "lang=en"],
  [
    "lang=zh&notation=ho&mode=grid&digit=mixed&steps=10&at=5",
    "lang=zh&notation=ho&mode=grid&digit=mixed&steps=10&at=5",
  ],
  ["lang=en&start=real&digit=7&test=12&acts=d.b7&at=25", "lang=en&start=real&digit=7&test=12&acts=d.b7&at=25"],
  [
    "lang=en&sampler=ddpm&sigma=beta&steps=250&spacing=trailing&clip=1&speed=2",
    "lang=en&sampler=ddpm&steps=250&spacing=trailing&sigma=beta&clip=1&speed=2",
  ],
  [
    "lang=en&eta=0.5&guidance=7.5&seed=4294967295&digit=any&clip=0",
    "lang=en&digit=any&seed=4294967295&eta=0.5&guidance=7.5",
  ],
  [
    "lang=en&steps=10&toy_width=32&toy_depth=2&toy_batch=128&toy_steps=400",
    "lang=en&steps=10&toy_width=32&toy_batch=128&toy_steps=400",
  ],
  [
    "lang=zh&toy=own&toy_points=f_-Af_-A&toy_at=7&toy_words=0&toy_objective=naive",
    "lang=zh&toy=own&toy_points=f_-Af_-A&toy_at=7&toy_words=0&toy_objective=naive",
  ],
  [
    "lang=en&toy=rings&toy_n=500&toy_lr=0.002&toy_prediction=v_prediction&toy_importance=1&toy_sample=raw&toy_seed=9&toy_by=exact&toy_field=difference",
    "lang=en&toy=rings&toy_n=500&toy_field=difference&toy_by=exact&toy_lr=0.002&toy_prediction=v_prediction&toy_importance=1&toy_sample=raw&toy_seed=9",
  ],
  [
    "lang=en&steps=10&teach_steps=3&teach_batch=2&teach_look=2&teach_lr=0.001",
    "lang=en&steps=10&teach_steps=3&teach_batch=2&teach_lr=0.001&teach_look=2",
  ],
  [
    "lang=zh&teach_digit=9&teach_old=0.25&teach_layers=class",
    "lang=zh&teach_digit=9&teach_old=0.25&teach_layers=class",
  ],
  [
    "lang=en&toy_steps=0&toy_lr=1&teach_old=0.9&speed=100&at=-1",
    "lang=en&speed=100&toy_lr=1&toy_steps=0&teach_old=0.9",
  ],
  ["lang=en&steps=0&seed=-1&digit=x&eta=2&toy=cats&toy_at=41&teach_old=0.3&acts=q&nonsense=3&constructor=1", "lang=en"],
];

for (const [link, written] of LINKS)
  test(`#${link} opens as before`, () => assert.equal(new Settings(properties, `#${link}`).hash(), written));

test("a link says which choices it sets, a refused one not among them", () => {
  const { given } = new Settings(properties, "#lang=en&toy=moons&toy_n=0");
  assert.deepEqual([...given], ["lang", "toy"]);
});

// @ts-check
// What messengers, mails, documents and hands do to links: the sender's state opens, or what can be opened of it and a
// sentence says that something is missing; never another state without a word.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { split, written } from "../../www/address.js";
import { PROPERTIES } from "../../www/chapters/list.js";
import { decodePoints, encodePoints } from "../../www/chapters/toy/link.js";
import { Settings } from "../../www/settings.js";

Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, configurable: true });

const isPlace = (id) => ["ch0", "ch8", "ch9", "stage"].includes(id);
const NAMES = Object.keys(Object.assign({ lang: 0, notation: 0 }, ...PROPERTIES));
const HOST = "https://example.org/chailou/";

/** Points as a hand draws them. */
const drawing = Float32Array.from({ length: 118 }, (_, i) => 3 * Math.sin(i * i) + 0.01 * i);
const POINTS = encodePoints(drawing);

/** What senders saw, by the place they were at. */
const STATES = {
  "": { lang: "en", seed: 4242, guidance: 3.5, digit: "7", at: 13 },
  ch0: { lang: "zh", notation: "ho", sampler: "ddpm", sigma: "beta", steps: 12, acts: "b3.d.b2", at: 5 },
  ch8: { lang: "en", toy: "own", toy_points: POINTS, toy_field: "difference", toy_lr: 0.001, toy_words: false },
  ch9: { lang: "zh", teach_digit: 9, teach_old: 0.75, teach_layers: "up", teach_lr: 0.00005 },
};

/** The choices and faults of what opens at an address. */
function opened(href) {
  const settings = new Settings(PROPERTIES, split(href).hash, isPlace);
  return { state: Object.fromEntries(NAMES.map((name) => [name, settings.get(name)])), link: settings.link };
}

/** The link that the page writes for a state. */
function linkTo(place, state) {
  const settings = new Settings(PROPERTIES);
  settings.set(state);
  return `${HOST}#${written(place, settings.hash())}`;
}

const hash = (work) => (href) => href.replace(/(?<=#).*/, work);
const insertedAt = (at, text) => (href) => href.slice(0, at) + text + href.slice(at);

/** Nothing is lost by these: the sender's state opens and there is nothing to say. */
const HARMLESS = {
  "as it was": (href) => href,
  ...Object.fromEntries(
    [")", ".", "),", "”", "。", "）", "…”".slice(1), ">", "\u200b", "%E2%80%8B", "**", "%20"].map((sign) => [
      `${sign} appended`,
      (href) => href + sign,
    ]),
  ),
  "# as %23": (href) => href.replace("#", "%23"),
  "# as %2523": (href) => href.replace("#", "%2523"),
  "encoded once": hash((text) => encodeURIComponent(text)),
  "encoded twice": hash((text) => encodeURIComponent(encodeURIComponent(text))),
  "encoded with its #": (href) => href.replace(/#.*/, (text) => encodeURIComponent(text)),
  "& as &amp;": (href) => href.replaceAll("&", "&amp;"),
  "& as &amp;amp;": (href) => href.replaceAll("&", "&amp;amp;"),
  "& as %26": (href) => href.replaceAll("&", "%26"),
  "= as %3D": (href) => href.replaceAll("=", "%3D"),
  "utm_source appended": (href) => `${href}&utm_source=x`,
  "a query appended behind it": (href) => `${href}?utm_source=x&fbclid=Iw_AR`,
  "an unknown key appended": (href) => `${href}&ref=newsletter`,
  "a line break at column 76": insertedAt(76, "\n"),
  "a line break, coded": insertedAt(76, "%0D%0A"),
  "a line break, quoted": insertedAt(76, "\n> "),
  "a space": insertedAt(76, " "),
  "a space as +": insertedAt(76, "+"),
  "a zero-width space within": insertedAt(60, "\u200b"),
};

for (const [place, state] of Object.entries(STATES)) {
  const href = linkTo(place, state);
  const sent = opened(href).state;
  for (const [what, mangle] of Object.entries(HARMLESS))
    test(`${place || "a link"}: ${what}, and the sender's state opens`, () => {
      const { state, link } = opened(mangle(href));
      assert.deepEqual([state, link.place, link.faults], [sent, place, []]);
    });

  test(`${place || "a link"}: wherever it is cut or changed, a state that is not the sender's comes with a word`, () => {
    const start = href.indexOf("#") + 1 + (place ? place.length + 1 : 0);
    for (let at = start + 1; at < href.length; at++) {
      const head = href.slice(0, at);
      for (const damaged of [
        head,
        `${head}…`,
        `${head}...`,
        `${head})`,
        `${head}x${href.slice(at + 1)}`,
        head + href.slice(at + 1),
      ])
        differs(sent, damaged);
    }
    for (const damaged of [href.toLowerCase(), href.toUpperCase(), `${href}&seed=9`, `${href}9`, `${href}${href}`])
      differs(sent, damaged);
  });

  test(`${place || "a link"}: what of it is there when half of it is cut off`, () => {
    const { state } = opened(href.slice(0, HOST.length + (href.length - HOST.length) / 2));
    assert(NAMES.filter((name) => state[name] === sent[name]).length > NAMES.length - 6);
  });
}

/** Fails where `href` opens another state than the one sent, and nothing is said. */
function differs(sent, href) {
  const { state, link } = opened(href);
  if (!link.faults.length) assert.deepEqual(state, sent, href);
}

test("small letters keep all of a state but for the points, and say that those are lost", () => {
  const { state, link } = opened(linkTo("ch0", STATES.ch0).toLowerCase());
  assert.deepEqual([state.acts, state.notation, link.faults], ["b3.d.b2", "ho", []]);
  const points = opened(linkTo("ch8", STATES.ch8).toLowerCase());
  assert.deepEqual([points.state.toy_points, points.state.toy_lr], ["", 0.001]);
  assert(points.link.faults.some(({ key }) => key === "link_no_points"));
});

test("of points that are cut, the whole ones open, and their number is said, also in links without a check", () => {
  for (const before of [`${HOST}#lang=en&toy=own&toy_points=`, `${HOST}#check=0&lang=en&toy=own&toy_points=`])
    for (let length = 1; length < POINTS.length; length++) {
      const { state, link } = opened(before + POINTS.slice(0, length));
      const whole = Math.floor(length / 4);
      assert.equal(state.toy_points, POINTS.slice(0, 4 * whole));
      assert.deepEqual([...decodePoints(state.toy_points)], [...decodePoints(POINTS)].slice(0, 2 * whole));
      if (length % 4 === 0 && !before.includes("check")) continue; // that could be all
      const said = link.faults.find(({ key }) => key.endsWith("points"));
      assert.equal(said?.values?.count, whole, `${length} characters`);
    }
});

test("numbers that are none, or too large, or below nothing, and names that are unknown, are named", () => {
  for (const name of [
    "seed",
    "steps",
    "eta",
    "guidance",
    "speed",
    "toy_n",
    "toy_lr",
    "toy_batch",
    "teach_old",
    "teach_lr",
  ])
    for (const text of ["1e999", "-1", "NaN", "", "Infinity", "−1", "1,5", "x"]) {
      const { state, link } = opened(`${HOST}#lang=en&digit=8&${name}=${text}&at=3`);
      const standard = opened(`${HOST}#lang=en&digit=8&at=3`);
      assert.deepEqual(state, standard.state, `${name}=${text}`);
      assert.deepEqual(link.faults, [{ key: "link_unread", values: { pieces: `${name}=${text}` } }]);
    }
  const many = opened(`${HOST}#lang=en&a=1&b=2&c=3&d=4&${"e".repeat(500)}=5`).link.faults[0];
  assert.deepEqual(many, { key: "link_unread_many", values: { pieces: "a=1, b=2, c=3", more: 2 } });
});

test("links without a check, harmlessly damaged, open the sender's state", () => {
  const kept = JSON.parse(readFileSync(new URL("links.json", import.meta.url), "utf8")).links.filter(
    ({ link }) => link.length > 12,
  );
  for (const { link } of kept)
    for (const [what, mangle] of Object.entries(HARMLESS)) {
      if (what.includes("unknown key")) continue; // named: it could be a choice of a later page
      assert.deepEqual(opened(mangle(`${HOST}#${link}`)), opened(`${HOST}#${link}`), `${link}: ${what}`);
    }
});

test("a place alone is no state; one that the page does not have is named", () => {
  for (const place of ["ch8", "stage"])
    assert.deepEqual(opened(`${HOST}#${place}`).link, { place, values: {}, faults: [] });
  assert.deepEqual(opened(`${HOST}#ch5`).link.faults, [{ key: "link_place", values: { place: "ch5" } }]);
  const both = opened(`${HOST}#ch8&toy=rings`).link;
  assert.deepEqual(both, { place: "ch8", values: { toy: "rings" }, faults: [] });
});

test("a link of a page that knows more choices says which are unknown here", () => {
  const later = `${HOST}#${written("", "lang=en&seed=5&weather=rain")}`;
  const { state, link } = opened(later);
  assert.equal(state.seed, 5);
  assert.deepEqual(link.faults, [{ key: "link_unread", values: { pieces: "weather=rain" } }]);
});

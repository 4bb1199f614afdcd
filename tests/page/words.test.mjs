// @ts-check
// Every word that the page looks up is there in both languages: in the words of the chapter that says it, or in those that
// all share. Another chapter's would be missing until that chapter happens to be loaded.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { CHAPTERS } from "../../www/chapters/list.js";
import { words as lesson } from "../../www/lesson/words.js";
import { SHARED } from "../../www/lib/words.js";

const www = new URL("../../www/", import.meta.url);
const files = (folder, ending) =>
  readdirSync(new URL(folder, www))
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ name: folder + name, text: readFileSync(new URL(folder + name, www), "utf8") }));
const spoken = new Map([
  ["", SHARED],
  ["lesson", lesson],
]);
for (const { id } of CHAPTERS) spoken.set(id, (await import(`../../www/chapters/${id}/words.js`)).words);

/** What `text` asks for by a plain name: say("key"), plainButton("key"), data-i18n="key". */
const asked = (text) => [
  ...[...text.matchAll(/(?<!this\.)\b(?:say|plainButton)\(\s*"(\w+)"/g)].map(([, key]) => key),
  ...[...text.matchAll(/data-i18n(?:-label)?"?[=:]\s*"(\w+)"/g)].map(([, key]) => key),
];

function check(sources, words) {
  for (const { name, text } of sources)
    for (const key of asked(text)) assert.ok(Object.hasOwn(words, key), `${name} says "${key}", which is not there`);
}

for (const [id, words] of spoken)
  test(`${id || "shared words"}: both languages, no key of another`, () => {
    for (const [key, both] of Object.entries(words)) {
      assert.ok(both.length === 2 && both.every((text) => text.trim()), `"${key}" is not said in both languages`);
      for (const [other, theirs] of spoken)
        assert.ok(other === id || !Object.hasOwn(theirs, key), `"${key}" is also a word of ${other || "all"}`);
    }
  });

for (const { id } of CHAPTERS)
  test(`${id} finds its words`, () => {
    const folder = `chapters/${id}/`;
    check([...files(folder, ".js"), ...files(folder, ".html")], { ...SHARED, ...lesson, ...spoken.get(id) });
  });

test("the lesson finds its words", () => {
  check(files("lesson/", ".js"), { ...SHARED, ...lesson });
});

test("what all share finds its words", () => {
  check([...files("figures/", ".js"), ...files("lib/", ".js"), ...files("", ".js"), ...files("", ".html")], SHARED);
});

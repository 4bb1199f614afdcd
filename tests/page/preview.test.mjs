// @ts-check
// What stands beside a link to the page where readers meet it: words, and a picture of the size that is promised, small
// enough for messengers, by a whole address where the page knows its own.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = new URL("../../", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "chailou-preview-"));
after(() => rmSync(folder, { recursive: true }));

/** The page's head as it is assembled for an address, the content of its tags by name. @param {string[]} base */
function head(...base) {
  const index = join(folder, "index.html");
  const { status, stderr } = spawnSync(process.execPath, ["xtask/assemble.mjs", "www/index.html", index, ...base], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const text = readFileSync(index, "utf8").split("</head>")[0];
  const tags = text.matchAll(/<meta (?:property|name)="([^"]+)" content="([^"]+)">/g);
  const canonical = /<link rel="canonical" href="([^"]+)">/.exec(text)?.[1];
  return Object.fromEntries([...tags].map(([, name, content]) => [name, content]).concat([["canonical", canonical]]));
}

test("a link to the page is shown with words in both languages and a picture, which is there", () => {
  const tags = head();
  for (const name of ["og:title", "og:description", "og:image:alt", "twitter:image:alt"])
    assert.match(tags[name], /\p{Script=Han}.*[a-z]{3}/u, name);
  assert.deepEqual([tags["og:locale"], tags["og:locale:alternate"]], ["zh_CN", "en_GB"]);
  assert.deepEqual([tags["og:type"], tags["twitter:card"]], ["website", "summary_large_image"]);
  assert.equal(tags["twitter:image"], tags["og:image"]);
  const picture = readFileSync(new URL(tags["og:image"], root)); // as it lies in the repository, it lies in the folder
  assert.equal(picture.subarray(1, 4).toString("latin1"), "PNG");
  const size = [16, 20].map((at) => picture.readUInt32BE(at));
  assert.deepEqual(size, [1200, 630]);
  assert.deepEqual([tags["og:image:width"], tags["og:image:height"]].map(Number), size);
  assert(picture.length <= 60 * 1024, `the picture has ${picture.length} bytes`);
  assert.deepEqual([tags.canonical, tags["og:url"]], ["./", undefined]);
});

test("where the page knows its address, so do its picture and its links", () => {
  const tags = head("https://example.org/lesson/");
  const image = "https://example.org/lesson/assets/preview/chailou.png";
  assert.deepEqual([tags["og:image"], tags["twitter:image"]], [image, image]);
  assert.deepEqual([tags["og:url"], tags.canonical], Array(2).fill("https://example.org/lesson/"));
});

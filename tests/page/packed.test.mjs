// @ts-check
// What is packed for the way comes out as it went in, and a damaged file gives a sentence.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { downloadPacked, unpack } from "../../www/lib/packed.js";
import { pack } from "../../xtask/pack.mjs";
import { serve } from "../../xtask/server.mjs";

const folder = mkdtempSync(join(tmpdir(), "chailou-pack-"));
const server = await serve(folder);
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const packed = (file, width) => {
  pack(file, join(folder, "packed"), width);
  return Uint8Array.from(readFileSync(join(folder, "packed")));
};

test("the page's weights and recording come out as they went in", async () => {
  for (const [name, width] of /** @type {[string, number][]} */ ([
    ["models/mnist/diffusion_pytorch_model.safetensors", 2],
    ["recordings/mnist-ddim50.bin", 1],
  ])) {
    const file = new URL(`../../assets/${name}`, import.meta.url);
    assert.deepEqual(Buffer.from(await unpack(packed(file, width), width)), readFileSync(file), name);
  }
});

test("any number of bytes comes out, whole values or not", async () => {
  for (let length = 0; length < 9; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 17 * i + 1);
    writeFileSync(join(folder, "file"), bytes);
    for (const width of [1, 2, 4]) assert.deepEqual(await unpack(packed(join(folder, "file"), width), width), bytes);
  }
});

test("a damaged, cut or missing file is named", async () => {
  writeFileSync(join(folder, "file"), Buffer.alloc(1000, "brick"));
  const whole = packed(join(folder, "file"), 2);
  for (const [content, said] of /** @type {[string | Uint8Array, RegExp][]} */ ([
    [whole.subarray(0, whole.length - 9), /cut is damaged or incomplete/],
    ["<!doctype html>", /cut is damaged or incomplete \(15 bytes came\)/],
    ["", /cut is damaged or incomplete/],
  ])) {
    writeFileSync(join(folder, "cut"), content);
    await assert.rejects(downloadPacked(`${server.url}cut`, 2), said);
  }
  await assert.rejects(downloadPacked(`${server.url}none`, 2), /none could not be fetched: the server answered 404/);
});

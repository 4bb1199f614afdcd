// @ts-check
// What is packed for the way comes out as it went in, a damaged file gives a sentence, and the weights are rounded by as
// little as is said.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { downloadPacked, unpack } from "../../www/lib/packed.js";
import { pack } from "../../xtask/pack.mjs";
import { fromHalf, halves, rounded, unit } from "../../xtask/round.mjs";
import { serve } from "../../xtask/server.mjs";

const folder = mkdtempSync(join(tmpdir(), "chailou-pack-"));
const server = await serve(folder);
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const asset = (name) => readFileSync(new URL(`../../assets/${name}`, import.meta.url));
const [WEIGHTS, TOWERS] = ["mnist", "towers"].map((name) =>
  asset(`models/${name}/diffusion_pytorch_model.safetensors`),
);
/** More than that, packed, would keep a reader on a slow line waiting. */
const MOST_BYTES = 1_350_000;
/** It is what a reader waits for first. */
const MOST_RECORDED = 125_000;
/** The stage opens with towers; their model is the larger one. */
const MOST_TOWERS = 1_810_000;

const packed = (bytes, width) => {
  pack(bytes, join(folder, "packed"), width);
  return Uint8Array.from(readFileSync(join(folder, "packed")));
};

test("the page's weights and recording come out as they went in", async () => {
  for (const [name, bytes, width, most] of /** @type {[string, Buffer, number, number][]} */ ([
    ["weights", rounded(WEIGHTS), 2, MOST_BYTES],
    ["weights of towers", rounded(TOWERS), 2, MOST_TOWERS],
    ["recording", asset("recordings/tower-ddim25.bin"), 1, MOST_RECORDED],
  ])) {
    const sent = packed(bytes, width);
    assert(sent.length <= most, `${name}: ${sent.length} bytes`);
    assert.deepEqual(Buffer.from(await unpack(sent, width)), bytes, name);
  }
});

test("a rounded weight is off by half a unit at most, in small tensors by nothing", () => {
  const [exact, once] = [halves(Buffer.from(Uint8Array.from(WEIGHTS).buffer)), rounded(WEIGHTS)];
  const sent = new Map(halves(once));
  for (const [name, values] of exact) {
    const [one, rough] = [unit(values), sent.get(name)];
    const largest = values.reduce((most, bits) => Math.max(most, Math.abs(fromHalf(bits))), 0);
    assert(one <= largest / 256, `${name}: a unit of ${one}, the largest weight is ${largest}`);
    if (!one) assert.deepEqual(rough, values, name);
    for (const [i, bits] of values.entries()) {
      const error = Math.abs(fromHalf(bits) - fromHalf(rough[i]));
      if (error > one / 2) assert.fail(`${name}[${i}]: ${fromHalf(bits)} has become ${fromHalf(rough[i])}`);
    }
  }
  assert.deepEqual(rounded(once), once, "what is round stays as it is");
  assert.deepEqual(once.length, WEIGHTS.length);
});

test("every number of half precision is read, and what can be is written back unchanged", () => {
  const [file, values] = halfFile([0, 0x8001, 0x0001, 0x0400, 0x3c00, 0xbc00, 0x7bff, 0x3555]);
  assert.deepEqual([...values].map(fromHalf), [0, -(2 ** -24), 2 ** -24, 2 ** -14, 1, -1, 65504, 1365 / 4096]);
  assert.deepEqual(rounded(file), file, "a tensor this small");
  const all = Array.from({ length: 4096 }, (_, i) => (i % 2) * 0x8000 + 0x2000 + (i % 1024)); // up to 2^-6
  const [large] = halfFile(all);
  const one = 2 ** -15;
  for (const [i, bits] of halves(rounded(large))[0][1].entries())
    assert.equal(fromHalf(bits), one * Math.round(fromHalf(all[i]) / one), `${fromHalf(all[i])}`);
  assert.throws(() => rounded(halfFile([1], "F32")[0]), /w is F32, not F16/);
});

/** A safetensors file of one tensor. @param {number[]} bits @returns {[Buffer, Uint16Array]} */
function halfFile(bits, dtype = "F16") {
  const head = JSON.stringify({ w: { dtype, shape: [bits.length], data_offsets: [0, 2 * bits.length] } }).padEnd(96);
  const values = Uint16Array.from(bits);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return [Buffer.concat([length, Buffer.from(head), Buffer.from(values.buffer)]), values];
}

test("any number of bytes comes out, whole values or not", async () => {
  for (let length = 0; length < 9; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 17 * i + 1);
    for (const width of [1, 2, 4]) assert.deepEqual(await unpack(packed(bytes, width), width), bytes);
  }
});

test("a damaged, cut or missing file is named", async () => {
  const whole = packed(Buffer.alloc(1000, "brick"), 2);
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

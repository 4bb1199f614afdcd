// @ts-check
// Makes assets/preview/chailou.png, which stands beside a link to the page where readers meet it: node
// tests/e2e/preview.mjs. In Chromium, with the fonts of this machine; Noto Serif CJK is meant. Some messengers show no
// picture that is large in bytes, so it has a palette: a third of what the browser's own screenshot takes.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { serve } from "../../xtask/server.mjs";
import { launch } from "./browsers.mjs";

const SIZE = { width: 1200, height: 630 };
const COLOURS = 256;

/** The page's pixels, a number 0xrrggbb each. @param {string} url */
async function pixelsOf(url) {
  const browser = await launch("chromium");
  const tab = await browser.newPage();
  await tab.setViewport(SIZE);
  await tab.goto(url);
  await tab.waitForSelector("[data-made]");
  const shot = await tab.screenshot({ encoding: "base64" });
  const pixels = await tab.evaluate(async (shot) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${shot}`)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return Array.from(
      { length: data.length / 4 },
      (_, i) => (data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2],
    );
  }, shot);
  await browser.close();
  return pixels;
}

/**
 * Colours that stand for most pixels, and for every colour the number of the nearest of those. Alike ones are counted
 * together, by the upper half of their bits: noise has every colour, a sky many that are nearly one.
 * @param {number[]} pixels
 */
function palette(pixels) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  /** @type {Map<number, number[]>} */
  const alike = new Map();
  for (const colour of counts.keys()) alike.set(colour & 0xf0f0f0, [...(alike.get(colour & 0xf0f0f0) ?? []), colour]);
  const many = (/** @type {number[]} */ colours) => colours.reduce((sum, colour) => sum + counts.get(colour), 0);
  const groups = [...alike.values()].sort((a, b) => many(b) - many(a)).slice(0, COLOURS);
  const chosen = groups.map((colours) => colours.reduce((a, b) => (counts.get(b) > counts.get(a) ? b : a)));
  const parts = (/** @type {number} */ colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const nearest = (/** @type {number} */ colour) => {
    const distances = chosen.map((other) => Math.hypot(...parts(other).map((part, i) => part - parts(colour)[i])));
    return distances.indexOf(Math.min(...distances));
  };
  return {
    bytes: Buffer.from(chosen.flatMap(parts)),
    numbers: new Map([...counts.keys()].map((c) => [c, nearest(c)])),
  };
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [data.length, crc32(body)].map((value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  });
  return Buffer.concat([length, body, check]);
}

/** A PNG with eight bits a pixel; its rows are left as they are, since pictures of large pixels repeat them. @param {number[]} pixels */
function png(pixels) {
  const { width, height } = SIZE;
  const { bytes, numbers } = palette(pixels);
  const rows = Buffer.alloc(height * (width + 1)); // each begins with its filter: none
  pixels.forEach((colour, i) => (rows[i + Math.floor(i / width) + 1] = numbers.get(colour)));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // bits a pixel; by a palette
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("PLTE", bytes),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const root = join(import.meta.dirname, "../..");
const server = await serve(root);
writeFileSync(
  join(root, "assets/preview/chailou.png"),
  png(await pixelsOf(`${server.url}assets/preview/preview.html`)),
);
await server.close();

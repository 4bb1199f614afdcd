// @ts-check
// What of the package's workers needs no browser: that an object in a worker has every method of its class, and what
// is drawn on a canvas without WebGPU.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { dotPixels, gridPixels } from "../../src/web/workers/easel.js";
import { METHODS } from "../../src/web/workers/methods.js";
import { counterpart } from "../../src/web/workers/remote.js";

/** Names of the methods that the package declares of a class. */
function declared(name) {
  const text = readFileSync(new URL("../../types/pkg/chailou.d.ts", import.meta.url), "utf8");
  const [, body] = text.match(new RegExp(`^export class ${name} \\{\n(.*?)^\\}`, "ms"));
  return [...body.matchAll(/^ {4}(\w+)\(/gm)].map(([, method]) => method).filter((method) => method !== "constructor");
}

for (const kind of Object.keys(METHODS))
  test(`a ${kind} in a worker has the methods that are declared`, () => {
    const { fixed, changing } = METHODS[kind];
    const answers = Object.fromEntries([...fixed, ...changing].map((name) => [name, { value: name }]));
    const link = /** @type {any} */ ({ free() {}, ask: async (_number, method) => method });
    const object = counterpart(link, /** @type {any} */ ({}), { kind, number: 3, answers });
    for (const method of declared(kind)) assert.equal(typeof object[method], "function", method);
    for (const name of fixed) assert.equal(object[name](), name);
    object.free();
    for (const name of fixed) assert.throws(() => object[name](), /null pointer/);
  });

test("an answer that was an error is thrown, and what is answered may be changed by the caller", () => {
  const link = /** @type {any} */ ({});
  const answers = { config: { value: { size: 8 } }, scheduler: { value: {} }, taps: { error: "no size" } };
  const model = counterpart(link, /** @type {any} */ ({}), { kind: "Model", number: 1, answers });
  assert.throws(() => model.taps(), /^Error: no size$/);
  model.config().size = 9;
  assert.equal(model.config().size, 8);
});

test("a grid shows black to white, colours, and nothing where there is no picture", () => {
  const grid = { images: [1, 0, 0], frames: [0, 0, 0], columns: 2, scale: 1 };
  const grey = Float32Array.of(-1, 1, 0, 5);
  const frames = [grey, grey, grey];
  const { pixels, size } = gridPixels(grid, frames, [2, 1, 1, 2]);
  assert.deepEqual(size, [4, 2]);
  const red = Array.from({ length: 8 }, (_, i) => pixels[4 * i]);
  const alpha = Array.from({ length: 8 }, (_, i) => pixels[4 * i + 3]);
  assert.deepEqual(red, [128, 255, 0, 255, 0, 255, 0, 0]);
  assert.deepEqual(alpha, [255, 255, 255, 255, 255, 255, 0, 0]);
  const colour = gridPixels(
    { images: [0], frames: [0], columns: 1, scale: 1 / 3 },
    [Float32Array.of(3, 0, -3)],
    [1, 3, 1, 1],
  );
  assert.deepEqual([...colour.pixels], [255, 128, 0, 255]);
});

test("dots lie where the shader puts them: y upwards, the edge fading over a pixel, one over another", () => {
  const dots = { radius: 1, color: [1, 0, 0, 0.5], range: [-2, 2] };
  // The centre of the pixel in column 2 and row 1 of 8 × 4.
  const place = [(2.5 / 8) * 4 - 2, 2 - (1.5 / 4) * 4];
  const at = (pixels, x, y) => [...pixels.subarray(4 * (8 * y + x), 4 * (8 * y + x) + 4)];
  const once = dotPixels(Float32Array.from(place), dots, [8, 4]);
  assert.deepEqual(at(once, 2, 1), [255, 0, 0, 128]);
  assert.deepEqual(at(once, 3, 1), [255, 0, 0, 64]);
  assert.deepEqual(at(once, 4, 1), [0, 0, 0, 0]);
  const twice = dotPixels(Float32Array.from([...place, ...place]), dots, [8, 4]);
  assert.deepEqual(at(twice, 2, 1), [255, 0, 0, 191]);
  const beyond = dotPixels(Float32Array.of(400, 0.1, -9, -9), { ...dots, edge: true }, [8, 4]);
  const lit = Array.from({ length: 32 }, (_, i) => i).filter((i) => beyond[4 * i + 3] > 60);
  const right = (i) => i % 8 > 2 && [1, 2].includes(i >> 3);
  assert.ok(lit.some(right) && lit.includes(24), `a stroke on the right and one in the corner: pixels ${lit}`);
  assert.ok(lit.every((i) => right(i) || i % 8 === 0));
  const outside = dotPixels(Float32Array.of(Number.NaN, 0, 9, 9, -2, 0), dots, [8, 4]);
  assert.deepEqual(outside.filter((_, i) => i % 4 === 3 && outside[i]).length, 2);
});

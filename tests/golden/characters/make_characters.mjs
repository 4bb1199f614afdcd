// @ts-check
// Characters as several people might draw them on the page's pad, to calibrate src/data/resemblance.rs and to teach in
// tests/training/characters.rs: strokes as a mouse or a finger gives them, made into pictures by the pad's own code.
//
//     node make_characters.mjs
//
// Writes characters-{images.idx3,labels.idx1}-ubyte: 24 pictures of each character in turn, of which the first 8 are one
// reader's drawings and the other 16 are by as many further hands; a label is the place of the character below.
import { writeFileSync } from "node:fs";
import { picture, SIDE } from "../../../www/chapters/teach/strokes.js";
import { dice } from "../../../www/lib/dice.js";

const DRAWN = 8;
const VARIANTS = 24;
const POINTS = 12; // of a curve between two joints

/** Strokes in the order of writing, as joints on the unit square, y downwards. */
const CHARACTERS = {
  木: [
    [
      [0.14, 0.36],
      [0.86, 0.34],
    ],
    [
      [0.5, 0.08],
      [0.5, 0.92],
    ],
    [
      [0.49, 0.37],
      [0.34, 0.6],
      [0.12, 0.78],
    ],
    [
      [0.51, 0.37],
      [0.66, 0.59],
      [0.88, 0.77],
    ],
  ],
  大: [
    [
      [0.14, 0.37],
      [0.86, 0.35],
    ],
    [
      [0.5, 0.08],
      [0.48, 0.38],
      [0.36, 0.66],
      [0.13, 0.9],
    ],
    [
      [0.5, 0.38],
      [0.64, 0.66],
      [0.87, 0.89],
    ],
  ],
  "△": [
    [
      [0.5, 0.12],
      [0.1, 0.86],
      [0.91, 0.86],
      [0.5, 0.12],
    ],
  ],
  A: [
    [
      [0.5, 0.08],
      [0.18, 0.92],
    ],
    [
      [0.5, 0.08],
      [0.83, 0.92],
    ],
    [
      [0.29, 0.63],
      [0.72, 0.62],
    ],
  ],
  中: [
    [
      [0.2, 0.3],
      [0.21, 0.62],
    ],
    [
      [0.2, 0.3],
      [0.8, 0.29],
      [0.79, 0.61],
    ],
    [
      [0.21, 0.61],
      [0.79, 0.6],
    ],
    [
      [0.5, 0.07],
      [0.5, 0.94],
    ],
  ],
  火: [
    [
      [0.22, 0.3],
      [0.31, 0.48],
    ],
    [
      [0.79, 0.27],
      [0.68, 0.46],
    ],
    [
      [0.5, 0.08],
      [0.48, 0.42],
      [0.36, 0.68],
      [0.13, 0.91],
    ],
    [
      [0.5, 0.46],
      [0.64, 0.69],
      [0.87, 0.9],
    ],
  ],
  X: [
    [
      [0.2, 0.1],
      [0.79, 0.9],
    ],
    [
      [0.8, 0.1],
      [0.2, 0.9],
    ],
  ],
  山: [
    [
      [0.5, 0.12],
      [0.5, 0.8],
    ],
    [
      [0.17, 0.4],
      [0.17, 0.82],
      [0.83, 0.81],
    ],
    [
      [0.83, 0.38],
      [0.83, 0.84],
    ],
  ],
};

const random = dice(20);
/** Between −spread and spread, the middle likelier. */
const about = (spread) => spread * (random() + random() - 1);

/** What stays the same when one person writes a character again: slant, proportions, and where each joint belongs. */
function hand(strokes) {
  return {
    lean: { turn: about(0.1), slant: about(0.15), wide: 1 + about(0.12), high: 1 + about(0.12) },
    strokes: strokes.map((stroke) => stroke.map(([x, y]) => [x + about(0.06), y + about(0.06)])),
  };
}

/** The character once more by that hand: strokes set down and bent a little differently, the whole leaning a little. */
function written({ lean, strokes }) {
  const turn = lean.turn + about(0.08);
  const slant = lean.slant + about(0.1);
  const [wide, high] = [lean.wide + about(0.1), lean.high + about(0.1)];
  const lay = ([x, y]) => {
    const [u, v] = [wide * (x - 0.5) - (slant + turn) * (y - 0.5), high * (y - 0.5) + turn * (x - 0.5)];
    return [0.5 + u, 0.5 + v];
  };
  return strokes.map((stroke) => {
    const off = [about(0.04), about(0.04)];
    const joints = stroke.map(([x, y]) => [x + off[0] + about(0.045), y + off[1] + about(0.045)]);
    const bent = joints.slice(1).flatMap(([x1, y1], i) => {
      const [x0, y0] = joints[i];
      const bow = about(0.1);
      return Array.from({ length: POINTS }, (_, k) => {
        const along = (k + 1) / POINTS;
        const aside = 4 * bow * along * (1 - along);
        return [x0 + along * (x1 - x0) - aside * (y1 - y0), y0 + along * (y1 - y0) + aside * (x1 - x0)];
      });
    });
    return [joints[0], ...bent].map(lay);
  });
}

const pictures = Object.values(CHARACTERS).flatMap((strokes) => {
  const reader = hand(strokes);
  return Array.from({ length: VARIANTS }, (_, i) => picture(written(i < DRAWN ? reader : hand(strokes))));
});
const labels = Object.keys(CHARACTERS).flatMap((_, i) => Array(VARIANTS).fill(i));

/** An IDX file of bytes. */
function idx(shape, values) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x800 + shape.length);
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, Buffer.from(values)]);
}

const write = (name, bytes) => writeFileSync(new URL(name, import.meta.url), bytes);
write(
  "characters-images.idx3-ubyte",
  idx(
    [pictures.length, SIDE, SIDE],
    pictures.flatMap((values) => Array.from(values, (value) => Math.round((255 * (value + 1)) / 2))),
  ),
);
write("characters-labels.idx1-ubyte", idx([labels.length], labels));

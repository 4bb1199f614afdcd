// @ts-check
// Three characters drawn beforehand, for readers who have no free hand, or a class that is waiting. They are polylines on
// the unit square; every copy is drawn a little differently, as a hand would.
import { dice } from "../../lib/dice.js";

/** name → strokes; the names are the characters themselves. */
const CHARACTERS = {
  山: [
    [
      [0.5, 0.14],
      [0.5, 0.8],
    ],
    [
      [0.17, 0.4],
      [0.17, 0.81],
      [0.83, 0.81],
    ],
    [
      [0.83, 0.38],
      [0.83, 0.84],
    ],
  ],
  大: [
    [
      [0.16, 0.4],
      [0.85, 0.37],
    ],
    [
      [0.5, 0.12],
      [0.49, 0.42],
      [0.4, 0.65],
      [0.17, 0.87],
    ],
    [
      [0.5, 0.44],
      [0.62, 0.66],
      [0.86, 0.86],
    ],
  ],
  楼: [
    [
      [0.07, 0.3],
      [0.4, 0.28],
    ],
    [
      [0.24, 0.08],
      [0.24, 0.92],
    ],
    [
      [0.23, 0.36],
      [0.17, 0.5],
      [0.06, 0.64],
    ],
    [
      [0.26, 0.38],
      [0.38, 0.5],
    ],
    [
      [0.53, 0.11],
      [0.59, 0.21],
    ],
    [
      [0.9, 0.1],
      [0.82, 0.21],
    ],
    [
      [0.48, 0.29],
      [0.97, 0.28],
    ],
    [
      [0.72, 0.07],
      [0.72, 0.48],
    ],
    [
      [0.7, 0.3],
      [0.6, 0.4],
      [0.46, 0.49],
    ],
    [
      [0.74, 0.3],
      [0.83, 0.39],
      [0.97, 0.47],
    ],
    [
      [0.68, 0.5],
      [0.6, 0.66],
      [0.56, 0.74],
      [0.74, 0.82],
      [0.92, 0.93],
    ],
    [
      [0.86, 0.6],
      [0.78, 0.78],
      [0.66, 0.88],
      [0.48, 0.94],
    ],
    [
      [0.46, 0.63],
      [0.97, 0.6],
    ],
  ],
};

export const EXAMPLES = Object.keys(CHARACTERS);

/** The strokes of the copy number `copy`, the same at every visit: slanted, stretched, with every joint a little off. */
export function exampleStrokes(name, copy) {
  const next = dice(copy + 1);
  const about = (spread) => spread * (next() + next() - 1);
  const [slant, wide, high, turn] = [about(0.12), 1 + about(0.12), 1 + about(0.12), about(0.1)];
  return CHARACTERS[name].map((stroke) => {
    const [offX, offY] = [about(0.025), about(0.025)];
    return stroke.map(([x, y]) => {
      const [u, v] = [x - 0.5, y - 0.5];
      return [
        0.5 + wide * u - slant * v - turn * v + offX + about(0.02),
        0.5 + high * v + turn * u + offY + about(0.02),
      ];
    });
  });
}

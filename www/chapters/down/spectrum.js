// @ts-check
// A square picture as a sum of waves: how strong they are by how fine, and the picture with each made weaker. Strength is
// power, |F|²/n², so that white noise of variance 1 has 1 everywhere. Pictures are planes [channels, size, size]; powers
// are means over the channels. A wave's fineness is its number of periods in the picture, rounded to a whole ring.

/** @typedef {{ re: Float64Array, im: Float64Array }} Waves of one plane, by ky·size + kx */

/**
 * The sums Σ x_j e^{∓2πi jk/n} along rows, then along columns: the rule itself, for n = 32 it is fast enough.
 * @param {Waves} plane
 * @param {number} n
 * @param {1 | -1} sign −1 to waves, 1 back
 * @returns {Waves}
 */
function transform({ re, im }, n, sign) {
  const turn = (/** @type {number} */ k) => (2 * Math.PI * k) / n;
  const cos = Float64Array.from({ length: n }, (_, k) => Math.cos(turn(k)));
  const sin = Float64Array.from({ length: n }, (_, k) => sign * Math.sin(turn(k)));
  /** Along the rows, which come out as columns. @param {Waves} given @returns {Waves} */
  const along = (given) => {
    const made = { re: new Float64Array(n * n), im: new Float64Array(n * n) };
    for (let row = 0; row < n; row++)
      for (let k = 0; k < n; k++) {
        let a = 0,
          b = 0;
        for (let j = 0; j < n; j++) {
          const x = given.re[row * n + j],
            y = given.im[row * n + j],
            turned = (j * k) % n;
          a += x * cos[turned] - y * sin[turned];
          b += x * sin[turned] + y * cos[turned];
        }
        made.re[k * n + row] = a;
        made.im[k * n + row] = b;
      }
    return made;
  };
  return along(along({ re, im }));
}

/** Which ring each wave belongs to; 0 is the mean. @param {number} n */
function rings(n) {
  const signed = (/** @type {number} */ k) => (k > n / 2 ? k - n : k);
  return Uint16Array.from({ length: n * n }, (_, i) =>
    Math.round(Math.hypot(signed(i % n), signed(Math.floor(i / n)))),
  );
}

/** @param {ArrayLike<number>} picture @param {number} n @returns {Waves[]} of its planes */
function waves(picture, n) {
  const area = n * n;
  return Array.from({ length: picture.length / area }, (_, c) => {
    const re = Float64Array.from({ length: area }, (_, i) => picture[c * area + i]);
    return transform({ re, im: new Float64Array(area) }, n, -1);
  });
}

/**
 * The mean power of each ring, from the mean (0) to the corner of the square of waves.
 * @param {ArrayLike<number>} picture
 * @param {number} n
 */
export function spectrum(picture, n) {
  const ring = rings(n);
  const last = Math.max(...ring);
  const [sums, counts] = [new Float64Array(last + 1), new Float64Array(last + 1)];
  for (const { re, im } of waves(picture, n))
    ring.forEach((r, i) => {
      sums[r] += (re[i] ** 2 + im[i] ** 2) / (n * n);
      counts[r]++;
    });
  return sums.map((sum, r) => sum / counts[r]);
}

/**
 * The picture with the waves of each ring multiplied by its gain.
 * @param {ArrayLike<number>} picture
 * @param {number} n
 * @param {ArrayLike<number>} gains by ring
 */
export function filtered(picture, n, gains) {
  const ring = rings(n);
  const made = new Float64Array(picture.length);
  for (const [c, { re, im }] of waves(picture, n).entries()) {
    ring.forEach((r, i) => {
      re[i] *= gains[r];
      im[i] *= gains[r];
    });
    made.set(
      transform({ re, im }, n, 1).re.map((value) => value / (n * n)),
      c * n * n,
    );
  }
  return made;
}

/**
 * What each ring is to be multiplied by for the least square error, where x_t = keep·x_0 + noise of power `floor` and the
 * tower's own spectrum is known (Wiener).
 * @param {ArrayLike<number>} tower spectrum of x_0
 * @param {number} keep ᾱ_t
 * @param {number} floor β̄_t²
 */
export const wiener = (tower, keep, floor) =>
  Float64Array.from(tower, (power) => (power ? (keep * power) / (keep ** 2 * power + floor) : 0));

/**
 * The finest ring that still stands out of the noise, 0 where none does.
 * @param {ArrayLike<number>} tower spectrum of x_0
 * @param {number} wall ᾱ_t²
 * @param {number} floor β̄_t²
 * @param {number} last ring to be looked at
 */
export function finest(tower, wall, floor, last) {
  for (let r = last; r > 0; r--) if (wall * tower[r] > floor) return r;
  return 0;
}

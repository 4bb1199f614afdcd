// @ts-check
// What can be said of many numbers at once: how large they are, whether they go together, whether two heaps of them could
// have come from one source.

/** @param {ArrayLike<number>} values */
export function meanSquare(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return sum / values.length;
}

/** Pearson's r. @param {ArrayLike<number>} a @param {ArrayLike<number>} b as many */
export function correlation(a, b) {
  const n = a.length;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    sumA += a[i];
    sumB += b[i];
    squaresA += a[i] * a[i];
    squaresB += b[i] * b[i];
    products += a[i] * b[i];
  }
  const spread = (squaresA - sumA ** 2 / n) * (squaresB - sumB ** 2 / n);
  return spread > 0 ? (products - (sumA * sumB) / n) / Math.sqrt(spread) : 0;
}

/** How far r strays from 0 in 19 of 20 cases where nothing goes together. @param {number} n */
export const strayingOfR = (n) => 1.96 / Math.sqrt(n);

/**
 * Kolmogorov and Smirnov's D: the largest distance between the two heaps' shares of numbers below any bound.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function ksDistance(a, b) {
  const [one, other] = [a, b].map((values) => Float64Array.from(values).sort());
  let [i, j, most] = [0, 0, 0];
  while (i < one.length && j < other.length) {
    const bound = Math.min(one[i], other[j]);
    while (one[i] <= bound) i++;
    while (other[j] <= bound) j++;
    most = Math.max(most, Math.abs(i / one.length - j / other.length));
  }
  return most;
}

/**
 * The D that heaps of n and m numbers from one source exceed in one of 20 cases.
 * @param {number} n
 * @param {number} m
 */
export const ksCritical = (n, m) => 1.3581 * Math.sqrt((n + m) / (n * m));

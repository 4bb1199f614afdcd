// @ts-check
// How large the mean gradient is and how far single ones scatter about it, from nothing but the norms of batches' gradients:
// E‖g‖² of batches of b samples is ‖ḡ‖² + tr Σ/b, so two sizes of batch tell both apart.

/** @typedef {{ size: number, norms: number[] }} Batches norms ‖g‖ of the gradients of batches of `size` samples */
/** @typedef {{ value: number, error: number }} Measured a value and its standard error */

/** @param {number[]} values @returns {Measured} */
function meanOf(values) {
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const squares = values.reduce((sum, each) => sum + (each - value) ** 2, 0);
  return { value, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/**
 * ‖ḡ‖² and tr Σ, the spread of one sample's gradient.
 * @param {Batches} small
 * @param {Batches} large
 * @returns {{ mean: Measured, spread: Measured }}
 */
export function meanAndSpread(small, large) {
  const [few, many] = [small, large].map(({ norms }) => meanOf(norms.map((norm) => norm * norm)));
  const apart = 1 / small.size - 1 / large.size;
  const spread = (few.value - many.value) / apart;
  const [byFew, byMany] = [1 / large.size / apart, 1 / small.size / apart]; // ‖ḡ‖² = byMany·many − byFew·few
  return {
    mean: {
      value: byMany * many.value - byFew * few.value,
      error: Math.hypot(byMany * many.error, byFew * few.error),
    },
    spread: { value: spread, error: Math.hypot(few.error, many.error) / apart },
  };
}

/** a/b. @param {Measured} a @param {Measured} b @returns {Measured} */
export function ratio(a, b) {
  const value = a.value / b.value;
  return { value, error: Math.abs(value) * Math.hypot(a.error / a.value, b.error / b.value) };
}

/** Whether two measurements differ by no more than chance does in 997 of 1000 cases. @param {Measured} a @param {Measured} b */
export const agree = (a, b) => Math.abs(a.value - b.value) <= 3 * Math.hypot(a.error, b.error);

// @ts-check
// Which of finitely many pictures became x? Noise of a known size is normal, so this has an exact answer (Bayes): a softmax
// of minus half the square of the noise that each of them would have needed. In f64, because those squares run to 10⁸.

/** What is less likely changes no sum of numbers within −1…1 but by rounding. */
const NEGLIGIBLE = 1e-17;

/**
 * p(c_i | x) of x = keep·c_i + √variance·ε, all candidates being as likely beforehand. With ᾱ_t and β̄_t² of Su's eq. 6 that
 * is p(x_0 = c_i | x_t).
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>[]} candidates each as long as x
 * @param {number} keep
 * @param {number} variance of the noise, more than 0
 * @returns {Float64Array} as many as candidates; together they are 1
 */
export function posterior(x, candidates, keep, variance) {
  return softmax(Float64Array.from(candidates, (each) => -distance2(x, each, keep) / (2 * variance)));
}

/** |x − keep·c|². @param {ArrayLike<number>} x @param {ArrayLike<number>} candidate @param {number} keep */
export function distance2(x, candidate, keep) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - keep * candidate[i]) ** 2;
  return sum;
}

/** exp(l_i) / Σ exp(l_j), without overflow. @param {Float64Array} logs */
export function softmax(logs) {
  const most = logs.reduce((found, value) => Math.max(found, value), -Infinity);
  const parts = logs.map((value) => Math.exp(value - most));
  const sum = parts.reduce((all, part) => all + part, 0);
  return parts.map((part) => part / sum);
}

/**
 * Σ p_i c_i: with p of the posterior, E[x_0 | x_t].
 * @param {ArrayLike<number>} p
 * @param {ArrayLike<number>[]} candidates
 */
export function mixture(p, candidates) {
  const mean = new Float64Array(candidates[0].length);
  for (const [k, each] of candidates.entries())
    if (p[k] > NEGLIGIBLE) for (let i = 0; i < mean.length; i++) mean[i] += p[k] * each[i];
  return mean;
}

/** exp of the entropy of p: as many equally likely ones would leave as much open. @param {ArrayLike<number>} p */
export function perplexity(p) {
  let entropy = 0;
  for (let i = 0; i < p.length; i++) if (p[i] > 0) entropy -= p[i] * Math.log(p[i]);
  return Math.exp(entropy);
}

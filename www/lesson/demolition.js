// @ts-check
// The arithmetic of demolition (Su's eq. 3–6), in f64 and with a schedule whose tie can be undone. One step is
// x_t = α_t x_{t−1} + β_t ε_t with α_t² = 1 − 0.02 t/T (eq. 18) and, as long as they are tied, β_t² = 1 − α_t². What is
// counted here are squares: they are what adds up.

export const T = 1000;

/**
 * By how much fading and throwing depart from the tie α_t² + β_t² = 1, in which both are 1: α_t² = 1 − fade·0.02 t/T,
 * β_t² = toss·0.02 t/T.
 * @typedef {{ fade: number, toss: number }} Terms
 */

/** @type {Terms} */
export const TIED = { fade: 1, toss: 1 };

/** Su's β_t², Ho's β_t. @param {number} t */
const rate = (t) => (0.02 * t) / T;
/** @param {number} t @param {Terms} [terms] */
export const alpha2 = (t, { fade } = TIED) => 1 - fade * rate(t);
/** @param {number} t @param {Terms} [terms] */
export const beta2 = (t, { toss } = TIED) => toss * rate(t);

/**
 * The squared coefficients in x_t (eq. 4): `wall` of x_0, (α_t…α_1)², `ground` of all the noise together,
 * Σ (α_t…α_{j+1})² β_j². Tied, they are ᾱ_t² and β̄_t².
 * @param {number} t
 * @param {Terms} [terms]
 */
export function ledger(t, terms = TIED) {
  let [wall, ground] = [1, 0];
  for (let j = 1; j <= t; j++) {
    wall *= alpha2(j, terms);
    ground = ground * alpha2(j, terms) + beta2(j, terms);
  }
  return { wall, ground };
}

/**
 * The ledger of every t = 0 … T: what is left of x_0 first, then what is left of the noise of each `heap` of as many steps.
 * @param {Terms} [terms]
 * @param {number} [heaps]
 */
export function ledgers(terms = TIED, heaps = 10) {
  let row = Float64Array.of(1, ...new Array(heaps).fill(0));
  const rows = [row];
  for (let t = 1; t <= T; t++) {
    row = row.map((share) => share * alpha2(t, terms));
    row[Math.ceil((t * heaps) / T)] += beta2(t, terms);
    rows.push(row);
  }
  return rows;
}

/**
 * One step (eq. 3).
 * @param {Float64Array} x x_{t−1}
 * @param {ArrayLike<number>} noise ε_t
 * @param {number} t
 * @param {Terms} [terms]
 * @param {Float64Array} [into] where x_t is put
 */
export function step(x, noise, t, terms = TIED, into = new Float64Array(x.length)) {
  const [alpha, beta] = [Math.sqrt(alpha2(t, terms)), Math.sqrt(beta2(t, terms))];
  for (let i = 0; i < x.length; i++) into[i] = alpha * x[i] + beta * noise[i];
  return into;
}

/**
 * x_t in one jump (eq. 6).
 * @param {ArrayLike<number>} x0
 * @param {ArrayLike<number>} noise ε̄_t
 * @param {number} t
 */
export const jump = (x0, noise, t) => mixed(x0, noise, ledger(t));

/**
 * √wall·x_0 + √ground·ε̄, of any schedule.
 * @param {ArrayLike<number>} x0
 * @param {ArrayLike<number>} noise
 * @param {{ wall: number, ground: number }} ledger
 */
export function mixed(x0, noise, { wall, ground }) {
  const [keep, mix] = [Math.sqrt(wall), Math.sqrt(ground)];
  return Float64Array.from(x0, (value, i) => keep * value + mix * noise[i]);
}

const CAMP = 64; // steps from one picture that a walk remembers to the next

/** Goes from x_0 step by step, and keeps the last two pictures; the next steps are written over them. */
export class Walk {
  #x0;
  /** x_t of every CAMP-th t. @type {Float64Array[]} */ #camps;
  #noise;
  #terms;
  #spare;
  t = 0;

  /**
   * @param {ArrayLike<number>} x0
   * @param {(t: number) => ArrayLike<number>} noise ε_t
   * @param {Terms} [terms]
   */
  constructor(x0, noise, terms = TIED) {
    this.#x0 = Float64Array.from(x0);
    this.#noise = noise;
    this.#terms = terms;
    this.#camps = [this.#x0];
    this.#spare = new Float64Array(x0.length);
    this.x = this.#x0.slice();
    /** x_{t−1}, where there is one. */
    this.before = new Float64Array(x0.length);
  }

  /** Walks on to t; where that lies behind, again from the last camp before it. @param {number} t */
  to(t) {
    if (t < this.t) {
      const camp = Math.floor(Math.max(0, t - 1) / CAMP); // one step before t at least, which leads to x_{t−1}
      this.t = CAMP * camp;
      this.x.set(this.#camps[camp]);
    }
    while (this.t < t) {
      this.t++;
      const next = step(this.x, this.#noise(this.t), this.t, this.#terms, this.#spare);
      [this.#spare, this.before, this.x] = [this.before, this.x, next];
      if (this.t % CAMP === 0) this.#camps[this.t / CAMP] ??= next.slice();
    }
    return this;
  }

  /** The walk's own noise as the one noise of a jump that ends at the same picture: ε̄_t = (x_t − ᾱ_t x_0)/β̄_t. */
  merged() {
    const { wall, ground } = ledger(this.t);
    const [keep, mix] = [Math.sqrt(wall), Math.sqrt(ground)];
    return this.x.map((value, i) => (mix ? (value - keep * this.#x0[i]) / mix : 0));
  }
}

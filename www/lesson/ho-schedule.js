// @ts-check
// The schedule that the page's networks were trained with, Ho's own: his β_t (Su's β_t²) grows in a line from 1e-4 at t = 1
// to 0.02 at t = T. It is not Su's 0.02 t/T, and a network knows no other. Squares are what is counted, as in demolition.js:
// `wall` is Su's ᾱ_t², `ground` his β̄_t².
import { T, mixed } from "./demolition.js";

const [FIRST, LAST] = [1e-4, 0.02];

/** Su's β_t². @param {number} t 1 … T */
export const beta2 = (t) => FIRST + ((LAST - FIRST) * (t - 1)) / (T - 1);

/** Su's α_t². @param {number} t */
export const alpha2 = (t) => 1 - beta2(t);

const walls = [1];
for (let t = 1; t <= T; t++) walls.push(walls[t - 1] * alpha2(t));

/** The squared coefficients in x_t (eq. 6). @param {number} t 0 … T */
export const ledger = (t) => ({ wall: walls[t], ground: 1 - walls[t] });

/**
 * x_t in one jump (eq. 6).
 * @param {ArrayLike<number>} x0
 * @param {ArrayLike<number>} noise ε̄_t
 * @param {number} t
 */
export const jump = (x0, noise, t) => mixed(x0, noise, ledger(t));

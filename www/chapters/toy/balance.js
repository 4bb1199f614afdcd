// @ts-check
// Why the loss hardly moves while the pictures change: most of it is floor, which the exact answer has as well. What the
// network's answer adds is E‖ε̂ − ε*‖² at each t, measured by the field, weighted as the objective weighs an error of ε.
import { T } from "./schedule.js";

export class Balance {
  /** How far above its floor the loss is, by stretches of t. @type {{ t: number, mean: number }[]} */ rows = [];
  /** The mean over t, NaN while unknown; and what it was when the run was first measured. */
  over = NaN;
  first = NaN;
  #toy;

  /** @param {import("./chapter.js").Chapter} toy */
  constructor(toy) {
    this.#toy = toy;
  }

  /** A run begins. */
  begin() {
    Object.assign(this, { rows: [], over: NaN, first: NaN });
  }

  /** Takes the field's newest errors; says whether there are any. */
  update() {
    const { engine, session, field } = this.#toy;
    const errors = session.network ? field.errors : [];
    if (!errors.length) return false;
    const { weights } = engine.lossOfNoise(session.made);
    const wide = T / errors.length; // an error stands for the stretch that ends at its t
    this.rows = errors.map(({ t, error }) => ({ t: t - wide / 2, mean: weights[t - 1] * error }));
    this.over = this.rows.reduce((sum, { mean }) => sum + mean / errors.length, 0);
    if (Number.isNaN(this.first)) this.first = this.over;
    return true;
  }

  /** The t up to which half of it comes about. */
  get half() {
    let rest = (this.over * this.rows.length) / 2;
    const row = this.rows.find(({ mean }) => (rest -= mean) <= 0);
    return row ? Math.round(row.t + T / this.rows.length / 2) : T;
  }
}

// @ts-check
// What the gradients of both losses are at one set of weights, as a table: the square of their mean, and the spread of one
// sample's about it, at the start of the race and at its end; there the mean is next to nothing.
import { short } from "../../figures/plot-axes.js";
import { h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { minus } from "../../lesson/numbers.js";
import { agree, ratio } from "./gradients.js";

/** @typedef {import("./gradients.js").Measured} Measured */
/** @typedef {import("./racers.js").Spread} Spread */

export class RaceTable {
  #body;

  /** @param {HTMLElement} table */
  constructor(table) {
    this.#body = /** @type {HTMLElement} */ (table.querySelector("tbody"));
  }

  /** Rows whose numbers are not known yet keep their place. @param {Spread[][]} spreads at the start and at the end */
  show([start, end]) {
    this.#body.replaceChildren(
      line(
        "variance_mean_start",
        start?.map(({ mean }) => mean),
        verdict,
      ),
      line(
        "variance_spread_start",
        start?.map(({ spread }) => spread),
        times,
      ),
      line(
        "variance_spread_end",
        end?.map(({ spread }) => spread),
        times,
      ),
    );
  }
}

/** @param {string} key @param {Measured[] | undefined} both @param {(both: Measured[]) => string} compared */
function line(key, both, compared) {
  const cells = both ? [...both.map(withError), compared(both)] : ["–", "–", "–"];
  const row = h("tr", { "data-testid": key.replaceAll("_", "-") });
  row.append(h("th", { scope: "row" }, say(key)), ...cells.map((cell) => h("td", {}, cell)));
  return row;
}

/** @param {Measured[]} both */
const verdict = ([naive, integrated]) => say(agree(naive, integrated) ? "variance_same" : "variance_other");

/** @param {Measured[]} both */
const times = ([naive, integrated]) =>
  say("variance_times", { times: Number(ratio(naive, integrated).value.toPrecision(2)) });

/** @param {Measured} measured */
const withError = ({ value, error }) => `${minus(short(value))} ± ${Number(error.toPrecision(1))}`;

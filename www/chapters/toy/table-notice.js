// @ts-check
// What was read of a table, in one line that stands until the points are others: the columns that are x and y, with the
// others to choose from, and what had to be assumed.
import { h } from "../../lib/dom.js";
import { lang, say } from "../../lib/words.js";

const MOST_NAMED = 6; // more columns are only counted

/** @typedef {import("../../pkg/chailou.js").TablePoints} Table */
/**
 * What the reader wants of a table.
 * @typedef {object} Wanted
 * @property {[number, number]} [columns] places of x and y
 * @property {boolean} [heading] false: the first line is a point
 */

/**
 * The notice; `choose` gets what the reader wants otherwise.
 * @param {Table} table
 * @param {number} taken points that are on the pad now
 * @param {Wanted} wanted what it was read with
 * @param {(others: Wanted) => unknown} choose
 */
export function tableNotice(table, taken, wanted, choose) {
  const { columns, chosen, read } = table;
  const name = (/** @type {number} */ place) => columns[place].name || say("toy_column", { number: place + 1 });
  const select = (/** @type {0 | 1} */ axis) => {
    const id = `toy_column_${"xy"[axis]}`;
    const options = columns.map((_, place) =>
      h("option", { value: place, selected: place === chosen[axis] }, name(place)),
    );
    const field = h("select", { "data-testid": id.replaceAll("_", "-"), "aria-label": say(id) }, options);
    field.addEventListener("change", () => choose({ columns: other(chosen, axis, Number(field.value)) }));
    return field;
  };
  const gap = "\n"; // where a field stands in the sentence
  const [before, between, after] = say("toy_columns", { x: gap, y: gap }).split(gap);
  const rest = columns.map((_, place) => place).filter((place) => !chosen.includes(place));
  const told = rest.slice(0, MOST_NAMED).map((place) => {
    const { kind } = columns[place];
    return kind === "number" ? name(place) : say("toy_column_of", { name: name(place), kind: say(`toy_kind_${kind}`) });
  });
  if (rest.length > told.length) told.push(say("toy_columns_more", { count: rest.length - told.length }));
  const sentences = [
    after +
      (rest.length ? say("toy_columns_rest", { names: told.join(say("toy_columns_comma")) }) : say("toy_columns_end")),
    say(read > taken ? "toy_csv_thinned" : "toy_csv_taken", { count: whole(read), taken: whole(taken) }),
    ...assumed(table),
  ];
  return h(
    "p",
    { class: "toy-columns" },
    before,
    select(0),
    between,
    select(1),
    sentences.join(lang() === "zh" ? "" : " "),
    ...firstLine(table, wanted, choose),
  );
}

/**
 * What the first line was taken for, where that is a guess; "" or a choice within its sentence.
 * @param {Table} table
 * @param {Wanted} wanted
 * @param {(others: Wanted) => unknown} choose
 */
function firstLine({ heading }, wanted, choose) {
  if (heading !== "numbers" && wanted.heading !== false) return [];
  const options = ["headings", "point"].map((value) => {
    const selected = (value === "point") === (wanted.heading === false);
    return h("option", { value, selected }, say(`toy_first_${value}`));
  });
  const field = h("select", { "data-testid": "toy-first-line", "aria-label": say("toy_first_line") }, options);
  field.addEventListener("change", () => choose({ heading: field.value === "headings" ? undefined : false }));
  const [before, after] = say("toy_first", { what: "\n" }).split("\n");
  return [(lang() === "zh" ? "" : " ") + before, field, after];
}

const whole = (/** @type {number} */ count) => count.toLocaleString(lang());

/**
 * The choice with another column as x or y; the one that was the other changes places with it.
 * @param {[number, number]} chosen
 * @param {0 | 1} axis
 * @param {number} place
 * @returns {[number, number]}
 */
export function other(chosen, axis, place) {
  const [x, y] = chosen;
  if (chosen[1 - axis] === place) return [y, x];
  return axis === 0 ? [place, y] : [x, place];
}

/** Sentences on what the table did not say. @param {Table} table */
function assumed({ encoding, decimal }) {
  const said = [];
  if (encoding !== "utf-8") said.push(say("toy_csv_encoding", { encoding: encoding.toUpperCase() }));
  if (decimal === ",") said.push(say("toy_csv_decimal"));
  if (decimal === ".,") said.push(say("toy_csv_decimals"));
  return said;
}

// @ts-check
// The class of a tower, chosen as an hour and a roof, each in a word and a small picture, a real tower: hours with the roof
// that is chosen, roofs by day, when they are seen best.
import { byId, h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { realTowers } from "./real-towers.js";

const HOURS = ["day", "dusk", "night"];
const ROOFS = ["flat", "gable", "spire", "pagoda"];

/** A class is 4·hour + roof, both counted from 0 (src/data/towers.rs). @param {{ hour: number, roof: number }} choice */
const classOf = ({ hour, roof }) => ROOFS.length * hour + roof;

/** @param {number} label */
const choiceOf = (label) => ({ hour: Math.floor(label / ROOFS.length), roof: label % ROOFS.length });

/** In words. @param {number} label */
export function towerName(label) {
  const { hour, roof } = choiceOf(label);
  return { hour: say(`hour_${HOURS[hour]}`), roof: say(`roof_${ROOFS[roof]}`) };
}

export class TowerChoice {
  /** The last class that was chosen. */
  #at = { hour: 0, roof: 0 };
  #drawn = -1; // the roof on the pictures of hours

  /** @param {(label: string) => unknown} pick */
  constructor(pick) {
    const fill = (/** @type {"hour" | "roof"} */ name, /** @type {string[]} */ words) =>
      byId(`${name}s`).replaceChildren(
        ...words.map((word, i) =>
          h(
            "button",
            {
              type: "button",
              value: i,
              "data-testid": `${name}-${word}`,
              onclick: () => pick(String(classOf({ ...this.#at, [name]: i }))),
            },
            h("canvas", { width: 32, height: 32, "aria-hidden": "true" }),
            h("span", { "data-i18n": `${name}_${word}` }),
          ),
        ),
      );
    fill("hour", HOURS);
    fill("roof", ROOFS);
  }

  /** @param {boolean} wanted whether it is towers that there is a choice of @param {string} label the class, or none */
  show(wanted, label) {
    const chosen = /^\d+$/.test(label) ? choiceOf(Number(label)) : null;
    if (chosen && wanted) this.#at = chosen;
    for (const name of /** @type {const} */ (["hour", "roof"])) {
      const place = byId(`${name}s`);
      /** @type {HTMLElement} */ (place.closest("fieldset")).hidden = !wanted;
      [...place.children].forEach((button, i) => button.setAttribute("aria-pressed", String(chosen?.[name] === i)));
    }
    if (wanted) this.#draw().catch(() => {}); // the words say it all; that the engine did not come is said elsewhere
  }

  async #draw() {
    const towers = await realTowers();
    const { roof } = this.#at;
    if (this.#drawn === roof) return;
    this.#drawn = roof;
    for (const [name, choice] of /** @type {const} */ ([
      ["hour", (/** @type {number} */ hour) => ({ hour, roof })],
      ["roof", (/** @type {number} */ roof) => ({ hour: 0, roof })],
    ]))
      [...byId(`${name}s`).querySelectorAll("canvas")].forEach((canvas, i) =>
        towers.draw(canvas, towers.ofClass(classOf(choice(i)))[0]),
      );
  }
}

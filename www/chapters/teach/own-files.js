// @ts-check
// Pictures from the reader's own files: further photographs (images alone) and old digits to rehearse (images with
// labels). What was taken is told and shown, can be turned where its rows are columns, and put away; of several sets the
// reader chooses one.
import { reveal } from "../../lib/beside.js";
import { byId, h } from "../../lib/dom.js";
import { lang, say } from "../../lib/words.js";
import { turned } from "./dataset.js";
import { readSet, setsIn } from "./files.js";
import { PIXELS, show } from "./strokes.js";

const SHOWN = 10; // pictures of a set

/**
 * @typedef {object} Pictures of one set
 * @property {Float32Array} images [count, 784]
 * @property {Int32Array} labels one each, or none
 * @property {number} count
 * @property {number} total in the file
 * @property {string} name path of the images
 * @property {string} [labelsName] path of the labels
 * @property {boolean} onItsSide the name promises pictures whose rows are columns
 * @property {boolean} turned
 */

/** Events: "change". */
export class OwnFiles extends EventTarget {
  /** @type {Pictures | null} */ photos = null;
  /** @type {Pictures | null} */ old = null;
  /** The sets to choose from, and their files. @type {{ sets: import("../../pkg/chailou.js").DigitSet[], files: File[] } | null} */
  #choice = null;
  #act;

  /** @param {(work: () => unknown) => unknown} act runs what a button asks for and shows its failure */
  constructor(act) {
    super();
    this.#act = act;
  }

  /** Takes the one set there is among files, or asks which. @param {File[]} files */
  async open(files) {
    this.#choice = null;
    this.render();
    const sets = await setsIn(files);
    if (sets.length === 1) return this.#take(sets[0], files);
    this.#choice = { sets, files };
    this.render();
    byId("teach-which").querySelector("button").focus();
  }

  async #take(set, files) {
    const pictures = await readSet(set, files);
    this[pictures.labels.length ? "old" : "photos"] = pictures;
    this.#choice = null;
    this.#changed();
    reveal(byId("teach-own"));
  }

  forget() {
    this.photos = this.old = this.#choice = null;
    this.#changed();
  }

  #changed() {
    this.render();
    this.dispatchEvent(new Event("change"));
  }

  render() {
    const sets = [this.photos, this.old].filter((set) => set !== null);
    byId("teach-own").hidden = !sets.length;
    byId("teach-own-sets").replaceChildren(...sets.map((set) => this.#set(set)));
    byId("teach-which").hidden = !this.#choice;
    byId("teach-which-sets").replaceChildren(...(this.#choice?.sets ?? []).map((set) => this.#option(set)));
  }

  /** @param {Pictures} set */
  #set(set) {
    const kind = set === this.photos ? "photos" : "old";
    const canvas = h("canvas", { role: "img", "aria-label": say("teach_own_shown", set) });
    show(canvas, set.images.subarray(0, SHOWN * PIXELS), { gap: 2 });
    const turn = h(
      "button",
      {
        type: "button",
        class: "plain",
        "aria-pressed": String(set.turned),
        "data-testid": `teach-own-turn-${kind}`,
        onclick: () => this.#turn(set, kind),
      },
      say("teach_own_turn"),
    );
    const side = set.onItsSide && !set.turned ? h("span", {}, say("teach_own_side")) : null;
    return h(
      "li",
      {},
      h("p", { class: "teach-note", "data-testid": `teach-own-${kind}` }, told(set, kind)),
      canvas,
      h("p", { class: "teach-note teach-row" }, turn, side),
    );
  }

  /** @param {Pictures} set @param {string} kind */
  #turn(set, kind) {
    Object.assign(set, { images: turned(set.images), turned: !set.turned });
    this.#changed();
    byId(`teach-own-turn-${kind}`).focus();
  }

  #option(set) {
    const take = () => this.#act(() => this.#take(set, this.#choice.files));
    return h(
      "li",
      {},
      h("button", { type: "button", class: "plain", onclick: take }, set.images),
      h("span", { class: "teach-note" }, say(set.labels ? "teach_which_labelled" : "teach_which_bare", set)),
    );
  }
}

/** @param {Pictures} set @param {string} kind */
function told(set, kind) {
  const { count, total, labels } = set;
  const amount = count < total ? say("teach_own_part", { count, total }) : String(count);
  const classes = new Map();
  for (const label of labels) classes.set(label, (classes.get(label) ?? 0) + 1);
  const counts = [...classes].sort(([a], [b]) => a - b).map(([label, n]) => say("teach_own_class", { label, n }));
  return say(`teach_own_${kind}`, { ...set, amount, counts: counts.join(lang() === "zh" ? "、" : ", ") });
}

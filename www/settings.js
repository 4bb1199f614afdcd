// @ts-check
// The typed list of everything a reader can choose, so that a link can restore the exact state. Only what differs from the
// defaults is written, except the language, whose default depends on the browser. The page's own choices stand here, each
// chapter's in its settings.js, made of the parsers below; what a link looks like stands in address.js.
import { readLink } from "./address.js";

/** @typedef {import("./address.js").Properties} Properties */

/** @param {number} low @param {number} high */
export const anInt = (low, high) => (/** @type {string} */ text) => {
  const value = Number(text);
  return text !== "" && Number.isInteger(value) && value >= low && value <= high ? value : undefined;
};
/** @param {number} low @param {number} high */
export const aNumber = (low, high) => (/** @type {string} */ text) => {
  const value = Number(text);
  return text !== "" && value >= low && value <= high ? value : undefined;
};
/** @param {string[]} values */
export const oneOf =
  (...values) =>
  (/** @type {string} */ text) =>
    values.includes(text) ? text : undefined;
/** @param {string} text */
export const aFlag = (text) => (text === "0" ? false : text === "1" ? true : undefined);

const browserLang = () => (/^zh\b/i.test(globalThis.navigator?.language ?? "") ? "zh" : "en");

/** @type {Properties} */
const SHARED = {
  lang: [browserLang(), oneOf("zh", "en")],
  notation: ["su", oneOf("su", "ho")],
};

/** What the reader has chosen. Listeners get an event "change" whose `names` is a Set. */
export class Settings extends EventTarget {
  /** @type {Record<string, any>} */
  #values;
  /** @type {Properties} */
  #properties;

  /** @type {Record<string, any>} */
  #opening;

  /**
   * @param {Properties[]} chapters the choices of each, in reading order
   * @param {string} [hash] of the link
   * @param {(id: string) => boolean} [isPlace] see readLink
   * @param {Record<string, any>} [opening] what some choices are where a link names none of them; one that names some means
   *   the defaults of the others
   */
  constructor(chapters, hash = "", isPlace = undefined, opening = {}) {
    super();
    this.#properties = Object.assign({}, SHARED, ...chapters);
    this.#opening = opening;
    /** The link that the page was opened with. */
    this.link = readLink(hash, this.#properties, isPlace);
    this.#values = this.#complete(this.link.values);
  }

  /** What a link leaves open added. @param {Record<string, any>} values */
  #complete(values) {
    const standard = Object.fromEntries(Object.entries(this.#properties).map(([name, [value]]) => [name, value]));
    const named = Object.keys(this.#opening).some((name) => Object.hasOwn(values, name));
    return { ...standard, ...(named ? {} : this.#opening), ...values };
  }

  /** @param {string} name */
  get(name) {
    return this.#values[name];
  }

  /**
   * Sets several at once and announces those that changed.
   * @param {Record<string, any>} changes
   */
  set(changes) {
    const names = new Set();
    for (const [name, value] of Object.entries(changes)) {
      if (!(name in this.#properties)) throw new Error(`no such setting: ${name}`);
      if (this.#values[name] !== value) names.add(name);
      this.#values[name] = value;
    }
    if (names.size) this.dispatchEvent(Object.assign(new Event("change"), { names }));
  }

  /**
   * Takes the choices of another link over; what that leaves open gets its default, but for the language. Gives the link
   * and, of the choices that changed, what they were before.
   * @param {string} hash
   * @param {(id: string) => boolean} [isPlace] see readLink
   */
  restore(hash, isPlace) {
    const link = readLink(hash, this.#properties, isPlace);
    /** @type {Record<string, any>} */
    const before = {};
    if (!Object.keys(link.values).length) return { link, before };
    const values = this.#complete({ lang: this.get("lang"), ...link.values });
    for (const name of Object.keys(values)) if (values[name] !== this.get(name)) before[name] = this.get(name);
    this.set(values);
    return { link, before };
  }

  /** The choices as name=value&…, some as `changes` has them. @param {Record<string, any>} [changes] */
  hash(changes = {}) {
    const values = { ...this.#values, ...changes };
    const opening = Object.entries(this.#opening);
    const opens = opening.every(([name, value]) => values[name] === value);
    const standing = opening.every(([name]) => values[name] === this.#properties[name][0]);
    const told = standing && opening.find(([name, value]) => values[name] !== value)?.[0]; // lest it be read as the opening
    const written = new URLSearchParams();
    for (const [name, [standard]] of Object.entries(this.#properties)) {
      const value = values[name];
      if (opens && Object.hasOwn(this.#opening, name)) continue;
      if (name === "lang" || name === told || value !== standard)
        written.set(name, String(typeof value === "boolean" ? Number(value) : value));
    }
    return written.toString();
  }
}

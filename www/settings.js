// @ts-check
// The typed list of everything a reader can choose, mirrored in the URL hash so that a link restores the exact state.
// Only what differs from the defaults is written, except the language, whose default depends on the browser. The page's
// own choices stand here, each chapter's in its settings.js, made of the parsers below.

/**
 * Default and parser of one choice; the parser gives undefined for what it does not take.
 * @typedef {[standard: any, parse: (text: string) => any]} Property
 * @typedef {Record<string, Property>} Properties by name, which is the key in the hash
 */

/** @param {number} low @param {number} high */
export const anInt = (low, high) => (/** @type {string} */ text) => {
  const value = Number(text);
  return Number.isInteger(value) && value >= low && value <= high ? value : undefined;
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

/** Reads, writes and announces the choices. Listeners get an event "change" whose `names` is a Set. */
export class Settings extends EventTarget {
  /** @type {Record<string, any>} */
  #values;
  /** @type {Properties} */
  #properties;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** Names that the link set. @type {Set<string>} */
  given = new Set();

  /**
   * @param {Properties[]} chapters the choices of each, in reading order
   * @param {string} [hash] of the link
   */
  constructor(chapters, hash = "") {
    super();
    this.#properties = Object.assign({}, SHARED, ...chapters);
    this.#values = Object.fromEntries(Object.entries(this.#properties).map(([name, [value]]) => [name, value]));
    for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
      const value = Object.hasOwn(this.#properties, name) ? this.#properties[name][1](text) : undefined;
      if (value === undefined) continue;
      this.#values[name] = value;
      this.given.add(name);
    }
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
    if (!names.size) return;
    clearTimeout(this.#timer); // browsers limit how often the address may change: wait for a quiet moment
    this.#timer = setTimeout(() => history.replaceState(null, "", `#${this.hash()}`), 150);
    this.dispatchEvent(Object.assign(new Event("change"), { names }));
  }

  hash() {
    const written = new URLSearchParams();
    for (const [name, [standard]] of Object.entries(this.#properties)) {
      const value = this.#values[name];
      if (name === "lang" || value !== standard)
        written.set(name, String(typeof value === "boolean" ? Number(value) : value));
    }
    return written.toString();
  }
}

// The typed list of everything a reader can choose, mirrored in the URL hash so that a link restores the exact state.
// Only what differs from the defaults is written, except the language, whose default depends on the browser.
import { toyProperties } from "./chapters/toy/properties.js";
import { teachProperties } from "./chapters/teach/properties.js";

const anInt = (low, high) => (text) => {
  const value = Number(text);
  return Number.isInteger(value) && value >= low && value <= high ? value : undefined;
};
const aNumber = (low, high) => (text) => {
  const value = Number(text);
  return text !== "" && value >= low && value <= high ? value : undefined;
};
const oneOf =
  (...values) =>
  (text) =>
    values.includes(text) ? text : undefined;
const aFlag = (text) => ({ 0: false, 1: true })[text];

const browserLang = () => (/^zh\b/i.test(navigator.language ?? "") ? "zh" : "en");

/** name → [default, parse]. Names are the hash's keys. */
export const PROPERTIES = {
  lang: [browserLang(), oneOf("zh", "en")],
  notation: ["su", oneOf("su", "ho")],
  mode: ["one", oneOf("one", "grid")],
  start: ["noise", oneOf("noise", "real")], // x_T from the seed, or a test-set digit as x_0
  digit: ["3", (text) => (text === "any" || text === "mixed" ? text : anInt(0, 99999)(text)?.toString())],
  seed: [7, anInt(0, 0xffffffff)],
  test: [0, anInt(0, 199)],
  sampler: ["ddim", oneOf("ddim", "ddpm")],
  steps: [50, anInt(1, 100000)],
  spacing: ["leading", oneOf("leading", "linspace", "trailing")],
  eta: [0, aNumber(0, 1)],
  sigma: ["beta_tilde", oneOf("zero", "beta", "beta_tilde")],
  guidance: [2, aNumber(0, 20)],
  clip: [false, aFlag], // guided predictions leave −1…1 on their way; clipping them costs quality
  speed: [1, aNumber(0.1, 100)],
  acts: ["", (text) => (/^(d|b\w+)(\.(d|b\w+))*$/.test(text) ? text : undefined)], // done so far: d = 拆, b3 = 建 a 3
  at: [-1, anInt(0, 100000)], // where the reader paused; -1: let it run
  ...toyProperties({ anInt, aNumber, oneOf, aFlag }),
  ...teachProperties({ anInt, aNumber, oneOf }),
};

/** Reads, writes and announces the choices. Listeners get an event "change" whose `names` is a Set. */
export class Settings extends EventTarget {
  #values = Object.fromEntries(Object.entries(PROPERTIES).map(([name, [value]]) => [name, value]));
  #timer = 0;

  constructor(hash = "") {
    super();
    for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
      const value = PROPERTIES[name]?.[1](text);
      if (value !== undefined) this.#values[name] = value;
    }
  }

  get(name) {
    return this.#values[name];
  }

  /** Sets several at once and announces those that changed. */
  set(changes) {
    const names = new Set();
    for (const [name, value] of Object.entries(changes)) {
      if (!(name in PROPERTIES)) throw new Error(`no such setting: ${name}`);
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
    for (const [name, [standard]] of Object.entries(PROPERTIES)) {
      const value = this.#values[name];
      if (name === "lang" || value !== standard) written.set(name, typeof value === "boolean" ? Number(value) : value);
    }
    return written.toString();
  }
}

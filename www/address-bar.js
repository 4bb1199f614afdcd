// @ts-check
// Keeps the address in step with the choices, and takes over what the reader types, pastes, follows or goes back to,
// without loading the page anew: places scroll and touch nothing, another state is applied where the page stands.
//
// Entries of the browser's history that differ only in their place belong to one state and carry its mark: going back
// over an anchor must not bring back the choices of that moment.
import { split, written } from "./address.js";

/** @typedef {import("./address.js").Link} Link */

const QUIET = 150; // ms; browsers limit how often an address may change

export const isPlace = (/** @type {string} */ id) => document.getElementById(id) !== null;

export class AddressBar {
  #settings;
  #place;
  #mark = history.state?.chailou ?? mark();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #address = location.href; // as it was read or written last

  /**
   * @param {import("./settings.js").Settings} settings
   * @param {(link: Link, before: Record<string, any>) => void} onLink another link has been taken over; see Settings.restore
   */
  constructor(settings, onLink) {
    this.#settings = settings;
    this.#place = isPlace(settings.link.place) ? settings.link.place : "";
    settings.addEventListener("change", () => {
      clearTimeout(this.#timer);
      // another link may have come meanwhile, and its event be under way
      this.#timer = setTimeout(() => location.href === this.#address && this.#write(), QUIET);
    });
    addEventListener("hashchange", () => this.#follow(onLink));
    if (settings.link.faults.length) this.#write(); // whoever copies it copies what is seen
  }

  /** The address of a place and of the choices, some as `changes` has them. @param {string} place @param {Record<string, any>} [changes] */
  address(place, changes) {
    return `${split(location.href).before}#${written(place, this.#settings.hash(changes))}`;
  }

  #write() {
    clearTimeout(this.#timer);
    history.replaceState({ ...history.state, chailou: this.#mark }, "", this.address(this.#place));
    this.#address = location.href;
  }

  /** @param {(link: Link, before: Record<string, any>) => void} onLink */
  #follow(onLink) {
    const known = history.state?.chailou;
    const { hash } = split(location.href);
    if (known === this.#mark) {
      this.#place = /^[^&=]*(?=&|$)/.exec(hash)?.[0] ?? "";
      return this.#write();
    }
    const { link, before } = this.#settings.restore(hash, isPlace);
    if (Object.keys(link.values).length) this.#mark = known ?? mark();
    this.#place = isPlace(link.place) ? link.place : "";
    this.#write();
    onLink(link, before);
  }
}

const mark = () => Math.random().toString(36).slice(2);

// @ts-check
// A model's folder on the page's own host: fetched once, however many ask, and anew after a cancelled or failed attempt.
import { downloadModel } from "../../lib/download.js";

export class ModelFolder {
  received = { done: 0, total: 0 };
  #abort = new AbortController();
  /** @type {Promise<import("../../page.js").ModelFiles> | null} */
  #files = null;

  /** @param {string} address */
  constructor(address) {
    this.address = address;
  }

  fetch() {
    if (!this.#files || this.#abort.signal.aborted) {
      this.#abort = new AbortController();
      this.#files = downloadModel(this.address, {
        signal: this.#abort.signal,
        onBytes: (done, total) => (this.received = { done, total }),
      });
      this.#files.catch(() => {}); // whoever awaits it reports the failure
    }
    return this.#files;
  }

  cancel() {
    this.#abort.abort();
  }
}

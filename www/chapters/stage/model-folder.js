// @ts-check
// A model's folder on the page's own host: fetched once, however many ask, and anew after a cancelled or failed attempt.
import { download } from "../../lib/download.js";
import { bytes } from "../../lib/dom.js";
import { downloadPacked } from "../../lib/packed.js";
import { lang, say } from "../../lib/words.js";

const decoder = new TextDecoder();

/** Its three files; `onBytes` hears of the weights, which are F16. @param {string} folder @param {import("../../lib/download.js").Options} options */
async function downloadModel(folder, { signal, onBytes }) {
  const [config, scheduler, weights] = await Promise.all([
    download(`${folder}/config.json`, { signal }),
    download(`${folder}/scheduler_config.json`, { signal }),
    downloadPacked(`${folder}/diffusion_pytorch_model.safetensors.packed`, 2, { signal, onBytes }),
  ]);
  return { config: decoder.decode(config), scheduler: decoder.decode(scheduler), weights };
}

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
      const attempt = this.#files;
      attempt.catch(() => {
        if (this.#files === attempt) this.#files = null; // whoever awaits it reports the failure
      });
    }
    return this.#files;
  }

  cancel() {
    this.#abort.abort();
  }
}

/**
 * The files; `bar` tells how much of them has come.
 * @param {ModelFolder} folder
 * @param {ReturnType<import("../../lib/notices.js").Notices["progress"]> | null} bar
 */
export async function fetchTold(folder, bar) {
  const shown = setInterval(() => {
    const { done, total } = folder.received;
    const values = { done: bytes(done, lang()), total: bytes(total, lang()) };
    if (done) bar?.update(say(total ? "loading_weights_of" : "loading_weights_some", values), done, total);
  }, 100);
  try {
    return await folder.fetch();
  } finally {
    clearInterval(shown);
  }
}

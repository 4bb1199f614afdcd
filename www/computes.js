// @ts-check
// The quiet line above the chapters: what computes on this page, and a button for the other. Where the graphics card was
// asked for and could not be had, it also says why and what to do about it.
import { byId, h } from "./lib/dom.js";
import { plainButton } from "./lib/notices.js";
import { lang, say } from "./lib/words.js";
import { webgpuHelp } from "./webgpu-help.js";

/** @typedef {import("./device.js").Device} Device */

/** What computes, in a few words. @param {Device} device */
export function deviceName({ backend, name, software, adapter: { workers } }) {
  if (backend === "cpu") return say(workers === 1 ? "processor_alone" : "processor", { workers });
  return software ? say("emulated", { name }) : name;
}

export class Computes {
  #page;
  #switching = false;

  /** @param {import("./page.js").Page} page */
  constructor(page) {
    this.#page = page;
  }

  show() {
    const { device, refused } = this.#page;
    byId("computes").replaceChildren(
      ...(device ? [this.#line(device)] : []),
      ...(device && refused ? [failure(refused)] : []),
    );
  }

  /** @param {Device} device */
  #line(device) {
    const other = device.backend === "cpu" ? "webgpu" : "cpu";
    const button = plainButton(`use_${other}`, () => this.#use(other));
    button.className = "link";
    button.dataset.testid = `use-${other}`;
    /** @type {HTMLButtonElement} */ (button).disabled = this.#switching;
    return h("p", {}, sentence(device), " ", button);
  }

  /** @param {import("./device.js").Backend} backend */
  async #use(backend) {
    this.#switching = true;
    this.show();
    try {
      await this.#page.use(backend);
    } finally {
      this.#switching = false;
      this.show();
    }
  }
}

/** @param {Device} device */
function sentence({ backend, name, software, adapter: { workers } }) {
  if (backend === "cpu") return say(workers === 1 ? "computes_cpu_alone" : "computes_cpu", { workers });
  return say(software ? "computes_emulated" : "computes_webgpu", { name });
}

/** @param {{ backend: string, reason: string }} refused */
const failure = ({ backend, reason }) =>
  h(
    "div",
    { class: "notice", "data-testid": "refused" },
    backend === "webgpu" ? webgpuHelp(reason) : h("p", { lang: lang() }, say("no_cpu", { reason })),
  );

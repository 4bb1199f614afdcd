// The cloud that is being rebuilt: holds the newest film and shows one of its frames. Two canvases lie on each other,
// since a canvas that was drawn on by WebGPU can never be drawn on in 2-D.
import { byId } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { redrawn } from "../../figures/plot.js";
import { timeAt } from "./schedule.js";

export class Cloud {
  film = null;
  position = 0;
  #gpu = byId("toy-cloud-gpu");
  #plain = byId("toy-cloud");
  #due = 0;

  /** `onError` hears of a drawing that failed. */
  constructor(onError) {
    this.onError = onError;
    redrawn(this.#plain.parentElement, () => this.draw());
  }

  /** Takes a new film; the old one is freed. */
  put(film) {
    if (this.film !== film) this.film?.free();
    this.film = film;
    this.draw();
  }

  show(position) {
    this.position = position;
    this.draw();
  }

  draw() {
    this.#due ||= requestAnimationFrame(() => {
      this.#due = 0;
      this.paint();
    });
  }

  /** Draws at once and gives the canvas; a WebGPU canvas keeps its picture only until the next task. */
  async paint() {
    const { film, position } = this;
    const canvas = film?.onGpu ? this.#gpu : this.#plain;
    for (const each of [this.#gpu, this.#plain]) each.hidden = each !== canvas;
    canvas.setAttribute("aria-label", say(film ? "toy_cloud_label" : "toy_cloud_none", { t: timeAt(position) }));
    try {
      await film?.draw(canvas, position);
    } catch (error) {
      if (this.film === film) this.onError(error); // else it was freed while it was being read
    }
    return canvas;
  }
}

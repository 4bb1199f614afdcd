// @ts-check
// What the network builds from the same noise before and after: two rows to compare, a film of one picture through the
// training, and the count of how many resemble the drawings.
import { byId, h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { dataTools, GUIDANCE, SEED } from "./engine.js";
import { TAUGHT } from "./session.js";
import { PIXELS, show } from "./strokes.js";

const GAP = 2;

const when = ({ step }) => (step ? say("teach_after", { step }) : say("teach_after_none"));

export class Results {
  #chosen = null; // the moment in the second row; null: the newest
  #counted = new WeakMap(); // moment → {version of the drawings, count}
  #frames = [];

  /** `photos()` gives the drawings {values, version}. */
  constructor(session, photos) {
    this.session = session;
    this.photos = photos;
    session.addEventListener("moment", () => {
      this.#chosen = null;
      this.draw();
    });
    session.addEventListener("change", () => this.#entitle());
  }

  draw() {
    const { moments } = this.session;
    byId("teach-results").hidden = !moments.length;
    byId("teach-results-empty").hidden = Boolean(moments.length);
    if (!moments.length) return;
    if (!moments.includes(this.#chosen)) this.#chosen = null;
    const [first] = moments;
    const second = this.#second();
    this.#row("before", first, say("teach_before"));
    byId("teach-after").hidden = !second;
    if (second) this.#row("after", second, when(second));
    this.#entitle();
    this.#film(moments, second);
    byId("teach-noise").textContent = say("teach_noise", { look: first.look, w: GUIDANCE, seed: SEED });
    this.#count(second ?? first);
  }

  /** The moment in the second row, if there is one. */
  #second() {
    const { moments } = this.session;
    return this.#chosen ?? (moments.length > 1 ? moments.at(-1) : null);
  }

  /** Says of the second row's pictures how far the network had come, and how far it has come since. */
  #entitle() {
    const second = this.#second();
    if (!second) return;
    const { step } = this.session;
    const text = second.step === step ? when(second) : say("teach_after_since", { when: when(second), step });
    if (byId("teach-after-title").textContent !== text) byId("teach-after-title").textContent = text;
  }

  #row(name, { digit, pictures }, title) {
    byId(`teach-${name}-title`).textContent = title;
    const put = (part, values, label) => {
      const canvas = byId(`teach-${name}-${part}`);
      show(canvas, values, { gap: GAP });
      canvas.setAttribute("aria-label", label);
    };
    put("own", pictures.subarray(0, TAUGHT * PIXELS), say("teach_row_own", { title, digit, n: TAUGHT }));
    put("others", pictures.subarray(TAUGHT * PIXELS), say("teach_row_others", { title }));
    byId("teach-own-title").textContent = say("teach_own_title", { digit });
  }

  /** The first picture of the class at every look, to be clicked. */
  #film(moments, second) {
    const place = byId("teach-film");
    place.hidden = moments.length < 3;
    if (place.hidden) return;
    if (this.#frames[0]?.moment !== moments[0] || this.#frames.length > moments.length) {
      this.#frames = [];
      place.replaceChildren();
    }
    for (const moment of moments.slice(this.#frames.length)) {
      const canvas = h("canvas", { "aria-hidden": "true" });
      show(canvas, moment.pictures.subarray(0, PIXELS));
      const button = h(
        "button",
        {
          type: "button",
          onclick: () => {
            this.#chosen = moment;
            this.draw();
          },
        },
        canvas,
        h("span", {}, String(moment.step)),
      );
      this.#frames.push({ moment, button });
      place.append(button);
    }
    for (const { moment, button } of this.#frames) {
      button.setAttribute("aria-label", say("teach_film_frame", { step: moment.step }));
      button.setAttribute("aria-current", String(moment === second));
    }
  }

  async #count(moment) {
    const { values, version } = this.photos();
    const place = byId("teach-resemblance");
    place.hidden = !values.length;
    if (!values.length) return;
    const { resembling, threshold } = await dataTools();
    if (this.#counted.get(moment)?.version !== version)
      this.#counted.set(moment, { version, count: resembling(values, moment.pictures.subarray(0, TAUGHT * PIXELS)) });
    const text = say("teach_resemblance", {
      n: this.#counted.get(moment).count,
      of: TAUGHT,
      digit: moment.digit,
      threshold: threshold.toFixed(2),
    });
    if (place.textContent !== text) place.textContent = text;
  }
}

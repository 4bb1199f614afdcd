// @ts-check
// Draws the stage: listens to its events and to the settings, and puts pictures, numbers, formula, wall, slider and film
// strip on the page. Several events within one frame are drawn once.
import { BrickLedger } from "../../figures/brick-ledger.js";
import { BrickWall } from "../../figures/brick-wall.js";
import { figure, figures, redrawn } from "../../figures/figure.js";
import "../../figures/film-strip.js";
import { TapePicture } from "../../figures/tape-picture.js";
import { TimeLine } from "../../figures/time-line.js";
import { byId, h } from "../../lib/dom.js";
import { hear } from "../../lib/events.js";
import { lang, say } from "../../lib/words.js";
import { answerFormula, pictureFormula, stepFormulas, symbolRows } from "./step-formula.js";

const ROWS = ["demolish", "build"];

export class View {
  /** @type {Record<string, import("../../figures/film-strip.js").FilmStrip>} */
  #strips = Object.fromEntries(ROWS.map((name) => [name, byId(`strip-${name}`)]));
  #formulaKey = "";
  #onShown = null; // called once after a computed frame of a live chain has been drawn

  /** @param {HTMLElement} root */
  constructor(root, stage, settings, { onFirstFrame, onError }) {
    this.root = root;
    this.stage = stage;
    this.settings = settings;
    this.onError = onError;
    this.#onShown = onFirstFrame;
    this.pictures = figures(root, TapePicture);
    this.line = figure(root, TimeLine);
    this.wall = figure(root, BrickWall);
    this.ledger = figure(root, BrickLedger);
    for (const strip of Object.values(this.#strips)) {
      hear(strip, "jump", ({ tape, position }) => {
        stage.jump(tape, position).catch(onError);
      });
      hear(strip, "changed", () => this.frame());
    }
    hear(this.line, "seek", ({ position }) => stage.seek(position).catch(onError));
    redrawn(root, () => this.frame());
    stage.addEventListener("tapes", () => this.tapes());
    stage.addEventListener("frame", () => this.frame());
    stage.addEventListener("playing", () => this.playing());
    settings.addEventListener("change", (/** @type {any} */ { names }) => {
      if (names.has("lang")) this.tapes();
      else if (names.has("notation")) this.#numbers();
    });
  }

  tapes() {
    const { active, tapes } = this.stage;
    if (!active) return;
    const rows = ROWS.filter((name) => tapes[name]);
    for (const name of ROWS) this.#strips[name].classList.toggle("unshot", !tapes[name]);
    for (const name of rows) this.#strips[name].put(tapes[name]);
    this.line.span(active.steps, (position) => active.rows[position].t);
    this.wall.shares = active.rows.map((row) => row.alphaBar);
    this.root.dataset.colour = String(active.shape.channels === 3);
    this.root.dataset.mode = active.batch > 1 ? "grid" : "one";
    this.#formulaKey = "";
    this.playing();
    this.frame();
  }

  frame() {
    const { active: tape, tapes, position } = this.stage;
    if (!tape) return;
    try {
      for (const picture of this.pictures) picture.show(tape, position);
      for (const name of ROWS) if (tapes[name]) this.#strips[name].place(position, tapes[name] === tape);
    } catch (error) {
      this.onError(error);
    }
    const [from, to] = [0, tape.reached].map((frame) => tape.positionAt(frame) / tape.steps).sort((a, b) => a - b);
    this.line.position = position;
    this.line.known = [from, to];
    this.wall.place(position / tape.steps, from, to);
    this.#numbers();
    if (this.#onShown && this.stage.source.kind === "engine") {
      const shown = this.#onShown;
      this.#onShown = null;
      tape.drawn().then(() => requestAnimationFrame(() => shown()));
    }
  }

  playing() {
    const play = byId("play");
    play.dataset.playing = this.stage.playing;
    const text = say(this.stage.playing ? "pause" : "play");
    play.setAttribute("aria-label", text);
    play.title = text;
  }

  #numbers() {
    const { active: tape, position } = this.stage;
    if (!tape) return;
    const notation = this.settings.get("notation");
    const there = tape.rows[position],
      here = tape.rows[position - 1];
    const rows = symbolRows(there, here, { direction: tape.direction, notation });
    const body = byId("numbers").querySelector("tbody");
    const made = `${tape.direction} ${notation} ${lang()}`;
    if (body.dataset.made !== made) {
      // symbols and words change with notation and language only, the values at every frame
      body.dataset.made = made;
      body.replaceChildren(
        ...rows.map(([symbol, meaning, , kind]) =>
          h("tr", { class: kind || null }, h("th", { scope: "row" }, symbol, " ", say(meaning)), h("td")),
        ),
      );
    }
    rows.forEach(([, , value], i) => (body.children[i].lastChild.textContent = value));
    this.ledger.show(there.alphaBar, notation);
    this.#formula(tape, there, here, notation);
  }

  #formula(tape, there, here, notation) {
    const get = (name) => this.settings.get(name);
    const recorded = this.stage.source.kind !== "engine";
    const { direction, guidance, prediction } = tape;
    const choices = recorded
      ? { sampler: "ddim", eta: 0, sigma: "zero", clip: false, guidance }
      : { sampler: get("sampler"), eta: get("eta"), sigma: get("sigma"), clip: get("clip"), guidance };
    const end = direction === "build" ? "formula_end" : "formula_start";
    byId("step-title").textContent = here
      ? say(`formula_${direction}`, { t: there.t, s: here.t })
      : say(end, { t: there.t });
    const formulas = stepFormulas({ ...choices, direction, notation }, there, here);
    const box = byId("formula");
    const key = JSON.stringify([choices, direction, notation, prediction, Boolean(here), lang()]);
    if (key === this.#formulaKey && here) return box.querySelector(".in-numbers").replaceChildren(formulas.at(-1));
    this.#formulaKey = key;
    const inNumbers = here ? formulas.pop() : null;
    box.replaceChildren(...formulas, h("div", { class: "in-numbers" }, inNumbers));
    byId("legend").replaceChildren(...this.#legend(tape));
  }

  /** What else is to be said of the formula: where ε̂ comes from, what the picture of the tower is, whose letters these are. */
  #legend({ direction, damped, guidance, prediction }) {
    const notation = this.settings.get("notation");
    const letters = h("p", {}, say(direction === "build" ? `letters_${notation}` : `letters_${notation}_demolish`));
    if (direction !== "build") return [letters];
    const unguided = guidance !== 1;
    const [mean, error] = pictureFormula(notation, damped);
    const shows = say(unguided ? "picture_unguided" : "picture_plain");
    const picture = h("p", {}, shows, " ", mean, ...(error ? [", ", error] : []));
    const answer = answerFormula(notation, prediction);
    const asked = answer && h("p", {}, say(`answers_${prediction}`), " ", answer);
    return [...(asked ? [asked] : []), picture, letters];
  }
}

// Draws the stage: listens to its events and to the settings, and puts pictures, numbers, formula, wall, slider and film
// strip on the page. Several events within one frame are drawn once.
import { byId, h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { Pictures } from "./pictures.js";
import { Strip } from "./strip.js";
import { numberRows, stepFormulas } from "./step-formula.js";
import "../../figures/brick-wall.js";
import "../../figures/brick-ledger.js";

export class View {
  #pictures = new Pictures();
  #strips = {};
  #formulaKey = "";
  #onShown = null; // called once after a computed frame of a live chain has been drawn

  constructor(stage, settings, { onFirstFrame, onError }) {
    this.stage = stage;
    this.settings = settings;
    this.onError = onError;
    this.#onShown = onFirstFrame;
    for (const name of ["demolish", "build"]) {
      this.#strips[name] = new Strip((tape, position) => {
        stage.select(tape);
        stage.seek(position).catch(onError);
      });
    }
    byId("timeline").addEventListener("input", (event) => stage.seek(event.target.valueAsNumber).catch(onError));
    stage.addEventListener("tapes", () => this.tapes());
    stage.addEventListener("frame", () => this.frame());
    stage.addEventListener("playing", () => this.playing());
    addEventListener("chailou:strip", () => this.tapes());
    settings.addEventListener("change", ({ names }) => {
      if (names.has("lang")) this.tapes();
      else if (names.has("notation")) this.#numbers();
    });
  }

  tapes() {
    const { active, tapes } = this.stage;
    if (!active) return;
    const rows = ["demolish", "build"].filter((name) => tapes[name]);
    const strips = byId("strips");
    strips.classList.toggle("two", rows.length === 2);
    const elements = rows.map((name) => this.#strips[name].element);
    if (elements.length !== strips.children.length || elements.some((element, i) => strips.children[i] !== element))
      strips.replaceChildren(...elements);
    for (const name of rows) this.#strips[name].put(tapes[name]);
    byId("timeline").max = active.steps;
    byId("wall").shares = active.rows.map((row) => row.alphaBar);
    const root = document.getElementById("stage");
    root.dataset.colour = active.shape.channels === 3;
    root.dataset.mode = active.batch > 1 ? "grid" : "one";
    root.style.setProperty("--ratio", active.shape.width / active.shape.height);
    this.#formulaKey = "";
    this.playing();
    this.frame();
  }

  frame() {
    const { active: tape, tapes, position } = this.stage;
    if (!tape) return;
    const { t } = tape.rows[position];
    try {
      this.#pictures.draw(tape, position);
      for (const name of ["demolish", "build"])
        if (tapes[name]) this.#strips[name].draw(position, tapes[name] === tape);
    } catch (error) {
      this.onError(error);
    }
    const slider = byId("timeline");
    slider.value = position;
    slider.setAttribute("aria-valuetext", say("timeline_value", { t, position, total: tape.steps }));
    const computed = [0, tape.ready].map((frame) => tape.positionAt(frame) / tape.steps).sort((a, b) => a - b);
    slider.style.setProperty("--from", `${100 * computed[0]}%`);
    slider.style.setProperty("--to", `${100 * computed[1]}%`);
    byId("wall").place(position / tape.steps, ...computed);
    byId("here").style.setProperty("--head", position / tape.steps); // there, not on the block: a property is inherited by all it holds
    byId("here").parentElement.dataset.near =
      position < 0.12 * tape.steps ? "tower" : position > 0.88 * tape.steps ? "rubble" : "";
    byId("here").textContent = `t = ${t}`;
    this.#numbers();
    if (
      this.#onShown &&
      this.stage.source.kind === "engine" &&
      tape.direction === "build" &&
      tape.frameAt(position) >= 1
    ) {
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
    const rows = numberRows(there, here, notation);
    const body = byId("numbers").querySelector("tbody");
    if (body.dataset.notation !== notation) {
      // the symbols change with the notation only, the values at every frame
      body.dataset.notation = notation;
      body.replaceChildren(
        ...rows.map(([symbol], i) =>
          h("tr", {}, h("th", { scope: "row", class: ["", "keeps", "mixes"][i] }, symbol), h("td")),
        ),
      );
    }
    rows.forEach(([, value], i) => (body.children[i].lastChild.textContent = value));
    byId("ledger").show(there.alphaBar, notation);
    this.#formula(tape, there, here, notation);
  }

  #formula(tape, there, here, notation) {
    const get = (name) => this.settings.get(name);
    const recorded = this.stage.source.kind === "recording";
    const choices = recorded
      ? { sampler: "ddim", eta: 0 }
      : { sampler: get("sampler"), eta: get("eta"), sigma: get("sigma"), clip: get("clip") };
    const title = here
      ? say(`formula_${tape.direction}`)
      : say(tape.direction === "build" ? "formula_end" : "formula_start");
    const formulas = stepFormulas({ ...choices, direction: tape.direction, notation }, there, here);
    const box = byId("formula");
    const key = JSON.stringify([choices, tape.direction, notation, Boolean(here), title]);
    if (key === this.#formulaKey && here) return box.lastChild.replaceWith(formulas.at(-1)); // only the numbers changed
    this.#formulaKey = key;
    box.replaceChildren(h("p", {}, title), ...formulas);
  }
}

// @ts-check
// The reader's choices: what to build, from which start, how many, and (folded) how to sample. Controls only show and
// change the settings; stage.apply() does what follows.
import { byId, h } from "../../lib/dom.js";
import { bindNumber, showNumber } from "../../lib/fields.js";
import { lang, say } from "../../lib/words.js";
import { FLAT_OUT } from "./player.js";
import { PRESETS } from "./presets.js";
import { buildSettings, showSettings } from "./sampler-settings.js";
import { TowerChoice, towerName } from "./tower-choice.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4, FLAT_OUT];

const MOST_CHIPS = 100;

export class Controls {
  #shownTests = null;

  /**
   * @param {HTMLElement} root the chapter's section
   * @param {import("./stage.js").Stage} stage
   * @param {import("../../settings.js").Settings} settings
   * @param {object} hands
   * @param {(work: () => unknown) => Promise<void>} hands.act runs what a control asks for and shows its failure
   * @param {(model: string) => Promise<void>} hands.choose puts one of the page's own models on the stage
   */
  constructor(root, stage, settings, { act, choose }) {
    this.root = root;
    this.stage = stage;
    this.settings = settings;
    this.act = act;
    const on = (id, work) => byId(id).addEventListener("click", () => act(work));
    byId("subject").addEventListener("submit", (event) => event.preventDefault());
    on("from-noise", () => stage.apply({ start: "noise" }));
    on("from-real", async () => {
      const real = await this.#preset.real(); // first show a real one of the class that is chosen
      const [first] = real.ofClass(Number(settings.get("digit")));
      const fits = first === undefined || real.label(settings.get("test")) === Number(settings.get("digit"));
      await stage.apply({ start: "real", ...(fits ? {} : { test: first }) });
    });
    byId("model").addEventListener("click", () => choose(settings.get("model") === "towers" ? "digits" : "towers"));
    this.towers = new TowerChoice((label) => this.#pick(label));
    on("single", () => {
      const { digit } = this.#preset.usual;
      return stage.apply({ mode: "one", ...(settings.get("digit") === "mixed" ? { digit } : {}) });
    });
    on("grid", () => (settings.get("mode") === "grid" ? byId("single").click() : stage.apply({ mode: "grid" })));
    on("dice", () => stage.apply({ seed: Math.floor(Math.random() * 10000) }));
    bindNumber(byId("seed"), {
      low: 0,
      high: 0xffffffff,
      whole: true,
      value: () => settings.get("seed"),
      set: (seed) => stage.apply({ seed }),
      act,
    });
    on("demolish", () => this.#watched(stage.demolish()));
    on("build", () => this.#watched(stage.build()));
    on("fresh-noise", () => (settings.get("start") === "real" ? stage.apply({ start: "noise" }) : stage.restart()));
    on("play", () => (stage.playing ? stage.pause() : this.#watched(stage.play())));
    on("to-start", () => stage.seek(0));
    on("to-end", () => stage.seek(stage.steps));
    on("step-left", () => stage.move(-1));
    on("step-right", () => stage.move(1));
    byId("speed").addEventListener("change", ({ target }) => settings.set({ speed: Number(target.value) }));
    buildSettings(stage, settings, act);
    settings.addEventListener("change", () => this.show());
    for (const type of ["tapes", "frame", "playing"]) stage.addEventListener(type, () => this.showActs());
  }

  /** The page's own model that stands on the stage, or is going to; not that of a recording. */
  get #preset() {
    return PRESETS[this.settings.get("model")];
  }

  /** Whether classes are hours and roofs; so they are in the recording. */
  get #ofTowers() {
    const { source } = this.stage;
    return source?.kind === "recording" || (this.settings.get("model") === "towers" && !source?.own);
  }

  /** Builds of a class; of the one that is chosen once more. @param {string} name */
  #pick(name) {
    const { settings, stage } = this;
    return this.act(() =>
      settings.get("digit") === name && stage.active?.direction === "build"
        ? stage.build()
        : stage.apply({ digit: name }),
    );
  }

  /** The chips of the classes the loaded model knows; without classes there is nothing to choose. */
  #digits() {
    const { settings, stage } = this;
    const engine = stage.source?.kind === "engine";
    const towers = this.#ofTowers;
    this.towers.show(towers, settings.get("digit"));
    const ours = towers ? [] : Array.from({ length: 10 }, (_, digit) => digit);
    const classes = engine && !towers ? stage.source.classes : ours;
    const names = classes.slice(0, MOST_CHIPS).map(String);
    if (!engine || stage.source.nullClass !== null) names.push("any");
    if (towers || classes.length > 1) names.push("mixed"); // only for sixteen; it keeps its place, so that nothing moves under the pointer
    const place = byId("digits");
    if (place.dataset.names !== names.join()) {
      place.dataset.names = names.join();
      place.replaceChildren(
        ...names.map((name) =>
          h("button", {
            type: "button",
            value: name,
            "data-testid": `digit-${name}`,
            onclick: () => this.#pick(name),
          }),
        ),
      );
    }
    for (const button of place.children) {
      const plain = /^\d+$/.test(button.value);
      button.textContent = plain ? button.value : say(`digit_${button.value}`);
      if (plain) button.setAttribute("aria-label", say("digit_n", { digit: button.value }));
      button.setAttribute("aria-pressed", String(settings.get("digit") === button.value));
    }
    const field = place.closest("fieldset");
    field.hidden = !names.length;
    field.querySelector("legend").textContent = say(towers ? "class_or" : "digit");
  }

  /** What is set going is brought into sight: nothing plays where nobody sees it. @template T @param {T} going */
  #watched(going) {
    if (!this.stage.sight.seen) this.root.scrollIntoView();
    return going;
  }

  show() {
    const get = (name) => this.settings.get(name);
    this.#digits();
    const press = (id, pressed) => byId(id).setAttribute("aria-pressed", String(pressed));
    press("from-noise", get("start") === "noise");
    press("from-real", get("start") === "real");
    press("single", get("mode") === "one");
    press("grid", get("mode") === "grid");
    const own = this.stage.source?.kind === "engine" && this.stage.source.own;
    byId("model").hidden = own;
    byId("model").disabled = this.stage.source?.kind !== "engine";
    this.root.dataset.model = this.#ofTowers ? "towers" : "digits";
    byId("from-real").hidden = own;
    byId("from-real").textContent = say(this.#ofTowers ? "from_real_tower" : "from_real");
    showNumber(byId("seed"), get("seed"));
    byId("speed").replaceChildren(
      ...SPEEDS.map((speed) =>
        h(
          "option",
          { value: speed, selected: speed === get("speed") },
          speed === FLAT_OUT ? say("speed_max") : `${speed}×`,
        ),
      ),
    );
    this.#tests().catch((error) =>
      this.act(() => {
        throw error;
      }),
    );
    showSettings(this.stage, this.settings);
    this.showActs();
    const recorded = this.stage.source?.kind === "recording";
    const ofAChain = ".subject :is(button, input), .tests button, .settings :is(button, input, select), .drop button";
    this.root.querySelectorAll(ofAChain).forEach((/** @type {any} */ control) => {
      control.disabled = recorded || (control.value === "mixed" && get("mode") !== "grid");
    });
  }

  /** What 拆 and 建 would do now. */
  showActs() {
    const { stage, settings } = this;
    const recorded = stage.source?.kind !== "engine";
    const demolish = byId("demolish"),
      build = byId("build");
    demolish.disabled = recorded || !stage.hasTower;
    const { active, position } = stage; // the act that comes next is the one that stands out
    const atTower = position === 0 && Boolean(active);
    byId("transport").dataset.next = atTower && stage.hasTower ? "demolish" : "build";
    demolish.title = recorded || stage.hasTower ? say("demolish_hint") : say("no_tower");
    build.disabled = recorded;
    build.title = say("build_hint");
    for (const id of ["play", "to-start", "to-end", "step-left", "step-right", "timeline"])
      byId(id).disabled = !stage.active;
    byId("rubble-from").textContent = recorded
      ? ""
      : say(stage.fromRubble ? "rubble_same" : "rubble_seed", { seed: settings.get("seed") });
    byId("fresh-noise").hidden = recorded || !stage.fromRubble;
  }

  /** Real ones of the chosen class, to pick one to demolish from. */
  async #tests() {
    const { settings } = this;
    const place = byId("tests");
    place.hidden = settings.get("start") !== "real" || settings.get("mode") === "grid";
    if (place.hidden) return;
    const model = settings.get("model");
    const real = await this.#preset.real();
    if (settings.get("model") !== model) return;
    const chosen = Number(settings.get("digit"));
    const label = real.ofClass(chosen).length ? chosen : real.label(settings.get("test"));
    const key = `${model} ${label} ${lang()}`;
    if (this.#shownTests !== key) {
      this.#shownTests = key;
      place.replaceChildren(...real.ofClass(label).map((index) => this.#test(real, index)));
    }
    for (const button of place.children)
      button.setAttribute("aria-pressed", String(Number(button.value) === settings.get("test")));
  }

  /** @param {import("./pictures.js").Pictures} real @param {number} index */
  #test(real, index) {
    const canvas = h("canvas");
    real.draw(canvas, index);
    const label = real.label(index);
    const name = this.#ofTowers
      ? say("tower_n", { index, ...towerName(label) })
      : say("test_n", { index, digit: label });
    const onclick = () => this.act(() => this.stage.apply({ test: index }));
    const props = { type: "button", value: index, "data-testid": `test-${index}`, "aria-label": name, onclick };
    return h("button", props, canvas);
  }
}

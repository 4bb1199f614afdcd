// @ts-check
// The reader's choices: what to build, from which start, how many, and (folded) how to sample. Controls only show and
// change the settings; stage.apply() does what follows.
import { byId, h } from "../../lib/dom.js";
import { bindNumber, showNumber } from "../../lib/fields.js";
import { lang, say } from "../../lib/words.js";
import { testDigits } from "./test-digits.js";
import { FLAT_OUT } from "./player.js";
import { buildSettings, showSettings } from "./sampler-settings.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4, FLAT_OUT];

const MOST_CHIPS = 100;

export class Controls {
  #shownTests = null;

  /**
   * @param {HTMLElement} root the chapter's section
   * @param {import("./stage.js").Stage} stage
   * @param {import("../../settings.js").Settings} settings
   * @param {(work: () => unknown) => Promise<void>} act runs what a control asks for and shows its failure
   */
  constructor(root, stage, settings, act) {
    this.root = root;
    this.stage = stage;
    this.settings = settings;
    this.act = act;
    const on = (id, work) => byId(id).addEventListener("click", () => act(work));
    byId("subject").addEventListener("submit", (event) => event.preventDefault());
    on("from-noise", () => stage.apply({ start: "noise" }));
    on("from-real", async () => {
      const digits = await testDigits(); // first show a real one of the class that is chosen
      const [first] = digits.ofClass(Number(settings.get("digit")));
      const fits = first === undefined || digits.label(settings.get("test")) === Number(settings.get("digit"));
      await stage.apply({ start: "real", ...(fits ? {} : { test: first }) });
    });
    on("single", () => stage.apply({ mode: "one", ...(settings.get("digit") === "mixed" ? { digit: "3" } : {}) }));
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

  /** The chips of the classes the loaded model knows; without classes there is nothing to choose. */
  #digits() {
    const { settings, act, stage } = this;
    const engine = stage.source?.kind === "engine";
    const classes = engine ? stage.source.classes : Array.from({ length: 10 }, (_, digit) => digit);
    const names = classes.slice(0, MOST_CHIPS).map(String);
    if (!engine || stage.source.nullClass !== null) names.push("any");
    if (classes.length > 1) names.push("mixed"); // only for sixteen; it keeps its place, so that nothing moves under the pointer
    const place = byId("digits");
    if (place.dataset.names !== names.join()) {
      place.dataset.names = names.join();
      place.replaceChildren(
        ...names.map((name) =>
          h("button", {
            type: "button",
            value: name,
            "data-testid": `digit-${name}`,
            onclick: () =>
              act(() =>
                settings.get("digit") === name && stage.active?.direction === "build"
                  ? stage.build()
                  : stage.apply({ digit: name }),
              ),
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
    place.closest("fieldset").hidden = !names.length;
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
    byId("from-real").hidden = this.stage.source?.kind === "engine" && this.stage.source.own;
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

  /** The 20 test digits of the chosen class, to pick a real tower from. */
  async #tests() {
    const { settings } = this;
    const place = byId("tests");
    place.hidden = settings.get("start") !== "real" || settings.get("mode") === "grid";
    if (place.hidden) return;
    const digits = await testDigits();
    const digit = /^\d$/.test(settings.get("digit"))
      ? Number(settings.get("digit"))
      : digits.label(settings.get("test"));
    const key = `${digit} ${lang()}`;
    if (this.#shownTests !== key) {
      this.#shownTests = key;
      place.replaceChildren(
        ...digits.ofClass(digit).map((index) => {
          const canvas = h("canvas", { width: digits.size[1], height: digits.size[0] });
          const context = canvas.getContext("2d");
          const picture = context.createImageData(digits.size[1], digits.size[0]);
          digits.pixels(index).forEach((value, i) => picture.data.set([value, value, value, 255], 4 * i));
          context.putImageData(picture, 0, 0);
          return h(
            "button",
            {
              type: "button",
              value: index,
              "data-testid": `test-${index}`,
              "aria-label": say("test_n", { index, digit }),
              onclick: () => this.act(() => this.stage.apply({ test: index })),
            },
            canvas,
          );
        }),
      );
    }
    for (const button of place.children)
      button.setAttribute("aria-pressed", String(Number(button.value) === settings.get("test")));
  }
}

// @ts-check
// The words and numbers of chapter 8: buttons that say what they would do now, the run in figures, notices.
import { byId, h } from "../../lib/dom.js";
import { reveal } from "../../lib/beside.js";
import { lang, say } from "../../lib/words.js";
import { plainButton } from "../../lib/notices.js";
import { short } from "../../figures/plot-axes.js";
import { EXPERIMENT_NAMES, FIELDS, LOSSES, TOOLS } from "./settings.js";
import { setName } from "./presets.js";

/** A sentence above the chapter with buttons [key, onclick]. */
export function showNotice(notices, name, key, values, ...buttons) {
  notices.show(name, { kind: key === "toy_diverged" || key === "toy_lost" ? "error" : "plain", role: "status" }, () => [
    h("p", {}, say(key, grouped(values))),
    ...buttons.map(([label, onclick]) => plainButton(label, onclick)),
  ]);
}

const grouped = (values) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "number"
        ? value.toLocaleString(lang(), Number.isInteger(value) ? {} : { maximumSignificantDigits: 3 })
        : value,
    ]),
  );
const whole = (value) => value.toLocaleString(lang());

const SEGMENTS = {
  "toy-field-modes": { key: "toy_field", values: FIELDS },
  "toy-losses": { key: "toy_loss", values: LOSSES },
  "toy-by": { key: "toy_by", values: ["network", "exact"] },
  "toy-tools": { key: "toy_tool", values: TOOLS },
};

export class View {
  #toy;
  #compiling = "";
  #said = "";
  /** Ways that have been told of. @type {Record<string, Float32Array | null>} */ #ways = {};

  /** @param {import("./chapter.js").Chapter} toy */
  constructor(toy) {
    this.#toy = toy;
    const { settings, timeline, session, dataset, conduct } = toy;
    this.#segments("toy-field-modes", (value) => settings.set({ toy_field: value }));
    this.#segments("toy-losses", (value) => settings.set({ toy_loss: value }));
    this.#segments("toy-by", (value) => settings.set({ toy_by: value }));
    this.#segments("toy-tools", (value) => settings.set({ toy_tool: value }));
    this.#on("toy-undo", () => dataset.undo());
    this.#on("toy-clear", () => dataset.clear());
    this.#on("toy-train", () => (session.training ? conduct.pause() : conduct.train()));
    this.#on("toy-step", () => conduct.train(1));
    this.#on("toy-over", () => conduct.startOver());
    for (const name of EXPERIMENT_NAMES) this.#on(`toy-try-${name}`, () => conduct.experiment(name));
    this.#on("toy-try-over", () => {
      settings.set({ toy_loss: "over" });
      reveal(byId("toy-balance"), toy.curve);
    });
    byId("toy-words").addEventListener("click", () => settings.set({ toy_words: !settings.get("toy_words") }));
    byId("toy-demolish").addEventListener("click", () => timeline.demolish());
    byId("toy-build").addEventListener("click", () => timeline.build());
    this.label();
    this.show();
  }

  /** What keys do while the focus is in the chapter. */
  get keys() {
    const { ArrowLeft, ArrowRight } = this.#toy.line.keys;
    return {
      ArrowLeft,
      ArrowRight,
      " ": () => byId("toy-train").click(),
      d: () => byId("toy-demolish").click(),
      b: () => byId("toy-build").click(),
      Escape: () => this.#toy.follow.clear(),
    };
  }

  /** @param {string} id @param {() => unknown} work */
  #on(id, work) {
    byId(id).addEventListener("click", () => this.#toy.act(work));
  }

  /** @param {keyof typeof SEGMENTS} id @param {(value: string) => void} choose */
  #segments(id, choose) {
    const { key, values } = SEGMENTS[id];
    byId(id).replaceChildren(
      ...values.map((value) =>
        h("button", {
          type: "button",
          value,
          "data-testid": `${key.replaceAll("_", "-")}-${value}`,
          "data-i18n": `${key}_${value}`,
          onclick: () => choose(value),
        }),
      ),
    );
  }

  /** What a screen reader calls the timeline here. */
  label() {
    this.#toy.line.label = say("toy_time");
  }

  compiling(done, total) {
    this.#compiling = done < total ? say("loading_pipelines", { done, total }) : "";
    this.#status();
  }

  show() {
    const toy = this.#toy;
    const { settings, session, dataset, engine } = toy;
    const get = (name) => settings.get(name);
    const live = engine?.live ?? true;
    toy.section.dataset.words = get("toy_words");
    byId("toy-words").textContent = say(get("toy_words") ? "toy_words_hide" : "toy_words_show");
    const press = (id, value) =>
      [...byId(id).children].forEach((button) => button.setAttribute("aria-pressed", String(button.value === value)));
    press("toy-field-modes", live ? get("toy_field") : "exact");
    press("toy-losses", get("toy_loss"));
    press("toy-by", toy.exact ? "exact" : "network");
    press("toy-tools", get("toy_tool"));
    for (const button of byId("toy-field-modes").children) button.disabled = !live && button.value !== "exact";
    byId("toy-by").children[0].disabled = !live;
    byId("toy-undo").disabled = !dataset.undoable;
    byId("toy-clear").disabled = !dataset.count;
    const { state } = session;
    const train = byId("toy-train");
    train.dataset.training = state === "training";
    train.lastElementChild.textContent = say(
      state === "training"
        ? "toy_pause"
        : session.outdated || state === "finished"
          ? "toy_train_anew"
          : session.step
            ? "toy_train_on"
            : "toy_train",
    );
    train.disabled = !live || state === "lost";
    byId("toy-step").disabled = !live || ["training", "preparing", "lost"].includes(state);
    byId("toy-over").disabled = !live || !session.network || state === "preparing";
    for (const name of EXPERIMENT_NAMES) byId(`toy-try-${name}`).disabled = !live;
    byId("toy-save").disabled = !session.network;
    byId("toy-no-engine").hidden = live;
    this.numbers();
  }

  numbers() {
    const { session, dataset, distance, field, curve, settings, timeline } = this.#toy;
    const loss = curve.value,
      error = field.error(timeline.position);
    const rows = {
      "toy-number-step": session.made?.steps
        ? say("toy_step_of", { step: whole(session.step), steps: whole(session.made.steps) })
        : whole(session.step),
      "toy-number-rate":
        Number.isFinite(session.rate) && session.step
          ? say("toy_rate", { rate: whole(Math.round(session.rate)) })
          : "–",
      "toy-number-loss": Number.isFinite(loss) ? short(loss) : "–",
      "toy-number-distance": Number.isFinite(distance)
        ? say("toy_times", { ratio: distance < 10 ? distance.toFixed(2) : whole(Math.round(distance)) })
        : "–",
      "toy-number-error": Number.isFinite(error) ? short(error) : "–",
    };
    for (const [id, text] of Object.entries(rows)) byId(id).textContent = text;
    byId("toy-distance-name").textContent = say(dataset.own ? "toy_distance_own" : "toy_distance");
    byId("toy-field-caption").textContent = say(
      settings.get("toy_field") === "difference" && session.network
        ? "toy_field_caption_difference"
        : "toy_field_caption",
    );
    const pad = say(dataset.own ? "toy_pad_own" : "toy_pad_caption", {
      name: setName(settings.get("toy")),
      count: whole(dataset.count),
    });
    const { wayDown, wayUp } = this.#toy.follow;
    byId("toy-pad-caption").textContent = pad + (wayDown ? say("toy_way_down") : "");
    byId("toy-cloud-caption").textContent = this.#cloudCaption() + (wayUp ? say("toy_way_up") : "");
    byId("toy-balance").textContent = this.#balance();
    this.#status();
  }

  /** Another brick is followed, or none. */
  following() {
    const { wayDown, wayUp } = this.#toy.follow;
    for (const [key, way] of /** @type {const} */ ([
      ["toy_say_down", wayDown],
      ["toy_say_up", wayUp],
    ])) {
      if (!way || way === this.#ways[key]) continue;
      const [x0, y0, x1, y1] = [...way.slice(0, 2), ...way.slice(-2)].map((value) => value.toFixed(2));
      byId("toy-announcer").textContent = say(key, { x0, y0, x1, y1 });
    }
    this.#ways = { toy_say_down: wayDown, toy_say_up: wayUp };
    this.numbers();
  }

  #balance() {
    const { balance, floor, session } = this.#toy;
    const { over, first, half } = balance;
    if (!floor.byT.length || Number.isNaN(over)) return "";
    const values = { floor: short(floor.mean), over: short(over), first: short(first), half };
    return say(session.step ? "toy_balance" : "toy_balance_begin", values);
  }

  #cloudCaption() {
    const { exact, rebuild } = this.#toy;
    if (exact) return say("toy_cloud_exact");
    const { step, outside, bricks } = rebuild;
    const what = say(step ? "toy_cloud_caption" : "toy_cloud_untrained", { step: whole(step) });
    return outside ? what + say("toy_cloud_outside", { outside: whole(outside), bricks: whole(bricks) }) : what;
  }

  #status() {
    const { session } = this.#toy;
    byId("toy-status").textContent =
      session.state === "preparing" ? this.#compiling || say("preparing") : session.outdated ? say("toy_outdated") : "";
    if (session.state === this.#said) return;
    this.#said = session.state;
    const key = {
      training: "toy_say_training",
      finished: "toy_say_finished",
      ready: session.step ? "toy_say_paused" : null,
    }[session.state];
    if (key) byId("toy-announcer").textContent = say(key, { step: whole(session.step) });
  }
}

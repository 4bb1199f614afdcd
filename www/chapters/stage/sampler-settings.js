// @ts-check
// The folded settings of the sampler. Each row names its setting, its control and when it applies.
import { byId, h } from "../../lib/dom.js";
import { numberField, showNumber } from "../../lib/fields.js";
import { say } from "../../lib/words.js";
import { SAMPLERS } from "./samplers.js";

const PRESETS = [10, 20, 50, 100, 250, 1000];
const SIGMAS = ["zero", "beta", "beta_tilde"];
const SPACINGS = ["leading", "linspace", "trailing"];

/**
 * @param {import("./stage.js").Stage} stage
 * @param {import("../../settings.js").Settings} settings
 * @param {(work: () => unknown) => unknown} act runs what a control asks for and shows its failure
 */
export function buildSettings(stage, settings, act) {
  const apply = (changes) => act(() => stage.apply(changes));
  const choose = (name, values) =>
    h(
      "select",
      { id: `set-${name}`, "data-testid": name, onchange: ({ target }) => apply({ [name]: target.value }) },
      values.map((value) => h("option", { value })),
    );
  const amount = (name, low, high, step) =>
    numberField(
      { id: `set-${name}`, "data-testid": name, step },
      { low, high, value: () => settings.get(name), set: (value) => stage.apply({ [name]: value }), act },
    );
  const field = (name, control, hint = null, className = "") =>
    h(
      "div",
      { class: `field ${className}`, "data-setting": name },
      h("label", { for: `set-${name}`, "data-i18n": name }),
      control,
      hint && h("small", { "data-i18n": hint }),
    );
  const clip = h("input", {
    id: "set-clip",
    type: "checkbox",
    "data-testid": "clip",
    onchange: ({ target }) => apply({ clip: target.checked }),
  });

  byId("settings-body").replaceChildren(
    stepsField(stage, settings, act),
    field("sampler", choose("sampler", Object.keys(SAMPLERS)), "sampler_hint"),
    field("eta", amount("eta", 0, 1, 0.1)),
    field("sigma", choose("sigma", SIGMAS)),
    field("spacing", choose("spacing", SPACINGS)),
    field("guidance", amount("guidance", 0, 20, 0.5), "guidance_hint"),
    h(
      "div",
      { class: "field check", "data-setting": "clip" },
      clip,
      h("label", { for: "set-clip", "data-i18n": "clip" }),
    ),
  );
}

/** Presets and a field of its own: how many steps there may be depends on the model. */
function stepsField(stage, settings, act) {
  const bounds = {
    low: 1,
    get high() {
      return stage.source?.trainSteps ?? 1000;
    },
    whole: true,
    value: () => settings.get("steps"),
    set: (steps) => stage.apply({ steps }),
    act,
  };
  const presets = PRESETS.map((steps) =>
    h(
      "button",
      { type: "button", value: steps, "data-testid": `steps-${steps}`, onclick: () => act(() => bounds.set(steps)) },
      String(steps),
    ),
  );
  return h(
    "div",
    { class: "field wide", "data-setting": "steps" },
    h("label", { for: "set-steps", "data-i18n": "steps" }),
    h(
      "div",
      { class: "presets-row" },
      h("div", { class: "segments presets" }, presets),
      " ",
      numberField({ id: "set-steps", "data-testid": "steps" }, bounds),
    ),
  );
}

export function showSettings(stage, settings) {
  const get = (name) => settings.get(name);
  const body = byId("settings-body");
  for (const name of ["steps", "eta", "guidance"]) showNumber(byId(name, body), get(name));
  const most = stage.source?.trainSteps ?? 1000;
  byId("steps", body).max = most;
  byId("clip", body).checked = get("clip");
  const texts = {
    sampler: (value) => SAMPLERS[value].label,
    spacing: (value) => say(`spacing_${value}`),
    sigma: (value) => say(value === "zero" ? "sigma_zero" : `sigma_${value}_${get("notation")}`),
  };
  for (const [name, text] of Object.entries(texts)) {
    for (const option of byId(name, body).options) {
      option.textContent = text(option.value);
      option.selected = option.value === get(name);
    }
  }
  for (const button of body.querySelectorAll(".presets button")) {
    button.setAttribute("aria-pressed", String(Number(button.value) === get("steps")));
    button.disabled = Number(button.value) > most;
  }
  const row = (name) => body.querySelector(`[data-setting="${name}"]`);
  for (const { settings: own } of Object.values(SAMPLERS))
    for (const name of own) row(name).hidden = !SAMPLERS[get("sampler")].settings.includes(name);
  row("guidance").hidden = stage.source?.kind === "engine" && stage.source.nullClass === null;
}

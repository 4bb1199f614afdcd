// @ts-check
// How to teach: which class the character takes over, how much the old digits are rehearsed, which layers may change, and
// (folded) the numbers of the optimiser. Controls show and change the settings; the session reads them when it trains.
import { byId, h } from "../../lib/dom.js";
import { numberField, showNumber } from "../../lib/fields.js";
import { say } from "../../lib/words.js";
import { LAYERS, LIMITS, SHARES } from "./settings.js";
import { CLASSES } from "./session.js";

/** `act(f)` runs what a control asks for and shows its failure. */
export function bindChoices(settings, act) {
  const get = (name) => settings.get(`teach_${name}`);
  const set = (name, value) => settings.set({ [`teach_${name}`]: value });
  const segments = (name, values) =>
    byId(`teach-${name}`).replaceChildren(
      ...values.map((value) =>
        h("button", {
          type: "button",
          value,
          "data-testid": `teach-${name}-${value}`,
          onclick: () => set(name, value),
        }),
      ),
    );
  segments("digit", [...Array(CLASSES).keys()]);
  segments("old", SHARES);
  segments("layers", LAYERS);
  byId("teach-numbers").replaceChildren(
    ...Object.entries(LIMITS).map(([name, [low, high, whole]]) =>
      h(
        "div",
        { class: "field" },
        h("label", { for: `teach-set-${name}`, "data-i18n": `teach_${name}` }),
        numberField(
          { id: `teach-set-${name}`, "data-testid": `teach-${name}`, inputmode: "decimal" },
          { low, high, whole, value: () => get(name), set: (value) => set(name, value), act },
        ),
        h("small", { "data-i18n": `teach_${name}_hint` }),
      ),
    ),
  );

  const show = () => {
    const texts = { digit: String, old: (value) => `${100 * value}%`, layers: (value) => say(`teach_layers_${value}`) };
    for (const [name, text] of Object.entries(texts)) {
      for (const button of byId(`teach-${name}`).children) {
        button.textContent = text(name === "layers" ? button.value : Number(button.value));
        button.setAttribute("aria-pressed", String(button.value === String(get(name))));
        if (name === "digit") button.setAttribute("aria-label", say("teach_digit_n", { digit: button.value }));
      }
    }
    for (const name of Object.keys(LIMITS)) showNumber(byId(`teach-${name}`), get(name));
    byId("teach-digit-hint").textContent = say("teach_digit_hint", { digit: get("digit") });
    byId("teach-old-hint").textContent = say(get("old") === 0 ? "teach_old_none" : "teach_old_some");
    byId("teach-layers-hint").textContent = say(`teach_layers_${get("layers")}_hint`);
  };
  settings.addEventListener("change", show);
  return show;
}

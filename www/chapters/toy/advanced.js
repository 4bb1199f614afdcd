// The folded settings of chapter 8, and the warnings about them.
import { byId, h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { LIMITS } from "./settings.js";
import { warnings } from "./rules.js";

const CHOICES = {
  toy_objective: ["merged", "naive", "vlb"],
  toy_prediction: ["epsilon", "sample", "v_prediction"],
  toy_sample: ["ema", "raw"],
};
const ORDER = [
  "toy_n",
  "toy_width",
  "toy_depth",
  "toy_lr",
  "toy_batch",
  "toy_steps",
  "toy_objective",
  "toy_prediction",
  "toy_sample",
  "toy_importance",
  "toy_seed",
];

/** `change(changes)` applies a choice; `refuse(error)` shows why one is not taken. */
export class Advanced {
  #body = byId("toy-advanced-body");

  constructor(settings, { change, refuse, state }) {
    Object.assign(this, { settings, change, refuse, state });
    this.#body.replaceChildren(...ORDER.map((name) => this.#field(name)));
    this.show();
  }

  #field(name) {
    const id = `set-${name}`,
      testid = name.replaceAll("_", "-");
    if (name === "toy_importance") {
      const box = h("input", {
        id,
        type: "checkbox",
        "data-testid": testid,
        onchange: ({ target }) => this.change({ [name]: target.checked }),
      });
      return h("div", { class: "field check" }, box, h("label", { for: id, "data-i18n": name }));
    }
    const control = CHOICES[name]
      ? h(
          "select",
          { id, "data-testid": testid, onchange: ({ target }) => this.change({ [name]: target.value }) },
          CHOICES[name].map((value) => h("option", { value })),
        )
      : this.#number(name, id, testid);
    return h("div", { class: "field", "data-setting": name }, h("label", { for: id, "data-i18n": name }), control);
  }

  #number(name, id, testid) {
    const [low, high, whole] = LIMITS[name];
    return h("input", {
      id,
      "data-testid": testid,
      type: "number",
      min: low,
      max: high,
      step: whole ? 1 : "any",
      onchange: ({ target }) => {
        const value = target.valueAsNumber;
        if (value >= low && value <= high && (!whole || Number.isInteger(value))) return this.change({ [name]: value });
        target.value = this.settings.get(name);
        this.refuse(new Error(say("not_a_number", { name: say(name), low, high })));
      },
    });
  }

  show() {
    for (const name of ORDER) {
      const control = this.#body.querySelector(`#set-${name}`),
        value = this.settings.get(name);
      if (CHOICES[name])
        for (const option of control.options) {
          option.textContent = say(`${name}_${option.value}`);
          option.selected = option.value === value;
        }
      else if (name === "toy_importance") control.checked = value;
      else if (document.activeElement !== control) control.value = value;
    }
    const { choices, count, own } = this.state();
    this.#body.querySelector("[data-setting=toy_n]").hidden = own;
    byId("toy-warnings").replaceChildren(
      ...warnings(choices, count).map(({ key, values }) =>
        h("li", { "data-testid": key.replaceAll("_", "-") }, say(key, values)),
      ),
    );
  }
}

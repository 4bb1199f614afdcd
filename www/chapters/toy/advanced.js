// @ts-check
// The folded settings of chapter 8, and the warnings about them.
import { byId, h } from "../../lib/dom.js";
import { numberField, showNumber } from "../../lib/fields.js";
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

export class Advanced {
  #body = byId("toy-advanced-body");
  #settings;
  #change;
  #act;
  #state;

  /** `change(changes)` applies a choice, `act(f)` runs that and shows a failure; `state()` is what the warnings go by. */
  constructor(settings, { change, act, state }) {
    this.#settings = settings;
    this.#change = change;
    this.#act = act;
    this.#state = state;
    this.#body.replaceChildren(...ORDER.map((name) => this.#field(name)));
    this.show();
  }

  /** @param {string} name */
  #field(name) {
    const props = { id: `set-${name}`, "data-testid": name.replaceAll("_", "-") };
    const label = h("label", { for: props.id, "data-i18n": name });
    const change = (value) => this.#act(() => this.#change({ [name]: value }));
    if (name === "toy_importance") {
      const box = h("input", { ...props, type: "checkbox", onchange: ({ target }) => change(target.checked) });
      return h("div", { class: "field check" }, box, label);
    }
    const control = CHOICES[name] ? this.#select(name, props, change) : this.#number(name, props);
    return h("div", { class: "field", "data-setting": name }, label, control);
  }

  #select(name, props, change) {
    const options = CHOICES[name].map((value) => h("option", { value }));
    return h("select", { ...props, onchange: ({ target }) => change(target.value) }, options);
  }

  #number(name, props) {
    const [low, high, whole] = LIMITS[name];
    return numberField(props, {
      low,
      high,
      whole,
      value: () => this.#settings.get(name),
      set: (value) => this.#change({ [name]: value }),
      act: this.#act,
    });
  }

  show() {
    for (const name of ORDER) {
      const control = /** @type {any} */ (this.#body.querySelector(`#set-${name}`)),
        value = this.#settings.get(name);
      if (CHOICES[name])
        for (const option of control.options) {
          option.textContent = say(`${name}_${option.value}`);
          option.selected = option.value === value;
        }
      else if (name === "toy_importance") control.checked = value;
      else showNumber(control, value);
    }
    const { choices, count, own } = this.#state();
    /** @type {HTMLElement} */ (this.#body.querySelector("[data-setting=toy_n]")).hidden = own;
    byId("toy-warnings").replaceChildren(
      ...warnings(choices, count).map(({ key, values }) =>
        h("li", { "data-testid": key.replaceAll("_", "-") }, say(key, values)),
      ),
    );
  }
}

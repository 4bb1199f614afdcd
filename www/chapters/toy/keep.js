// The trained network leaves the page as the three files of a diffusers folder, and comes back from them.
import { h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { readModelFiles, saveAs } from "../../lib/files.js";

/** `network()` gives the network, its scheduler's text and {adopt}; `act(f)` runs and shows a failure. */
export function bindKeep(place, { network, scheduler, adopt, act }) {
  const input = h("input", {
    type: "file",
    multiple: true,
    hidden: true,
    accept: ".json,.safetensors",
    "data-testid": "toy-files",
  });
  const open = (files) =>
    act(async () => {
      const found = await readModelFiles(files);
      await adopt(found);
    });
  input.addEventListener("change", () => {
    if (input.files.length) open([...input.files]);
    input.value = "";
  });
  const save = () =>
    act(async () => {
      const made = network();
      const weights = await made.save();
      saveAs("diffusion_pytorch_model.safetensors", weights, "application/octet-stream");
      saveAs("config.json", made.config(), "application/json");
      saveAs("scheduler_config.json", scheduler(), "application/json");
    });
  place.replaceChildren(
    h("p", { "data-i18n": "toy_keep_text" }),
    h(
      "div",
      { class: "toy-row" },
      h("button", {
        type: "button",
        class: "plain",
        "data-testid": "toy-save",
        "data-i18n": "toy_save",
        onclick: save,
      }),
      h("button", {
        type: "button",
        class: "plain",
        "data-testid": "toy-open",
        "data-i18n": "toy_open",
        onclick: () => input.click(),
      }),
    ),
    input,
  );
  return open;
}

/** The settings that describe a saved network; throws when it is not one for points. */
export function choicesOf({ config, scheduler }) {
  const { _class_name: kind, width, depth } = JSON.parse(config);
  if (kind !== "PointMlp") throw new Error(say("toy_not_points", { kind: kind ?? "?" }));
  return {
    toy_width: width,
    toy_depth: depth,
    toy_prediction: scheduler ? (JSON.parse(scheduler).prediction_type ?? "epsilon") : "epsilon",
  };
}

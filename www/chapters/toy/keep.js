// @ts-check
// The trained network leaves the page as the three files of a diffusers folder, and comes back from them.
import { byId, h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { loadWasm } from "../../engine-files.js";
import { fileChooser, saveModelFiles } from "../../lib/files.js";
import { readModelFiles, whichModel } from "../../lib/model-files.js";

/**
 * `kept()` gives the files of the network as it is, `adopt(files)` takes others; `notices` ask and show what fails.
 * Gives a function that opens files.
 */
export function bindKeep({ kept, adopt, notices }) {
  const { act } = notices;
  const choose = whichModel(notices);
  const open = (/** @type {File[]} */ files) =>
    act(async () => adopt(await readModelFiles(files, (await loadWasm()).findModels, choose)));
  const chooser = fileChooser({ testid: "toy-files" }, open);
  const button = (/** @type {string} */ key, /** @type {() => unknown} */ onclick) =>
    h("button", { type: "button", class: "plain", "data-testid": key.replace("_", "-"), "data-i18n": key, onclick });
  byId("toy-keep-body").replaceChildren(
    h("p", { "data-i18n": "toy_keep_text" }),
    h(
      "div",
      { class: "toy-row" },
      button("toy_save", () => act(async () => saveModelFiles(await kept()))),
      button("toy_open", () => chooser.click()),
    ),
    chooser,
  );
  return open;
}

/** The choices that a saved network was made with; throws when it is not one for points. */
export function choicesOf({ config, scheduler = "" }) {
  const { _class_name: kind, width, depth } = JSON.parse(config);
  if (kind !== "PointMlp") throw new Error(say("toy_not_points", { kind: kind ?? "?" }));
  return {
    width,
    depth,
    prediction: scheduler ? (JSON.parse(scheduler).prediction_type ?? "epsilon") : "epsilon",
  };
}

// @ts-check
// The keyboard: everything the stage does, without a mouse, while the focus is on it.
import { byId, h } from "../../lib/dom.js";
import { bindKeys } from "../../lib/keys.js";
import { say } from "../../lib/words.js";

/**
 * @param {HTMLElement} root the chapter's section
 * @param {import("./stage.js").Stage} stage
 * @param {(work: () => unknown) => unknown} act runs what a key asks for and shows its failure
 */
export function bindStageKeys(root, stage, act) {
  // A button clicked by mouse would keep the focus and take the next Space for itself, where play or pause is meant: the
  // stage as a whole takes it.
  root.addEventListener("click", (event) => {
    const { target } = event;
    const mouse = /** @type {PointerEvent} */ (event).pointerType === "mouse";
    if (mouse && target instanceof Element && target.closest("button")) root.focus({ preventScroll: true });
  });
  const keys = {
    " ": () => (stage.playing ? stage.pause() : stage.play()),
    ArrowLeft: () => stage.move(-1),
    ArrowRight: () => stage.move(1),
    Home: () => stage.seek(0),
    End: () => stage.seek(stage.steps),
    d: () => byId("demolish").click(),
    b: () => byId("build").click(),
  };
  // not before there is something to move along: until then Space and End scroll the page
  stage.addEventListener("tapes", () => bindKeys(root, keys, act), { once: true });
}

export function listKeys() {
  /** @type {[keys: string[], text: string][]} */
  const rows = [
    [[say("key_space_name")], "key_space"],
    [["←", "→"], "key_arrows"],
    [["Home", "End"], "key_ends"],
    [["D"], "key_demolish"],
    [["B"], "key_build"],
  ];
  byId("keys-body").replaceChildren(
    ...rows.flatMap(([keys, text]) => [
      h(
        "dt",
        {},
        keys.flatMap((key, i) => (i ? [" ", h("kbd", {}, key)] : [h("kbd", {}, key)])),
      ),
      h("dd", {}, say(text)),
    ]),
  );
}

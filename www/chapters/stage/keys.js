// The keyboard: everything the stage does, without a mouse. Keys are left alone while the reader types or operates a
// control that has a use for them.
import { byId, h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";

const TYPING = "input:not([type=range]):not([type=checkbox]), select, textarea, [contenteditable]";

/** `act(f)` runs what a key asks for and shows its failure. */
export function bindKeys(stage, act) {
  // A button clicked by mouse would keep the focus and take the next Space for itself, where play or pause is meant.
  document.getElementById("stage").addEventListener("click", (event) => {
    if (event.pointerType === "mouse") event.target.closest("button")?.blur();
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !stage.active) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.matches(TYPING)) return;
    const onSlider = target.matches("input[type=range]"); // its own arrows, Home and End already move along the timeline
    const onButton = target.closest("button, summary, a"); // Space presses these
    const work = {
      " ": onButton || target.matches("[type=checkbox]") ? null : () => (stage.playing ? stage.pause() : stage.play()),
      ArrowLeft: onSlider ? null : () => stage.move(-1),
      ArrowRight: onSlider ? null : () => stage.move(1),
      Home: onSlider ? null : () => stage.seek(0),
      End: onSlider ? null : () => stage.seek(stage.steps),
      d: () => byId("demolish").click(),
      b: () => byId("build").click(),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!work) return;
    event.preventDefault();
    act(work);
  });
}

export function listKeys() {
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

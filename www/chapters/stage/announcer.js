// @ts-check
// What a screen reader hears: beginnings, ends and pauses, in a polite live region; not every frame.
import { byId } from "../../lib/dom.js";
import { say } from "../../lib/words.js";

export function bindAnnouncer(stage) {
  let was = false;
  stage.addEventListener("playing", () => {
    const { active, playing, position } = stage;
    if (!active || playing === was) return;
    was = playing;
    const atEnd = active.frameAt(position) === active.steps;
    byId("announcer").textContent = playing
      ? say(`announce_${active.direction}`, { steps: active.steps })
      : atEnd
        ? say(active.direction === "build" ? "announce_built" : "announce_demolished")
        : say("announce_paused", { t: active.rows[position].t });
  });
}

// @ts-check
// The state of things in chapter 9: what the buttons would do now, how far the training is, the loss, the reader's files.
import { byId } from "../../lib/dom.js";
import { lang, say } from "../../lib/words.js";

const SLOW = 150; // seconds of training from which a smaller batch is suggested
export const SMALL_BATCH = 4;

export class View {
  #teach;
  /** The losses that the curve has. @type {Float32Array | null} */ #shown = null;

  /** @param {import("./chapter.js").Chapter} teach */
  constructor(teach) {
    this.#teach = teach;
  }

  show() {
    const { session } = this.#teach;
    const { running, taught, step, total } = session;
    byId("teach-train").dataset.playing = running;
    byId("teach-train-word").textContent = say(
      running ? "teach_pause" : step && step < total ? "teach_go_on" : "teach_train",
    );
    for (const id of ["teach-step", "teach-look-now"]) byId(id).disabled = running;
    byId("teach-undo").disabled = !taught;
    for (const id of ["teach-keep", "teach-stage", "teach-save"])
      byId(id).disabled = running || !taught || !session.moments.length;
    this.#progress();
    byId("teach-outdated").hidden = !session.outdated;
    this.#losses();
  }

  #progress() {
    const { session, settings } = this.#teach;
    const { running, msPerStep, doing, step, total } = session;
    const seconds = (/** @type {number} */ steps) => ((msPerStep ?? 0) * steps) / 1000;
    const what = () => {
      if (doing && doing.what !== "teach_training") return say(doing.what, doing);
      if (running && msPerStep !== null) return say("teach_left", { time: duration(seconds(total - step)) });
      return !running && total && step >= total ? say("teach_done") : "";
    };
    byId("teach-status").textContent = [total ? say("teach_progress", { step, total }) : "", what()]
      .filter(Boolean)
      .join(lang() === "zh" ? "，" : ", ");
    const bar = byId("teach-progress");
    bar.hidden = !total && !doing;
    bar.max = total || 1;
    bar.value = step;
    const batch = settings.get("teach_batch"),
      whole = seconds(settings.get("teach_steps"));
    byId("teach-slow").hidden = !(whole > SLOW && batch > SMALL_BATCH && step >= 2);
    byId("teach-slow-text").textContent = say("teach_slow", { time: duration(whole), batch });
    byId("teach-smaller").textContent = say("teach_smaller", { batch: SMALL_BATCH });
  }

  #losses() {
    const { curve, session } = this.#teach;
    const { losses, step } = session;
    if (losses === this.#shown) return;
    this.#shown = losses;
    if (!losses.length) curve.begin();
    else curve.add(losses, step);
  }
}

/** "40 s", "about 3 min". @param {number} seconds */
function duration(seconds) {
  if (seconds < 90) return say("teach_seconds", { n: Math.max(1, Math.round(seconds)) });
  return say("teach_minutes", { n: Math.round(seconds / 60) });
}

// @ts-check
// How fast the frames go by. One frame per step at the usual speed; more steps per frame only when asked to hurry; never
// so many in one submit that the page would stall.
import { clamp, nextFrame } from "../../lib/dom.js";
import { whenVisible } from "../../lib/visible.js";

const SUBMIT_BUDGET = 60; // ms of GPU work in one submit; the engine aims at 30–80
export const FLAT_OUT = 100; // the speed that means "as fast as it computes"

/** Steps a second: a whole chain takes about six seconds, within what the eye can follow. */
export const rate = (steps, speed) => (speed >= FLAT_OUT ? Infinity : clamp(steps / 6, 8, 60) * speed);

/** How many steps one submit may hold on this device. */
export const stepsPerSubmit = (tape) => (tape.msPerStep ? Math.max(1, Math.floor(SUBMIT_BUDGET / tape.msPerStep)) : 1);

/**
 * Plays `tape` from `frame` to its end: computes what is missing, calls show(frame) for each frame, and stops as soon as
 * `alive()` is false. `speed()` is read at every frame, so it may change on the way.
 */
export async function playTape(tape, frame, { alive, speed, show }) {
  let last = performance.now();
  let owed = 1; // steps due by now; the first comes at once
  while (alive() && frame < tape.steps) {
    const painted = nextFrame(); // begun here: what the last turn drew is painted while the device computes
    const now = performance.now();
    const perSecond = rate(tape.steps, speed());
    // what a slow device could not do in time is not caught up in a burst
    owed =
      perSecond === Infinity
        ? Infinity
        : Math.min(owed + ((now - last) * perSecond) / 1000, Math.max(1, perSecond / 10));
    last = now;
    if (owed >= 1) {
      const most = speed() <= 1 ? 1 : stepsPerSubmit(tape);
      const wanted = clamp(Math.floor(owed), 1, Math.min(frame < tape.reached ? 64 : most, tape.steps - frame));
      owed -= wanted;
      const missing = tape.needs(frame + wanted);
      if (missing) await tape.advance(missing);
      if (!alive()) return false;
      frame = Math.min(frame + wanted, tape.reached);
      await tape.fetch(frame);
      if (!alive()) return false;
      show(frame);
    }
    await painted;
    if (document.hidden) {
      await whenVisible();
      last = performance.now();
    }
  }
  return alive();
}

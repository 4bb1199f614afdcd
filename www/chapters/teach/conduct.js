// @ts-check
// The chapter's buttons: what each asks of the drawings, the session and the shelf.
import { byId, h } from "../../lib/dom.js";
import { saveModelFiles } from "../../lib/files.js";
import { say } from "../../lib/words.js";
import { EXAMPLES, exampleStrokes } from "./examples.js";
import { picture } from "./strokes.js";
import { SMALL_BATCH } from "./view.js";

const COPIES = 8; // of an example character: as many as the text asks the reader to draw

/** @typedef {import("./chapter.js").Chapter} Chapter */

/** @param {Chapter} teach */
export function bindConduct(teach) {
  const on = (/** @type {string} */ id, /** @type {() => unknown} */ work) =>
    byId(id).addEventListener("click", () => teach.act(work));
  const { session, tray, pad } = teach;
  on("teach-add", () => teach.add());
  on("teach-pad-clear", () => pad.clear());
  on("teach-clear-tray", () => tray.clear());
  byId("teach-examples").replaceChildren(...EXAMPLES.map((name) => exampleButton(teach, name)));
  on("teach-train", () => (session.running ? session.stop() : session.train()));
  on("teach-step", () => session.train({ once: true }));
  on("teach-look-now", () => session.look());
  on("teach-undo", () => undo(teach));
  on("teach-smaller", () => goSmaller(teach));
  on("teach-keep", () => keep(teach));
  on("teach-stage", () => putOnStage(teach));
  on("teach-save", async () => {
    const files = await session.save();
    if (files) saveModelFiles(files);
  });
  on("teach-own-forget", () => teach.own.forget());
}

/** @param {Chapter} teach @param {string} name a character */
function exampleButton({ act, tray }, name) {
  const copies = () => Array.from({ length: COPIES }, (_, i) => picture(exampleStrokes(name, i)));
  const onclick = () => act(() => tray.add(...copies()));
  const props = { type: "button", class: "plain", lang: "zh-CN", "data-testid": `teach-example-${name}`, onclick };
  return h("button", props, name);
}

/** @param {Chapter} teach */
async function undo({ session, page, announce }) {
  await session.undo();
  const { stage } = page.services;
  if (stage.showsTaught()) await stage.show(null, {});
  announce(say("teach_undone"));
}

/** @param {Chapter} teach */
async function goSmaller({ session, settings }) {
  const going = session.running;
  settings.set({ teach_batch: SMALL_BATCH });
  await session.rest();
  if (going) await session.train();
}

/** @param {Chapter} teach */
async function keep({ session, shelf, tray, announce }) {
  const kept = await session.keepsake();
  if (!kept) return;
  const { weights, moment } = kept;
  const { step, digit, pictures } = moment;
  await shelf.keep({ date: Date.now(), digit, step, drawings: tray.drawings, pictures, weights });
  announce(say("teach_is_kept"));
}

/** @param {Chapter} teach */
async function putOnStage({ session, page, settings }) {
  const files = await session.save();
  const { stage } = page.services;
  if (files) await stage.show(files, { digit: String(settings.get("teach_digit")) });
  stage.scrollTo();
}

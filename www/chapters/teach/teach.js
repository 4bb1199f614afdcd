// Chapter 9, put together: the pad and the tray, the choices, the training, what it builds, and what is kept of it.
import { byId, h } from "../../lib/dom.js";
import { dropZone, saveAs } from "../../lib/files.js";
import { lang, say } from "../../lib/words.js";
import { bindChoices } from "./choices.js";
import { readDropped } from "./files.js";
import { EXAMPLES, exampleStrokes } from "./examples.js";
import { oldDigits } from "./engine.js";
import { Pad } from "./pad.js";
import { Results } from "./results.js";
import { Session } from "./session.js";
import { Shelf } from "./shelf.js";
import { PIXELS, picture } from "./strokes.js";
import { Tray } from "./tray.js";
import "../../figures/curve.js";

const COPIES = 8; // of an example character: as many as the text asks the reader to draw
const SLOW = 150; // seconds of training from which a smaller batch is suggested
const SMALL_BATCH = 4;

export class Teach {
  #own = { photos: null, old: null }; // the reader's IDX files: {name, images, labels, count}
  #version = 0; // of the drawings and files together

  /** @param {import("../../page.js").Page} page @param {{ lease(): void, release(): void }} device taken for what lasts */
  constructor(page, device) {
    const { settings } = page;
    Object.assign(this, { page, settings });
    const act = (work) => this.#act(work);
    this.tray = new Tray(act);
    this.pad = new Pad({
      onChange: () => this.#showPad(),
      onEnter: () => act(() => this.#add()),
      announce: (text) => this.#announce(text),
    });
    this.session = new Session(settings, {
      device: () => page.device ?? null,
      pretrained: () => page.services.stage.pretrained(),
      photos: () => this.#photos(),
      old: async () => this.#own.old ?? oldDigits(),
      ...device,
    });
    this.results = new Results(this.session, () => this.#photos());
    this.shelf = new Shelf(act, (model) => this.#load(model));
    this.showChoices = bindChoices(settings, act);
    this.#bindButtons(act);
    dropZone(byId("teach-drop"), {
      testid: "teach-files",
      accept: ".safetensors,.gz,.idx3-ubyte,.idx1-ubyte,*/*",
      open: (files) => act(async () => this.#open(await files)),
    });
    this.tray.addEventListener("change", () => this.#drawingsChanged());
    this.session.addEventListener("change", () => this.#show());
    this.session.addEventListener("lost", () => this.#showLost());
    settings.addEventListener("change", ({ names }) => {
      if ([...names].some((name) => name.startsWith("teach_"))) this.#show();
    });
    // the stage's own keys (arrows, space) must not act while the reader works here
    document.getElementById("teach").addEventListener("keydown", (event) => event.stopPropagation());
    byId("teach-how").addEventListener("submit", (event) => event.preventDefault());
    this.translate();
    this.shelf.refresh().catch(() => {}); // said when the reader wants to keep something
  }

  // ---- what the reader is told -----------------------------------------------------------------------------------

  async #act(work) {
    try {
      this.#tell(null);
      await work();
    } catch (error) {
      if (error?.name !== "AbortError") this.#tell((error?.message ?? String(error)).trim());
    }
  }

  /** One sentence that stays until it is dismissed or something succeeds. */
  #tell(message, button = null) {
    byId("teach-notices").replaceChildren(
      ...(message === null
        ? []
        : [
            h(
              "div",
              { class: "notice notice-error", role: "alert", "data-testid": "teach-error" },
              h("p", {}, message),
              button ??
                h("button", { type: "button", class: "plain", onclick: () => this.#tell(null) }, say("dismiss")),
            ),
          ]),
    );
  }

  #announce(text) {
    byId("teach-announcer").textContent = text;
  }

  #showLost() {
    this.#tell(
      say("teach_lost", { reason: this.session.lost }),
      h(
        "button",
        {
          type: "button",
          class: "plain",
          "data-testid": "teach-resume",
          onclick: () =>
            this.#act(async () => {
              await this.page.open();
              await this.session.recover();
            }),
        },
        say("teach_resume"),
      ),
    );
  }

  /** After a change of language. */
  translate() {
    this.tray.render();
    this.showChoices();
    this.shelf.render();
    this.results.draw();
    this.#showPad();
    this.#show();
  }

  // ---- drawings and files ----------------------------------------------------------------------------------------

  #photos() {
    const drawings = this.tray.drawings;
    const { photos } = this.#own;
    const values = new Float32Array(drawings.length * PIXELS + (photos?.images.length ?? 0));
    drawings.forEach((drawing, i) => values.set(drawing, i * PIXELS));
    if (photos) values.set(photos.images, drawings.length * PIXELS);
    return { values, version: this.#version };
  }

  #add() {
    this.tray.add(this.pad.picture());
    this.pad.clear();
    this.#announce(say("teach_added", { n: this.tray.drawings.length }));
  }

  #drawingsChanged() {
    this.#version++;
    this.results.draw();
    this.#show();
  }

  #showPad() {
    byId("teach-pad-clear").disabled = this.pad?.empty ?? true;
  }

  async #open(files) {
    if (!files.length) return;
    const { name, weights, photos, old } = await readDropped(files);
    if (weights) {
      await this.session.adopt(weights);
      return this.#announce(say("teach_opened", { name }));
    }
    if (photos) this.#own.photos = { name, ...photos };
    if (old) this.#own.old = { name, ...old };
    this.#drawingsChanged();
  }

  // ---- buttons ---------------------------------------------------------------------------------------------------

  #bindButtons(act) {
    const on = (id, work) => byId(id).addEventListener("click", () => act(work));
    const { session } = this;
    on("teach-add", () => this.#add());
    on("teach-pad-clear", () => this.pad.clear());
    on("teach-clear-tray", () => this.tray.clear());
    byId("teach-examples").replaceChildren(
      ...EXAMPLES.map((name) =>
        h(
          "button",
          {
            type: "button",
            class: "plain",
            lang: "zh-CN",
            "data-testid": `teach-example-${name}`,
            onclick: () =>
              act(() => this.tray.add(...Array.from({ length: COPIES }, (_, i) => picture(exampleStrokes(name, i))))),
          },
          name,
        ),
      ),
    );
    on("teach-train", () => (session.running ? session.stop() : session.train()));
    on("teach-step", () => session.train({ once: true }));
    on("teach-look-now", () => session.look());
    on("teach-undo", async () => {
      await session.undo();
      const { stage } = this.page.services;
      if (stage.showsTaught()) await stage.show(null, {});
      this.#announce(say("teach_undone"));
    });
    on("teach-smaller", async () => {
      const going = session.running;
      this.settings.set({ teach_batch: SMALL_BATCH });
      await session.rest();
      if (going) await session.train();
    });
    on("teach-keep", async () => {
      const files = await session.save();
      if (!files) return;
      const moment = session.moments.at(-1);
      await this.shelf.keep({
        date: Date.now(),
        digit: moment.digit,
        step: session.step,
        drawings: this.tray.drawings,
        pictures: moment.pictures,
        weights: files.weights,
      });
      this.#announce(say("teach_is_kept"));
    });
    on("teach-stage", async () => {
      const files = await session.save();
      const { stage } = this.page.services;
      if (files) await stage.show(files, { digit: String(this.settings.get("teach_digit")) });
      stage.scrollTo();
    });
    on("teach-save", async () => {
      const files = await session.save();
      if (!files) return;
      saveAs("diffusion_pytorch_model.safetensors", files.weights, "application/octet-stream");
      saveAs("config.json", files.config, "application/json");
      if (files.scheduler) saveAs("scheduler_config.json", files.scheduler, "application/json");
    });
    on("teach-own-forget", () => {
      this.#own = { photos: null, old: null };
      this.#drawingsChanged();
    });
  }

  async #load({ weights, digit, drawings }) {
    this.settings.set({ teach_digit: digit });
    this.tray.replace(drawings);
    await this.session.adopt(weights);
  }

  // ---- the state of things ---------------------------------------------------------------------------------------

  #show() {
    const { session } = this;
    const { running, taught, doing, step, total } = session;
    const train = byId("teach-train");
    train.dataset.playing = running;
    byId("teach-train-word").textContent = say(
      running ? "teach_pause" : step && step < total ? "teach_go_on" : "teach_train",
    );
    for (const id of ["teach-step", "teach-look-now"]) byId(id).disabled = running;
    byId("teach-undo").disabled = !taught;
    for (const id of ["teach-keep", "teach-stage", "teach-save"])
      byId(id).disabled = running || !taught || !session.moments.length;
    this.#showProgress(doing, step, total);
    byId("teach-outdated").hidden = !session.outdated;
    this.#showCurve();
    this.#showOwn();
  }

  #showProgress(doing, step, total) {
    const { running, msPerStep } = this.session;
    const seconds = (steps) => ((msPerStep ?? 0) * steps) / 1000;
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
    const batch = this.settings.get("teach_batch"),
      whole = seconds(this.settings.get("teach_steps"));
    byId("teach-slow").hidden = !(whole > SLOW && batch > SMALL_BATCH && step >= 2);
    byId("teach-slow-text").textContent = say("teach_slow", { time: duration(whole), batch });
    byId("teach-smaller").textContent = say("teach_smaller", { batch: SMALL_BATCH });
  }

  #showCurve() {
    const curve = byId("teach-curve");
    const { losses, step } = this.session;
    if (losses === this.shownLosses) return;
    this.shownLosses = losses;
    if (!losses.length) curve.begin();
    else curve.append(losses, step);
  }

  #showOwn() {
    const { photos, old } = this.#own;
    byId("teach-own").hidden = !photos && !old;
    byId("teach-own-text").textContent = [photos && say("teach_own_photos", photos), old && say("teach_own_old", old)]
      .filter(Boolean)
      .join(" ");
  }
}

/** "40 s", "about 3 min". */
function duration(seconds) {
  if (seconds < 90) return say("teach_seconds", { n: Math.max(1, Math.round(seconds)) });
  return say("teach_minutes", { n: Math.round(seconds / 60) });
}

// @ts-check
// Chapter 9, teach it your building: puts the pad and the tray, the choices, the training, what it builds, and what is
// kept of it together. It asks for the device when the reader asks for something.
import { figure, rewordFigures } from "../../figures/figure.js";
import { LossCurve } from "../../figures/loss-curve.js";
import { reveal } from "../../lib/beside.js";
import { byId, h } from "../../lib/dom.js";
import { dropZone } from "../../lib/files.js";
import { plainButton } from "../../lib/notices.js";
import { addWords, say } from "../../lib/words.js";
import { bindChoices } from "./choices.js";
import { bindConduct } from "./conduct.js";
import { oldDigits } from "./engine.js";
import { bytesOf } from "./files.js";
import { OwnFiles } from "./own-files.js";
import { Pad } from "./pad.js";
import { Results } from "./results.js";
import { runOf } from "./runs.js";
import { Session } from "./session.js";
import { Shelf } from "./shelf.js";
import { PIXELS } from "./strokes.js";
import { Tray } from "./tray.js";
import { View } from "./view.js";
import { words } from "./words.js";

addWords(words);

export class Chapter {
  #version = 0; // of the drawings and files together

  // ---- the contract with the page ----------------------------------------------------------------------------------

  /** @param {HTMLElement} root @param {import("../../page.js").Page} page */
  mount(root, page) {
    this.page = page;
    this.settings = page.settings;
    this.root = root;
    this.notices = page.notices("teach-notices", { prefix: "teach-", failed: "teach_failed" });
    this.act = this.notices.act;
    this.curve = figure(root, LossCurve);
    this.tray = new Tray(this.act);
    this.own = new OwnFiles(this.act);
    this.pad = new Pad({
      onChange: () => this.#showPad(),
      onEnter: () => this.act(() => this.add()),
      announce: (text) => this.announce(text),
    });
    this.session = new Session(this.settings, {
      device: () => page.device ?? null,
      pretrained: () => page.services.stage.pretrained(),
      photos: () => this.photos(),
      old: async () => this.own.old ?? oldDigits(),
      lease: () => page.device?.lease(this),
      release: () => page.device?.release(this),
    });
    this.results = new Results(this.session, () => this.photos());
    this.shelf = new Shelf(this.act, (model) => this.#load(model));
    this.showChoices = bindChoices(this.settings, this.act);
    this.view = new View(this);
    bindConduct(this);
    this.#listen();
    this.translate();
    this.shelf.refresh().catch(() => {}); // said when the reader wants to keep something
  }

  attach() {} // its session asks for the device when it needs it

  /** @param {string} reason */
  lose(reason) {
    this.session.lose(reason);
  }

  pause() {
    return this.session.rest();
  }

  /** Its choices are in the link as they are. @returns {import("../../page.js").Moment} */
  moment() {
    const { tray, pad, own, session } = this;
    const lacks = {
      unshared_drawings: tray.drawings.length > 0 || !pad.empty,
      unshared_pictures: own.photos !== null || own.old !== null,
      unshared_taught: session.taught,
    };
    const keys = Object.entries(lacks).filter(([, there]) => there);
    return { values: {}, lacks: keys.map(([key]) => ({ key })) };
  }

  translate() {
    rewordFigures(this.root);
    this.tray.render();
    this.own.render();
    this.showChoices();
    this.shelf.render();
    this.results.draw();
    this.#showPad();
    this.view.show();
  }

  #listen() {
    dropZone(byId("teach-drop"), {
      testid: "teach-files",
      open: (files) => this.act(async () => this.#open(await files)),
    });
    for (const pictures of [this.tray, this.own]) pictures.addEventListener("change", () => this.changed());
    this.session.addEventListener("change", () => this.view.show());
    this.session.addEventListener("lesson", () => (this.curve.run = runOf(this.session.lesson)));
    this.session.addEventListener("lost", () => this.#showLost());
    this.settings.addEventListener("change", (/** @type {any} */ { names }) => {
      if ([...names].some((name) => name.startsWith("teach_"))) this.view.show();
    });
    byId("teach-how").addEventListener("submit", (event) => event.preventDefault());
  }

  // ---- what the reader is told -------------------------------------------------------------------------------------

  /** @param {string} text read aloud */
  announce(text) {
    byId("teach-announcer").textContent = text;
  }

  #showLost() {
    const reason = this.session.lost;
    this.notices.clear("error");
    this.notices.show("lost", { kind: "error", role: "alert" }, () => {
      const resume = plainButton("teach_resume", () => this.act(() => this.#resume()));
      resume.dataset.testid = "teach-resume";
      return [h("p", {}, say("teach_lost", { reason })), resume];
    });
  }

  async #resume() {
    if (!this.page.device) await this.page.open();
    if (!this.page.device) return; // the stage says why
    this.notices.clear("lost");
    await this.session.recover();
  }

  // ---- drawings and files ------------------------------------------------------------------------------------------

  /** What is to be learned: the drawings, and the reader's own pictures. */
  photos() {
    const drawings = this.tray.drawings;
    const { photos } = this.own;
    const values = new Float32Array(drawings.length * PIXELS + (photos?.images.length ?? 0));
    drawings.forEach((drawing, i) => values.set(drawing, i * PIXELS));
    if (photos) values.set(photos.images, drawings.length * PIXELS);
    return { values, version: this.#version };
  }

  /** Takes what stands on the pad into the tray. */
  add() {
    this.tray.add(this.pad.picture());
    this.pad.clear();
    this.announce(say("teach_added", { n: this.tray.drawings.length }));
  }

  /** Other drawings or files. */
  changed() {
    this.#version++;
    this.results.draw();
    this.view.show();
  }

  #showPad() {
    byId("teach-pad-clear").disabled = this.pad?.empty ?? true;
  }

  /** @param {File[]} files */
  async #open(files) {
    if (!files.length) return;
    const model = files.find(({ name }) => name.endsWith(".safetensors"));
    if (!model) return this.own.open(files);
    await this.session.adopt(await bytesOf(model));
    this.announce(say("teach_opened", { name: model.name }));
  }

  /** A kept model, with the drawings that it was taught. */
  async #load({ weights, digit, drawings }) {
    await this.session.adopt(weights, () => {
      this.settings.set({ teach_digit: digit });
      this.tray.replace(drawings);
    });
    reveal(byId("teach-results"));
  }
}

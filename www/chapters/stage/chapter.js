// @ts-check
// Chapter 0, the stage: one timeline on which a picture is demolished and rebuilt, by the engine or, until that is there and
// where it cannot run, from a recording that is labelled as one. Puts the stage's state, its view and its controls together and looks
// after the model that stands on it.
import { deviceName } from "../../computes.js";
import { rewordFigures } from "../../figures/figure.js";
import { byId, h, reducedMotion } from "../../lib/dom.js";
import { hold } from "../../lib/hold.js";
import { plainButton } from "../../lib/notices.js";
import { once } from "../../lib/once.js";
import { Sight } from "../../lib/visible.js";
import { addWords, lang, say } from "../../lib/words.js";
import { bindAnnouncer } from "./announcer.js";
import { consoleApi } from "./console.js";
import { Controls } from "./controls.js";
import { bindStageKeys, listKeys } from "./keys.js";
import { fetchTold } from "./model-folder.js";
import { ModelSource } from "./model-source.js";
import { bindOpenModel } from "./open-model.js";
import { PRESETS } from "./presets.js";
import { RecordingSource } from "./recording-source.js";
import { settingsOf } from "./samplers.js";
import { properties } from "./settings.js";
import { Stage } from "./stage.js";
import { View } from "./view.js";
import { words } from "./words.js";
import { tune } from "../../tuning.js";
import { webgpuHelp } from "../../webgpu-help.js";

/** @typedef {import("../../device.js").Device} Device */
/** @typedef {import("../../page.js").ModelFiles} ModelFiles */

addWords(words);
const STANDARD = Object.fromEntries(Object.entries(properties).map(([name, [value]]) => [name, value]));
/** What is set where a link's choices do not suit the model. @param {string} model */
const standard = (model) => ({ ...STANDARD, ...PRESETS[model].usual, model });
// before anything else: the small one, and the longest wait
const recording = once(() => RecordingSource.open());
recording().catch(() => {}); // whoever plays it reports the failure

export class Chapter {
  /** @type {import("../../page.js").Page} */
  #page;
  /** @type {ModelFiles | null} the model that stands on the stage; null: the page's own */
  #files = null;
  #taught = false; // it is the page's own, taught in another chapter
  #cancelled = false;
  /** Restoring what a link describes. @type {Promise<void>} */
  #standing = Promise.resolve();
  #attempt = {}; // at loading; another one makes it stale
  /** @type {ReturnType<import("../../lib/notices.js").Notices["progress"]> | null} */
  #bar = null;
  /** @type {(value: unknown) => void} */
  #announceReady = () => {};
  ready = new Promise((resolve) => (this.#announceReady = resolve));

  /** @param {HTMLElement} root @param {import("../../page.js").Page} page */
  mount(root, page) {
    this.#page = page;
    const { settings } = page;
    this.#preset.folder.fetch(); // the longest wait of all
    this.notices = page.notices("notices");
    const { act } = this.notices;
    this.stage = new Stage(settings, {
      sight: new Sight(byId("pictures")),
      free: () => page.device?.free ?? true,
    });
    this.view = new View(root, this.stage, settings, {
      onError: this.notices.error,
      onFirstFrame: () => {
        performance.mark("chailou:first-frame");
        this.#announceReady({ mode: page.device?.backend });
      },
    });
    this.controls = new Controls(root, this.stage, settings, {
      act,
      choose: (model) => act(() => this.#show(null, null, model)),
    });
    bindStageKeys(root, this.stage, act);
    bindAnnouncer(this.stage);
    bindOpenModel(this.notices, async (files) => {
      await this.#show(files);
      return this.stage.source;
    });
    listKeys();
    this.controls.show();
    this.#listen();
    page.services.stage = {
      pretrained: () => PRESETS.digits.folder.fetch(),
      towers: () => PRESETS.towers.folder.fetch(),
      show: (files, changes) => this.#show(files, changes),
      showsTaught: () => this.#taught,
      scrollTo: () => hold(root),
    };
    this.api = consoleApi(this.stage, settings, this.notices, () => this.view.frame());
    this.#begin();
    this.#meanwhile();
  }

  #listen() {
    const { stage } = this;
    stage.addEventListener("failed", (/** @type {any} */ { error }) => this.notices.error(error));
    stage.addEventListener("playing", () => {
      if (stage.playing) this.#page.device?.lease(this);
      else this.#page.device?.release(this);
    });
    let measuredAt = 0;
    stage.addEventListener("frame", () => {
      if (performance.now() - measuredAt < 500) return;
      measuredAt = performance.now();
      this.#measured();
    });
    let waiting = null;
    stage.addEventListener("busy", () => {
      const { busy, progress: walk } = stage;
      if (!busy && !walk) {
        waiting?.end();
        waiting = null;
        return;
      }
      waiting ??= this.notices.progress("waiting", () => stage.cancel(), "curtain");
      waiting.update(walk ? say("catching_up", walk) : say("preparing"), walk?.done, walk?.total);
    });
  }

  pause() {
    this.stage.pause();
  }

  /** @returns {import("../../page.js").Moment} */
  moment() {
    const { source, active, position } = this.stage;
    const lacks = source?.own ? ["unshared_model"] : source?.kind === "recording" ? ["unshared_recording"] : [];
    return {
      values: source?.kind === "engine" && active ? { at: position } : {},
      lacks: lacks.map((key) => ({ key })),
    };
  }

  translate() {
    rewordFigures(this.view.root);
    this.controls.show();
    listKeys();
    this.view.tapes();
    this.#measured();
  }

  // ---- the device and the model ----------------------------------------------------------------------------------

  /** @param {Device | null} device */
  async attach(device) {
    if (!device) return this.notices.act(() => this.#withoutEngine(), { beside: null });
    this.notices.clear("lost", "stopped", "no-engine", "recording-label");
    if (!this.#bar) this.#begin();
    if (!this.#cancelled) await this.#load(device);
  }

  /** Plays the recording until there is something else to show. */
  async #meanwhile() {
    const source = await recording().catch(() => null); // then the stage waits empty
    if (!source || this.stage.source) return;
    this.notices.show("meanwhile", { kind: "recording", place: "stage-status", testid: "recording-label" }, () =>
      h("p", {}, h("strong", {}, say("recording")), " ", say("recording_meanwhile")),
    );
    await this.stage.attach(source, { autoplay: !reducedMotion() });
  }

  /** Begins to wait for engine and model, with a bar that can be cancelled. */
  #begin() {
    this.notices.clear("lost", "stopped");
    this.#cancelled = false;
    this.#attempt = {};
    this.#bar = this.notices.progress("loading", () => this.#cancel(), "stage-status");
    this.#bar.update(say("loading_engine"));
  }

  #end() {
    this.#bar?.end();
    this.#bar = null;
  }

  #cancel() {
    this.#cancelled = true;
    this.#attempt = {};
    this.#preset.folder.cancel();
    this.#end();
    this.notices.show("stopped", {}, () => [h("p", {}, say("cancelled")), plainButton("again", () => this.#again())]);
  }

  async #again() {
    const { device } = this.#page;
    this.#begin();
    if (device) await this.#load(device);
    else await this.#page.open();
  }

  /** Puts the model and what the link describes on the stage. @param {Device} device */
  async #load(device) {
    const [bar, attempt, preset] = [this.#bar, this.#attempt, this.#preset];
    const current = () => attempt === this.#attempt;
    try {
      const files = this.#files ?? (await fetchTold(preset.folder, bar));
      performance.mark("chailou:weights-here");
      if (!current()) return;
      const source = new ModelSource(device);
      await source.loadModel(files, (done, total) =>
        bar?.update(say("loading_pipelines", { done, total }), done, total),
      );
      performance.mark("chailou:model-ready");
      source.own = Boolean(this.#files) && !this.#taught;
      if (!current()) return source.free();
      this.#end();
      const before = this.stage.source;
      this.notices.clear("meanwhile");
      await this.#stand(source, standard(this.#page.settings.get("model")));
      before?.free();
      this.controls.show();
      this.#measured();
      const { model } = source;
      const there = () => this.#page.device === device && this.stage.source === source && source.model === model;
      tune(device, model, there).catch(() => {}); // only a lost device fails, and that is said
    } catch (error) {
      if (!current()) return; // cancelled, or the device is lost and that is said already
      preset.folder.cancel(); // so that another attempt downloads anew
      this.notices.error(error);
      this.notices.show("stopped", {}, () => plainButton("again", () => this.#again()));
    } finally {
      if (bar === this.#bar) this.#end();
    }
  }

  /**
   * Puts on the stage what the settings, and so the link, describe; what this model cannot do, such as a class that it does
   * not know, is said, and the choices are as `before`.
   * @param {ModelSource} source
   * @param {Record<string, any>} before
   */
  #stand(source, before) {
    this.stage.cancel();
    const earlier = this.#standing; // two walks through a link's acts would free each other's chains
    this.#standing = earlier.catch(() => {}).then(() => this.#standNow(source, before));
    return this.#standing;
  }

  /** @param {ModelSource} source @param {Record<string, any>} before */
  async #standNow(source, before) {
    const autoplay = !reducedMotion() && Boolean(this.#page.device?.free);
    try {
      await this.stage.attach(source, { autoplay });
    } catch (error) {
      this.#page.settings.set(before);
      await this.stage.attach(source, { autoplay });
      this.notices.error(error);
    }
  }

  /** @param {Record<string, any>} before */
  restore(before) {
    const { source } = this.stage;
    const names = Object.keys(before).filter((name) => name in STANDARD && name !== "speed");
    if (this.#bar && "model" in before) {
      this.#end();
      return this.#again(); // what is on its way is another model
    }
    if (source?.kind !== "engine" || !names.length) return;
    const own = Object.fromEntries(names.map((name) => [name, before[name]]));
    const work = () => ("model" in own ? this.#restoreOther(own) : this.#stand(source, own));
    this.notices.act(work, { beside: null });
  }

  /** The link is of another of the page's models; where that does not come, all stays. @param {Record<string, any>} before */
  async #restoreOther(before) {
    const { settings } = this.#page;
    try {
      if (!(await this.#bring(null))) return;
    } catch (error) {
      settings.set(before);
      throw error;
    }
    await this.#stand(this.stage.source, standard(settings.get("model")));
    this.controls.show();
  }

  /** @param {string} reason @param {boolean} opened */
  lose(reason, opened) {
    this.#attempt = {};
    this.#end();
    this.stage.cancel();
    this.notices.clear("error");
    if (opened)
      return this.notices.show("lost", { kind: "error", role: "alert" }, () => [
        h("p", {}, say("lost", { reason })),
        plainButton("rebuild", () => this.#page.open()),
      ]);
    this.notices.error(reason);
    this.notices.show("stopped", {}, () => plainButton("again", () => this.#again()));
  }

  /** The page's own model that the settings name. */
  get #preset() {
    return PRESETS[this.#page.settings.get("model")];
  }

  /**
   * Puts a model on the stage: the reader's, or for null the page's own, by its name. `changes`: it builds what our digits do,
   * set only these. Gives its number of parameters.
   * @param {ModelFiles | null} files
   * @param {Record<string, any> | null} [changes]
   * @param {string} [model]
   */
  async #show(files, changes = null, model = changes ? "digits" : this.#page.settings.get("model")) {
    const { stage } = this;
    const { settings } = this.#page;
    if (stage.source?.kind !== "engine" || !(await this.#bring(files, model, changes))) return 0;
    const { classes, plan, trainSteps } = stage.source;
    const theirs = { digit: String(classes[0] ?? 0), guidance: 1, ...settingsOf(plan) };
    const steps = Math.min(settings.get("steps"), trainSteps);
    const suits = changes && settings.get("model") === model ? {} : stage.source.own ? theirs : PRESETS[model].usual;
    settings.set({ steps, ...suits, ...changes, model, acts: "", at: -1, start: "noise" });
    await stage.attach(stage.source);
    this.controls.show();
    return stage.source.parameters;
  }

  /**
   * Loads a model in the place of the present one, which stays until then; says whether nothing came in between.
   * @param {ModelFiles | null} files null: the page's own
   * @param {string} [model] its name
   * @param {Record<string, any> | null} [changes] it is our digits, taught
   */
  async #bring(files, model = this.#page.settings.get("model"), changes = null) {
    const { stage, notices } = this;
    const attempt = (this.#attempt = {}); // what was still being put on the stage gives way, and its end is no failure
    const { folder } = PRESETS[model];
    const bar = notices.progress("loading", files ? null : () => folder.cancel(), "curtain");
    try {
      const those = files ?? (await fetchTold(folder, bar));
      if (attempt !== this.#attempt) return false;
      stage.cancel();
      await stage.source.loadModel(those, (done, total) =>
        bar.update(say("loading_pipelines", { done, total }), done, total),
      );
    } finally {
      bar.end();
    }
    this.#files = files;
    this.#taught = Boolean(files && changes);
    stage.source.own = Boolean(files) && !this.#taught;
    notices.clear("own", "taught");
    if (this.#taught)
      notices.show("taught", {}, () => [
        h("p", { "data-testid": "taught-on-stage" }, say("taught_on_stage", changes)),
        plainButton("taught_off_stage", () => notices.act(() => this.#show(null, {}))),
      ]);
    return true;
  }

  async #withoutEngine() {
    const { cause } = this.#page;
    this.#end();
    this.#preset.folder.cancel();
    this.notices.clear("stopped", "meanwhile");
    this.notices.show("no-engine", {}, () => [
      ...(cause.noWasm
        ? [h("p", {}, cause.reason)]
        : [h("p", {}, say("no_engine", { reason: cause.reason })), ...webgpuHelp(cause.reason)]),
      ...(cause.again ? [plainButton("again", () => this.#again())] : []),
    ]);
    this.notices.show("recording-label", { kind: "recording" }, () =>
      h("p", {}, h("strong", {}, say("recording")), " ", say("recording_text")),
    );
    const source = await recording();
    source.instead = true;
    await this.stage.attach(source, { autoplay: !reducedMotion() });
    this.controls.show();
    this.#announceReady({ mode: "recording", reason: cause.reason });
  }

  /** The line in the colophon with what was measured on this very device. */
  #measured() {
    const { source, active } = this.stage;
    const { device } = this.#page;
    if (source?.kind !== "engine" || !device) return (byId("measured").textContent = "");
    const adapter = deviceName(device);
    const ms = active?.direction === "build" && active.msPerStep;
    byId("measured").textContent = ms
      ? say("measured", {
          adapter,
          ms: ms.toLocaleString(lang(), { maximumSignificantDigits: 2 }),
          batch: active.batch,
        })
      : say("measured_wait", { adapter });
  }
}

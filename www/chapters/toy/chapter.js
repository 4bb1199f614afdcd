// @ts-check
// Chapter 8, train your own: puts data set, figures, session and what follows from them together. Nothing touches the
// device before the chapter comes near the screen, so that the stage opens as fast as without.
import { loadWasm } from "../../engine-files.js";
import { figure, rewordFigures } from "../../figures/figure.js";
import { LossCurve } from "../../figures/loss-curve.js";
import { PointCloud } from "../../figures/point-cloud.js";
import { PointField } from "../../figures/point-field.js";
import { PointPad } from "../../figures/point-pad.js";
import { TBars } from "../../figures/t-bars.js";
import { TimeLine } from "../../figures/time-line.js";
import { byId, h } from "../../lib/dom.js";
import { hear } from "../../lib/events.js";
import { onDrop } from "../../lib/files.js";
import { bindKeys } from "../../lib/keys.js";
import { whenNear } from "../../lib/visible.js";
import { addWords, say } from "../../lib/words.js";
import { Advanced } from "./advanced.js";
import { Balance } from "./balance.js";
import { Conduct } from "./conduct.js";
import { Dataset } from "./dataset.js";
import { drawOnPad } from "./draw-on-pad.js";
import { ToyEngine } from "./engine.js";
import { Field } from "./field.js";
import { Floor } from "./floor.js";
import { Follow } from "./follow.js";
import { bindOwnPoints } from "./own-points.js";
import { bindKeep } from "./keep.js";
import { shownOnPad } from "./points.js";
import { Presets } from "./presets.js";
import { Rebuild } from "./rebuild.js";
import { obstacle } from "./rules.js";
import { runOf } from "./runs.js";
import { T, alphaBar, timeAt } from "./schedule.js";
import { Session } from "./session.js";
import { MADE_WITH } from "./settings.js";
import { Timeline } from "./timeline.js";
import { unshared } from "./unshared.js";
import { View, showNotice } from "./view.js";
import { words } from "./words.js";

addWords(words);

const SETTLE = 400; // ms that the pen rests before the slow figures follow it

/** @typedef {import("../../device.js").Device} Device */
/** @typedef {import("../../page.js").Page} Page */
/** @typedef {import("../../figures/figure.js").Figure} Figure */

export class Chapter {
  /** @type {ToyEngine | null} */ engine = null;
  /** undefined until the page knows; null where none can be had. @type {Device | null | undefined} */ #device;
  #near = false;
  /** @type {Promise<void> | null} */ #opening = null;
  /** The trainer's means. @type {import("../../figures/t-bars.js").Row[]} */ #lossByT = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #settling;

  // ---- the contract with the page ----------------------------------------------------------------------------------

  /** @param {HTMLElement} root @param {Page} page */
  mount(root, page) {
    this.section = root;
    this.page = page;
    this.settings = page.settings;
    this.notices = page.notices("toy-notices", { prefix: "toy-" });
    this.dataset = new Dataset(this.settings);
    this.field = new Field(() => this.#fieldSources(), { onShown: () => this.#fieldChanged(), onError: this.fail });
    this.#findFigures(root);
    this.session = new Session({
      points: () => this.dataset.points,
      choices: () => this.choices,
      refresh: () => this.refresh(),
      mayRefresh: () => !this.timeline.playing,
      onProgress: (done, total) => this.view.compiling(done, total),
    });
    this.rebuild = new Rebuild(this);
    this.floor = new Floor(this);
    this.balance = new Balance(this);
    this.follow = new Follow(this);
    this.conduct = new Conduct(this);
    this.presets = new Presets(this.dataset, this.settings, (name) => this.act(() => this.conduct.choose(name)));
    this.advanced = new Advanced(this.settings, {
      change: (changes) => this.conduct.change(changes),
      act: this.act,
      state: () => ({ choices: this.choices, count: this.dataset.count, own: this.dataset.own }),
    });
    this.#bindFiles();
    this.view = new View(this);
    this.#listen();
    drawOnPad(this);
    bindKeys(root, this.view.keys);
    this.#showPad();
    whenNear(root, "300px").then(() => {
      this.#near = true;
      this.act(() => this.open(), { beside: null });
    });
  }

  /** @param {Device | null} device */
  attach(device) {
    this.#device = device;
    this.#opening = null;
    this.notices.clear("lost");
    this.cloud.put(null);
    return this.#near ? this.act(() => this.open(), { beside: null }) : undefined;
  }

  lose() {
    if (!this.engine?.live) return;
    const { step } = this.session;
    this.session.lose();
    this.notices.clear("error");
    this.cloud.put(null);
    showNotice(this.notices, "lost", "toy_lost", { step }, ["rebuild", () => this.page.open()]);
  }

  pause() {
    return this.session.training ? this.act(() => this.conduct.pause(), { beside: null }) : undefined;
  }

  /** The network and its training stay: what they were made with is taken over when training starts over. @param {Record<string, any>} before */
  restore(before) {
    const [down, up] = ["toy_down", "toy_up"].map((name) => this.settings.get(name)); // other points clear them
    if ("toy_at" in before) this.timeline.seek(this.settings.get("toy_at"));
    this.dataset.restore(before);
    this.act(() => this.follow.restore(down, up), { beside: null });
  }

  /** @returns {import("../../page.js").Moment} */
  moment() {
    return { values: { toy_at: this.timeline.position }, lacks: unshared(this) };
  }

  translate() {
    rewordFigures(this.section);
    this.view.label();
    this.advanced.show();
    this.#showLosses();
    this.view.show();
  }

  // ---- what the parts ask -------------------------------------------------------------------------------------------

  /** The toy_ settings that a network is made with, without their prefix. @returns {Record<string, any>} */
  get choices() {
    return Object.fromEntries(MADE_WITH.map((name) => [name.slice(4), this.settings.get(name)]));
  }

  /** Whether the cloud is rebuilt with the exact E[ε | x_t]. */
  get exact() {
    return !this.engine?.live || this.settings.get("toy_by") === "exact";
  }

  /** Of the cloud shown, see measure.js. */
  get distance() {
    return this.rebuild.distance;
  }

  /** The device is the chapter's while it trains. */
  lease() {
    this.#device?.lease(this);
  }

  /** Shows a failure; what fails after a loss has been said already. @param {unknown} error */
  fail = (error) => {
    if (this.session.state !== "lost" && /** @type {any} */ (error)?.name !== "AbortError") this.notices.error(error);
  };

  /** Runs what the reader asked for and shows its failure beside the control; see Notices. @type {import("../../lib/notices.js").Notices["act"]} */
  act = (work, where) => this.notices.act(work, where);

  /** Takes the page's device, or the knowledge that there is none, to use; once. */
  open() {
    if (this.#device === undefined) return null;
    this.#opening ??= this.#open(this.#device).catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** @param {Device | null} device */
  async #open(device) {
    const wasm = await loadWasm();
    if (device !== this.#device) return;
    this.engine = new ToyEngine(wasm, device);
    this.section.dataset.live = String(this.engine.live);
    this.dataset.open(this.engine.toyData);
    this.presets.open(this.engine.toyData);
    const was = this.session.state;
    await this.session.attach(this.engine);
    const { step, network } = this.session;
    if (was === "lost" && network)
      showNotice(this.notices, "restored", "toy_restored", { step }, ["dismiss", () => this.notices.clear("restored")]);
    this.view.show();
    await this.#prepare();
    if (this.exact) await this.rebuild.exactly();
  }

  async #prepare() {
    if (this.engine?.live && this.dataset.count && !obstacle(this.choices, this.dataset.count))
      await this.session.prepare();
  }

  /** A new cloud from the network as it is now, what it is worth, and the field. Training rests meanwhile. */
  async refresh() {
    const { rebuild, field, session, timeline } = this;
    const made = await rebuild.byNetwork();
    if (session.network) await field.ask();
    field.fill(); // of itself it waits for the reader, not for the device
    if (!made) return;
    await rebuild.show(made);
    if (session.training && timeline.follow) timeline.play(0, { byItself: true });
  }

  // ---- figures ------------------------------------------------------------------------------------------------------

  /** @param {HTMLElement} root */
  #findFigures(root) {
    const { settings } = this;
    this.pad = figure(root, PointPad);
    this.cloud = figure(root, PointCloud);
    this.arrows = figure(root, PointField);
    this.curve = this.#chart("toy-curve", new LossCurve());
    this.bars = this.#chart("toy-bars", new TBars());
    this.line = figure(root, TimeLine);
    this.timeline = new Timeline(this.line, settings);
    this.cloud.timeAt = timeAt;
    hear(this.cloud, "failed", ({ error }) => this.fail(error));
    this.bars.last = T;
    this.#choose();
    this.#moved();
  }

  /** Adds a chart of the run, with the caption that the figure brings. @template {Figure} F @param {string} id @param {F} chart */
  #chart(id, chart) {
    chart.dataset.testid = id;
    const caption = h("figcaption", { "data-i18n": `${chart.localName}.caption` });
    byId("toy-run", this.section).append(h("figure", { class: "toy-chart" }, caption, chart));
    return chart;
  }

  #choose() {
    this.arrows.mode = this.settings.get("toy_field");
    this.pad.tool = this.settings.get("toy_tool");
  }

  #showPad() {
    if (!this.engine) return; // there is no schedule yet
    const { points, count } = this.dataset;
    const { t } = this.timeline;
    this.pad.show(shownOnPad(points, alphaBar(t)), { share: alphaBar(t), count, t });
  }

  #fieldSources() {
    const { engine, session, dataset, timeline } = this;
    return { engine, network: session.network, points: dataset.points, position: timeline.position };
  }

  #showField() {
    const { position, t } = this.timeline;
    this.arrows.show(this.field.at(position), t);
  }

  #fieldChanged() {
    this.#showField();
    if (this.balance.update()) this.curve.measure(this.session.step, this.balance.over);
    this.#showLosses();
    this.view.numbers();
  }

  /** Curve and bars: of the whole loss, with its floor, or of what lies above that. */
  #showLosses() {
    const { byT, mean } = this.floor;
    const over = this.settings.get("toy_loss") === "over";
    this.curve.floor = byT.length ? { value: mean, text: say("toy_floor") } : null;
    this.curve.over = over;
    if (over) this.bars.show(this.balance.rows);
    else this.bars.show(this.#lossByT, byT);
    for (const chart of [this.curve, this.bars]) {
      const caption = /** @type {HTMLElement} */ (chart.previousElementSibling);
      caption.dataset.i18n = `${chart.localName}.${over ? "over" : "caption"}`;
      caption.textContent = say(caption.dataset.i18n);
    }
  }

  /** A run begins, or goes on from where a lost device has left it. */
  #began() {
    const { session, dataset } = this;
    const run = runOf(dataset, session.made);
    this.#lossByT = [];
    if (session.step) this.curve.run = run;
    else {
      this.curve.begin(run);
      this.balance.begin();
    }
    this.floor.count();
  }

  // ---- what follows from what ---------------------------------------------------------------------------------------

  #listen() {
    const { session, settings, timeline, dataset, rebuild } = this;
    hear(dataset, "change", ({ live }) => this.#pointsChanged(live));
    hear(timeline, "moved", () => this.#moved());
    hear(this.floor, "changed", () => {
      this.#showLosses();
      this.view.numbers();
    });
    hear(rebuild, "judged", () => this.view.numbers());
    hear(this.follow, "changed", () => this.view.following());
    hear(session, "state", () => this.#stateChanged());
    hear(session, "progress", () => this.view.numbers());
    hear(session, "losses", ({ losses, step }) => this.curve.add(losses, step));
    hear(session, "byT", ({ rows }) => {
      this.#lossByT = rows;
      this.#showLosses();
    });
    hear(session, "began", () => this.#began());
    settings.addEventListener("change", (/** @type {any} */ { names }) => this.#settingsChanged(names));
  }

  #bindFiles() {
    const { conduct, act } = this;
    const readTable = bindOwnPoints({
      use: (table) => conduct.paste(table),
      rebuilt: () => conduct.rebuilt(),
      act,
    });
    const openFiles = bindKeep({
      kept: () => conduct.kept(),
      adopt: (files) => conduct.adopt(files),
      notices: this.notices,
    });
    onDrop(this.section, async (dropped) => {
      const files = await dropped;
      if (files.some(({ name }) => /\.(safetensors|json)$/.test(name))) openFiles(files);
      else if (files.length) readTable(files[0]);
    });
  }

  /** Every panel shows the new t in this same task, so that no two are ever seen at different ones. */
  #moved() {
    const { position, t } = this.timeline;
    this.#showPad();
    this.follow?.draw();
    this.cloud.position = position;
    this.#showField();
    this.bars.t = t;
    this.view?.numbers();
  }

  #stateChanged() {
    const { state, made, step, training } = this.session;
    this.view.show();
    if (!training) this.#device?.release(this);
    if (state === "diverged")
      showNotice(this.notices, "diverged", "toy_diverged", { lr: made.lr, step }, [
        "toy_slower",
        () => this.act(() => this.conduct.goOnSlower()),
      ]);
  }

  /** Other points: the trainer hears of them at once, the slow figures when the pen rests. @param {boolean} live */
  #pointsChanged(live) {
    this.notices.clear("error", "pasted"); // they spoke of the points before
    this.#showPad();
    this.rebuild.forget();
    this.session.setData();
    if (!live && this.session.network) this.curve.run = runOf(this.dataset, this.session.made);
    this.view.show();
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.act(() => this.#settled(), { beside: null }), live ? SETTLE : 0);
  }

  async #settled() {
    if (!this.engine) return;
    this.advanced.show();
    if (this.session.state === "none") await this.#prepare();
    if (this.exact) await this.rebuild.exactly();
    else if (!this.session.training) await this.rebuild.judge();
    await this.field.update();
    await this.floor.update();
  }

  /** @param {Set<string>} names */
  #settingsChanged(names) {
    if (names.has("toy_by") && !names.has("toy_up")) this.follow.clear(); // another rubble
    if (names.has("toy_by")) this.act(() => (this.exact ? this.rebuild.exactly() : this.refresh()));
    if (names.has("toy_loss")) this.#showLosses();
    this.#choose();
    if (![...names].some((name) => name.startsWith("toy"))) return;
    this.advanced.show();
    this.view.show();
  }
}

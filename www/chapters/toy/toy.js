// Chapter 8, train your own: puts data set, pad, session, cloud, field and figures together, and does what the reader
// asks for. Nothing touches the GPU before the chapter comes near the screen, so that the stage opens as fast as without.
import { byId } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { loadWasm } from "../../device.js";
import "../../figures/curve.js";
import { Advanced } from "./advanced.js";
import { Cloud } from "./cloud.js";
import { Dataset } from "./dataset.js";
import { ToyEngine } from "./engine.js";
import { Field } from "./field.js";
import { ExactFilm, GpuFilm, ReadBackFilm } from "./films.js";
import { floorByT, leastErrors, meanFloor } from "./floor.js";
import { bindKeep, choicesOf } from "./keep.js";
import { Yardstick } from "./measure.js";
import { bindDrop, bindOwnPoints } from "./own-points.js";
import { Pad } from "./pad.js";
import { shareOutside } from "./points.js";
import { Presets } from "./presets.js";
import { MADE_WITH, OWN } from "./settings.js";
import { obstacle } from "./rules.js";
import { schedulerConfig, timeAt } from "./schedule.js";
import { Session } from "./session.js";
import { TBars } from "./t-bars.js";
import { Timeline } from "./timeline.js";
import { View, showNotice } from "./view.js";

const BRICKS = 2048,
  FEW_BRICKS = 1024; // of a rebuilt cloud; few where a CPU does the graphics card's work
const EXACT_BRICKS = 700; // of one without a network, computed on the processor
const FIELD_AT = 8; // where the field is looked at until the reader drags: t = 200
const EXPERIMENTS = {
  few: { toy: "moons", toy_n: 10, toy_objective: "merged", toy_prediction: "epsilon" },
  naive: { toy: "moons", toy_n: 2000, toy_objective: "naive", toy_prediction: "epsilon" },
};

export class Toy {
  section = byId("toy");
  engine = null;
  distance = NaN; // of the cloud shown, see measure.js
  outside = 0; // share of its bricks that the picture does not reach
  #device; // undefined until the page knows; null without WebGPU
  #near = false;
  #opening = null;
  #yardstick = null; // a promise of one, for the present points
  #floors = 0; // a number for the newest floor wanted
  #errors = null; // least errors by t of the present points
  #exact = 0; // a number for the newest exact film wanted
  #fieldAt;
  #settling = 0;
  #before = {}; // the reader's choices that an experiment has changed

  /** @param {import("../../page.js").Page} page @param {() => void} lease takes the device, for what lasts */
  constructor(page, lease) {
    const { settings } = page;
    Object.assign(this, { settings, page, lease });
    this.notices = page.notices("toy-notices", { prefix: "toy-" });
    this.dataset = new Dataset(settings);
    this.timeline = new Timeline(settings);
    this.cloud = new Cloud(this.fail);
    this.bars = new TBars();
    this.curve = byId("toy-curve");
    this.#fieldAt = this.timeline.position || FIELD_AT;
    this.session = new Session({
      points: () => this.dataset.points,
      choices: () => this.choices,
      refresh: () => this.#refresh(),
      mayRefresh: () => !this.timeline.playing,
      onProgress: (done, total) => this.view.compiling(done, total),
    });
    this.pad = new Pad(this.dataset, { position: () => timeAt(this.#padAt), toTower: () => this.timeline.seek(0) });
    this.field = new Field(
      () => ({
        engine: this.engine,
        network: this.session.network,
        points: this.dataset.points,
        mode: settings.get("toy_field"),
        t: timeAt(this.#fieldAt),
      }),
      { onShown: () => this.view.numbers(), onError: this.fail },
    );
    this.presets = new Presets(this.dataset, settings, (name) => this.act(() => this.#choose(name)));
    this.advanced = new Advanced(settings, {
      change: (changes) => this.act(() => this.#change(changes)),
      refuse: this.fail,
      state: () => ({ choices: this.choices, count: this.dataset.count, own: this.dataset.own }),
    });
    this.#bind();
    this.view = new View(this);
  }

  /** The toy_ settings that a network is made with, without their prefix. */
  get choices() {
    return Object.fromEntries(MADE_WITH.map((name) => [name.slice(4), this.settings.get(name)]));
  }

  get exact() {
    return !this.engine?.live || this.settings.get("toy_by") === "exact";
  }

  /** Points are shown demolished where the reader's hand or 拆 and 建 are; a rebuild that plays by itself leaves them alone. */
  #padAt = 0;

  fail = (error) => {
    if (this.session?.state !== "lost" && error?.name !== "AbortError") this.notices.error(error);
  };

  act = async (work) => {
    this.notices.clear("error");
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
  };

  // ---- opening ------------------------------------------------------------------------------------------------------

  /** The page has an engine (again), or knows that there is none: null. */
  attach(device) {
    this.#device = device;
    this.#opening = null;
    this.notices.clear("lost");
    if (this.#near) this.act(() => this.#open());
  }

  lose() {
    if (!this.engine?.live) return;
    const { step } = this.session;
    this.session.lose();
    this.notices.clear("error");
    this.cloud.put(null);
    showNotice(this.notices, "lost", "toy_lost", { step }, ["rebuild", () => this.page.open()]);
  }

  #open() {
    if (this.#device === undefined) return null;
    this.#opening ??= this.#openNow().catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #openNow() {
    const device = this.#device;
    const wasm = await loadWasm();
    if (device !== this.#device) return;
    this.engine = new ToyEngine(wasm, device);
    this.section.dataset.live = this.engine.live;
    this.dataset.open(this.engine.toyData);
    this.presets.open(this.engine.toyData);
    const was = this.session.state;
    await this.session.attach(this.engine);
    if (was === "lost" && this.session.network)
      showNotice(this.notices, "restored", "toy_restored", { step: this.session.step }, [
        "dismiss",
        () => this.notices.clear("restored"),
      ]);
    this.view.show();
    if (this.engine.live && this.dataset.count && !obstacle(this.choices, this.dataset.count))
      await this.session.prepare();
    if (this.exact) await this.#exactFilm();
  }

  // ---- what the reader asks for -------------------------------------------------------------------------------------

  async train(limit) {
    await this.#open();
    this.#refuseObstacle();
    this.notices.clear("diverged");
    if (this.session.outdated || this.session.state === "finished") await this.#startOver();
    this.lease();
    if (!limit) this.timeline.follow = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    await this.session.train(limit);
  }

  async pause() {
    await this.session.pause();
    await this.#refresh(); // the cloud of the weights at which the run stands now
  }

  async startOver() {
    await this.#open();
    this.#refuseObstacle();
    this.notices.clear("diverged");
    await this.#startOver();
  }

  async #startOver() {
    this.curve.begin();
    this.distance = NaN;
    await this.session.startOver();
  }

  #refuseObstacle() {
    if (!this.engine?.live) throw new Error(say("toy_no_webgpu_short"));
    const key = obstacle(this.choices, this.dataset.count);
    if (key) throw new Error(say(key));
  }

  /** The last good weights with a smaller learning rate. */
  async goOnSlower() {
    this.notices.clear("diverged");
    const lr = Number((this.session.made.lr / 5).toPrecision(2));
    this.settings.set({ toy_lr: lr });
    await this.session.goOn(lr);
  }

  /** Another set is another building: a network that has begun on the old one is not asked to unlearn it. */
  async #choose(name) {
    if (name === this.settings.get("toy")) return;
    const { training, step } = this.session;
    await this.session.pause();
    this.settings.set(this.#before); // what an experiment had changed
    this.#before = {};
    this.dataset.choose(name);
    if (name === OWN) this.timeline.seek(0);
    if (!step || !this.dataset.count) return;
    await this.#startOver();
    if (training) await this.train();
  }

  async #change(changes) {
    const { toy_n: count, ...others } = changes;
    if (count !== undefined) this.dataset.resize(count);
    this.settings.set(others);
    if ("toy_seed" in others && !this.dataset.own) this.dataset.choose(this.settings.get("toy"));
  }

  async experiment(name) {
    await this.session.pause();
    const { toy, ...changed } = EXPERIMENTS[name];
    this.#before = {
      ...Object.fromEntries(Object.keys(changed).map((key) => [key, this.settings.get(key)])),
      ...this.#before,
    };
    this.settings.set(changed);
    this.dataset.choose(toy);
    await this.#open();
    this.#refuseObstacle();
    await this.#startOver();
    await this.train();
  }

  async #paste(text) {
    await this.#open();
    const { points, read } = this.engine.parseCsv(text);
    const taken = this.dataset.paste(points);
    this.timeline.seek(0);
    showNotice(this.notices, "pasted", read > taken ? "toy_csv_thinned" : "toy_csv_taken", { count: read, taken }, [
      "dismiss",
      () => this.notices.clear("pasted"),
    ]);
  }

  // ---- what follows -------------------------------------------------------------------------------------------------

  /** A new cloud from the network as it is now, what it is worth, and the field. Training rests meanwhile. */
  async #refresh() {
    const { network } = this.session;
    if (!network) return;
    if (!this.exact) {
      const chain = await network.rebuild(this.engine.software ? FEW_BRICKS : BRICKS, this.settings.get("toy_seed"));
      if (network !== this.session.network || this.exact) return network.drop(chain);
      this.cloud.put(new (this.engine.readBack ? ReadBackFilm : GpuFilm)(network, chain));
      await this.#judge();
      if (this.session.training && this.timeline.follow) this.timeline.play(0, { byItself: true });
    }
    await this.field.update();
  }

  async #judge() {
    const { film } = this.cloud;
    const points = await film?.points(0).catch((error) => {
      if (error.name !== "AbortError") throw error; // else another film has taken its place
    });
    if (!points || !this.dataset.count) return;
    const wanted = (this.#yardstick ??= Yardstick.make(this.engine, this.dataset, points.length / 2));
    const ratio = await (await wanted).ratio(points);
    if (film !== this.cloud.film || wanted !== this.#yardstick) return;
    this.distance = ratio;
    this.outside = shareOutside(points);
    this.view.numbers();
  }

  async #exactFilm() {
    const wanted = ++this.#exact;
    if (!this.engine || !this.dataset.count) return this.cloud.put(null);
    const film = await ExactFilm.compute(
      this.engine,
      this.dataset.points,
      EXACT_BRICKS,
      this.settings.get("toy_seed"),
      () => wanted === this.#exact && this.exact,
    );
    if (!film) return;
    this.#yardstick = null; // for another number of bricks
    this.cloud.put(film);
    await this.#judge();
  }

  /** Other points: the trainer hears of them at once, the slow figures when the pen rests. */
  #points(live) {
    this.#yardstick = null;
    this.distance = NaN;
    this.session.setData();
    this.view.show();
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.act(() => this.#settled()), live ? 400 : 0);
  }

  async #settled() {
    if (!this.engine) return;
    this.advanced.show();
    if (this.session.state === "none" && this.engine.live && !obstacle(this.choices, this.dataset.count))
      await this.session.prepare();
    if (this.exact) await this.#exactFilm();
    else if (!this.session.training) await this.#judge();
    await this.field.update();
    await this.#floor();
  }

  async #floor() {
    const wanted = ++this.#floors;
    this.#errors = null;
    this.#showFloor();
    if (!this.dataset.count) return;
    const errors = await leastErrors(this.engine, this.dataset.points, () => wanted === this.#floors);
    if (!errors) return;
    this.#errors = errors;
    this.#showFloor();
  }

  #showFloor() {
    const floors = this.#errors && floorByT(this.#errors, this.session.network ? this.session.made : this.choices);
    this.bars.floors = floors;
    this.curve.floor = floors ? { value: meanFloor(floors), text: say("toy_floor") } : null;
  }

  #bind() {
    const { session, settings, timeline, dataset } = this;
    dataset.addEventListener("change", ({ live }) => this.#points(live));
    timeline.addEventListener("move", ({ byItself }) => {
      this.cloud.show(timeline.position);
      if (byItself) return;
      this.#padAt = timeline.position;
      this.pad.draw();
      if (timeline.position > 0) this.#fieldAt = timeline.position;
      this.field.update();
    });
    session.addEventListener("state", () => {
      this.view.show();
      if (session.state === "diverged")
        showNotice(this.notices, "diverged", "toy_diverged", { lr: session.made.lr, step: session.step }, [
          "toy_slower",
          () => this.act(() => this.goOnSlower()),
        ]);
    });
    session.addEventListener("progress", () => this.view.numbers());
    session.addEventListener("losses", ({ losses, step }) => this.curve.append(losses, step));
    session.addEventListener("byT", ({ rows }) => this.bars.show(rows));
    session.addEventListener("began", () => {
      this.bars.show([]);
      this.#showFloor();
    });
    settings.addEventListener("change", ({ names }) => this.#changed(names));
    byId("toy-train").addEventListener("click", () => this.act(() => (session.training ? this.pause() : this.train())));
    byId("toy-step").addEventListener("click", () => this.act(() => this.train(1)));
    byId("toy-over").addEventListener("click", () => this.act(() => this.startOver()));
    for (const name of Object.keys(EXPERIMENTS))
      byId(`toy-try-${name}`).addEventListener("click", () => this.act(() => this.experiment(name)));
    const readTable = bindOwnPoints({ use: (text) => this.#paste(text), act: this.act });
    const openFiles = bindKeep(byId("toy-keep-body"), {
      network: () => {
        if (!session.network) throw new Error(say("toy_no_network"));
        return session.network;
      },
      scheduler: () => schedulerConfig(session.made.prediction),
      act: this.act,
      adopt: async (files) => {
        await this.#open();
        settings.set(choicesOf(files));
        this.#refuseObstacle();
        this.curve.begin();
        await session.adopt((points, choices) => this.engine.load(files, points, choices));
        showNotice(this.notices, "adopted", "toy_adopted", { count: session.network.parameters }, [
          "dismiss",
          () => this.notices.clear("adopted"),
        ]);
      },
    });
    bindDrop(this.section, (files) =>
      files.some(({ name }) => /\.(safetensors|json)$/.test(name)) ? openFiles(files) : readTable(files[0]),
    );
    this.#padAt = timeline.position;
    this.cloud.position = timeline.position;
    new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        this.#near = true;
        this.act(() => this.#open());
      },
      { rootMargin: "300px" },
    ).observe(this.section);
  }

  #changed(names) {
    if (names.has("toy_by")) this.act(() => (this.exact ? this.#exactFilm() : this.#refresh()));
    if (names.has("toy_field")) this.field.draw();
    if ([...names].some((name) => name.startsWith("toy"))) {
      this.advanced.show();
      this.view.show();
    }
  }

  /** After a change of language. */
  translate() {
    this.timeline.translate();
    this.advanced.show();
    this.#showFloor();
    this.view.show();
    this.field.draw();
    this.bars.draw();
    this.curve.draw();
    this.cloud.draw();
    this.pad.draw();
  }
}

// @ts-check
// What the reader asks of the run: train, pause, start over, another building, an experiment, points and networks of the
// reader's own.
import { reveal } from "../../lib/beside.js";
import { byId, reducedMotion } from "../../lib/dom.js";
import { plainButton } from "../../lib/notices.js";
import { say } from "../../lib/words.js";
import { choicesOf } from "./keep.js";
import { obstacle } from "./rules.js";
import { schedulerConfig } from "./schedule.js";
import { EXPERIMENTS, OWN } from "./settings.js";
import { tableNotice } from "./table-notice.js";
import { toCsv } from "./units.js";
import { showNotice } from "./view.js";

export class Conduct {
  #toy;
  #before = {}; // the reader's choices that an experiment has changed

  /** @param {import("./chapter.js").Chapter} toy */
  constructor(toy) {
    this.#toy = toy;
  }

  /** @param {number} [limit] of steps */
  async train(limit) {
    const { session, timeline, notices } = this.#toy;
    await this.#opened();
    notices.clear("diverged");
    if (session.outdated || session.state === "finished") await this.#startOver();
    this.#toy.lease();
    if (!limit) timeline.follow = !reducedMotion();
    await session.train(limit);
  }

  async pause() {
    this.#toy.rebuild.stop();
    await this.#toy.session.pause();
    await this.#toy.refresh(); // the cloud of the weights at which the run stands now
  }

  async startOver() {
    await this.#opened();
    this.#toy.notices.clear("diverged");
    await this.#startOver();
  }

  async #startOver() {
    const { rebuild, session } = this.#toy;
    rebuild.distance = NaN;
    await session.startOver();
  }

  /** Waits for the engine, and refuses what cannot be trained. */
  async #opened(choices = this.#toy.choices) {
    const { dataset } = this.#toy;
    await this.#toy.open();
    if (!this.#toy.engine?.live) throw new Error(say("toy_no_engine_short"));
    const key = obstacle(choices, dataset.count);
    if (key) throw new Error(say(key));
  }

  /** The last good weights with a smaller learning rate. */
  async goOnSlower() {
    const { session, settings, notices } = this.#toy;
    notices.clear("diverged");
    const lr = Number((session.made.lr / 5).toPrecision(2));
    settings.set({ toy_lr: lr });
    await session.goOn(lr);
  }

  /** Another set is another building: a network that has begun on the old one is not asked to unlearn it. @param {string} name */
  async choose(name) {
    const { settings, session, dataset, timeline, curve } = this.#toy;
    if (name === settings.get("toy")) return;
    const { training, step } = session;
    await session.pause();
    settings.set(this.#before); // what an experiment had changed
    this.#before = {};
    curve.begin(); // what was learned was learned from the other set
    dataset.choose(name);
    if (name === OWN) timeline.seek(0);
    if (!step || !dataset.count) return;
    await this.#startOver();
    if (training) await this.train();
  }

  /** @param {Record<string, any>} changes of the settings */
  change({ toy_n: count, ...others }) {
    const { settings, dataset } = this.#toy;
    if (count !== undefined) dataset.resize(count);
    settings.set(others);
    if ("toy_seed" in others && !dataset.own) dataset.choose(settings.get("toy"));
  }

  /** @param {keyof typeof EXPERIMENTS} name */
  async experiment(name) {
    const { settings, session, dataset, curve } = this.#toy;
    await session.pause();
    curve.begin();
    const { toy, ...changed } = EXPERIMENTS[name];
    const present = Object.fromEntries(Object.keys(changed).map((key) => [key, settings.get(key)]));
    this.#before = { ...present, ...this.#before };
    settings.set(changed);
    dataset.choose(toy);
    await this.#opened();
    reveal(this.#toy.cloud);
    await this.#startOver();
    await this.train();
  }

  /**
   * Points from a table, with x and y from the columns that the engine takes or the reader wants.
   * @param {string | Uint8Array} table
   * @param {import("./table-notice.js").Wanted} [wanted]
   */
  async paste(table, wanted = {}) {
    const { dataset, timeline, notices } = this.#toy;
    await this.#toy.open();
    const read = this.#toy.engine.parseCsv(table, wanted.columns, wanted.heading);
    const focus = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.testid;
    const taken = dataset.paste(read);
    timeline.seek(0);
    const choose = (/** @type {import("./table-notice.js").Wanted} */ others) =>
      this.#toy.act(() => this.paste(table, { ...wanted, ...others }));
    notices.show("pasted", { role: "status" }, () => [
      tableNotice(read, taken, wanted, choose),
      plainButton("dismiss", () => notices.clear("pasted")),
    ]);
    if (/^toy-(column|first)-/.test(focus ?? "")) byId(focus)?.focus(); // the notice is another one now
    notices.reveal("pasted", this.#toy.pad);
  }

  /** The rebuilt points as a table, in the units of the table that the network has learned from. */
  async rebuilt() {
    const { cloud, dataset } = this.#toy;
    if (!cloud.film) throw new Error(say("toy_no_network"));
    return toCsv(await cloud.film.points(0), dataset.units);
  }

  /** The network as the three files of a diffusers folder. */
  async kept() {
    const { network, made } = this.#toy.session;
    if (!network) throw new Error(say("toy_no_network"));
    return { config: network.config(), scheduler: schedulerConfig(made.prediction), weights: await network.save() };
  }

  /** Goes on with a network from files. @param {import("../../page.js").ModelFiles} files */
  async adopt(files) {
    const { settings, session, notices } = this.#toy;
    await this.#toy.open();
    const { width, depth, prediction } = choicesOf(files);
    const made = { ...this.#toy.choices, width, depth, prediction };
    await this.#opened(made);
    await session.adopt(
      (points, choices) => this.#toy.engine.load(files, points, choices),
      made,
      () => settings.set({ toy_width: width, toy_depth: depth, toy_prediction: prediction }),
    );
    showNotice(notices, "adopted", "toy_adopted", { count: session.network.parameters }, [
      "dismiss",
      () => notices.clear("adopted"),
    ]);
    notices.reveal("adopted", this.#toy.cloud);
  }
}

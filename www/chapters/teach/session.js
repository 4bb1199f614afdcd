// @ts-check
// Training as the reader conducts it: begin, pause, one step, undo, and looking at fixed-seed samples on the way. No DOM
// here. Everything the engine does goes through Pupil; this file decides what to ask of it, and when.
import { StepTime } from "../../device.js";
import { say } from "../../lib/words.js";
import { whenVisible } from "../../lib/visible.js";
import { lesson } from "./dataset.js";
import { Pupil, dataTools } from "./engine.js";
import { HOW } from "./runs.js";
import { FEWEST } from "./tray.js";
import { PIXELS } from "./strokes.js";

export const CLASSES = 10;
export const TAUGHT = 4; // samples of the class that is taken over; one of each other class follows
const SUBMIT = 120; // ms of training in one call: the page draws between two calls
const SHARE = 0.2; // of the time, at most, goes into samples on the way
const KEEP = 20_000; // ms between two checkpoints, for a device that is lost
const LAYERS = { all: undefined, up: ["up_blocks.", "conv_norm_out.", "conv_out."], class: ["class_embedding."] };
const RECIPE = { warmup: 10, clip: 1, ema: 0.95, labelDropout: 0.1, weightDecay: 0 };
const FILM = 24; // moments that are remembered; with more, every other one on the way is dropped

/** The classes of a row of samples when `digit` is taken over. */
export const sampleLabels = (digit) => [
  ...Array(TAUGHT).fill(digit),
  ...[...Array(CLASSES).keys()].filter((other) => other !== digit),
];

/** Events: "change" (anything that is shown), "lesson" (another one), "moment" (new samples), "lost". */
export class Session extends EventTarget {
  running = false;
  doing = null; // {what: key of a sentence, done, total} while something takes long
  step = 0;
  total = 0;
  losses = new Float32Array();
  moments = []; // {step, digit, pictures [13, 784]}; the first is the pretrained network's
  lost = null; // the reason, until the page has a new device
  taught = false; // the weights are not the pretrained ones
  #pace = new StepTime();
  #pupil = null;
  #base = null; // the weights this run began with; null: the pretrained ones
  #keys = { trainer: "", data: "" };
  #saved = null; // {weights, bytes, step, trainer: key} for a lost device
  #training = false;
  #savedAt = 0;
  #alive = {}; // replaced whenever what runs is to stop
  #resting = false; // nothing is to follow what stops
  #lookMs = 0;
  #lookedAt = 0;

  /** `host`: device() → Device or null, pretrained() → files, photos() → {values, version}, old() → {images, labels}, lease() and release() of the device. */
  constructor(settings, host) {
    super();
    this.settings = settings;
    this.host = host;
  }

  get msPerStep() {
    return this.#pace.ms;
  }

  #get(name) {
    return this.settings.get(`teach_${name}`);
  }

  #emit(type = "change") {
    this.dispatchEvent(new Event(type));
  }

  #now(what, done = 0, total = 0) {
    this.doing = what && { what, done, total };
    this.#emit();
  }

  /** The reader's pause: training stops, and what it has come to is built and shown; a second one stops that, too. */
  stop() {
    this.#alive = {};
  }

  /** Stops everything, and resolves when nothing runs any more. */
  async rest() {
    this.#resting = true;
    this.stop();
    while (this.running) await new Promise((resolve) => setTimeout(resolve, 20));
    this.#resting = false;
  }

  /** Lets what follows a pause run until the next. */
  #goOn() {
    const token = (this.#alive = {});
    return () => this.#alive === token && !this.#resting;
  }

  /** Whether the newest pictures are those of the weights as they are. */
  get shown() {
    return this.moments.at(-1)?.step === this.step;
  }

  /** Whether what runs was begun with other choices or drawings than there are now. */
  get outdated() {
    const { trainer, data } = this.#chosen();
    return this.running && this.#keys.trainer !== "" && (trainer !== this.#keys.trainer || data !== this.#keys.data);
  }

  /** What a run learns from with the present choices, and how. */
  get lesson() {
    const { values } = this.host.photos();
    const made = Object.fromEntries(HOW.map((name) => [name, this.#get(name)]));
    return { group: this.#chosen().data, count: values.length / PIXELS, digit: this.#get("digit"), made };
  }

  #chosen() {
    const [digit, share, layers, lr, steps, batch] = ["digit", "old", "layers", "lr", "steps", "batch"].map((name) =>
      this.#get(name),
    );
    return {
      trainer: JSON.stringify([lr, steps, batch, layers]),
      data: JSON.stringify([digit, share, this.host.photos().version]),
    };
  }

  /** Runs `work(alive)` alone; what the engine throws when the device goes is told as that. */
  async #alone(work) {
    if (this.running) return undefined;
    this.running = true;
    const token = (this.#alive = {});
    const device = this.host.device();
    this.host.lease();
    this.#emit();
    try {
      return await work(() => this.#alive === token);
    } catch (error) {
      const gone =
        device && (await Promise.race([device.lost, new Promise((resolve) => setTimeout(resolve, 300, null))]));
      if (typeof gone !== "string") {
        this.#training = false;
        throw error;
      }
      this.lose(gone);
    } finally {
      this.running = false;
      this.host.release();
      this.#now(null);
    }
  }

  /** The device is gone, and with it everything that was not saved. @param {string} reason */
  lose(reason) {
    if (!this.#pupil) return;
    this.#pupil = null;
    this.lost = reason || "?";
    this.stop();
    this.#emit("lost");
  }

  async #ready() {
    const device = this.host.device();
    if (!device) throw new Error(say("teach_not_yet"));
    if (this.#pupil?.device === device) return this.#pupil;
    this.#now("teach_loading");
    const pupil = new Pupil(device, await this.host.pretrained());
    await pupil.load(this.#saved?.weights ?? this.#base, (done, total) => this.#now("teach_loading", done, total));
    this.#pupil?.free(); // another device has taken the place of its own
    this.#pupil = pupil;
    this.#keys = { trainer: "", data: "" };
    this.step = this.#saved?.step ?? 0;
    this.lost = null;
    return pupil;
  }

  /** Brings trainer and data up to what the reader has chosen; a finished run is followed by another. */
  async #prepare(pupil) {
    const photos = this.host.photos();
    const [digit, share, layers, lr, steps, batch] = ["digit", "old", "layers", "lr", "steps", "batch"].map((name) =>
      this.#get(name),
    );
    const keys = this.#chosen();
    const another = keys.trainer !== this.#keys.trainer || pupil.position >= steps;
    if (!another && keys.data === this.#keys.data) return;
    this.#now("teach_preparing");
    const [old, { vary }] = await Promise.all([this.host.old(), dataTools()]);
    const { data, labels } = lesson({ photos: photos.values, digit, share, old, vary });
    if (another) {
      const fresh = this.#saved?.trainer !== keys.trainer || pupil.position > 0;
      if (pupil.position > 0) this.#base = (await pupil.save()).weights;
      await pupil.begin({
        ...RECIPE,
        data,
        labels,
        batch,
        lr,
        steps,
        layers: LAYERS[layers],
        onProgress: (done, total) => this.#now("teach_preparing", done, total),
      });
      if (fresh) {
        this.#saved = null;
        this.losses = new Float32Array();
      } else await pupil.restore(this.#saved.bytes);
      this.#pace = new StepTime();
      this.#savedAt = performance.now();
    } else await pupil.replaceData(data, labels);
    this.#keys = keys;
    this.total = steps;
    this.step = pupil.position;
    this.#emit();
    this.#emit("lesson");
  }

  /** Trains until the end of the run, or one step. */
  train({ once = false } = {}) {
    const { values } = this.host.photos();
    if (values.length < FEWEST * PIXELS)
      throw new Error(say("teach_too_few", { n: values.length / PIXELS, fewest: FEWEST }));
    return this.#alone(async (alive) => {
      this.#training = true;
      const pupil = await this.#ready();
      if (alive()) await this.#before(pupil, alive);
      if (alive()) await this.#prepare(pupil);
      const goal = once ? this.step + 1 : this.total;
      while (alive() && this.step < goal) {
        await this.#some(pupil, goal);
        if (!once && this.step < goal && this.#due()) await this.#look(pupil, alive);
        await whenVisible();
      }
      this.#training = false;
      await this.#save(pupil);
      await this.#look(pupil, this.#goOn());
    });
  }

  async #some(pupil, goal) {
    const count = Math.max(1, Math.min(goal - this.step, Math.floor(SUBMIT / (this.msPerStep ?? Infinity)), 50));
    const asked = this.step + count;
    const { step, diverged } = await this.#pace.measure(count, () => pupil.step(count));
    this.taught = true;
    this.step = step;
    this.losses = await pupil.losses();
    if (diverged) {
      this.step = pupil.position;
      throw new Error(say("teach_diverged", { step: asked })); // step is that of the state which is back
    }
    if (performance.now() - this.#savedAt > KEEP) await this.#save(pupil);
    this.#now("teach_training", this.step, this.total);
  }

  /** For a device that is lost: the weights, and the trainer with its moments. */
  async #save(pupil) {
    if (!pupil.trains || this.#saved?.step === this.step) return;
    const { weights } = await pupil.save();
    this.#saved = { weights, bytes: await pupil.checkpoint(), step: this.step, trainer: this.#keys.trainer };
    this.#savedAt = performance.now();
  }

  /** After a lost device, on the page's new one: the last saved state, and on with the training that was under way. */
  recover() {
    return this.#training ? this.train() : this.#alone(() => this.#ready());
  }

  #due() {
    return performance.now() - this.#lookedAt > Math.max(1000, this.#lookMs / SHARE);
  }

  /** What the pretrained network makes of the same noise: the first moment, made once for each choice of class. */
  async #before(pupil, alive) {
    const [digit, look] = [this.#get("digit"), this.#get("look")];
    if (this.moments[0]?.digit === digit && this.moments[0].look === look) return;
    const moments = [];
    this.moments = moments;
    await this.#sample(pupil, alive, { step: 0, pretrained: true });
    if (this.taught && alive()) await this.#sample(pupil, alive, { step: this.step });
  }

  async #look(pupil, alive) {
    await this.#sample(pupil, alive, { step: this.step });
  }

  async #sample(pupil, alive, { step, pretrained = false }) {
    const [digit, look] = [this.#get("digit"), this.#get("look")];
    const started = performance.now();
    this.#now("teach_sampling", 0, look);
    const pictures = await pupil.sample(
      { labels: sampleLabels(digit), steps: look, pretrained: pretrained && this.taught },
      alive,
      (done, total) => this.#now("teach_sampling", done, total),
    );
    if (!pictures) return;
    this.#lookMs = performance.now() - started;
    this.#lookedAt = performance.now();
    if (this.moments.at(-1)?.step === step && this.moments.length > 1) this.moments.pop();
    if (this.moments.length >= FILM) this.moments = this.moments.filter((_, i) => i % 2 === 0);
    this.moments.push({ step, digit, look, pictures });
    this.#emit("moment");
  }

  /** Samples of the weights as they are, now. */
  look() {
    return this.#alone(async (alive) => {
      const pupil = await this.#ready();
      const shown = this.moments;
      await this.#before(pupil, alive);
      if (this.moments === shown && alive()) await this.#look(pupil, alive);
    });
  }

  /** Back to the pretrained network. */
  async undo() {
    await this.rest();
    return this.#alone(async () => {
      const pupil = await this.#ready();
      await pupil.undo();
      Object.assign(this, { taught: false, step: 0, losses: new Float32Array() });
      this.#forget(null, pupil);
      this.moments.length = Math.min(this.moments.length, 1);
      if (this.moments.length) await this.#look(pupil, () => true);
    });
  }

  #forget(base, pupil) {
    this.#base = base;
    this.#saved = null;
    if (!pupil.trains) this.#keys = { trainer: "", data: "" };
  }

  /**
   * Goes on from other weights of the same architecture, a kept model's or a file's; `taken()` is called as soon as they turn
   * out to be sound.
   */
  adopt(weights, taken = () => {}) {
    if (this.running) throw new Error(say("teach_busy"));
    return this.#alone(async (alive) => {
      const pupil = await this.#ready();
      this.#now("teach_loading");
      await pupil.load(weights);
      taken();
      Object.assign(this, { taught: true, step: 0, losses: new Float32Array() });
      this.#forget(weights, pupil);
      this.moments = [];
      await this.#before(pupil, alive);
    });
  }

  /** The three files of the model as it is. */
  save() {
    return this.#alone(async () => (await this.#ready()).save());
  }

  /** The same with {moment}, its pictures, built now if the newest are of an earlier step; undefined if that is stopped. */
  async keepsake() {
    if (!this.shown) await this.look();
    const moment = this.moments.at(-1);
    const files = this.shown ? await this.save() : undefined;
    return files && { ...files, moment };
  }
}

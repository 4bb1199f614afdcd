// The live source: the one module that imports the wasm. It opens the engine, loads a model and hands out tapes whose
// frames stay on the GPU; nothing is read back except when a picture is handed from one chain to the next.
import { Tape } from "./tape.js";

/** The engine's module; separate from opening so that its download can start early. */
export const loadWasm = async () => {
  const wasm = await import("../pkg/chailou.js");
  await wasm.default();
  return wasm;
};

export class EngineSource {
  kind = "engine";
  #engine;
  #model = null;

  constructor(engine) {
    this.#engine = engine;
  }

  static async open(wasm, options) {
    return new EngineSource(await wasm.Engine.open(options));
  }

  get engine() {
    return this.#engine;
  }

  get model() {
    return this.#model;
  }

  /** "vendor architecture description", whatever the browser discloses. */
  adapterName() {
    const { vendor, architecture, description } = this.#engine.adapter();
    return description || [vendor, architecture].filter(Boolean).join(" ") || "WebGPU";
  }

  isSoftware() {
    return this.#engine.adapter().isFallback;
  }

  /** Resolves with the reason when the device is lost. */
  lost() {
    return this.#engine.lost();
  }

  async loadModel({ config, scheduler, weights }, onProgress) {
    const model = await this.#engine.loadModel(config, weights, { scheduler, onProgress });
    this.#model?.free();
    this.#model = model;
    const written = JSON.parse(config);
    const [height, width] = [written.sample_size ?? 28].flat().concat(written.sample_size ?? 28);
    this.shape = { channels: written.in_channels ?? 3, height, width };
    this.classes = written.num_class_embeds ?? 0;
    this.trainSteps = (scheduler && JSON.parse(scheduler).num_train_timesteps) || 1000;
    this.parameters = model.parameterCount();
  }

  /** `options` as ChainOptions of the package, without `direction`. */
  build(options) {
    return this.#tape({ ...options, direction: "build" });
  }

  /** `options.noise` is x_0. */
  demolish(options) {
    return this.#tape({ ...options, direction: "demolish" });
  }

  async #tape(options) {
    return new EngineTape(await this.#model.chain(options), options, this.shape);
  }
}

class EngineTape extends Tape {
  #chain;
  #busy = Promise.resolve();       // steps never overlap, and free() waits for the running one
  #freed = false;

  constructor(chain, { direction, batch = 1 }, { width }) {
    super();
    this.#chain = chain;
    this.direction = direction;
    this.batch = batch;
    this.pictureSize = width;
    this.steps = chain.length();
    // The engine counts t from 0 as diffusers does, with x_0 itself as one more t = 0; the papers count 1 … T and call
    // x_0 t = 0, and the page follows them.
    const rows = chain.table().map(({ t, alphaBar, sigma }) => ({ t: alphaBar < 1 ? t + 1 : 0, alphaBar, sigma }));
    this.rows = direction === "demolish" ? rows : rows.reverse();
  }

  get chain() {
    return this.#chain;
  }

  advance(count) {
    this.#busy = this.#busy.catch(() => {}).then(async () => {
      if (this.#freed || this.done) return;
      const k = Math.min(count, this.steps - this.ready);
      const started = performance.now();
      await this.#chain.step(k);
      const each = (performance.now() - started) / k;
      // the first steps warm the driver up: let the newest measurements count most
      this.msPerStep = this.msPerStep === null ? each : 0.7 * this.msPerStep + 0.3 * each;
      this.ready = this.#chain.position();
    });
    return this.#busy;
  }

  has(what, frame) {
    if (what === "x_t") return frame <= this.ready;
    return this.direction === "build" && frame >= 0 && frame < this.ready;
  }

  present(canvas, what, cells, columns) {
    this.#chain.present(canvas, what, { cells: Uint32Array.from(cells), columns });
  }

  read(frame) {
    return this.#chain.read("x_t", frame);
  }

  free() {
    this.#freed = true;
    this.#busy.catch(() => {}).then(() => this.#chain.free());
  }
}

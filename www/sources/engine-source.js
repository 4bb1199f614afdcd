// The live source: the one module that imports the wasm. It opens the engine, loads a model and hands out tapes whose
// frames stay on the GPU; nothing is read back except when a picture is handed from one chain to the next.
import { EngineTape } from "./engine-tape.js";
import { ReadBackTape, needsReadBack } from "./read-back-tape.js";

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
  #lost = null;
  readBack; // draw from read-back frames, see read-back-tape.js

  constructor(engine) {
    this.#engine = engine;
    this.readBack = needsReadBack(engine.adapter());
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

  /** Resolves with the reason when the device is lost. The engine tells only the last who asked: it is asked once. */
  lost() {
    return (this.#lost ??= this.#engine.lost());
  }

  /** Puts another model in the place of the present one, which stays if anything is wrong with the new. */
  async loadModel({ config, scheduler, weights }, onProgress) {
    const model = await this.#engine.loadModel(config, weights, { scheduler, onProgress });
    const written = JSON.parse(config),
      plan = scheduler ? JSON.parse(scheduler) : {};
    const [height, width] = [written.sample_size ?? 28].flat().concat(written.sample_size ?? 28);
    const classes = written.num_class_embeds ?? 0;
    const usual = written.time_embedding_type === "fourier" ? "trailing" : "leading"; // Fourier features have no t = 0
    const spacing = plan.timestep_spacing ?? usual;
    try {
      // some models load and yet cannot be sampled from
      if (this.#model) (await model.chain({ steps: 1, spacing, labels: classes ? [0] : undefined })).free();
    } catch (error) {
      model.free();
      throw error;
    }
    this.#model?.free();
    this.#model = model;
    this.shape = { channels: written.in_channels ?? 3, height, width };
    this.classes = classes;
    this.trainSteps = plan.num_train_timesteps ?? 1000;
    this.defaults = { spacing, clip: plan.clip_sample ?? true };
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
    const Kind = this.readBack ? ReadBackTape : EngineTape;
    return new Kind(await this.#model.chain(options), options, this.shape);
  }
}

// @ts-check
// The live source: a model on the device, which hands out tapes whose frames stay there; nothing is read back except when
// a picture is handed from one chain to the next, or where a frame cannot be drawn from where it lies.
import { EngineTape } from "./engine-tape.js";
import { ReadBackTape } from "./read-back-tape.js";

export class ModelSource {
  kind = "engine";
  #device;
  #model = null;
  own = false; // it is the reader's

  /** @param {import("../../device.js").Device} device */
  constructor(device) {
    this.#device = device;
  }

  get engine() {
    return this.#device.engine;
  }

  get model() {
    return this.#model;
  }

  /**
   * Puts another model in the place of the present one, which stays if anything is wrong with the new.
   * @param {import("../../page.js").ModelFiles} files
   * @param {(done: number, total: number) => void} onProgress
   */
  async loadModel({ config, scheduler, weights }, onProgress) {
    const model = await this.engine.loadModel(config, weights, { scheduler, onProgress });
    const {
      sample_size: size,
      in_channels,
      num_class_embeds,
      time_embedding_type,
    } = /** @type {any} */ (model.config());
    const plan = /** @type {any} */ (model.scheduler());
    const [height, width] = Array.isArray(size) ? size : [size ?? 28, size ?? 28];
    const classes = num_class_embeds ?? 0;
    // Fourier features have no t = 0, which leading would visit
    const said = time_embedding_type !== "fourier" || /"timestep_spacing"/.test(scheduler);
    const spacing = said ? plan.timestep_spacing : "trailing";
    try {
      // some models load and yet cannot be sampled from
      if (this.#model) (await model.chain({ steps: 2, spacing, labels: classes ? [0] : undefined })).free();
    } catch (error) {
      model.free();
      throw error;
    }
    this.#model?.free();
    this.#model = model;
    this.shape = { channels: in_channels ?? 3, height, width };
    this.classes = classes;
    this.prediction = plan.prediction_type;
    this.trainSteps = plan.num_train_timesteps;
    this.defaults = { spacing, clip: plan.clip_sample };
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

  /** After its tapes: the device computes in turn. */
  free() {
    return this.#device.inTurn(() => this.#model?.free());
  }

  async #tape(options) {
    const Kind = this.#device.readBack ? ReadBackTape : EngineTape;
    return new Kind(this.#device, await this.#model.chain(options), options, this);
  }
}

// @ts-check
// The live source: a model on the device, which hands out tapes whose frames stay there; nothing is read back except when
// a picture is handed from one chain to the next, or where a frame cannot be drawn from where it lies.
import { say } from "../../lib/words.js";
import { EngineTape } from "./engine-tape.js";
import { ReadBackTape } from "./read-back-tape.js";

export class ModelSource {
  kind = "engine";
  #device;
  #model = null;
  own = false; // it is the reader's
  /** Rows of its class table that are classes. @type {number[]} */
  classes = [];
  /** The row that stands for none, if one does. @type {number | null} */
  nullClass = null;

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
    const made = /** @type {any} */ (model.config());
    const plan = /** @type {any} */ (model.scheduler());
    const { sample_size: size, num_class_embeds: rows = 0, null_class: none = null } = made;
    const [height, width] = Array.isArray(size) ? size : [size ?? 28, size ?? 28];
    try {
      if (made._class_name !== "UNet2DModel") throw new Error(say("own_points", { kind: made._class_name }));
      // some models load and yet cannot be sampled from
      const steps = Math.min(2, plan.num_train_timesteps);
      if (this.#model) (await model.chain({ steps, labels: rows ? [0] : undefined })).free();
    } catch (error) {
      model.free();
      throw error;
    }
    this.#model?.free();
    this.#model = model;
    this.shape = { channels: made.in_channels, height, width };
    this.nullClass = none;
    this.classes = Array.from({ length: rows ?? 0 }, (_, row) => row).filter((row) => row !== none);
    this.prediction = plan.prediction_type;
    this.trainSteps = plan.num_train_timesteps;
    this.plan = plan;
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

// @ts-check
// The chapter's one door to the engine: a copy of the pretrained network on the page's own device, its trainer, and the
// data functions of the package. The copy (4.5 MB of weights) is why the stage keeps the pretrained network until the
// reader puts the taught one there. Calls take turns; none overlaps another.
import { loadWasm } from "../../engine-files.js";
import { download } from "../../lib/download.js";
import { once } from "../../lib/once.js";

const FOLDER = "assets/data";
export const GUIDANCE = 2; // as on the stage
export const SEED = 9; // of the samples' noise and of the training: the same for everyone

export class Pupil {
  #device;
  #files; // the pretrained model: {config, scheduler, weights}
  #model = null;
  #trainer = null;
  #pristine = true; // the trainer, if any, began with the pretrained weights

  /** @param {import("../../device.js").Device} device */
  constructor(device, files) {
    this.#device = device;
    this.#files = files;
  }

  get device() {
    return this.#device;
  }

  get position() {
    return this.#trainer?.position() ?? 0;
  }

  get trains() {
    return this.#trainer !== null;
  }

  #next(work) {
    return this.#device.inTurn(work);
  }

  /** Loads `weights`, the pretrained ones when null; whatever is there now stays if they are no good. */
  load(weights = null, onProgress) {
    return this.#next(async () => {
      const { config, scheduler, weights: pretrained } = this.#files;
      const model = await this.#device.engine.loadModel(config, weights ?? pretrained, { scheduler, onProgress });
      this.#free();
      this.#model = model;
      this.#pristine = weights === null;
    });
  }

  /** Begins training with the weights as they are now. `options` as TrainerOptions of the package. */
  begin(options) {
    return this.#next(async () => {
      this.#pristine &&= this.position === 0;
      this.#trainer?.free();
      this.#trainer = null;
      this.#trainer = await this.#model.trainer({ ...options, seed: SEED });
    });
  }

  replaceData(data, labels) {
    return this.#next(() => this.#trainer.replaceData(data, labels));
  }

  step(count) {
    return this.#next(() => this.#trainer.step(count));
  }

  losses() {
    return this.#next(() => this.#trainer.losses());
  }

  checkpoint() {
    return this.#next(() => this.#trainer.checkpoint());
  }

  restore(bytes) {
    return this.#next(() => this.#trainer.restore(bytes));
  }

  /** The pretrained weights again, bit for bit. */
  async undo() {
    if (this.#trainer && this.#pristine) return this.#next(() => this.#trainer.undo());
    return this.load();
  }

  /**
   * Pictures [labels.length, 784] from noise that is the same every time, or null when `alive()` no longer holds;
   * `pretrained` asks the network as it was before any lesson.
   */
  async sample({ labels, steps, pretrained }, alive, onStep) {
    const { config, scheduler, weights } = this.#files;
    const first = pretrained
      ? await this.#next(() => this.#device.engine.loadModel(config, weights, { scheduler }))
      : null;
    let chain = null;
    try {
      chain = await this.#next(() =>
        (first ?? this.#model).chain({
          sampler: "ddim",
          steps,
          spacing: "trailing",
          eta: 0,
          seed: SEED,
          batch: labels.length,
          labels,
          guidance: GUIDANCE,
          clipSample: false,
        }),
      );
      for (let i = 0; i < steps; i++) {
        if (!alive()) return null;
        await this.#next(() => chain.step(1));
        onStep?.(i + 1, steps);
      }
      return await this.#next(() => chain.read("x_t"));
    } finally {
      this.#next(() => {
        chain?.free();
        first?.free();
      });
    }
  }

  /** The taught model as a diffusers folder's three files. */
  save() {
    return this.#next(async () => ({ ...this.#files, weights: await this.#model.save() }));
  }

  free() {
    return this.#next(() => this.#free());
  }

  #free() {
    this.#trainer?.free();
    this.#model?.free();
    this.#trainer = this.#model = null;
  }
}

/** The package's plain functions on pictures. */
export async function dataTools() {
  const wasm = await loadWasm();
  return {
    readIdx: wasm.readIdx,
    digitSets: wasm.digitSets,
    vary: (photos, copies) => wasm.augment(photos, copies, SEED),
    threshold: wasm.resemblanceThreshold(),
    resembling: (photos, pictures) =>
      wasm.resemblance(photos, pictures).filter((value) => value >= wasm.resemblanceThreshold()).length,
  };
}

/** The old digits that come with the page, {images [n, 784], labels}. */
export const oldDigits = once(async () => {
  const kinds = ["images.idx3", "labels.idx1"];
  const files = kinds.map((kind) => download(`${FOLDER}/mnist-train-1000-${kind}-ubyte`));
  const [images, labels] = await Promise.all(files);
  return (await dataTools()).readIdx(images, labels);
});

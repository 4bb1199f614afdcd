// @ts-check
// The one door to the graphics device: it opens the engine, queues what is asked of it, lends it to one worker at a time
// and says when it is lost. Chapters get a Device from the page and never open one themselves.
import { once } from "./lib/once.js";

/** @typedef {typeof import("./pkg/chailou.js")} Wasm */
/** @typedef {{ pause(): void }} Holder whoever works on the device for long */

/** The engine's module; it also has the functions that need no device. @type {() => Promise<Wasm>} */
export const loadWasm = once(async () => {
  const module = await import("./pkg/chailou.js");
  await module.default();
  return module;
});

/** A failure that another attempt will not mend: there is no WebGPU here, or no adapter. */
export class NoDevice extends Error {}

export class Device {
  #turn = Promise.resolve();
  /** @type {Holder | null} */
  #holder = null;
  /** @type {Promise<string>} */
  lost;
  /** When something was first drawn on a canvas with it; see DeviceKeeper. @type {number | null} */
  firstDrawn = null;

  /** @param {import("./pkg/chailou.js").Engine} engine @param {boolean} cannotPresent */
  constructor(engine, cannotPresent = false) {
    this.engine = engine;
    this.adapter = engine.adapter();
    /** Draw from read-back frames, see chapters/stage/read-back-tape.js. */
    this.readBack = cannotPresent || needsReadBack(this.adapter);
    this.lost = engine.lost();
  }

  /** "vendor architecture description", whatever the browser discloses. */
  get name() {
    const { vendor, architecture, description } = this.adapter;
    return description || [vendor, architecture].filter(Boolean).join(" ") || "WebGPU";
  }

  /** Whether a processor does the graphics card's work. */
  get software() {
    return this.adapter.isFallback;
  }

  /**
   * Runs `work` after everything asked for before, so that no two pieces of work overlap. A piece should be short, and
   * must not wait for another turn.
   * @template T
   * @param {() => T | Promise<T>} work
   * @returns {Promise<T>}
   */
  inTurn(work) {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /** Nobody holds the device at the moment. */
  get free() {
    return this.#holder === null;
  }

  /** Lends the device to `holder`, who is going to work on it for long; the present holder is made to pause. @param {Holder} holder */
  lease(holder) {
    const before = this.#holder;
    this.#holder = holder;
    if (before !== holder) before?.pause();
  }

  /** `holder` has finished, or paused. @param {Holder} holder */
  release(holder) {
    if (this.#holder === holder) this.#holder = null;
  }
}

/** How long a step takes, from all that were computed; the first ones warm the driver up, so the newest count most. */
export class StepTime {
  /** @param {number | null} [ms] a guess to begin with; without it, null until something was measured */
  constructor(ms = null) {
    this.ms = ms;
  }

  /**
   * Runs `work`, which computes `steps` steps.
   * @template T
   * @param {number} steps
   * @param {() => Promise<T>} work
   */
  async measure(steps, work) {
    const started = performance.now();
    const result = await work();
    const each = (performance.now() - started) / steps;
    this.ms = this.ms === null ? each : 0.7 * this.ms + 0.3 * each;
    return result;
  }
}

/** Opens devices one after another and tells `lose(reason)` of each that goes. */
export class DeviceKeeper {
  /** undefined until it is known whether there is one; null when there is none. @type {Device | null | undefined} */
  current;
  /** Why there is none. */
  reason = "";
  #cannotPresent = false;

  /** @param {(reason: string) => void} lose */
  constructor(lose) {
    this.lose = lose;
  }

  /** A device, or null where there is no WebGPU; throws one sentence when the engine itself could not be fetched. */
  async open() {
    try {
      this.current = await this.#open();
    } catch (error) {
      if (!(error instanceof NoDevice)) throw error;
      this.reason = error.message;
      this.current = null;
    }
    return this.current;
  }

  async #open() {
    if (!navigator.gpu) throw new NoDevice("");
    const { Engine } = await loadWasm();
    const profile = /** @type {any} */ (new URLSearchParams(location.search).get("profile")); // Engine.open checks it
    const engine = await Engine.open(profile ? { profile } : undefined).catch((error) => {
      throw new NoDevice(error.message, { cause: error });
    });
    const device = new Device(engine, this.#cannotPresent);
    device.lost.then((reason) => this.#gone(device, reason));
    return device;
  }

  /** @param {Device} device @param {string} reason */
  #gone(device, reason) {
    // lost right after the first drawing: it is the drawing that this browser cannot do
    if (device.firstDrawn !== null && performance.now() - device.firstDrawn < 5000) this.#cannotPresent = true;
    if (this.current !== device) return;
    this.current = undefined;
    this.lose(reason);
  }
}

/**
 * A workaround: in Chromium on the software adapter SwiftShader, presenting to a WebGPU canvas loses the device ("Could
 * not find SharedImageBackingFactory", Chromium 156 without --use-vulkan=swiftshader). There, and only there, frames are
 * read back and drawn in 2-D. ?draw=2d and ?draw=gpu in the address force one way or the other.
 * @param {{ vendor: string, architecture: string, description: string, isFallback: boolean }} adapter
 */
function needsReadBack({ vendor, architecture, description, isFallback }, query = location.search) {
  const forced = new URLSearchParams(query).get("draw");
  if (forced) return forced === "2d";
  return isFallback && /swiftshader|google/i.test(`${vendor} ${architecture} ${description}`);
}

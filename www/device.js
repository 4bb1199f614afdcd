// @ts-check
// The one door to what computes, the graphics card or the processor: it opens the engine, queues what is asked of it, lends
// it to one chapter at a time and says when it is lost. Chapters get a Device from the page and never open one themselves.
import { loadWasm } from "./engine-files.js";
import { NoDevice } from "./no-device.js";
import { recall } from "./tuning.js";

/** @typedef {"webgpu" | "cpu"} Backend */
/** @typedef {{ pause(): unknown }} Holder whoever works on the device for long */

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
    this.readBack = this.backend === "cpu" || cannotPresent || needsReadBack(this.adapter);
    this.lost = engine.lost();
  }

  /** @returns {Backend} */
  get backend() {
    return this.adapter.backend;
  }

  /** "vendor architecture description" of the graphics card, whatever the browser discloses. */
  get name() {
    const { vendor, architecture, description } = this.adapter;
    return description || [vendor, architecture].filter(Boolean).join(" ") || "WebGPU";
  }

  /** Whether a processor computes, by itself or in a graphics card's place. */
  get software() {
    return this.backend === "cpu" || this.adapter.isFallback;
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

  /** After everything asked for before. */
  close() {
    return this.inTurn(() => this.engine.close());
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
  /** Why there is none. @type {NoDevice | null} */
  cause = null;
  /** What was asked for and could not be had. @type {{ backend: Backend, reason: string } | null} */
  refused = null;
  #cannotPresent = false;

  /** @param {(reason: string) => void} lose */
  constructor(lose) {
    this.lose = lose;
  }

  /**
   * A device of the kind that ?backend= names, else of the better kind, else null; throws one sentence when the engine
   * itself could not be fetched.
   */
  async open() {
    const asked = askedBackend();
    try {
      this.current = (asked && (await this.#opened(asked))) || (await this.#open());
    } catch (error) {
      if (!(error instanceof NoDevice)) throw error;
      this.cause = error;
      this.current = null;
    }
    return this.current;
  }

  /** One of this kind in the place of the present one, which stays when that cannot be had. @param {Backend} backend */
  async replace(backend) {
    const device = await this.#opened(backend);
    if (device) this.current = device;
    return Boolean(device);
  }

  /** @param {Backend} backend */
  async #opened(backend) {
    this.refused = null;
    try {
      return await this.#open(backend);
    } catch (error) {
      if (!(error instanceof NoDevice) || error.noWasm) throw error;
      this.refused = { backend, reason: error.reason };
      return null;
    }
  }

  /** @param {Backend | "auto"} backend */
  async #open(backend = "auto") {
    const { Engine } = await loadWasm();
    const profile = /** @type {any} */ (new URLSearchParams(location.search).get("profile")); // Engine.open checks it
    const engine = await Engine.open({ backend, ...(profile && { profile }) }).catch((cause) => {
      throw new NoDevice({ said: cause.message, cause });
    });
    const device = new Device(engine, this.#cannotPresent);
    device.lost.then((reason) => this.#gone(device, reason));
    recall(device);
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

/** What ?backend= in the address names, which goes before the choice of the engine. @returns {Backend | null} */
function askedBackend() {
  const name = new URLSearchParams(location.search).get("backend");
  return name === "webgpu" || name === "cpu" ? name : null;
}

/** Has the address, and so every link made from it, ask for this kind. @param {Backend} backend */
export function askFor(backend) {
  const address = new URL(location.href);
  address.searchParams.set("backend", backend);
  history.replaceState(null, "", address);
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

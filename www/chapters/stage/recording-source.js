// @ts-check
// The recorded source, for the time before the engine is there and for browsers in which it cannot run: a chain computed
// beforehand by the same network, stored as bytes and drawn with putImageData. Wherever it plays, the stage says that it is
// a recording.
import { Tape } from "./tape.js";
import { download } from "../../lib/download.js";
import { downloadPacked } from "../../lib/packed.js";
import { drawBytes, fitExactly } from "./draw-bytes.js";

export class RecordingSource {
  /** It stands in the engine's place for good, not just until that is there. */
  instead = false;
  #info;
  #bytes;

  constructor(info, bytes) {
    this.#info = info;
    this.#bytes = bytes;
  }

  get kind() {
    return this.instead ? "recording" : "meanwhile";
  }

  static async open(base = "assets/recordings/mnist-ddim50") {
    const [json, bytes] = await Promise.all([download(`${base}.json`), downloadPacked(`${base}.bin.packed`, 1)]);
    return new RecordingSource(JSON.parse(new TextDecoder().decode(json)), bytes);
  }

  build() {
    return new RecordedTape(this.#info, this.#bytes);
  }

  free() {}
}

class RecordedTape extends Tape {
  direction = "build";
  #sections;

  mean = "x_0"; // it was recorded guided only

  constructor({ width, height, steps, rows, guidance }, bytes) {
    super();
    this.steps = steps;
    this.guidance = guidance;
    this.shape = { channels: 1, height, width };
    // diffusers, which made the recording, counts t from 0; the page counts 1 … T as the papers do and calls x_0 t = 0
    this.rows = rows.map(({ t, alphaBar, sigma }) => ({ t: alphaBar < 1 ? t + 1 : 0, alphaBar, sigma })).reverse();
    const area = width * height;
    const section = (first) => (frame) => bytes.subarray((first + frame) * area, (first + frame + 1) * area);
    this.#sections = { x_t: section(0), x_0: section(steps + 1), eps: section(2 * steps + 1) };
  }

  async advance(count) {
    this.ready = Math.min(this.steps, this.ready + count);
  }

  has(what, frame) {
    return what === "x_t" ? frame <= this.ready : frame >= 0 && frame < this.ready;
  }

  fit(canvas, columns, rows) {
    fitExactly(canvas, columns, rows, this.shape);
  }

  present(canvas, what, cells, columns) {
    const picture = (frame) => {
      const bytes = this.#sections[what](frame);
      const scale = what === this.mean ? this.scale(what, frame) : 1;
      return scale === 1 ? bytes : bytes.map((byte) => Math.round(127.5 + scale * (byte - 127.5)));
    };
    drawBytes(canvas, picture, cells, columns, this.shape);
  }
}

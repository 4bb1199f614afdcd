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

  static async open(base = "assets/recordings/tower-ddim25") {
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

  constructor({ channels, width, height, steps, rows, guidance, prediction }, bytes) {
    super();
    this.steps = steps;
    this.guidance = guidance;
    this.prediction = prediction;
    this.shape = { channels, height, width };
    this.rows = [...rows].reverse();
    const size = channels * width * height;
    const section = (first) => (frame) => bytes.subarray((first + frame) * size, (first + frame + 1) * size);
    this.#sections = { x_t: section(0), x_0_unguided: section(steps + 1), eps: section(2 * steps + 1) };
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
    drawBytes(canvas, this.#sections[what], cells, columns, this.shape);
  }
}

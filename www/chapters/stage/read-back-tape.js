// @ts-check
// A live chain on a device that does not present (Device.readBack says why): frames are read back, at most 2–3 ms each, and
// drawn with putImageData.
import { EngineTape } from "./engine-tape.js";
import { drawBytes, fitExactly } from "./draw-bytes.js";

export class ReadBackTape extends EngineTape {
  #bytes = new Map(); // "what frame" → Promise of bytes, later the bytes
  #wanted = new Map(); // canvas → the last drawing asked for; older ones are dropped when they arrive
  #drawing = Promise.resolve();

  async fetch(frame) {
    const all = ["x_t", "eps", this.mean].filter((what) => this.has(what, frame));
    await Promise.all(all.map((what) => this.#fetch(what, frame)));
  }

  fit(canvas, columns, rows) {
    fitExactly(canvas, columns, rows, this.shape);
  }

  present(canvas, what, cells, columns) {
    const frames = [...new Set(cells.filter((_, i) => i % 2 === 0))];
    const draw = () =>
      drawBytes(canvas, (frame, image) => this.#picture(what, frame, image), cells, columns, this.shape);
    this.#wanted.set(canvas, draw);
    if (frames.every((frame) => this.#bytes.get(`${what} ${frame}`) instanceof Uint8Array)) return draw();
    const job = Promise.all(frames.map((frame) => this.#fetch(what, frame))).then(() => {
      if (this.#wanted.get(canvas) === draw) draw();
    });
    this.#drawing = Promise.all([this.#drawing, job]).then(
      () => {},
      () => {},
    ); // a lost device is reported by Engine.lost()
  }

  drawn() {
    return this.#drawing;
  }

  #picture(what, frame, image) {
    const all = this.#bytes.get(`${what} ${frame}`);
    const size = all.length / this.batch;
    return all.subarray(image * size, (image + 1) * size);
  }

  #fetch(what, frame) {
    const key = `${what} ${frame}`;
    if (!this.#bytes.has(key))
      this.#bytes.set(
        key,
        this.readValues(what, frame).then((values) => {
          const scale = this.scale(what, frame);
          const bytes = Uint8Array.from(values, (value) =>
            Math.round(Math.min(1, Math.max(0, (value * scale + 1) / 2)) * 255),
          );
          this.#bytes.set(key, bytes);
          return bytes;
        }),
      );
    return this.#bytes.get(key);
  }
}

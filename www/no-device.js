// @ts-check
// Why nothing can be computed in a browser at all. What the engine's WebAssembly needs is asked of the browser before the
// engine is fetched, so that the reason is a sentence of the page's and not a compiler's.
import { say } from "./lib/words.js";

/** Nothing can be computed, and this is why. */
export class NoDevice extends Error {
  #key;
  #values;

  /**
   * @param {object} reason the page's own sentence, or what the engine said
   * @param {string} [reason.key]
   * @param {Record<string, any>} [reason.values] of that sentence
   * @param {string} [reason.said]
   * @param {unknown} [reason.cause]
   * @param {boolean} [reason.again] another attempt may mend it after all
   */
  constructor({ key = "", values = {}, said = "", cause, again = false }) {
    super(key ? say(key, values) : said, { cause });
    this.#key = key;
    this.#values = values;
    this.again = again;
  }

  /** In the page's present language, where the sentence is the page's. */
  get reason() {
    return this.#key ? say(this.#key, this.#values) : this.message;
  }

  /** WebAssembly itself is what is missing, so that WebGPU would not help. */
  get noWasm() {
    return this.#key !== "";
  }
}

/** A module whose one function splats a byte over a SIMD register. */
const PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // \0asm, version 1
  ...[1, 4, 1, 0x60, 0, 0], // one type: nothing to nothing
  ...[3, 2, 1, 0], // one function of that type
  ...[10, 9, 1, 7, 0, 0x41, 0, 0xfd, 0x0f, 0x1a, 0x0b], // i32.const 0, i8x16.splat, drop, end
);

/** Throws NoDevice where the engine's WebAssembly could not run. */
export async function expectWasm() {
  if (typeof WebAssembly === "undefined" || !WebAssembly.validate(PROBE)) throw new NoDevice({ key: "no_simd" });
  await WebAssembly.compile(PROBE).catch((cause) => {
    throw new NoDevice({ key: "no_wasm", cause }); // a security policy without 'wasm-unsafe-eval'
  });
}

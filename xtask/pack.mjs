// @ts-check
// Files of the page's own that static hosts send as they are, made small beforehand: gzipped, and before that the first
// bytes of all values put together, then the second ones ("shuffle" in HDF5's and Blosc's words), because the sign and
// exponent of a weight are like those of other weights and its last bits are like nothing. www/lib/packed.js is the way back.
import { writeFileSync } from "node:fs";
import { constants, gzipSync } from "node:zlib";

/**
 * Writes `bytes` as `into`.
 * @param {Uint8Array} bytes
 * @param {string} into
 * @param {number} width bytes of a value
 */
export function pack(bytes, into, width) {
  const planes = Array.from({ length: width }, (_, plane) => bytes.filter((_, i) => i % width === plane));
  writeFileSync(into, gzipSync(Buffer.concat(planes), { level: 9, strategy: constants.Z_FILTERED }));
}

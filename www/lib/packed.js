// @ts-check
// Downloads what xtask/pack.mjs has packed.
import { download } from "./download.js";

/**
 * The content of the file packed as `url`; throws one sentence where that is damaged.
 * @param {string} url
 * @param {number} width bytes of a value
 * @param {import("./download.js").Options} [options]
 */
export async function downloadPacked(url, width, options) {
  const packed = await download(url, options);
  try {
    return await unpack(packed, width);
  } catch (cause) {
    throw new Error(`${url} is damaged or incomplete (${packed.length} bytes came)`, { cause });
  }
}

/** @param {Uint8Array<ArrayBuffer>} packed @param {number} width */
export async function unpack(packed, width) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const planes = new Uint8Array(await new Response(stream).arrayBuffer());
  const bytes = new Uint8Array(planes.length);
  let from = 0;
  for (let plane = 0; plane < width; plane++)
    for (let to = plane; to < bytes.length; to += width) bytes[to] = planes[from++];
  return bytes;
}

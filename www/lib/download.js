// @ts-check
// Downloads with a count of bytes, started before anything else on the page so that they overlap with opening the GPU.
import { joined } from "./joined.js";

/** @typedef {{ signal?: AbortSignal, onBytes?: (done: number, total: number) => void }} Options */

/**
 * Fetches `url`; `onBytes` gets total = 0 when the server does not say. Throws one sentence on failure.
 * @param {string} url
 * @param {Options} [options]
 */
export async function download(url, { signal, onBytes } = {}) {
  let response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(`${url} could not be fetched (${error.message})`);
  }
  if (!response.ok) throw new Error(`${url} could not be fetched: the server answered ${response.status}`);
  // with a compressed transfer Content-Length counts other bytes than those that arrive here
  const total = response.headers.get("content-encoding") ? 0 : Number(response.headers.get("content-length") ?? 0);
  const chunks = [];
  let done = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { value, done: finished } = await reader.read();
    if (finished) break;
    chunks.push(value);
    done += value.length;
    onBytes?.(done, total);
  }
  return joined(Uint8Array, chunks);
}

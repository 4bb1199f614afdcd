// @ts-check
// Fetches the engine. What a server has got wrong about it is said in a sentence with the remedy: the browser's own words
// would be about magic numbers.
import { once } from "./lib/once.js";
import { NoDevice, expectWasm } from "./no-device.js";

/** @typedef {typeof import("./pkg/chailou.js")} Wasm */

const MODULE = "pkg/chailou.js";
const WASM = "pkg/chailou_bg.wasm";

/** The engine's module; it also has the functions that need no device. @type {() => Promise<Wasm>} */
export const loadWasm = once(async () => {
  await expectWasm();
  const [module, wasm] = await Promise.all([
    import("./pkg/chailou.js").catch((cause) => explain(MODULE, cause)),
    fetch(WASM).catch((cause) => explain(WASM, cause)),
  ]);
  if (!wasm.ok || isPage(wasm)) await explain(WASM);
  await module.default({ module_or_path: /** @type {any} */ (wasm) }).catch((cause) => explain(WASM, cause));
  return module;
});

/** @param {Response} response */
const isPage = (response) => /\bhtml\b/.test(response.headers.get("content-type") ?? "");

/**
 * Throws why a file of the engine is none; it is fetched once more to be looked at.
 * @param {string} name
 * @param {Error} [cause]
 * @returns {Promise<never>}
 */
async function explain(name, cause) {
  const [key, values] = await fault(name, cause?.message ?? "");
  throw new NoDevice({ key, values: { name, ...values }, cause, again: true });
}

/** @param {string} name @param {string} message of the browser @returns {Promise<[key: string, values?: object]>} */
async function fault(name, message) {
  try {
    const response = await fetch(name);
    if (!response.ok) return ["engine_missing", { status: response.status }];
    const begin = new TextDecoder().decode((await response.arrayBuffer()).slice(0, 100));
    if (isPage(response) || /^\s*<(!doctype|html)/i.test(begin)) return ["engine_is_html"];
    if (name === MODULE) return ["engine_type", { type: response.headers.get("content-type") ?? "?" }];
    return ["engine_damaged", { message }];
  } catch {
    return ["engine_unreachable"];
  }
}

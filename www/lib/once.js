// @ts-check
// What is fetched when first asked for and then kept.

/**
 * `load`, called when the result is first asked for; a failure is not kept, so that another attempt may succeed.
 * @template T
 * @param {() => Promise<T>} load
 * @returns {() => Promise<T>}
 */
export function once(load) {
  /** @type {Promise<T> | undefined} */
  let kept;
  return () => {
    kept ??= load().catch((error) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}

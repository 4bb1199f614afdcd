// @ts-check
// Events that carry something, between parts that need not know each other.

/**
 * Tells whoever listens to `target`.
 * @param {EventTarget} target
 * @param {string} type
 * @param {any} [detail]
 */
export const tell = (target, type, detail) => target.dispatchEvent(new CustomEvent(type, { detail }));

/**
 * Calls `work` with what is told.
 * @param {EventTarget} target
 * @param {string} type
 * @param {(detail: any) => unknown} work
 */
export const hear = (target, type, work) =>
  target.addEventListener(type, (event) => work(/** @type {CustomEvent} */ (event).detail));

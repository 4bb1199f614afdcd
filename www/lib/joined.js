// @ts-check
// Typed arrays one after another, as one.

/**
 * @template {Uint8Array | Float32Array} T
 * @param {new (length: number) => T} Kind
 * @param {T[]} parts
 */
export function joined(Kind, parts) {
  const all = new Kind(parts.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const part of parts) {
    all.set(part, from);
    from += part.length;
  }
  return all;
}

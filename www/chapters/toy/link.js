// @ts-check
// Own points in the link: 12 bits a coordinate over −4 … 4, so three bytes, so four characters of base64url a point.

export const MOST_IN_LINK = 1000; // 4,000 characters, which browsers and messengers still carry
const SPAN = 4;

const level = (value) => Math.min(4095, Math.max(0, Math.round(((value + SPAN) / (2 * SPAN)) * 4095)));
const value = (level) => (level / 4095) * 2 * SPAN - SPAN;

/** "" when there are too many points for a link. */
export function encodePoints(points) {
  if (points.length > 2 * MOST_IN_LINK) return "";
  let bytes = "";
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [level(points[i]), level(points[i + 1])];
    bytes += String.fromCharCode(x >> 4, ((x & 15) << 4) | (y >> 8), y & 255);
  }
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_");
}

export function decodePoints(text) {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const points = new Float32Array(2 * Math.floor(bytes.length / 3));
  for (let i = 0; i < points.length / 2; i++) {
    const [a, b, c] = [0, 1, 2].map((k) => bytes.charCodeAt(3 * i + k));
    points[2 * i] = value((a << 4) | (b >> 4));
    points[2 * i + 1] = value(((b & 15) << 8) | c);
  }
  return points;
}

/** How many points a link brings nearer, because they lie beyond its −4 … 4. */
export function beyondLink(points) {
  let count = 0;
  for (let i = 0; i < points.length; i += 2) if (Math.max(Math.abs(points[i]), Math.abs(points[i + 1])) > SPAN) count++;
  return count;
}

/** Points as they will be after a trip through a link. */
export const rounded = (points) => points.map((at) => value(level(at)));

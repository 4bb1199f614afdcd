// @ts-check
// A drawing as MNIST would have it: white on black, fitted into a box of 20×20 pixels, its centre of mass in the middle of
// 28×28. The pixels come from distances to the strokes, not from a canvas, so every browser gives the same ones, those
// that falsify canvas reads for privacy included.

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
const BOX = 20; // MNIST's own: the digit keeps its proportions inside this box
const PEN = 2.3; // width of a stroke in pixels of the result
const SOFT = 1.5; // pixels over which its edge fades
const LARGEST = 2; // a small mark is enlarged at most this much, so that a dot stays a dot

/** Value 0…1 at every pixel; strokes are polylines [[x, y], …] in pixels. */
function ink(strokes) {
  const values = new Float32Array(PIXELS);
  const reach = (PEN + SOFT) / 2;
  for (const stroke of strokes) {
    stroke.forEach(([x1, y1], i) => {
      const [x0, y0] = stroke[Math.max(0, i - 1)];
      const [dx, dy] = [x1 - x0, y1 - y0];
      const length = dx * dx + dy * dy;
      const [low, high] = [
        (a, b) => Math.max(0, Math.floor(Math.min(a, b) - reach)),
        (a, b) => Math.min(SIDE - 1, Math.ceil(Math.max(a, b) + reach)),
      ];
      for (let row = low(y0, y1); row <= high(y0, y1); row++) {
        for (let column = low(x0, x1); column <= high(x0, x1); column++) {
          const [px, py] = [column + 0.5 - x0, row + 0.5 - y0];
          const along = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
          const covered = (reach - Math.hypot(px - along * dx, py - along * dy)) / SOFT;
          const at = row * SIDE + column;
          values[at] = Math.max(values[at], Math.min(1, covered));
        }
      }
    });
  }
  return values;
}

/** Strokes as polylines in units of the pad's side → 784 values in −1…1; null when there is no ink. */
export function picture(strokes) {
  const points = strokes.flat();
  if (!points.length) return null;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((BOX - PEN) / Math.max(right - left, bottom - top), LARGEST * SIDE);
  const place = (x, y) =>
    strokes.map((stroke) =>
      stroke.map(([px, py]) => [x + scale * (px - (left + right) / 2), y + scale * (py - (top + bottom) / 2)]),
    );
  const middle = SIDE / 2;
  const first = ink(place(middle, middle));
  let [sum, x, y] = [0, 0, 0];
  first.forEach((value, i) => {
    sum += value;
    x += value * ((i % SIDE) + 0.5);
    y += value * (Math.floor(i / SIDE) + 0.5);
  });
  const most = (SIDE - BOX) / 2; // further, and the drawing would leave the picture
  const shift = (centre) => Math.min(most, Math.max(-most, middle - centre));
  return ink(place(middle + shift(x / sum), middle + shift(y / sum))).map((value) => 2 * value - 1);
}

/** Draws a picture of 28×28 values in −1…1 into a canvas of its own size. */
export function show(canvas, values, { columns = values.length / PIXELS, gap = 0 } = {}) {
  const count = values.length / PIXELS;
  const rows = Math.ceil(count / columns);
  canvas.width = columns * SIDE + (columns - 1) * gap;
  canvas.height = rows * SIDE + (rows - 1) * gap;
  const context = canvas.getContext("2d");
  for (let n = 0; n < count; n++) {
    const image = context.createImageData(SIDE, SIDE);
    for (let i = 0; i < PIXELS; i++) {
      const value = 255 * Math.min(1, Math.max(0, (values[n * PIXELS + i] + 1) / 2));
      image.data.set([value, value, value, 255], 4 * i);
    }
    context.putImageData(image, (n % columns) * (SIDE + gap), Math.floor(n / columns) * (SIDE + gap));
  }
}

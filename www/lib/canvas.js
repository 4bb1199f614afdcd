// @ts-check
// Between the page's pixels and a canvas's: how large a bitmap its box needs on this screen, where in it a pointer is, and
// when the screen's resolution changes. Boxes may be broken pixels wide; canvases have neither border nor padding.

const FINEST = 3; // device pixels in a CSS pixel: more cannot be told apart
const LARGEST = 4096; // pixels along an edge: some phones refuse more than 4096² in all

/**
 * The canvas's box in CSS pixels, and how many pixels of its bitmap should lie in one of them.
 * @param {HTMLCanvasElement} canvas
 */
export function boxOf(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  return { width, height, scale: Math.min(devicePixelRatio || 1, FINEST, LARGEST / Math.max(width, height, 1)) };
}

/**
 * Gives the canvas the bitmap that its box needs; returns the box as boxOf() does.
 * @param {HTMLCanvasElement} canvas
 */
export function fitBitmap(canvas) {
  const { width, height, scale } = boxOf(canvas);
  const [w, h] = [width, height].map((side) => Math.round(side * scale));
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  return { width, height, scale };
}

/**
 * Where in the canvas's box a pointer is, both 0…1 from the upper left.
 * @param {HTMLCanvasElement} canvas
 * @param {{ clientX: number, clientY: number }} event
 */
export function placeIn(canvas, { clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { x: (clientX - left) / width, y: (clientY - top) / height };
}

/**
 * Calls `changed` when the page comes to a screen of another resolution, or is zoomed; returns a function that ends it.
 * @param {() => void} changed
 */
export function onResolution(changed) {
  let ratio = 0;
  /** @type {MediaQueryList} */
  let query;
  const listen = () => {
    ratio = devicePixelRatio;
    query = matchMedia(`(resolution: ${ratio}dppx)`);
    query.addEventListener("change", look);
  };
  const look = () => {
    if (devicePixelRatio === ratio) return;
    query.removeEventListener("change", look);
    listen();
    changed();
  };
  listen();
  addEventListener("resize", look); // not every change of the ratio is told to the query
  return () => {
    query.removeEventListener("change", look);
    removeEventListener("resize", look);
  };
}

// What the small canvas figures share: sharp pixels, the page's colours, and being drawn again when size, theme or
// language change.

/** Fits the canvas to its box at the screen's resolution; gives its 2-D context scaled to CSS pixels and the box's size. */
export function fit(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** Colours by the names of tokens.css, as they are at this moment: colour("brick"). */
export function palette(element) {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/** Calls `draw` when the element's size, the theme or the language changes; returns a function that ends it. */
export function redrawn(element, draw) {
  const size = new ResizeObserver(draw);
  size.observe(element);
  const root = new MutationObserver(draw);
  root.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "lang"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", draw);
  return () => {
    size.disconnect();
    root.disconnect();
    system.removeEventListener("change", draw);
  };
}

/** Round numbers between low and high, at most `most` of them. */
export function ticks(low, high, most) {
  const rough = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = power * ([1, 2, 5].find((m) => m * power >= rough) ?? 10);
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high * (1 + 1e-9); at++) found.push(at * step || 0); // never −0
  return found;
}

/** Marks for a logarithmic axis: decades, with 2 and 5 between them where there is room for `most`. */
export function logTicks(low, high, most) {
  for (const steps of [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1]]) {
    const found = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
      for (const step of steps) {
        const value = step * 10 ** power;
        if (value >= low * 0.999 && value <= high * 1.001) found.push(value);
      }
    if (found.length <= most && found.length > 1) return found;
  }
  const sparse = ticks(low, high, most).filter((value) => value > 0);
  return sparse.length ? sparse : [low, high];
}

/** A value of a loss, short: 0.512, 0.0043, 12.1. */
export const short = (value) => (value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3))));

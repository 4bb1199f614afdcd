// @ts-check
// Brings a place of the page to the top of the screen and holds it there while chapters above it are still being made and
// grow, until the reader, or the page on the reader's behalf, scrolls elsewhere.
//
// While the page's height changes, a scroll is the browser's: it keeps in place whatever it took for an anchor, which need
// not be ours. So a scroll is the reader's only if the page is as tall as it was.

const SLACK = 2; // CSS pixels that rounding may move a place by
/** Ends the hold before. */
let release = () => {};

/** @param {Element} place */
export function hold(place) {
  release();
  const now = () => ({
    y: scrollY,
    top: place.getBoundingClientRect().top,
    height: document.documentElement.scrollHeight,
  });
  const go = () => {
    place.scrollIntoView({ behavior: "instant" });
    return now();
  };
  let held = go();
  const settle = () => {
    const { y, top, height } = now();
    const moved = Math.abs(top - held.top) > SLACK;
    if (height !== held.height) held = go();
    else if (moved && Math.abs(y - held.y) > SLACK) release();
    else if (moved) held = go();
    else held.y = y;
  };
  const sizes = new ResizeObserver(settle);
  sizes.observe(document.body);
  addEventListener("scroll", settle, { passive: true });
  release = () => {
    sizes.disconnect();
    removeEventListener("scroll", settle);
  };
}

// @ts-check
// Brings a place of the page to the top of the screen and holds it there while chapters above it are still being made and
// grow, until the reader, or the page on the reader's behalf, scrolls elsewhere.

const SLACK = 2; // CSS pixels that rounding may move a place by
/** Ends the hold before. */
let release = () => {};

/** @param {Element} place */
export function hold(place) {
  release();
  const go = () => {
    place.scrollIntoView({ behavior: "instant" });
    return { y: scrollY, top: place.getBoundingClientRect().top };
  };
  let held = go();
  const settle = () => {
    const moved = Math.abs(place.getBoundingClientRect().top - held.top) > SLACK;
    const scrolled = Math.abs(scrollY - held.y) > SLACK;
    if (moved && scrolled) release();
    else if (moved) held = go();
    else held.y = scrollY; // the browser has kept the place itself
  };
  const sizes = new ResizeObserver(settle);
  sizes.observe(document.body);
  addEventListener("scroll", settle, { passive: true });
  release = () => {
    sizes.disconnect();
    removeEventListener("scroll", settle);
  };
}

// @ts-check
// What the reader can see: whether the tab is shown, whether an element is near the screen or in sight.

/** Resolves once the tab is visible. @returns {Promise<void>} */
export const whenVisible = () =>
  new Promise((resolve) => {
    if (!document.hidden) return resolve();
    document.addEventListener("visibilitychange", function seen() {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", seen);
      resolve();
    });
  });

/**
 * Resolves once `element` is on the screen or comes within `margin` of it.
 * @param {Element} element
 * @returns {Promise<void>}
 */
export const whenNear = (element, margin = "1200px") =>
  new Promise((resolve) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        resolve();
      },
      { rootMargin: margin },
    );
    observer.observe(element);
  });

/** From the screen: so far off, what can be made again is let go. */
export const AWAY = "2400px";

/** Calls `leave` whenever an element gets that far away. @param {Element} element @param {() => void} leave */
export function onAway(element, leave) {
  const look = (/** @type {IntersectionObserverEntry[]} */ entries) => {
    if (!entries[entries.length - 1].isIntersecting) leave();
  };
  new IntersectionObserver(look, { rootMargin: AWAY }).observe(element);
}

/**
 * Whether enough of an element is on the screen for what moves in it to be followed. It comes into sight with 60 % of it
 * there (or as much of the screen, for what is larger than that), and goes out of sight below half of that.
 */
export class Sight {
  seen = false;
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {Element} element */
  constructor(element) {
    const part = (/** @type {IntersectionObserverEntry} */ { intersectionRatio, intersectionRect, rootBounds }) =>
      Math.max(intersectionRatio, intersectionRect.height / (rootBounds?.height || Infinity));
    const look = (/** @type {IntersectionObserverEntry[]} */ entries) => {
      const share = part(entries[entries.length - 1]);
      if (share < 0.3) this.seen = false;
      else if (share >= 0.6) this.seen = true;
      if (this.seen) for (const go of this.#waiting.splice(0)) go();
    };
    const steps = Array.from({ length: 11 }, (_, i) => i / 10);
    new IntersectionObserver(look, { threshold: steps }).observe(element);
  }

  /** Resolves once it is in sight. @returns {Promise<void>} */
  whenSeen() {
    return new Promise((resolve) => (this.seen ? resolve() : this.#waiting.push(resolve)));
  }
}

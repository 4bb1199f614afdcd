// @ts-check
// What the reader can see: whether the tab is shown, whether an element is near the screen.

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

// @ts-check
// How numbers are written in the chapter.

/** With a minus sign for a hyphen. @param {string} text */
export const minus = (text) => text.replace("-", "−");

// @ts-check
// What the controls say that all chapters of the lesson have: key → [中文, English].

/** @type {import("../lib/words.js").Words} */
export const words = {
  lesson_tower: ["拆哪座楼", "Which tower"],
  lesson_day: ["白天的尖塔", "Spire by day"],
  lesson_dusk: ["黄昏的宝塔", "Pagoda at dusk"],
  lesson_night: ["夜里的高楼", "High-rise at night"],
  lesson_dice: ["换一把骰子", "Throw the dice again"],
  lesson_reset: ["复原", "Reset"],
  lesson_reset_aloud: ["把这幅图复原", "Reset this figure"],
};

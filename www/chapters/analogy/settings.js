// @ts-check
// What a reader can choose in chapter 1, as entries of the page's settings: name → [default, parse].
import { Choices } from "../../lesson/choices.js";
import { anInt, oneOf } from "../../settings.js";
import { LEVELS } from "./levels.js";

/** @type {import("../../settings.js").Properties} */
export const properties = {
  analogy_t: [1000, anInt(0, 1000)], // of the tower that comes down and goes up
  analogy_way: ["down", oneOf("down", "up")],
  analogy_build: [1, anInt(1, 0xffff)], // which of the builds from the rubble
  analogy_at: [100, anInt(1, 1000)], // t of the game
  analogy_level: ["step", oneOf(...LEVELS)],
  analogy_round: [1, anInt(1, 0xffff)],
};

export const CHOICES = new Choices("analogy", properties, {
  site: ["analogy_t", "analogy_way", "analogy_build"],
  game: ["analogy_at", "analogy_level", "analogy_round"],
});

// @ts-check
// <brick-wall>: the schedule drawn as a wall. Every column holds the same number of bricks; the share ᾱ² of them (Su's
// ᾱ) is still laid, the share β̄² lies on the ground, so the picture is the brick ledger of the whole timeline at once.
import { dice } from "../lib/dice.js";
import { h } from "../lib/dom.js";
import { Figure, define } from "./figure.js";

const BRICK = { width: 16, height: 7, gap: 1 };

export class BrickWall extends Figure {
  static style = `
    brick-wall { display: block; position: relative; height: 6.2rem; }
    brick-wall svg {
      display: block;
      width: 100%;
      height: 100%;
      overflow: visible;
      will-change: transform; /* its hundreds of bricks are painted once, not at every move of the line over them */
    }
    .brick-laid { fill: var(--brick); }
    .brick-fallen { fill: var(--cement); stroke: var(--paper); stroke-width: 0.7; }
    brick-wall .ahead { opacity: 0.3; }
    .wall-ground { stroke: var(--line-strong); stroke-width: 1; }
    .wall-head {
      position: absolute;
      top: -0.4rem;
      bottom: -0.9rem;
      width: 0;
      border-left: 1px solid var(--ink);
      pointer-events: none;
    }`;

  #shares = [1, 0]; // Ho's ᾱ by position
  /** @type {{ ahead: boolean, element: Element }[]} */ #columns = [];
  #known = [0, 1]; // the part of the timeline that has been computed, as fractions
  #head = h("div", { class: "wall-head" });
  #drawn = ""; // size and shares of the bricks that stand there

  /** `shares[p]` is Ho's ᾱ at position p. @param {number[]} shares */
  set shares(shares) {
    this.#shares = shares;
    this.draw();
  }

  /**
   * Where the reader is, and which part of the timeline has been computed; all as fractions from the tower.
   * @param {number} head
   * @param {number} from
   * @param {number} to
   */
  place(head, from, to) {
    this.#head.style.left = `${100 * head}%`;
    this.#known = [from, to];
    this.#shade();
  }

  #shade() {
    const [from, to] = this.#known;
    const last = this.#columns.length - 1;
    this.#columns.forEach((column, i) => {
      const ahead = i / last < from - 1e-9 || i / last > to + 1e-9;
      if (column.ahead === ahead) return;
      column.ahead = ahead;
      column.element.classList.toggle("ahead", ahead);
    });
  }

  draw() {
    const { width, height } = this.getBoundingClientRect();
    const key = `${width} ${height} ${this.#shares}`;
    if (!width || this.#drawn === key) return;
    this.#drawn = key;
    const pitch = BRICK.width + BRICK.gap,
      course = BRICK.height + BRICK.gap;
    const count = Math.max(12, Math.floor(width / pitch)),
      rows = Math.floor((height - 4) / course);
    const scale = width / (count - 1);
    this.#columns = Array.from({ length: count }, (_, i) => {
      const at = (i / (count - 1)) * (this.#shares.length - 1);
      const low = Math.floor(at),
        high = Math.min(low + 1, this.#shares.length - 1);
      const share = this.#shares[low] + (at - low) * (this.#shares[high] - this.#shares[low]);
      return { ahead: false, element: column(i, i * scale, rows, Math.round(rows * share), height - 1, course) };
    });
    const ground = { x1: -BRICK.width, x2: width + BRICK.width, y1: height - 0.5, y2: height - 0.5 };
    this.replaceChildren(
      h(
        "svg:svg",
        { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none" },
        h("svg:line", { class: "wall-ground", ...ground }),
        this.#columns.map(({ element }) => element),
      ),
      this.#head,
    );
    this.#shade();
  }
}

/**
 * One column: `laid` bricks in running bond from the ground up, the others fallen around its foot.
 * @param {number} index
 * @param {number} x
 * @param {number} rows
 * @param {number} laid
 * @param {number} ground
 * @param {number} course
 */
function column(index, x, rows, laid, ground, course) {
  const random = dice(0x9e3779b9 * (index + 1));
  const bricks = [];
  for (let row = 0; row < rows; row++) {
    const shift = row % 2 ? BRICK.width / 4 : -BRICK.width / 4;
    const draws = [random(), random(), random()]; // always three, so that a brick's fall does not depend on its neighbours
    if (row < laid) {
      bricks.push(
        h("svg:rect", {
          class: "brick-laid",
          x: (x + shift - BRICK.width / 2).toFixed(1),
          y: (ground - (row + 1) * course + 1).toFixed(1),
          width: BRICK.width,
          height: BRICK.height,
        }),
      );
      continue;
    }
    const heap = (rows - laid) / rows;
    const cx = x + (draws[0] - 0.5) * 2.2 * BRICK.width;
    const cy = ground - BRICK.height / 2 - 1 - draws[1] ** 2.2 * heap * rows * course * 0.55;
    const tilt = (draws[2] - 0.5) * (draws[1] < 0.25 ? 16 : 110);
    bricks.push(
      h("svg:rect", {
        class: "brick-fallen",
        x: -BRICK.width / 2,
        y: -BRICK.height / 2,
        width: BRICK.width,
        height: BRICK.height,
        transform: `translate(${cx.toFixed(1)} ${cy.toFixed(1)}) rotate(${tilt.toFixed(0)})`,
      }),
    );
  }
  return h("svg:g", {}, bricks);
}

define("brick-wall", BrickWall);

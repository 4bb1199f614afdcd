// @ts-check
// The two who say what x_t once was. One knows a thousand towers by heart and answers exactly; it needs no device. The other
// is the towers' network, on whatever device there is. Both are there while the chapter is near the screen, and let go of
// when it is far away.
import { ledger } from "../../lesson/ho-schedule.js";
import { closeNetwork, openNetwork } from "../../lesson/network.js";
import { mixture, perplexity, posterior } from "../../lesson/posterior.js";
import { forgetThousand, thousand } from "../../lesson/thousand.js";
import { noiseFrom } from "./rebuilding.js";

/** @typedef {import("../../device.js").Device} Device */
/** @typedef {"waiting" | "loading" | "here" | "none" | "failed"} State of the network */

export class Crew {
  #fetch;
  #hands;
  #near = false;
  /** null where there is none, undefined while that is unknown. @type {Device | null | undefined} */ #device;
  /** @type {import("../../lesson/network.js").TowerNetwork | null} */
  network = null;
  /** @type {State} */
  state = "waiting";
  /** None before they are drawn. @type {Float32Array[]} */
  thousand = [];

  /**
   * @param {() => Promise<import("../../page.js").ModelFiles>} fetch the network's files
   * @param {{ changed: () => void, failed: (error: unknown) => void }} hands changed: somebody has come or gone
   */
  constructor(fetch, hands) {
    this.#fetch = fetch;
    this.#hands = hands;
  }

  /** The chapter has come near. */
  async come() {
    if (this.#near) return; // still
    this.#near = true;
    this.#openNetwork();
    try {
      this.thousand = await thousand();
    } catch (error) {
      this.#hands.failed(error);
    }
    this.#hands.changed();
  }

  leave() {
    this.#near = false;
    this.thousand = [];
    forgetThousand();
    closeNetwork(this);
    this.#stand("waiting");
  }

  /** @param {Device | null | undefined} device */
  attach(device) {
    this.#device = device;
    this.#stand("waiting");
    this.#openNetwork();
  }

  async #openNetwork() {
    const device = this.#device;
    if (!this.#near || device === undefined) return;
    if (!device) return this.#stand("none");
    this.#stand("loading");
    try {
      const network = await openNetwork(device, this, this.#fetch);
      if (this.#near && device === this.#device) this.#stand("here", network);
    } catch (error) {
      if (device !== this.#device) return; // lost, which is said elsewhere
      this.#stand("failed");
      this.#hands.failed(error);
    }
  }

  /** @param {State} state @param {Crew["network"]} [network] */
  #stand(state, network = null) {
    if (state === this.state && network === this.network) return;
    this.state = state;
    this.network = network;
    this.#hands.changed();
  }

  /**
   * What is known exactly of x_0 when it is one of the thousand: p of each, the mean, the noise that this leaves, and as good
   * as how many towers p is.
   * @param {ArrayLike<number>} x x_t
   * @param {number} t
   */
  exact(x, t) {
    const { wall, ground } = ledger(t);
    const p = posterior(x, this.thousand, Math.sqrt(wall), ground);
    const x0 = mixture(p, this.thousand);
    return { p, x0, noise: noiseFrom(x, x0, { wall, ground }), towers: perplexity(p) };
  }
}

/** Asks the network for whoever moves a slider: of the questions that have come meanwhile only the newest is put. */
export class Asker {
  #crew;
  /** Whoever has been asked and has not answered; one that is gone may never answer. @type {Crew["network"]} */
  #asked = null;
  /** @type {Question | null} */ #next = null;
  #forgotten = 0;

  /** @param {Crew} crew */
  constructor(crew) {
    this.#crew = crew;
  }

  /**
   * @typedef {object} Question
   * @property {ArrayLike<number>} x x_t
   * @property {number} t
   * @property {(guess: import("../../lesson/network.js").Guess) => void} told
   */

  /** @param {Question} question */
  async ask(question) {
    const { network } = this.#crew;
    this.#next = question;
    if (!network || this.#asked === network) return;
    this.#asked = network;
    try {
      while (this.#next && this.#crew.network === network) await this.#put(network);
    } catch (error) {
      if (this.#crew.network === network) throw error; // otherwise it has gone in the middle of a sentence
    } finally {
      if (this.#asked === network) this.#asked = null;
    }
  }

  /** @param {import("../../lesson/network.js").TowerNetwork} network */
  async #put(network) {
    const [question, forgotten] = [/** @type {Question} */ (this.#next), this.#forgotten];
    this.#next = null;
    const guess = await network.guess(question.x, question.t);
    if (forgotten === this.#forgotten && network === this.#crew.network) question.told(guess);
  }

  /** No answer is wanted any more, nor the one that is on its way. */
  forget() {
    this.#next = null;
    this.#forgotten++;
  }
}

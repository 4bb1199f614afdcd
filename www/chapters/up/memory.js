// @ts-check
// Figure 3: memory and generalisation. From one x_T, by the same few steps and without dice, two whole chains: one asks who
// knows the thousand by heart, the other the network. Each end stands beside the tower of the thousand that it comes nearest.
import { StepTime } from "../../device.js";
import { figures } from "../../figures/figure.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId } from "../../lib/dom.js";
import { lang, say } from "../../lib/words.js";
import { CALLS, Chain, run } from "./chains.js";
import { nearest, usualDistance } from "./strangers.js";

const LONG = 2000; // ms that are too long to begin unasked

export class Memory {
  #root;
  #site;
  #crew;
  /** @type {{ exact: Chain | null, learned: Chain | null }} */ #chains = { exact: null, learned: null };
  /** What the chains began with. @type {unknown[]} */ #of = [];
  #pace = new StepTime();
  /** Of the learned chain under way. @type {object | null} */ #running = null;
  /** How far a stranger lies from the thousand. @type {number | null} */ #usual = null;

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site @param {import("./crew.js").Crew} crew */
  constructor(root, site, crew) {
    this.#root = root;
    this.#site = site;
    this.#crew = crew;
    const [x, x0, near, learnedX, learnedX0, learnedNear] = figures(root, ValuePicture);
    this.pictures = { exact: { x, x0, near }, learned: { x: learnedX, x0: learnedX0, near: learnedNear } };
    byId("up-rubble", root).addEventListener("click", () => site.set({ rubble: (site.get("rubble") % 999) + 1 }));
    byId("up-run", root).addEventListener("click", () => (this.#running ? this.pause() : this.#learn()));
  }

  /** Another needs the device. */
  pause() {
    this.#crew.network?.device.release(this);
    this.#running = null;
    this.#tell();
  }

  draw() {
    const { noise } = this.#site;
    const { thousand, network } = this.#crew;
    if (!thousand.length) return;
    const of = [noise, this.#site.get("rubble"), thousand, network];
    if (of.some((part, i) => part !== this.#of[i])) this.#begin(of);
    this.#show();
  }

  /** Other rubble, or another crew. @param {unknown[]} of */
  #begin(of) {
    const [noise, rubble, thousand] = this.#of;
    const same = of[0] === noise && of[1] === rubble && of[2] === thousand;
    this.#of = of;
    this.pause();
    const x = this.#site.noise.jump(this.#site.get("rubble"));
    this.#chains.learned = new Chain(x);
    if (!same) this.#remember(new Chain(x));
    if (this.#crew.network && (this.#pace.ms ?? 0) * CALLS < LONG) this.#learn();
  }

  /** The exact chain. @param {Chain} chain */
  async #remember(chain) {
    this.#chains.exact = chain;
    const { thousand } = this.#crew;
    const stopped = () => this.#chains.exact !== chain || this.#crew.thousand !== thousand;
    await run(chain, (x, t) => this.#crew.exact(x, t), { stopped, told: () => this.#show() });
    if (!stopped()) this.#usual ??= await usualDistance(thousand);
    this.#show();
  }

  /** The network's chain; where a call turns out to take long, it stops after the first and says so. */
  async #learn() {
    const [chain, { network }] = [this.#chains.learned, this.#crew];
    if (!chain || !network) return;
    const asked = this.#pace.ms !== null; // by the reader, or known to be quick
    const running = {};
    this.#running = running;
    if (asked && this.#pace.ms * CALLS >= LONG) network.device.lease(this);
    const stopped = () =>
      this.#running !== running || (!asked && this.#pace.ms !== null && this.#pace.ms * CALLS >= LONG);
    try {
      // the first call of all builds the network, and says nothing of the others
      const answer = (/** @type {Float64Array} */ x, /** @type {number} */ t) =>
        chain.calls ? this.#pace.measure(1, () => network.guess(x, t)) : network.guess(x, t);
      await run(chain, answer, { stopped, told: () => this.#show() });
    } catch (error) {
      if (this.#crew.network === network) throw error; // otherwise it has gone in the middle of a sentence
    } finally {
      if (this.#running === running) this.pause();
    }
  }

  #show() {
    const { thousand } = this.#crew;
    if (!thousand.length) return;
    const { size } = this.#site;
    const t = this.#site.get("memory");
    for (const who of /** @type {const} */ (["exact", "learned"])) {
      const frame = this.#chains[who]?.at(t);
      if (!frame) continue;
      frame.near ??= nearest(frame.x0, thousand);
      const { index, distance } = frame.near;
      const pictures = this.pictures[who];
      pictures.x.show(frame.x, size, say("up_is_after", { t: frame.t }));
      pictures.x0.show(frame.x0, size, say(who === "exact" ? "up_is_mean" : "up_is_learned", { t: frame.t }));
      pictures.near.show(thousand[index], size, say("up_is_nearest", { number: index + 1 }));
      byId(`up-near-${who}`, this.#root).textContent = say(frame.t ? "up_nearest" : "up_nearest_end", {
        number: (index + 1).toLocaleString(lang()),
        distance: distance.toFixed(3),
      });
    }
    this.#tell();
  }

  #tell() {
    const [{ state }, learned, ms] = [this.#crew, this.#chains.learned, this.#pace.ms];
    const left = learned && !learned.done && state === "here";
    const seconds = Math.max(1, Math.round((CALLS * (ms ?? 0)) / 1000));
    const button = byId("up-run", this.#root);
    button.hidden = !left;
    button.textContent = this.#running
      ? say("up_stop", { calls: learned?.calls ?? 0, all: CALLS })
      : say("up_run", { seconds });
    byId("up-memory-lacks", this.#root).textContent = state === "here" ? "" : say(`up_network_${state}`);
    const usual = this.#usual === null ? "" : say("up_usual", { distance: this.#usual.toFixed(3) });
    byId("up-usual", this.#root).textContent = usual;
  }
}

// @ts-check
// The rebuilt cloud and what it is worth: a new film from the network as it is now, or from the exact E[ε | x_t], and its
// distance from fresh data. While a film is made, training rests.
import { countOutside } from "../../figures/points.js";
import { tell } from "../../lib/events.js";
import { ExactFilm, GpuFilm, ReadBackFilm } from "./films.js";
import { Yardstick } from "./measure.js";

const BRICKS = 2048,
  FEW_BRICKS = 1024; // of a rebuilt cloud; few where a CPU does the graphics card's work
const EXACT_BRICKS = 700; // of one without a network, computed on the processor

/** Event "judged": the cloud shown has been measured. */
export class Rebuild extends EventTarget {
  /** Of the cloud shown, see measure.js. */
  distance = NaN;
  /** How many of its bricks end outside the picture, of how many. */
  outside = 0;
  bricks = 0;
  /** How many steps the network that rebuilt it had learned. */
  step = 0;
  #toy;
  #yardstick = null; // a promise of one, for the present points
  #newest = 0; // a number for the newest exact film wanted
  #underWay = {}; // replaced whenever the cloud that the network rebuilds is to be given up

  constructor(toy) {
    super();
    this.#toy = toy;
  }

  /** Other points to compare with: nothing is known of the cloud until it is judged again. */
  forget() {
    this.#yardstick = null;
    this.distance = NaN;
  }

  /** A new film of the network, unless the exact cloud is shown; show() takes it. */
  async byNetwork() {
    const { session, engine, settings } = this.#toy;
    const { network, step } = session;
    if (!network || this.#toy.exact) return null;
    const wanted = (this.#underWay = {});
    const alive = () => wanted === this.#underWay && network === session.network && !this.#toy.exact;
    const chain = await network.rebuild(engine.software ? FEW_BRICKS : BRICKS, settings.get("toy_seed"), alive);
    if (!chain) return null;
    const film = new (engine.readBack ? ReadBackFilm : GpuFilm)(network, chain);
    if (engine.readBack) await film.load();
    return { film, step, alive };
  }

  /** Puts a film of the network's on the screen. @param {NonNullable<Awaited<ReturnType<Rebuild["byNetwork"]>>>} made */
  async show({ film, step, alive }) {
    if (alive() && this.#toy.follow.up !== null) await film.load(); // its brick's way is drawn together with it
    if (!alive()) return film.free();
    this.#toy.cloud.put(film);
    this.step = step;
    await this.judge();
  }

  /** Gives up the cloud that the network is rebuilding. */
  stop() {
    this.#underWay = {};
  }

  /** A new cloud without any network. */
  async exactly() {
    const { engine, dataset, settings, cloud } = this.#toy;
    const wanted = ++this.#newest;
    if (!engine || !dataset.count) return cloud.put(null);
    const alive = () => wanted === this.#newest && this.#toy.exact;
    const film = await ExactFilm.compute(engine, dataset.points, EXACT_BRICKS, settings.get("toy_seed"), alive);
    if (!film) return;
    this.#yardstick = null; // for another number of bricks
    cloud.put(film);
    await this.judge();
  }

  async judge() {
    const { cloud, dataset, engine } = this.#toy;
    const { film } = cloud;
    const points = await film?.points(0).catch((error) => {
      if (error.name !== "AbortError") throw error; // else another film has taken its place
    });
    if (!points || !dataset.count) return;
    const wanted = (this.#yardstick ??= Yardstick.make(engine, dataset, points.length / 2));
    const ratio = await (await wanted).ratio(points);
    if (film !== cloud.film || wanted !== this.#yardstick) return;
    this.distance = ratio;
    this.outside = countOutside(points);
    this.bricks = points.length / 2;
    tell(this, "judged");
  }
}

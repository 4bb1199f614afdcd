// @ts-check
// The stage's state and what can be done to it; no DOM here. There is one timeline; at most two tapes lie on it, the
// last demolition and the last rebuilding, and one of them is under the reader's hand.
import { clamp, nextFrame } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { PRESETS } from "./presets.js";
import { playTape, stepsPerSubmit } from "./player.js";

const GRID = 16;
// what the tapes on the timeline stand or fall with, and what only the next building depends on
const RESTART = ["start", "test", "mode", "seed", "steps", "spacing"];
const REBUILD = ["digit", "sampler", "eta", "sigma", "guidance", "clip"];

/** Events: "tapes" (other tapes lie on the timeline), "frame" (another position or more frames), "playing", "busy". */
export class Stage extends EventTarget {
  source = null;
  tapes = { demolish: null, build: null };
  active = null;
  position = 0;
  playing = false;
  #epoch = 0; // every new undertaking makes the running ones stale
  #path = []; // what was done since the start, e.g. ["d", "b3"]; goes into the link
  #x0 = null; // the tower the demolition began with
  #xT = null; // the rubble the building began with; null: the seed's noise
  #madeFor = ""; // the RESTART settings the present tapes were made for

  /**
   * @param {any} settings
   * @param {{ sight: import("../../lib/visible.js").Sight, free: () => boolean }} world whether the pictures are in sight,
   *   and whether nobody else works on the device
   */
  constructor(settings, { sight, free }) {
    super();
    this.settings = settings;
    this.sight = sight;
    this.free = free;
  }

  get batch() {
    return this.settings.get("mode") === "grid" ? GRID : 1;
  }

  get steps() {
    return this.active?.steps ?? this.settings.get("steps");
  }

  /** Whether a tower stands at the left end that could be demolished. */
  get hasTower() {
    return (
      this.source?.kind === "engine" &&
      (this.settings.get("start") === "real" || this.#path.at(-1) === "d" || Boolean(this.tapes.build?.done))
    );
  }

  get fromRubble() {
    return this.#path.at(-1) === "d" || this.#xT !== null;
  }

  /** Whether the tapes were made for other settings, also while a restart is still under way. */
  get #outdated() {
    return this.#madeFor !== this.#restartKey();
  }

  #restartKey() {
    return JSON.stringify(RESTART.map((name) => this.settings.get(name)));
  }

  #emit(type) {
    this.dispatchEvent(new Event(type));
  }

  #begin() {
    this.pause({ quiet: true });
    return ++this.#epoch;
  }

  /** Takes the stage over to another source and restores what the settings (the link) describe. */
  async attach(source, { autoplay = true } = {}) {
    this.#begin();
    this.#clear();
    this.source = source;
    document.documentElement.dataset.source = source.kind;
    if (source.kind !== "engine") {
      const tape = await this.#prepare(source.build());
      if (this.source === source) await this.#putOn(tape, ["b"], autoplay); // the engine may have been quicker
      return;
    }
    const [acts, strip, at, digit] = ["acts", "strip", "at", "digit"].map((name) => this.settings.get(name));
    const path = acts ? acts.split(".") : [""];
    for (const [i, act] of path.entries()) {
      // the acts before the last are walked quietly
      const last = i === path.length - 1;
      this.settings.set({ digit: last || act[0] !== "b" ? digit : act.slice(1) });
      const options = { play: last && at < 0 && autoplay };
      if (i === 0) await this.restart(this.settings.get("start") === "real" && !act ? {} : options);
      else await (act === "d" ? this.demolish(options) : this.build(options));
      if (!last) await this.#complete(this.active, this.#epoch);
      if (!last && !this.active.done) return; // cancelled
    }
    if (at >= 0) await this.jump(this.tapes[strip] ?? this.active, at);
  }

  #clear() {
    for (const name of ["demolish", "build"]) {
      this.tapes[name]?.free();
      this.tapes[name] = null;
    }
    this.active = null;
    this.#path = [];
    this.#x0 = this.#xT = null;
    this.#madeFor = "";
  }

  /** Sets choices and does what follows from them; on failure the old choices, and the old tapes, are kept. */
  async apply(changes) {
    const before = Object.fromEntries(Object.keys(changes).map((name) => [name, this.settings.get(name)]));
    const changed = Object.keys(changes).filter((name) => before[name] !== changes[name]);
    this.settings.set(changes);
    if (this.source?.kind !== "engine" || !this.active) return;
    try {
      if (this.#outdated) await this.restart();
      else if (changed.some((name) => REBUILD.includes(name)) && this.#path.at(-1) !== "d") await this.build();
    } catch (error) {
      this.settings.set(before);
      throw error;
    }
  }

  /** Begins anew: from the seed's noise, or with a real one standing. */
  async restart(options = {}) {
    if (this.settings.get("start") === "real") return this.demolish({ play: false, ...options, anew: true });
    return this.build({ ...options, anew: true });
  }

  /** 建: from the rubble that lies there, else from the seed's noise. */
  async build({ play = true, anew = false } = {}) {
    if (this.#outdated && !anew) return this.restart({ play });
    const epoch = this.#begin();
    const key = this.#restartKey();
    let xT = null,
      path = [];
    if (!anew && this.#path.at(-1) === "d") {
      const tape = this.tapes.demolish;
      await this.#complete(tape, epoch);
      if (epoch !== this.#epoch) return;
      xT = await tape.read(tape.steps);
      path = this.#path;
    } else if (!anew) {
      xT = this.#xT;
      path = this.#path.slice(0, -1);
    }
    const tape = await this.#prepare(this.source.build({ ...this.#options(), noise: xT ?? undefined }));
    if (epoch !== this.#epoch) return tape.free();
    if (!xT) this.#clear();
    this.#xT = xT;
    this.#madeFor = key;
    await this.#putOn(tape, [...path, `b${this.settings.get("digit")}`], play);
  }

  /** 拆: the tower that stands at the left end. */
  async demolish({ play = true, anew = false } = {}) {
    if (this.#outdated && !anew) return this.restart({ play });
    const epoch = this.#begin();
    const key = this.#restartKey();
    let x0 = null,
      path = [];
    if (!anew && this.#path.at(-1) === "d") {
      x0 = this.#x0;
      path = this.#path.slice(0, -1);
    } else if (!anew && this.tapes.build?.done) {
      x0 = await this.tapes.build.read(this.tapes.build.steps);
      path = this.#path;
    } else if (this.settings.get("start") === "real") {
      x0 = await this.#realTowers();
    } else {
      throw new Error(say("no_tower"));
    }
    const tape = await this.#prepare(this.source.demolish({ ...this.#options(), noise: x0 }));
    if (epoch !== this.#epoch) return tape.free();
    if (!path.length) this.#clear();
    this.#x0 = x0;
    this.#madeFor = key;
    await this.#putOn(tape, [...path, "d"], play);
  }

  /** Puts the position into the link, which is about live chains only. @param {number} at */
  #note(at) {
    if (this.source.kind === "engine") this.settings.set({ at });
  }

  /** Waits for a chain and its first frame, and says so meanwhile: a new batch size may compile shaders. */
  async #prepare(promise) {
    this.busy = true;
    this.#emit("busy");
    try {
      const tape = await promise;
      try {
        if (tape.needs(0)) await tape.advance(tape.needs(0));
        await tape.fetch(0);
      } catch (error) {
        tape.free();
        throw error;
      }
      return tape;
    } finally {
      this.busy = false;
      this.#emit("busy");
    }
  }

  async #putOn(tape, path, play) {
    this.tapes[tape.direction]?.free();
    this.tapes[tape.direction] = tape;
    this.active = tape;
    this.#path = path;
    this.position = tape.positionAt(0);
    const usual = path.length === 1 && (path[0] === "d" || path[0] === `b${this.settings.get("digit")}`);
    if (this.source.kind === "engine") this.settings.set({ acts: usual ? "" : path.join("."), strip: "", at: -1 });
    this.#emit("tapes");
    this.#emit("frame");
    if (play) this.play();
  }

  /** The page's choices as the package's ChainOptions. */
  #options() {
    const get = (name) => this.settings.get(name);
    const { classes, nullClass } = this.source;
    const labels = classes.length
      ? Array.from({ length: this.batch }, (_, i) => this.#label(get("digit"), i))
      : undefined;
    return {
      sampler: get("sampler"),
      steps: get("steps"),
      spacing: get("spacing"),
      eta: get("eta"),
      sigma: get("sigma"),
      seed: get("seed"),
      batch: this.batch,
      labels,
      clipSample: get("clip"),
      guidance: nullClass !== null && get("digit") !== "any" ? get("guidance") : 1,
    };
  }

  #label(digit, image) {
    const { classes, nullClass } = this.source;
    if (digit === "any") return nullClass ?? classes[0];
    return digit === "mixed" ? classes[image % classes.length] : Number(digit);
  }

  async #realTowers() {
    const real = await PRESETS[this.settings.get("model")].real();
    if (this.batch === 1) return real.picture(this.settings.get("test"));
    const digit = this.settings.get("digit");
    return real.several(this.batch, /^\d+$/.test(digit) ? Number(digit) : null);
  }

  /** Computes a tape to its end without playing it. */
  async #complete(tape, epoch) {
    while (!tape.done && epoch === this.#epoch) {
      const painted = nextFrame(); // while the device computes
      await tape.advance(tape.direction === "demolish" ? tape.steps : stepsPerSubmit(tape));
      this.progress = { done: tape.ready, total: tape.steps };
      this.#emit("busy");
      await painted;
    }
    this.progress = null;
    this.#emit("busy");
  }

  /** Stops whatever runs, at the next frame. */
  cancel() {
    this.#begin();
    this.#emit("frame");
  }

  // ---- the reader's hand on the timeline -------------------------------------------------------------------------

  /** Goes to a position of a tape, which may be the other one. */
  async jump(tape, position) {
    if (tape !== this.active) {
      const epoch = this.#begin();
      const frame = Math.min(tape.frameAt(position), tape.reached);
      await tape.fetch(frame);
      if (epoch !== this.#epoch) return;
      this.active = tape;
      this.position = tape.positionAt(frame);
      const last = this.#path.at(-1) === "d" ? "demolish" : "build";
      this.settings.set({ strip: tape.direction === last ? "" : tape.direction });
      this.#emit("tapes");
    }
    return this.seek(position);
  }

  /** Plays while the pictures are in sight; goes on when they come back, unless something else was undertaken meanwhile. */
  async play() {
    const tape = this.active;
    if (!tape || this.playing) return;
    const epoch = this.#begin();
    if (tape.frameAt(this.position) >= tape.steps) {
      await tape.fetch(0);
      if (epoch !== this.#epoch) return;
      this.#show(tape, 0);
    }
    this.#note(-1);
    const { sight } = this;
    let away = false;
    while (epoch === this.#epoch && tape.frameAt(this.position) < tape.steps) {
      if (!sight.seen) {
        away = true;
        await sight.whenSeen();
        if (epoch !== this.#epoch) return;
      }
      if (away && !this.free()) return;
      if (!(await this.#playOn(tape, epoch))) return;
    }
  }

  /** Plays until the end, or until the pictures are out of sight; says whether nothing came in between. */
  async #playOn(tape, epoch) {
    this.playing = true;
    this.#emit("playing");
    try {
      await playTape(tape, tape.frameAt(this.position), {
        alive: () => epoch === this.#epoch && this.sight.seen,
        speed: () => this.settings.get("speed"),
        show: (at) => this.#show(tape, at),
      });
    } catch (error) {
      if (epoch !== this.#epoch) return false;
      this.pause({ quiet: true });
      this.dispatchEvent(Object.assign(new Event("failed"), { error }));
      return false;
    }
    if (epoch !== this.#epoch) return false;
    this.playing = false;
    this.#emit("playing");
    return true;
  }

  pause({ quiet = false } = {}) {
    this.#epoch++;
    if (!this.playing) return;
    this.playing = false;
    if (!quiet) this.#note(this.position);
    this.#emit("playing");
  }

  #show(tape, frame) {
    this.position = tape.positionAt(frame);
    this.#emit("frame");
  }

  /** Goes to a position; what has not been computed yet is computed on the way, shown frame by frame. */
  async seek(position) {
    const tape = this.active;
    if (!tape) return;
    const epoch = this.#begin();
    const target = tape.frameAt(clamp(Math.round(position), 0, tape.steps));
    if (tape.needs(target)) {
      this.playing = true; // it looks like playing and is stopped like it
      this.#emit("playing");
    }
    while (tape.needs(target)) {
      const painted = nextFrame(); // while the device computes
      try {
        await tape.advance(Math.min(stepsPerSubmit(tape), tape.needs(target)));
        await tape.fetch(tape.reached);
      } catch (error) {
        if (epoch !== this.#epoch) return; // another undertaking has freed the tape meanwhile
        this.pause();
        throw error;
      }
      if (epoch !== this.#epoch) return;
      this.#show(tape, tape.reached);
      if (tape.needs(target)) await painted;
      if (epoch !== this.#epoch) return;
    }
    await tape.fetch(target);
    if (epoch !== this.#epoch) return;
    this.#show(tape, target);
    if (this.playing) this.pause({ quiet: true });
    this.#note(this.position);
  }

  move(by) {
    return this.seek(this.position + by);
  }
}

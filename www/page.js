// @ts-check
// The page's start: settings, language and device, and the chapters. The first chapter comes with the page, a later one as
// its section comes near the screen (on it, while the first one still waits for its own files), or at once when the link
// sets one of its choices. The device comes and goes for all chapters together.
import { split } from "./address.js";
import { AddressBar, isPlace } from "./address-bar.js";
import { CHAPTERS, OPENING, PROPERTIES } from "./chapters/list.js";
import * as stage from "./chapters/stage/chapter.js";
import { Computes } from "./computes.js";
import { DeviceKeeper, askFor } from "./device.js";
import { Contents } from "./contents.js";
import { loadWasm } from "./engine-files.js";
import { Cards } from "./lesson/symbols.js";
import { h } from "./lib/dom.js";
import { rewordFields } from "./lib/fields.js";
import { Notices } from "./lib/notices.js";
import { whenNear } from "./lib/visible.js";
import { lang, say, setLanguage, translate } from "./lib/words.js";
import { Links } from "./links.js";
import { Settings } from "./settings.js";
import { bindShare } from "./share.js";
import { bindSwitches } from "./switches.js";

/**
 * What a chapter is; its module exports it as class `Chapter`.
 * @typedef {object} Chapter
 * @property {(root: HTMLElement, page: Page) => void} mount takes its section over; nothing is asked of the device yet
 * @property {(device: import("./device.js").Device | null) => unknown} attach there is a device, after a loss or in
 *   another's place too, or none at all
 * @property {(reason: string, opened: boolean) => void} lose the device is gone; not `opened`: it could not be had
 * @property {() => unknown} pause another chapter takes the device (Device.lease), or another device its place; resolves
 *   when nothing runs any more
 * @property {(before: Record<string, any>) => unknown} [restore] a link has been opened where the page stands: `before` has
 *   the former values of the choices that it changed
 * @property {() => Moment} [moment] what a link to this very moment needs to know
 * @property {() => void} translate the language has changed; what has data-i18n is translated already
 * @property {Promise<any>} [ready] of the first chapter: what `chailou.ready` resolves with
 * @property {any} [api] what the console sees as `chailou.<id>`; without it, the chapter itself
 */

/**
 * What a link to this very moment needs to know beside the settings.
 * @typedef {object} Moment
 * @property {Record<string, any>} values choices as they are by now, where something that plays changes them
 * @property {import("./address.js").Fault[]} lacks what is seen here and no link can hold
 */

/**
 * What chapters do for each other, by name. Each is offered by one chapter in mount() and may be missing.
 * @typedef {object} Services
 * @property {StageService} [stage]
 */

/**
 * The stage shows a model of pictures.
 * @typedef {object} StageService
 * @property {() => Promise<ModelFiles>} pretrained the page's own model of digits, as downloaded
 * @property {() => Promise<ModelFiles>} towers its model of towers
 * @property {(files: ModelFiles | null, changes?: Record<string, any>) => Promise<number>} show puts a model on the stage,
 *   for null the page's own; `changes`: it builds what ours does, only these settings change. Gives its parameters' number
 * @property {() => boolean} showsTaught whether a taught one stands there
 * @property {() => void} scrollTo
 */

/**
 * The files of a diffusers folder; weights saved in parts are several. `about`: where the reader's own came from.
 * @typedef {object} ModelFiles
 * @property {string} config
 * @property {string} [scheduler]
 * @property {Uint8Array | Uint8Array[]} weights
 * @property {import("./lib/model-files.js").About} [about]
 */

/** What the page shares with its chapters. */
export class Page {
  /** @type {Services} */
  services = {};
  /** @type {Notices[]} */
  #notices = [];
  /** @type {Map<string, Chapter>} */
  #chapters = new Map();
  #keeper = new DeviceKeeper((reason) => this.#lose(reason, true));
  #computes = new Computes(this);
  /** @type {Promise<void> | null} */
  #opening = null;

  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
  }

  /** The device, null where there is none, undefined while that is unknown or after a loss. */
  get device() {
    return this.#keeper.current;
  }

  /** Why there is no device. */
  get cause() {
    return this.#keeper.cause;
  }

  /** What was asked for and could not be had. */
  get refused() {
    return this.#keeper.refused;
  }

  /**
   * Notices in the element with data-testid `place`, translated with the page.
   * @param {string} place
   * @param {{ prefix?: string, failed?: string }} [options] see Notices
   */
  notices(place, options) {
    const made = new Notices(place, options);
    this.#notices.push(made);
    return made;
  }

  /** Opens the device, at the start and after a loss; resolves when every chapter has it. */
  open() {
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #open() {
    try {
      await this.#keeper.open();
    } catch (error) {
      return this.#lose(error instanceof Error ? error.message : String(error), false);
    }
    performance.mark("chailou:engine-open");
    await this.#attach();
  }

  /**
   * Computes with the other kind of device, as the reader asks: what runs is paused and goes on there. Where that cannot be
   * had, the present one stays.
   * @param {import("./device.js").Backend} backend
   */
  use(backend) {
    this.#opening ??= this.#use(backend).finally(() => (this.#opening = null));
    return this.#opening;
  }

  /** @param {import("./device.js").Backend} backend */
  async #use(backend) {
    const before = this.device;
    await Promise.all([...this.#chapters.values()].map((chapter) => chapter.pause()));
    if (!(await this.#keeper.replace(backend))) return this.#computes.show();
    askFor(backend);
    await this.#attach();
    await before?.close();
  }

  async #attach() {
    const device = this.device ?? null;
    this.#computes.show();
    await Promise.all([...this.#chapters.values()].map((chapter) => chapter.attach(device)));
  }

  /** @param {string} reason @param {boolean} opened */
  #lose(reason, opened) {
    this.#computes.show();
    for (const chapter of this.#chapters.values()) chapter.lose(reason, opened);
  }

  /**
   * Loads a chapter's code and lets it take its section over; when that fails, the section says so.
   * @param {import("./chapters/list.js").Listed} chapter
   * @returns {Promise<Chapter | undefined>}
   */
  async mount({ id, load = async () => stage }) {
    try {
      return this.#mount(id, section(id), await load());
    } catch (error) {
      section(id).prepend(h("p", { class: "notice notice-error", role: "alert" }, say("failed", error)));
      console.error(error);
      return undefined;
    }
  }

  /** @param {string} id @param {HTMLElement} root @param {{ Chapter: new () => Chapter }} module */
  #mount(id, root, { Chapter }) {
    const chapter = new Chapter();
    chapter.mount(root, this);
    translate(root);
    this.#chapters.set(id, chapter);
    window.chailou[id] = chapter.api ?? chapter;
    if (this.device !== undefined) chapter.attach(this.device);
    return chapter;
  }

  /** A link has been opened where the page stands. @param {Record<string, any>} before see Chapter */
  restore(before) {
    for (const chapter of this.#chapters.values()) chapter.restore?.(before);
  }

  /** Of all chapters together, in reading order. @returns {Moment} */
  moment() {
    const moments = CHAPTERS.flatMap(({ id }) => this.#chapters.get(id)?.moment?.() ?? []);
    return {
      values: Object.assign({}, ...moments.map(({ values }) => values)),
      lacks: moments.flatMap(({ lacks }) => lacks),
    };
  }

  /** The language has changed. */
  translate() {
    setLanguage(this.settings.get("lang"));
    for (const root of document.querySelectorAll("body > :not(main), #glossary")) translate(root);
    for (const title of document.querySelectorAll(".lesson h2")) // before its chapter is loaded, too
      if (title.closest("[lang]")?.matches(`:lang(${lang()})`)) {
        title.closest("section")?.setAttribute("aria-label", title.textContent);
      }
    for (const [id, chapter] of this.#chapters) {
      translate(section(id));
      chapter.translate();
    }
    for (const notices of this.#notices) notices.translate();
    rewordFields();
    this.#computes.show();
  }
}

/** @param {string} id */
const section = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Whether the browser itself puts the page where the reader had left it. */
const returned = () =>
  /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation")).some(({ type }) =>
    ["reload", "back_forward"].includes(type),
  );

async function start() {
  document.documentElement.classList.add("scripted"); // where the page's inline script may not
  loadWasm().catch(() => {}); // the page's opening of the device reports the failure
  const settings = new Settings(PROPERTIES, split(location.href).hash, isPlace, OPENING);
  const page = new Page(settings);
  page.translate();
  bindSwitches(settings, () => page.translate());
  const links = new Links(page);
  new Cards(/** @type {HTMLElement} */ (document.querySelector("main")), settings);
  new Contents();
  const bar = new AddressBar(settings, (link, before) => {
    links.show(link);
    page.restore(before);
  });
  bindShare(page, bar);
  links.show(settings.link, { scroll: !returned() });

  const [first, ...others] = CHAPTERS;
  const named = (/** @type {import("./chapters/list.js").Listed} */ { properties }) =>
    Object.keys(properties).some((name) => Object.hasOwn(settings.link.values, name));
  /** @type {(value: unknown) => void} */
  let ready = () => {};
  window.chailou = { ready: new Promise((resolve) => (ready = resolve)) };
  const shown = await page.mount(first);
  const eager = others.filter(named).map((chapter) => page.mount(chapter));
  for (const chapter of others.filter((chapter) => !named(chapter))) {
    const root = section(chapter.id);
    Promise.race([shown?.ready, whenNear(root, "0px")])
      .then(() => whenNear(root))
      .then(() => page.mount(chapter));
  }
  Promise.all([shown?.ready, ...eager]).then(([value]) => ready(value));
  await page.open();
}

start();

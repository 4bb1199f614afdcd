// @ts-check
// window.chailou.stage: the stage for the console, for pages that embed this one, and for the end-to-end tests, which go
// through the same stage as the reader's clicks.
import { byId, nextFrame } from "../../lib/dom.js";
import { FLAT_OUT } from "./player.js";

const NAMES = {
  view: (value) => ({ mode: value === "grid" ? "grid" : "one" }),
  digit: (value) => ({ digit: String(value) }),
};

/** `redraw()` puts the present frame on its canvases at once. */
export function consoleApi(stage, settings, notices, redraw) {
  const seen = async (work) => {
    notices.clear("error");
    try {
      return await work();
    } catch (error) {
      notices.error(error);
      throw error;
    }
  };
  return {
    notices,
    get source() {
      return stage.source;
    },
    get engine() {
      return stage.source?.engine ?? null;
    },
    get model() {
      return stage.source?.model ?? null;
    },
    get chain() {
      return stage.active?.chain ?? null;
    },
    /** A chain is being made. */
    get busy() {
      return Boolean(stage.busy);
    },
    get state() {
      const get = (name) => settings.get(name);
      return {
        model: get("model"),
        direction: stage.active?.direction ?? "build",
        digit: /^\d+$/.test(get("digit")) ? Number(get("digit")) : get("digit"),
        seed: get("seed"),
        steps: get("steps"),
        sampler: get("sampler"),
        guidance: get("guidance"),
        frame: stage.active?.frameAt(stage.position) ?? 0,
        position: stage.position,
        playing: stage.playing,
        view: get("mode") === "grid" ? "grid" : "single",
        lang: get("lang"),
        notation: get("notation"),
      };
    },
    /** A new chain from the present choices and `overrides`; its frame 0 is shown. */
    start: ({ direction = "build", ...overrides } = {}) =>
      seen(async () => {
        const changes = Object.assign(
          {},
          ...Object.entries(overrides).map(([name, value]) => NAMES[name]?.(value) ?? { [name]: value }),
        );
        const before = Object.fromEntries(Object.keys(changes).map((name) => [name, settings.get(name)]));
        settings.set(changes);
        try {
          if (direction === "demolish") await stage.demolish({ play: false });
          else await stage.build({ play: false, anew: settings.get("start") === "noise" });
        } catch (error) {
          settings.set(before);
          throw error;
        }
      }),
    /** Computes what is missing, flat out, and shows the end. */
    runToEnd: () =>
      seen(async () => {
        const speed = settings.get("speed");
        settings.set({ speed: FLAT_OUT });
        try {
          await stage.seek(stage.active.positionAt(stage.active.steps));
          await stage.active.drawn();
        } finally {
          settings.set({ speed });
        }
      }),
    /** Shows a frame, counted as the chain computes them; computes it first when need be. */
    seek: (frame) =>
      seen(async () => {
        await stage.seek(stage.active.positionAt(frame));
        await stage.active.drawn();
        await nextFrame();
      }),
    /** The pixels of one canvas; drawn again first, since a WebGPU canvas keeps its picture only until the next task. */
    snapshot: async (testid = "stage-canvas") => {
      await stage.active.drawn();
      redraw();
      const canvas = byId(testid);
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
      copy.drawImage(canvas, 0, 0);
      return copy.getImageData(0, 0, canvas.width, canvas.height);
    },
    play: () => seen(() => stage.play()),
    pause: () => stage.pause(),
  };
}

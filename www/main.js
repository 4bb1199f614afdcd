// The page's start: downloads, wasm and GPU are set going together; then one stage plays from the engine or, where there
// is no WebGPU, from a recording that is labelled as one.
import { byId, bytes, h, reducedMotion } from "./lib/dom.js";
import { lang, say, setLanguage } from "./i18n/i18n.js";
import { Settings } from "./settings.js";
import { downloadModel } from "./sources/download.js";
import { EngineSource, loadWasm } from "./sources/engine-source.js";
import { RecordingSource } from "./sources/recording-source.js";
import { Stage } from "./stage/stage.js";
import { View } from "./stage/view.js";
import { Controls } from "./stage/controls.js";
import { bindKeys, listKeys } from "./stage/keys.js";
import { bindOpenModel } from "./stage/open-model.js";
import { clear, notice, plainButton, progress, showError, translateNotices } from "./stage/notices.js";
import { webgpuHelp } from "./help/webgpu-help.js";
import { consoleApi } from "./console-api.js";
import { bindSwitches } from "./switches.js";
import { bindAnnouncer } from "./stage/announcer.js";
import { Toy } from "./chapters/toy/chapter.js";
import { Teach } from "./chapters/teach/teach.js";

const MODEL = "assets/models/mnist";

let received = { done: 0, total: 0 };
const startDownload = () => {
  const abort = new AbortController();
  const files = downloadModel(MODEL, { signal: abort.signal, onBytes: (done, total) => (received = { done, total }) });
  files.catch(() => {}); // whoever awaits it reports the failure
  return { abort, files };
};
let fetching = navigator.gpu ? startDownload() : null; // before anything else: it is the longest wait
let wasmLoading = navigator.gpu ? loadWasm() : null;
wasmLoading?.catch(() => {});

const settings = new Settings(location.hash);
setLanguage(settings.get("lang"));
const stage = new Stage(settings);

/** Runs what the reader asked for; a failure becomes a notice, success takes an old one away. */
const act = async (work) => {
  try {
    clear("error");
    await work();
  } catch (error) {
    if (error?.name !== "AbortError") showError(error);
  }
};

let announceReady;
const ready = new Promise((resolve) => (announceReady = resolve));
const view = new View(stage, settings, {
  onError: showError,
  onFirstFrame: () => {
    performance.mark("chailou:first-frame");
    announceReady({ mode: "gpu" });
  },
});
const controls = new Controls(stage, settings, act);
const toy = new Toy(settings, {
  rebuild: () => act(start),
  quiet: () => {
    stage.pause();
    teach.session.stop();
  },
});
const teach = new Teach({
  settings,
  stage,
  pretrained,
  useModel,
  taughtOnStage: () => taught,
  restart: start,
  quiet: () => {
    stage.pause();
    if (toy.session.training) act(() => toy.pause());
  },
});
bindSwitches(settings, () => {
  setLanguage(settings.get("lang"));
  controls.translate();
  translateNotices();
  listKeys();
  view.tapes();
  measured();
  toy.translate();
  teach.translate();
});
bindKeys(stage, act);
bindAnnouncer(stage);
bindOpenModel(act, useModel);
listKeys();
controls.translate();
window.chailou = {
  ...consoleApi(stage, settings, ready, { clearError: () => clear("error"), showError, redraw: () => view.frame() }),
  toy,
  teach,
};
addEventListener("hashchange", () => location.reload()); // an edited or pasted link is a new state
stage.addEventListener("failed", ({ error }) => showError(error));

/** The line in the colophon with what was measured on this very device. */
function measured() {
  const { source, active } = stage;
  if (source?.kind !== "engine") return (byId("measured").textContent = "");
  const adapter =
    source.adapterName() +
    (source.isSoftware() ? (lang() === "zh" ? `（${say("software")}）` : ` (${say("software")})`) : "");
  const ms = active?.direction === "build" && active.msPerStep;
  byId("measured").textContent = ms
    ? say("measured", { adapter, ms: ms.toLocaleString(lang(), { maximumSignificantDigits: 2 }), batch: active.batch })
    : say("measured_wait", { adapter });
}
let measuredAt = 0;
stage.addEventListener("frame", () => {
  if (performance.now() - measuredAt < 500) return;
  measuredAt = performance.now();
  measured();
});

let waiting = null;
stage.addEventListener("busy", () => {
  const { busy, progress: walk } = stage;
  if (!busy && !walk) {
    waiting?.end();
    waiting = null;
    return;
  }
  waiting ??= progress("waiting", () => stage.cancel());
  waiting.update(walk ? say("catching_up", walk) : say("preparing"), walk?.done, walk?.total);
});

let cannotPresent = false; // the device was lost right after the first drawing: see read-back-tape.js
let ownFiles = null; // the reader's model, if one is loaded; kept for a lost device
let taught = false; // it is the page's own, taught in chapter 9

/** Opens the engine and puts `restored` or the link's state on the stage. */
async function start() {
  clear("lost");
  clear("stopped");
  let cancelled = false;
  const bar = progress("loading", () => {
    cancelled = true;
    fetching.abort.abort();
    bar.end();
    notice("stopped", {}, () => [h("p", {}, say("cancelled")), plainButton("again", () => act(start))]);
  });
  const showBytes = setInterval(() => {
    const { done, total } = received;
    if (done)
      bar.update(
        total
          ? say("loading_weights_of", { done: bytes(done, lang()), total: bytes(total, lang()) })
          : say("loading_weights_some", { done: bytes(done, lang()) }),
        done,
        total,
      );
  }, 100);
  try {
    bar.update(say("loading_engine"));
    if (fetching.abort.signal.aborted) fetching = startDownload();
    const profile = new URLSearchParams(location.search).get("profile") ?? undefined;
    const source = await EngineSource.open(await (wasmLoading ??= loadWasm()), profile ? { profile } : undefined).catch(
      (error) => {
        throw Object.assign(error, { noEngine: true });
      },
    );
    performance.mark("chailou:engine-open");
    source.readBack ||= cannotPresent;
    const files = ownFiles ?? (await fetching.files);
    performance.mark("chailou:weights-here");
    clearInterval(showBytes);
    if (cancelled) return;
    await source.loadModel(files, (done, total) => bar.update(say("loading_pipelines", { done, total }), done, total));
    performance.mark("chailou:model-ready");
    source.own = Boolean(ownFiles) && !taught;
    if (cancelled) return;
    bar.end();
    const since = performance.now();
    source.lost().then((reason) => {
      cannotPresent ||= performance.now() - since < 5000;
      lost(reason, source);
    });
    await stage.attach(source, { autoplay: !reducedMotion() });
    controls.show();
    measured();
    toy.attach(source);
  } catch (error) {
    if (cancelled) return;
    if (error.noEngine) return withoutWebgpu(error.message);
    fetching.abort.abort(); // so that another attempt downloads anew
    wasmLoading = null;
    showError(error);
    notice("stopped", {}, () => plainButton("again", () => act(start)));
  } finally {
    clearInterval(showBytes);
    bar.end();
  }
}

function lost(reason, source) {
  if (stage.source !== source) return;
  stage.cancel();
  toy.lose();
  clear("error");
  notice("lost", { kind: "error", role: "alert" }, () => [
    h("p", {}, say("lost", { reason })),
    plainButton("rebuild", () => act(start)),
  ]);
}

/** The page's own model, as downloaded. */
function pretrained() {
  if (fetching.abort.signal.aborted) fetching = startDownload();
  return fetching.files;
}

/** Puts a model on the stage: the reader's, or for null the page's own. `changes`: it builds what ours does, set only these. */
async function useModel(files, changes = null) {
  if (stage.source?.kind !== "engine") return 0;
  const bar = progress("loading", null);
  try {
    stage.cancel();
    await stage.source.loadModel(files ?? (await pretrained()), (done, total) =>
      bar.update(say("loading_pipelines", { done, total }), done, total),
    );
  } finally {
    bar.end();
  }
  ownFiles = files;
  taught = Boolean(files && changes);
  stage.source.own = Boolean(files) && !taught;
  for (const name of ["own", "taught"]) clear(name);
  if (taught)
    notice("taught", {}, () => [
      h("p", { "data-testid": "taught-on-stage" }, say("teach_on_stage", changes)),
      plainButton("teach_off_stage", () => act(() => useModel(null, {}))),
    ]);
  const usual =
    changes ??
    (files
      ? { digit: "0", guidance: 1, ...stage.source.defaults }
      : { digit: "3", guidance: 2, spacing: "leading", clip: false });
  settings.set({
    ...usual,
    acts: "",
    at: -1,
    start: "noise",
    steps: Math.min(settings.get("steps"), stage.source.trainSteps),
  });
  await stage.attach(stage.source);
  controls.show();
  return stage.source.parameters;
}

async function withoutWebgpu(reason) {
  notice("no-webgpu", {}, () => webgpuHelp(reason));
  const source = await RecordingSource.open();
  notice("recording-label", { kind: "recording" }, () =>
    h("p", {}, h("strong", {}, say("recording")), " ", say("recording_text")),
  );
  await stage.attach(source, { autoplay: !reducedMotion() });
  controls.show();
  toy.attach(null);
  announceReady({ mode: "recording", reason: reason ?? "navigator.gpu is missing" });
}

await act(() => (navigator.gpu ? start() : withoutWebgpu()));

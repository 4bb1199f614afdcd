// @ts-check
// The package's processor backend in a browser: the same classes, their objects in workers. On an empty page beside the
// package, so that nothing else computes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { session } from "./session.mjs";

/** What the page does before each test: `chailou` is the package, with some helpers. */
async function prepare() {
  const wasm = await import(new URL("pkg/chailou.js", location.href).href);
  await wasm.default();
  const file = async (name) => (await fetch(`assets/models/mnist/${name}`)).arrayBuffer();
  const text = async (name) => new TextDecoder().decode(await file(name));
  const POINTS = JSON.stringify({ _class_name: "PointMlp", width: 32, depth: 2 });
  const kit = {
    failure: (work) =>
      Promise.resolve()
        .then(work)
        .then(
          () => "",
          (error) => error.message,
        ),
    task: () => new Promise((done) => setTimeout(done, 0)),
    difference: (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0),
    async digits(engine) {
      const [config, scheduler, weights] = [
        await text("config.json"),
        await text("scheduler_config.json"),
        await file("diffusion_pytorch_model.safetensors"),
      ];
      return engine.loadModel(config, new Uint8Array(weights), { scheduler });
    },
    points: (engine) => engine.newModel(POINTS, { seed: 1 }),
    moons: (n = 1000) => wasm.toyData("moons", n, 1),
    /** All of a chain's pictures, at the end of its steps. */
    async chain(model, options) {
      const chain = await model.chain(options);
      await chain.step(chain.length());
      const values = await chain.read("x_t");
      chain.free();
      return values;
    },
  };
  globalThis.chailou = Object.assign(kit, { wasm });
}

const EMPTY = "<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><title>empty</title><canvas></canvas>";

/** An empty page in the package's folder, perhaps under a policy. */
async function emptyPage(policy, options = {}) {
  const { browser, server } = await session(options);
  const tab = await browser.newPage();
  const answer = (request) =>
    request.respond({
      contentType: "text/html",
      body: EMPTY,
      headers: policy ? { "content-security-policy": policy } : {},
    });
  await tab.setRequestInterception(true);
  tab.on("request", answer);
  await tab.goto(`${server.url}empty`);
  tab.off("request", answer);
  await tab.setRequestInterception(false);
  await tab.evaluate(prepare);
  return tab;
}

/** @param {(tab: import("puppeteer-core").Page) => Promise<string | void>} work */
function onEmptyPage(title, work, { policy = "", options = {}, seconds = 120 } = {}) {
  test(title, { timeout: 1000 * seconds }, async (t) => {
    const tab = await emptyPage(policy, options);
    const complaints = [];
    // That a policy forbids something the browser says itself.
    tab.on("pageerror", (error) => /Content-Security-Policy/.test(String(error)) || complaints.push(String(error)));
    try {
      const remark = await work(tab);
      if (remark) t.diagnostic(remark);
      assert.deepEqual(complaints, []);
    } finally {
      await tab.close();
    }
  });
}

describe("the processor in workers", () => {
  onEmptyPage("tells what is used, and answers without waiting what came with the last reply", async (tab) => {
    const found = await tab.evaluate(async () => {
      const { wasm, digits } = chailou;
      const engine = await wasm.Engine.open({ backend: "cpu", workers: 3 });
      const model = await digits(engine);
      const chain = await model.chain({ steps: 10, batch: 2, labels: [3, 4], direction: "build" });
      const before = [chain.position(), chain.done(), chain.t()];
      await chain.step(4);
      const after = [chain.position(), chain.done(), chain.length(), chain.table().length, ...chain.shape()];
      return [
        engine.adapter(),
        model.parameterCount(),
        model.taps().length > 50,
        model.config().sample_size,
        before,
        after,
      ];
    });
    const [adapter, parameters, taps, size, before, after] = found;
    assert.deepEqual([adapter.backend, adapter.workers, adapter.profile, adapter.isFallback], ["cpu", 3, "cpu", true]);
    assert.deepEqual([parameters, taps, size], [1_114_209, true, 28]);
    assert.deepEqual(before, [0, false, 901]);
    assert.deepEqual(after, [4, false, 10, 11, 2, 1, 28, 28]);
  });

  onEmptyPage("refuses what WebGPU refuses, in the same words", async (tab) => {
    const [there, here] = await tab.evaluate(async () => {
      const { wasm, digits, points, moons, failure } = chailou;
      const overlap = async (object) => {
        const both = await Promise.allSettled([object.step(2), object.step(2)]);
        return both.map((one) => (one.status === "rejected" ? one.reason.message : "done")).join("; ");
      };
      const all = async (engine) => {
        const [model, planar] = [await digits(engine), await points(engine)];
        const chain = await model.chain({ steps: 3 });
        const cloud = await planar.chain({ steps: 3 });
        const trainer = await planar.trainer({ data: moons(), batch: 8 });
        const canvas = document.createElement("canvas");
        const x = new Float32Array(784);
        const told = await failure(() => trainer.setLearningRate(-1));
        const found = {
          options: await failure(() => model.chain({ step: 3 })),
          sampler: await failure(() => model.chain({ sampler: "euler" })),
          batch: await failure(() => model.predict(x, Float32Array.of(1, 2), null)),
          labels: await failure(() => model.predict(x, Float32Array.of(1), Int32Array.of(99))),
          config: await failure(() => engine.newModel("{")),
          weights: await failure(() => engine.loadModel("{}", new Uint8Array(9))),
          listener: await failure(() => engine.newModel("{}", { onProgress: 3 })),
          data: await failure(() => planar.trainer({ data: [1, 2] })),
          nothing: await failure(() => planar.trainer({})),
          frame: await failure(() => chain.read("x_t", 2)),
          picture: await failure(() => chain.read("x")),
          present: await failure(() => chain.present(canvas, "x_0")),
          image: await failure(() => chain.present(canvas, "x_t", { cells: [0, 3] })),
          cells: await failure(() => chain.present(canvas, "x_t", { cells: [] })),
          key: await failure(() => chain.present(canvas, "x_t", { colums: 2 })),
          dots: await failure(() => chain.presentPoints(canvas, "x_t")),
          radius: await failure(() => cloud.presentPoints(canvas, "x_t", { radius: -1 })),
          told: told || (await failure(() => trainer.step(1))),
          checkpoint: await failure(() => trainer.restore(new Uint8Array(3))),
          overlap: await overlap(trainer),
          steps: await overlap(chain),
        };
        chain.free();
        return { ...found, freed: await failure(() => chain.position()) };
      };
      return [
        await all(await wasm.Engine.open({ backend: "webgpu" })),
        await all(await wasm.Engine.open({ backend: "cpu" })),
      ];
    });
    for (const [what, sentence] of Object.entries(there)) assert.notEqual(sentence, "", what);
    assert.deepEqual(here, there);
  });

  onEmptyPage("takes copies: the caller's arrays stay whole, and of a view only its part is read", async (tab) => {
    const [same, lengths] = await tab.evaluate(async () => {
      const { wasm, points, moons, difference } = chailou;
      const engine = await wasm.Engine.open({ backend: "cpu", workers: 2 });
      const model = await points(engine);
      const all = new Float32Array(1000).map((_, i) => Math.sin(i));
      const view = all.subarray(300, 320);
      const t = new Float32Array(10).fill(500);
      const [a, b] = [await model.predict(view, t), await model.predict(view.slice(), t)];
      const trainer = await model.trainer({ data: all.subarray(10, 210), batch: 4 });
      const other = moons();
      trainer.replaceData(other);
      await trainer.step(1);
      const kept = await trainer.checkpoint();
      await trainer.restore(kept);
      await trainer.restore(kept);
      const files = [await model.save(), await model.save()];
      return [
        difference(a, b),
        [
          all.length,
          view.length,
          t.length,
          other.length,
          kept.length > 1000,
          files[0].length > 1000,
          files[1].length === files[0].length,
        ],
      ];
    });
    assert.equal(same, 0);
    assert.deepEqual(lengths, [1000, 20, 10, 2000, true, true, true]);
  });

  onEmptyPage("draws on a canvas, the newest call of a task counting", async (tab) => {
    const [grid, dots] = await tab.evaluate(async () => {
      const { wasm, points } = chailou;
      const engine = await wasm.Engine.open({ backend: "cpu", workers: 1 });
      const model = await chailou.digits(engine);
      const noise = new Float32Array(2 * 784).map((_, i) => (i < 784 ? 1 : -1));
      const chain = await model.chain({ direction: "demolish", noise, batch: 2, steps: 5 });
      const planar = await points(engine);
      const place = Float32Array.of((42.5 / 84) * 4 - 2, 2 - (28.5 / 56) * 4); // the centre of a pixel
      const cloud = await planar.chain({ direction: "demolish", noise: place, steps: 5 });
      const canvas = document.querySelector("canvas");
      const drawn = () => new Promise((done) => setTimeout(done, 300));
      const at = (x, y) => [...canvas.getContext("2d").getImageData(x, y, 1, 1).data];
      [canvas.width, canvas.height] = [84, 56];
      chain.present(canvas, "x_t", { cells: [0, 1] });
      chain.present(canvas, "x_t", { cells: [0, 0, 0, 1, 0, 0, 0, 1], columns: 3 });
      await drawn();
      const grid = [at(5, 5), at(40, 5), at(70, 5), at(5, 40), at(40, 40)];
      cloud.presentPoints(canvas, "x_t", { radius: 3, color: [1, 0, 0, 1] });
      cloud.presentPoints(canvas, "x_t", { radius: 1, color: [0, 0, 1, 1], clear: false });
      await drawn();
      return [grid, [at(42, 28), at(44, 28), at(60, 28)]];
    });
    const [white, black, nothing] = [
      [255, 255, 255, 255],
      [0, 0, 0, 255],
      [0, 0, 0, 0],
    ];
    assert.deepEqual(grid, [white, black, white, black, nothing]);
    assert.deepEqual(dots, [[0, 0, 255, 255], [255, 0, 0, 255], nothing]);
  });

  onEmptyPage(
    "has the same bits whatever the number of workers, also inside a frame",
    async (tab) => {
      const found = await tab.evaluate(async () => {
        const { wasm, digits, points, moons, chain } = chailou;
        const hash = (bytes) => bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
        const run = async (Engine, workers) => {
          const engine = await Engine.open({ backend: "cpu", workers });
          const model = await digits(engine);
          const pictures = await chain(model, { steps: 3, batch: 5, labels: [0, 1, 2, 3, 4], seed: 3 });
          const planar = await points(engine);
          const trainer = await planar.trainer({ data: moons(), batch: 200, seed: 2 });
          await trainer.step(5);
          const trained = await planar.save();
          engine.close();
          return [hash(new Uint8Array(pictures.buffer)), hash(trained)].join(" ");
        };
        const found = [];
        for (const workers of [1, 2, 3, 8]) found.push(await run(wasm.Engine, workers));
        const frame = document.body.appendChild(document.createElement("iframe"));
        frame.srcdoc =
          "<script type=module>import * as chailou from './pkg/chailou.js'; await chailou.default(); parent.inside = chailou.Engine; parent.dispatchEvent(new Event('inside'));</script>";
        await new Promise((done) => addEventListener("inside", done, { once: true }));
        found.push(await run(/** @type {any} */ (window).inside, 2));
        return found;
      });
      assert.deepEqual(found, Array(5).fill(found[0]));
    },
    { seconds: 300 },
  );

  onEmptyPage(
    "goes step by step with WebGPU",
    async (tab) => {
      const [pictures, losses] = await tab.evaluate(async () => {
        const { wasm, digits, points, moons, chain, difference } = chailou;
        const run = async (backend) => {
          const engine = await wasm.Engine.open({ backend });
          const model = await digits(engine);
          const pictures = await chain(model, {
            sampler: "ddim",
            steps: 50,
            labels: [3],
            seed: 1,
            eta: 0.5,
          });
          const planar = await points(engine);
          const trainer = await planar.trainer({ data: moons(), batch: 64, seed: 2 });
          await trainer.step(20);
          const losses = await trainer.losses();
          engine.close();
          return { pictures, losses };
        };
        const [gpu, cpu] = [await run("webgpu"), await run("cpu")];
        return [difference(gpu.pictures, cpu.pictures), difference(gpu.losses, cpu.losses)];
      });
      assert(pictures < 1e-3, `pictures differ by ${pictures}`);
      assert(losses < 1e-4, `losses differ by ${losses}`);
      return `largest difference of 50 DDIM steps ${pictures.toExponential(1)}, of 20 losses ${losses.toExponential(1)}`;
    },
    { seconds: 300 },
  );

  onEmptyPage(
    "a change of backend leaves nothing behind: the third run is the first, the fourth the second",
    async (tab) => {
      const differences = await tab.evaluate(async () => {
        const { wasm, digits, chain, difference } = chailou;
        const run = async (backend) => {
          const engine = await wasm.Engine.open({ backend });
          const pictures = await chain(await digits(engine), { steps: 3, labels: [1], seed: 5, sampler: "ddpm" });
          engine.close();
          return pictures;
        };
        const runs = [];
        for (const backend of ["webgpu", "cpu", "webgpu", "cpu"]) runs.push(await run(backend));
        return [difference(runs[0], runs[2]), difference(runs[1], runs[3])];
      });
      assert.deepEqual(differences, [0, 0]);
    },
  );

  onEmptyPage("waits for no timer", async (tab) => {
    const ms = await tab.evaluate(async () => {
      const slow = window.setTimeout;
      window.setTimeout = /** @type {any} */ ((work, ms) => slow(work, Math.max(ms, 1000)));
      const { wasm, points } = chailou;
      const started = performance.now();
      const engine = await wasm.Engine.open({ backend: "cpu", workers: 2 });
      const model = await points(engine);
      const chain = await model.chain({ steps: 10, batch: 200 });
      for (let i = 0; i < 10; i++) await chain.step(1);
      return performance.now() - started;
    });
    assert(ms < 1500, `10 steps took ${ms} ms`);
    return `${ms.toFixed(0)} ms`;
  });
});

describe("workers that are gone or cannot start", () => {
  onEmptyPage("a worker's end is a lost device, and another engine opens", async (tab) => {
    const found = await tab.evaluate(async () => {
      const { wasm, points, failure } = chailou;
      const Known = window.Worker;
      const workers = [];
      window.Worker = class extends Known {
        constructor(...given) {
          super(.../** @type {[URL]} */ (given));
          workers.push(this);
        }
      };
      const engine = await wasm.Engine.open({ backend: "cpu", workers: 2 });
      const model = await points(engine);
      const chain = await model.chain({ steps: 50, batch: 500 });
      const pending = failure(() => chain.step(50));
      workers[1].dispatchEvent(new ErrorEvent("error", { message: "crashed" }));
      const lost = await engine.lost();
      const sentences = [lost, await pending, await failure(() => model.save())];
      chain.free();
      model.free();
      const again = await wasm.Engine.open({ backend: "cpu", workers: 2 });
      const closed = await points(again);
      again.close();
      return { sentences, lost: await again.lost(), closed: await failure(() => closed.save()) };
    });
    const gone = "the workers are gone: a worker stopped: crashed";
    assert.deepEqual(found.sentences, ["a worker stopped: crashed", gone, gone]);
    assert.equal(found.lost, "the engine was closed");
    assert.equal(found.closed, "the workers are gone: the engine was closed");
  });

  onEmptyPage(
    "a policy that forbids workers is named, within three seconds",
    async (tab) => {
      const { sentence, ms, auto } = await tab.evaluate(async () => {
        const { wasm, failure } = chailou;
        const started = performance.now();
        const sentence = await failure(() => wasm.Engine.open({ backend: "cpu" }));
        const ms = performance.now() - started;
        return { sentence, ms, auto: (await wasm.Engine.open()).adapter().backend };
      });
      assert.match(
        sentence,
        /^no worker could be started: the page's Content-Security-Policy forbids it \(worker-src\)$/,
      );
      assert(ms < 3000, `${ms} ms`);
      assert.equal(auto, "webgpu", "what auto takes where only a software adapter is left");
    },
    { policy: "worker-src 'none'" },
  );

  onEmptyPage(
    "a worker that says nothing but an empty error ends in one sentence",
    async (tab) => {
      const { sentence, auto, ms } = await tab.evaluate(async () => {
        const { wasm, failure } = chailou;
        window.Worker = /** @type {any} */ (
          class extends EventTarget {
            onerror;
            constructor() {
              super();
              queueMicrotask(() => this.onerror(new Event("error")));
            }
            postMessage() {}
            terminate() {}
          }
        );
        const started = performance.now();
        const sentence = await failure(() => wasm.Engine.open({ backend: "cpu" }));
        const auto = await failure(() => wasm.Engine.open());
        return { sentence, auto, ms: performance.now() - started };
      });
      assert.equal(sentence, "no worker could be started: the browser gives no reason");
      assert.equal(auto, `device: no WebGPU adapter was found, and ${sentence}`);
      assert(ms < 3000, `${ms} ms`);
    },
    { options: { webgpu: false } },
  );

  onEmptyPage(
    "without WebGPU auto computes on the processor",
    async (tab) => {
      const adapter = await tab.evaluate(async () => (await chailou.wasm.Engine.open()).adapter());
      assert.equal(adapter.backend, "cpu");
      assert(adapter.workers >= 1, `${adapter.workers} workers`);
    },
    { options: { webgpu: false } },
  );

  onEmptyPage("a batch for which there is no memory is refused, and nothing is lost", async (tab) => {
    const { sentence, picture, ms } = await tab.evaluate(async () => {
      const { wasm, digits, failure } = chailou;
      const engine = await wasm.Engine.open({ backend: "cpu", workers: 2 });
      const model = await digits(engine);
      const started = performance.now();
      const sentence = await failure(() =>
        model.trainer({ data: new Float32Array(784), labels: Int32Array.of(1), batch: 4096 }),
      );
      const ms = performance.now() - started;
      const x = await chailou.chain(model, { steps: 2, labels: [1] });
      return { sentence, ms, picture: x.length };
    });
    assert.match(sentence, /^[^\n]*too large[^\n]*$/);
    assert.equal(picture, 784);
    return `${sentence} (${ms.toFixed(0)} ms)`;
  });
});

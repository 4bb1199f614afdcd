// @ts-check
// Takes what computes away from a page, as a driver's reset or the crash of a worker would.

/** To run before the page's own scripts: remembers what the page computes with. */
export function remembered() {
  window.workers = [];
  window.Worker = class extends Worker {
    constructor(...given) {
      super(.../** @type {[string]} */ (given));
      window.workers.push(this);
    }
  };
  window.devices = [];
  const ask = globalThis.GPUAdapter?.prototype.requestDevice;
  if (!ask) return;
  GPUAdapter.prototype.requestDevice = async function (...options) {
    const device = await ask.apply(this, options);
    window.devices.push(device);
    return device;
  };
}

/** Ends the newest of them. @param {import("./page.mjs").Page} page */
export const lose = (page) =>
  page.evaluate(() => {
    if (chailou.stage.engine.adapter().backend === "webgpu") return window.devices.at(-1).destroy();
    const worker = window.workers.at(-1);
    worker.terminate();
    worker.dispatchEvent(new ErrorEvent("error", { message: "a worker was ended by the test" }));
  });

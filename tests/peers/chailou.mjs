// @ts-check
// Our own engine, as the page uses it: weights by `loadModel`, a network call by `predict`, which uploads its input and
// reads ε̂ back, and a training step by a `Trainer`, which draws t, noise and batch itself.

/** @type {import("./page.mjs").Open} */
export async function open({ batch, tuned }) {
  const address = new URL("../dist/pkg/chailou.js", import.meta.url).href;
  const { default: start, Engine } = await import(address);
  await start();
  const engine = await Engine.open({ backend: "webgpu" });
  const file = (name) => fetch(new URL(`../model/${name}`, import.meta.url));
  const scheduler = await (await file("scheduler_config.json")).text();
  const weights = new Uint8Array(await (await file("diffusion_pytorch_model.safetensors")).arrayBuffer());
  const model = await engine.loadModel(await (await file("config.json")).text(), weights, { scheduler });
  for (const size of tuned) {
    let tried;
    do tried = await model.tuneNext(size, false);
    while (tried);
  }

  return {
    adapter: engine.adapter(),
    forward: async ({ sample, t, labels }) => model.predict(sample, t, Int32Array.from(labels)),
    drawsBatches: true,
    async trainer({ sample, labels }, lr) {
      const classes = Int32Array.from(labels, (label) => label % 10); // the trainer itself takes the class away at times
      const trainer = await model.trainer({ data: sample, labels: classes, batch, lr });
      return async () => {
        await trainer.step(1);
        return (await trainer.losses()).at(-1);
      };
    },
  };
}

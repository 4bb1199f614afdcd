// @ts-check
// onnxruntime-web on WebGPU (onnx.mjs has the graph). A session a batch size, so that all shapes are known when it is made
// and nothing is left for the processor. Its layout is its own choice, NHWC: told to keep NCHW, it took twice as long. With
// graph capture Firefox refuses a bind group at the first call.

const ADDRESS = new URL("node_modules/onnxruntime-web/dist/ort.webgpu.bundle.min.mjs", import.meta.url).href;

/** @type {import("./page.mjs").Open} */
export async function open({ config }) {
  const ort = await import(ADDRESS);
  const model = new Uint8Array(await (await fetch(new URL("../unet.onnx", import.meta.url))).arrayBuffer());
  const options = (n) => ({ executionProviders: ["webgpu"], freeDimensionOverrides: { n } });
  /** @type {Record<number, Promise<any>>} */
  const sessions = {};
  const size = config.sample_size;

  return {
    device: () => ort.env.webgpu.device,
    async forward({ n, sample, features, labels }) {
      sessions[n] ??= ort.InferenceSession.create(model, options(n));
      const { eps } = await (await sessions[n]).run({
        sample: new ort.Tensor("float32", sample, [n, config.in_channels, size, size]),
        features: new ort.Tensor("float32", features, [n, features.length / n]),
        labels: new ort.Tensor("int32", Int32Array.from(labels), [n]),
      });
      const values = await eps.getData();
      eps.dispose();
      return values;
    },
  };
}

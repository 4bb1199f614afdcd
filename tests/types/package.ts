// The package as a page in TypeScript uses it: every class, function, option and result. It is compiled, never run
// (`npm run types`), so a declaration that lacks something, or has it under another name, fails the check.
import init, * as chailou from "../../types/pkg/chailou.js";

const onProgress = (done: number, total: number, label: string) => void [done / total, label];
const open: Required<chailou.OpenOptions> = { backend: "auto", workers: 2, profile: "cpu" };
const load: Required<chailou.LoadOptions> = { scheduler: "{}", onProgress };
const begin: Required<chailou.NewModelOptions> = { ...load, seed: 3 };
const values = new Float32Array(8);
const labels = new Int32Array(4);

const chainOptions: Required<chailou.ChainOptions> = {
  direction: "build",
  sampler: "dpmpp_2m",
  steps: 20,
  spacing: "trailing",
  eta: 0,
  sigma: "beta_tilde",
  seed: 7,
  batch: 4,
  labels: [0, 1, 2, 3],
  guidance: 2,
  clipSample: false,
  schedule: "su",
  noise: values,
};

const trainerOptions: Required<chailou.TrainerOptions> = {
  data: values,
  labels,
  batch: 16,
  lr: 1e-3,
  warmup: 10,
  steps: 150,
  weightDecay: 0,
  clip: 1,
  ema: 0.999,
  objective: "merged",
  prediction: "v_prediction",
  importance: true,
  labelDropout: 0.1,
  seed: 0,
  layers: ["mid_block"],
  valueRange: [-1, 1],
  sampleWith: "ema",
  onProgress,
};

const setOptions: Required<chailou.SetOptions> = {
  n: 100,
  seed: 1,
  classes: 10,
  columns: ["x", "y"],
  noHeading: true,
  transpose: true,
  files: { "points.csv": new Uint8Array() },
};

/** A device and what is known of it; a model and what is known of it. */
export async function models(): Promise<unknown[]> {
  await init();
  const engine: chailou.Engine = await chailou.Engine.open(open);
  const adapter: Required<chailou.AdapterInfo> = engine.adapter();
  const { vendor, architecture, description, isFallback, profile, backend, workers } = adapter;
  const begun: chailou.Model = await engine.newModel("{}", begin);
  const model: chailou.Model = await engine.loadModel("{}", new Uint8Array(), load);
  const parts: chailou.Model = await engine.loadModel("{}", [new Uint8Array(), new Uint8Array()]);
  const found: chailou.FoundModels = chailou.findModels(["unet/config.json"]);
  const paths: string[] = found.candidates.flatMap(({ folder, config, weights }) => [folder, config, ...weights]);
  const missing: (string | number)[] = found.missing ? [found.missing.lack, found.missing.more] : found.others;
  const bench: Required<chailou.Bench> = await model.bench(1);
  const tried: string | undefined = await model.tuneNext(1, false);
  const recalled: boolean = engine.recallWays(engine.keptWays());
  const kernels: Required<chailou.KernelBench>[] = await model.benchKernels(1, "conv");
  for (const { op, shapes, uses, flops, ms, norm, probe } of kernels) {
    console.log(op, shapes, uses, flops, ms, norm, probe);
  }
  const { batch, ms, gflops, convGflops, dispatches, activationBytes, lowerBoundBytes, msByOp } = bench;
  const known: Record<string, unknown>[] = [model.config(), model.scheduler()];
  const answer: Float32Array = await model.predict(values, values, labels);
  const about: [number, string[], Uint8Array] = [model.parameterCount(), model.taps(), await model.save()];
  const times: [number, Promise<string>] = [await engine.peak(), engine.lost()];
  engine.close();
  for (const held of [model, parts, begun, engine]) held.free();
  return [
    [vendor, architecture, description, isFallback, profile, backend, workers, known, answer, about, times, paths, missing],
    [batch, ms, gflops, convGflops, dispatches, activationBytes, lowerBoundBytes, msByOp],
  ];
}

export async function chains(model: chailou.Model, canvas: HTMLCanvasElement): Promise<unknown[]> {
  const chain: chailou.Chain = await model.chain(chainOptions);
  await chain.step(1);
  const rows: Required<chailou.TableRow>[] = chain.table();
  const ends = rows.map(({ t, alphaBar, beta, sigma }) => t + alphaBar + beta + sigma);
  const pictures: chailou.Picture[] = ["x_t", "x_0", "eps", "x_0_unguided"];
  const frames: Float32Array[] = await Promise.all(pictures.map((what) => chain.read(what, 0)));
  const present: Required<chailou.PresentOptions> = { cells: Uint32Array.of(0, 0), columns: 1, scale: 1 };
  chain.present(canvas, "x_t", present);
  const dots: Required<chailou.PresentPointsOptions> = {
    frame: 0,
    radius: 2,
    color: [0, 0, 0, 1],
    range: [-2, 2],
    clear: true, edge: true,
  };
  chain.presentPoints(canvas, "x_0", dots);
  const where: [number, number, number, boolean] = [chain.length(), chain.position(), chain.t(), chain.done()];
  const shape: [number, number, number, number] = chain.shape();
  return [ends, frames, where, shape];
}

export async function training(model: chailou.Model): Promise<unknown[]> {
  const trainer: chailou.Trainer = await model.trainer(trainerOptions);
  const report: chailou.TrainingReport = await trainer.step(5);
  const { step, loss, lr, gradNorm, diverged }: Required<chailou.TrainingReport> = { diverged: "", ...report };
  const memory: Required<chailou.TrainingMemory> = trainer.memory();
  const bytes = memory.activations + memory.weights + memory.optimizer + memory.data - memory.total;
  const parts: Required<chailou.Parameter>[] = trainer.parameters();
  const trained = parts.map(({ name, count, trained }) => [name, count, trained]);
  const costs: Required<chailou.LossAtT>[] = await trainer.lossByT();
  const cost = costs.map(({ t, mean, count }) => t * mean * count);
  const losses: Float32Array = await trainer.losses();
  trainer.replaceData(values, labels);
  trainer.setLearningRate(1e-4);
  const kept: Uint8Array = await trainer.checkpoint();
  await trainer.restore(kept);
  await trainer.undo();
  const position: number = trainer.position();
  return [step, loss, lr, gradNorm, diverged, bytes, trained, cost, losses, position];
}

/** What needs no device. */
export function arithmetic(): unknown[] {
  const set: chailou.DataSet = chailou.openSet("table:points.csv", setOptions);
  const { name, shape, values: samples, labels: classes, notes }: Required<chailou.DataSet> = { labels, ...set };
  const pasted: Required<chailou.TablePoints> = chailou.parseCsv("1,2", ["x", 1]);
  const { columns, chosen, encoding, separator, decimal, heading } = chailou.parseCsv(new Uint8Array());
  const kinds = columns.map(({ name, kind }: Required<chailou.TableColumn>) => [name, kind]);
  const assumed = [kinds, chosen, encoding, separator, decimal, heading];
  const back = [pasted.points, pasted.mean, pasted.scale, pasted.read, assumed];
  const digits: Required<chailou.IdxImages> = chailou.readIdx(new Uint8Array(), new Uint8Array(), 10, ["images", "labels"]);
  const [pair]: chailou.DigitSet[] = chailou.digitSets(["images"], [new Uint8Array(16)]);
  const files: Required<chailou.DigitSet> = { labels: "", ...pair };
  const told = [files.images, files.labels, files.count, files.height, files.width, files.onItsSide];
  const pixels = [digits.images, digits.labels, digits.height, digits.width, digits.count];
  const points: Float32Array = chailou.toyData(chailou.toyNames()[0], 100, 1);
  const { betas, alphaBars }: Required<chailou.Schedule> = chailou.schedule("{}");
  const { weights, floors }: Required<chailou.LossOfNoise> = chailou.lossOfNoise("naive", "epsilon", "{}");
  const measures: number[] = [chailou.resemblanceThreshold(), chailou.slicedWasserstein(points, points, 0)];
  const made: Float32Array[] = [
    chailou.towers(2, 1),
    chailou.exactNoise(points, points, 0.5),
    chailou.exactStep(points, points, 0.5, 0.6),
    chailou.noiseFrom("sample", points, points, 0.5),
    chailou.resemblance(values, chailou.augment(values, 2, 0)),
  ];
  return [name, shape, samples, classes, notes, told, back, pixels, betas, alphaBars, weights, floors, measures, made];
}

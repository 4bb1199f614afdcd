//! TypeScript types of the plain objects that go in and out.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Which kernels: tiled in workgroup memory, or register tiles for adapters that compute on a CPU. */
export type Profile = "gpu" | "cpu";

/** What computes: shaders on WebGPU, or the processor. */
export type Backend = "webgpu" | "cpu";

export interface OpenOptions {
  /** "auto" (the default) takes WebGPU on a graphics card, else the processor. */
  backend?: Backend | "auto";
  /** Workers that compute on the processor, 1 … 64; without it one a core, at most 8. */
  workers?: number;
  /** Overrides the choice of WebGPU's kernels made from the adapter. */
  profile?: Profile;
}

export interface AdapterInfo {
  vendor: string;
  architecture: string;
  description: string;
  /** The adapter computes on a CPU. */
  isFallback: boolean;
  profile: Profile;
  /** What is really used. */
  backend: Backend;
  /** How many compute on the processor; 0 on WebGPU. */
  workers: number;
}

export interface LoadOptions {
  /** The text of scheduler_config.json. Without it diffusers' defaults, but points are never clipped. */
  scheduler?: string;
  /** Called before each kernel is compiled, and once at the end with an empty label. */
  onProgress?: (done: number, total: number, label: string) => void;
}

export interface NewModelOptions extends LoadOptions {
  /** Of the random weights; a whole number, 0 without it. */
  seed?: number;
}

/** A model among files, as the paths of its own. */
export interface ModelPaths {
  folder: string;
  config: string;
  /** scheduler_config.json beside it, or of the pipeline it belongs to. */
  scheduler: string | null;
  /** One file, or all parts of weights that were saved in several, in order. */
  weights: string[];
}

export interface FoundModels {
  /** One is the model; of several somebody must choose. */
  candidates: ModelPaths[];
  /** Folders of models that those go before. */
  others: string[];
  /** Why there is no candidate, and what is there: names in `folder`, and how many more. */
  missing: {
    lack: "config" | "weights" | "converted" | "part";
    name: string;
    folder: string;
    there: string[];
    more: number;
  } | null;
}

/**
 * A picture of a chain: its state, the network's guess of x_0, its guess of the noise, and its guess of x_0 without
 * guidance and never clipped, which stands for the mean of what x_0 may still be.
 */
export type Picture = "x_t" | "x_0" | "eps" | "x_0_unguided";

export interface ChainOptions {
  /** x_T → x_0 by the network (the default), or x_0 → x_T by adding noise. */
  direction?: "build" | "demolish";
  /** Without it, as the model's scheduler says. */
  sampler?: "ddpm" | "ddim" | "dpmpp_2m";
  /** 1 … the model's number of timesteps; without it 50, or all where there are fewer. */
  steps?: number;
  spacing?: "leading" | "linspace" | "trailing";
  /** η of DDIM, 0 … 1. */
  eta?: number;
  /** σ of DDPM. */
  sigma?: "zero" | "beta" | "beta_tilde";
  /** Of all noise; a whole number. */
  seed?: number;
  /** Images. */
  batch?: number;
  /** One class an image, or one for all. */
  labels?: number[];
  /** w of classifier-free guidance; 1 is none. */
  guidance?: number;
  /** Whether x̂_0 is clipped; DDIM with guidance and dpmpp_2m do not clip unless told to. */
  clipSample?: boolean;
  schedule?: "linear" | "su" | "cosine" | "scaled_linear";
  /** The first pictures, [batch, c, h, w]: x_T, or for a demolition x_0 (which it needs). */
  noise?: Float32Array | number[];
}

/** Row i describes frame i and the step that leads on from it. */
export interface TableRow {
  /** Floors up: T at the noisiest, 0 for the finished picture. */
  t: number;
  /** Ho's ᾱ. */
  alphaBar: number;
  /** Ho's β of the stride. */
  beta: number;
  /** Standard deviation of the noise the step adds. */
  sigma: number;
}

export interface PresentOptions {
  /** Pairs of frame and image; without it the newest frame of image 0. */
  cells?: Uint32Array | number[];
  columns?: number;
  /** What values are multiplied by before −1 … 1 becomes black … white; 1 without it, for "eps" 1/3. */
  scale?: number;
}

/** Ho's β and ᾱ for t = 0 … T−1. */
export interface Schedule {
  betas: Float64Array;
  alphaBars: Float64Array;
}

/** For t = 0 … T−1: the loss is weight·‖ε − ε̂‖² + floor. */
export interface LossOfNoise {
  weights: Float64Array;
  floors: Float64Array;
}

export interface SetOptions {
  /** Points of a set that is made; 20,000 without it. */
  n?: number;
  /** Of what is made; a whole number. */
  seed?: number;
  /** Classes of the model it is for: labels must lie below, and without it files of labels are left alone. */
  classes?: number;
  /** The two columns of a table that are x and y, by their headings or counted from 1. */
  columns?: string[];
  /** A table's first line is a point, even where it looks like headings. */
  noHeading?: boolean;
  /** Pictures with rows for columns, as EMNIST's files want it. */
  transpose?: boolean;
  /** The bytes of each file by the path that the name leads to. */
  files?: Record<string, Uint8Array>;
}

/** Pictures or points, and perhaps their classes. */
export interface DataSet {
  /** What it was opened by. */
  name: string;
  /** Of one sample: channels, rows, columns; a point is [2, 1, 1]. */
  shape: [number, number, number];
  /** [n, c, h, w], about −1 … 1. */
  values: Float32Array;
  /** [n], where there are classes. */
  labels?: Int32Array;
  /** What was assumed or left aside, a line each. */
  notes: string[];
}

/** Files that belong together, by their paths. */
export interface DigitSet {
  images: string;
  labels?: string;
  count: number;
  height: number;
  width: number;
  /** The name promises pictures whose rows are columns, as EMNIST's. */
  onItsSide: boolean;
}

/** What parseCsv has read, and all that it assumed. */
export interface TablePoints {
  /** [n, 2], standardised: (point of the table − mean) / scale. */
  points: Float32Array;
  mean: [number, number];
  /** Root of the mean of both variances; 1 if all points are the same. */
  scale: number;
  /** Points in the table, of which at most 10,000 are kept. */
  read: number;
  columns: TableColumn[];
  /** Places in `columns` of x and y. */
  chosen: [number, number];
  encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
  /** What stands between fields. */
  separator: "\t" | ";" | "|" | "，" | "," | " ";
  /** The mark before decimals; ".," where columns differ. */
  decimal: "." | "," | ".,";
  /** Where names come from: the first line; the first line, being 0, 1, 2, …; a comment above; each value, as in x=1. */
  heading: "none" | "line" | "numbers" | "comment" | "values";
}

/** A column of a table. */
export interface TableColumn {
  /** "" without a heading. */
  name: string;
  /** What it seems to hold. */
  kind: "number" | "index" | "label" | "text";
}

/** What readIdx has read. */
export interface IdxImages {
  /** [count, 1, height, width], −1…1. */
  images: Float32Array;
  /** [count], or empty. */
  labels: Int32Array;
  height: number;
  width: number;
  count: number;
}

export interface PresentPointsOptions {
  /** Without it the newest. */
  frame?: number;
  /** Of a dot, in pixels of the canvas; 1.5 without it. */
  radius?: number;
  /** Red, green, blue and alpha, 0 … 1; black without it. */
  color?: [number, number, number, number];
  /** Coordinates at the left and right edge, and at the bottom and top edge; [-2, 2] without it. */
  range?: [number, number];
  /** false draws over what was drawn onto the canvas in the same task; true without it. */
  clear?: boolean;
  /** true shows particles outside the range as strokes at the edge, in their direction; false without it. */
  edge?: boolean;
}

/** L_simple; the losses of Su's eq. 11 and, with its factor, eq. 15; L_simple weighted as the bound weighs it. */
export type Objective = "merged" | "naive" | "integrated" | "vlb";

/** What a network's answer estimates: the noise, x_0, or v = √ᾱ·ε − √(1−ᾱ)·x_0. */
export type Prediction = "epsilon" | "sample" | "v_prediction";

export interface TrainerOptions {
  /** [n, c, h, w] or points [n, 2], about −1 … 1. */
  data: Float32Array;
  /** One class each, for a model that has classes. */
  labels?: Int32Array;
  /** Samples in a step; 16 without it. */
  batch?: number;
  /** Peak learning rate; 1e-3 without it. */
  lr?: number;
  /** Steps of linear warm-up. */
  warmup?: number;
  /** Step at which the learning rate has fallen to 0 along a cosine; 0 (the default): it stays. */
  steps?: number;
  weightDecay?: number;
  /** Largest norm of the gradient, 1 without it; 0: any. */
  clip?: number;
  /** Decay of the moving average, 0 … below 1; 0.999 without it. */
  ema?: number;
  objective?: Objective;
  /** Must be what the model's scheduler says, because that is how samplers read the network. */
  prediction?: Prediction;
  /** Draw t where the loss is large. */
  importance?: boolean;
  /** Share of labels withheld, so that the model can be guided; 0.1 without it. */
  labelDropout?: number;
  /** Of everything random; a whole number. */
  seed?: number;
  /** Layers or parameters to train, by the beginning of their names ("mid_block"); without it all. */
  layers?: string[];
  /** Black and white of the data as they are given; [-1, 1] without it. */
  valueRange?: [number, number];
  /** What the model gets after each call of step: the moving average (the default) or the weights themselves. */
  sampleWith?: "ema" | "raw";
  /** Called before each kernel is compiled, and once at the end with an empty label. */
  onProgress?: (done: number, total: number, label: string) => void;
}

/** Where training stands. */
export interface TrainingReport {
  /** Steps done. */
  step: number;
  /** Mean loss of the newest batch. */
  loss: number;
  lr: number;
  /** Of the newest gradient, before clipping. */
  gradNorm: number;
  /** Why training stands still, in one sentence; the last good state is back. */
  diverged?: string;
}

/** What a range of t costs. */
export interface LossAtT {
  /** Middle of the range, counted from 0. */
  t: number;
  mean: number;
  /** Samples seen there. */
  count: number;
}

/** Bytes on the device. */
export interface TrainingMemory {
  activations: number;
  weights: number;
  optimizer: number;
  data: number;
  total: number;
}

/** A tensor of the checkpoint. */
export interface Parameter {
  name: string;
  /** Scalars. */
  count: number;
  trained: boolean;
}

/** A kernel of a training step, measured alone. */
export interface KernelBench {
  /** The operation. */
  op: string;
  /** Rows × columns × channels of what it reads and writes; a weight as the checkpoint shapes it. */
  shapes: string;
  /** How often a step has it. */
  uses: number;
  /** Floating-point operations, a multiply-add counted as two. */
  flops: number;
  ms: number;
  /** Length of its answer as a vector. */
  norm: number;
  /** Sum of the answer's numbers under random signs: kernels that answer alike have the same. */
  probe: number;
}

/** Measurements of one network call. */
export interface Bench {
  batch: number;
  ms: number;
  gflops: number;
  convGflops: number;
  dispatches: number;
  activationBytes: number;
  lowerBoundBytes: number;
  msByOp: Record<string, number>;
}
"#;

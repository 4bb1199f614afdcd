/* tslint:disable */
/* eslint-disable */

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



/**
 * See `Model.chain`.
 */
export class Chain {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Whether the end is reached.
     */
    done(): boolean;
    /**
     * Steps in all.
     */
    length(): number;
    /**
     * Steps done.
     */
    position(): number;
    /**
     * Draws the particles of a model of points as soft round dots; y goes up. `what` is "x_t", "x_0" or "eps".
     */
    presentPoints(canvas: HTMLCanvasElement, what: Picture, settings?: PresentPointsOptions): void;
    /**
     * Draws pictures onto a canvas. Options: `cells`, pairs of frame and image (default: the newest frame of image
     * 0); `columns` of the grid; `scale` of the values. On WebGPU they are drawn straight from the device's buffer; from a worker they come
     * later, and the newest call for a canvas counts.
     */
    present(canvas: HTMLCanvasElement, what: Picture, settings?: PresentOptions): void;
    /**
     * Pictures of the whole batch, `[batch, c, h, w]`; `what` is "x_t", "x_0", "eps"
     * or "x_0_unguided".
     */
    read(what: Picture, frame?: number | null): Promise<Float32Array>;
    /**
     * What a batch of its pictures is: `[batch, channels, height, width]`.
     */
    shape(): [number, number, number, number];
    /**
     * Takes k steps; resolves when the device has finished them.
     */
    step(k: number): Promise<void>;
    /**
     * The timestep of the current frame: see `table`.
     */
    t(): number;
    /**
     * `length() + 1` rows `{t, alphaBar, beta, sigma}`: row i describes frame i and the step that
     * leads on from it. t counts floors: T at the noisiest, 0 for the finished picture.
     */
    table(): TableRow[];
}

/**
 * A device ready for models: WebGPU, or the processor.
 */
export class Engine {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * `{vendor, architecture, description, isFallback, profile, backend, workers}`: what is really used.
     */
    adapter(): AdapterInfo;
    /**
     * Gives everything on the device back, with all that was made of it.
     */
    close(): void;
    /**
     * What `Model.tuneNext` has found so far, as a text to keep for `recallWays`.
     */
    keptWays(): string;
    /**
     * Loads a diffusers model; weights that were saved in parts come as an array of them. Options: `scheduler`, the text
     * of scheduler_config.json; `onProgress(done, total, label)`, called before each kernel is compiled.
     */
    loadModel(config: string, weights: Uint8Array | Uint8Array[], settings?: LoadOptions): Promise<Model>;
    /**
     * Resolves with the reason when the device is lost.
     */
    lost(): Promise<string>;
    /**
     * A model with random weights, for training: `config` is the text of a UNet2DModel's or a
     * PointMlp's config.json. Options: those of `loadModel`, and `seed`.
     */
    newModel(config: string, settings?: NewModelOptions): Promise<Model>;
    /**
     * Opens a device. Options: `backend`, "webgpu", "cpu" or "auto" (the default: WebGPU on a graphics card, else the
     * processor); `workers`, how many compute on the processor; `profile`, "gpu" or "cpu", overrides the choice of
     * WebGPU's kernels.
     */
    static open(settings?: OpenOptions): Promise<Engine>;
    /**
     * The adapter's measured multiply-add peak in GFLOP/s. Takes a second.
     */
    peak(): Promise<number>;
    /**
     * Goes by what was kept, if it was found by this version on this adapter; says whether.
     */
    recallWays(kept: string): boolean;
}

/**
 * See `Engine.loadModel` and `Engine.newModel`.
 */
export class Model {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Measures each kernel of a training step alone at a batch size, those with `only` in the name of their operation.
     * Takes a minute.
     */
    benchKernels(batch: number, only: string): Promise<KernelBench[]>;
    /**
     * Measures a network call at a batch size: `{batch, ms, gflops, convGflops, dispatches,
     * activationBytes, lowerBoundBytes, msByOp}`. Takes seconds.
     */
    bench(batch: number): Promise<Bench>;
    /**
     * Starts a chain; see `ChainOptions` in the README.
     */
    chain(options?: ChainOptions): Promise<Chain>;
    /**
     * config.json as an object, every key filled in.
     */
    config(): Record<string, unknown>;
    /**
     * Number of scalars in the checkpoint.
     */
    parameterCount(): number;
    /**
     * ε̂ for a batch `[n, c, h, w]` of the model's image size, with n timesteps and n labels.
     */
    predict(x: Float32Array, t: Float32Array, labels?: Int32Array | null): Promise<Float32Array>;
    /**
     * The weights as safetensors (f32, diffusers' names).
     */
    save(): Promise<Uint8Array>;
    /**
     * What the model samples by when nothing is said: scheduler_config.json as an object, every key filled in.
     */
    scheduler(): Record<string, unknown>;
    /**
     * Names of the layers whose output can be looked at, in order of execution.
     */
    taps(): string[];
    /**
     * Begins training: this model's weights change with every `Trainer.step`.
     */
    trainer(options: TrainerOptions): Promise<Trainer>;
    /**
     * On WebGPU, tries the ways to compute the next operation of a call for `batch` pictures, or of a training step:
     * a line about it, or undefined once all have been tried. Takes some 100 ms. What is computed stays the same, bit
     * by bit; chains and trainers made afterwards are quicker where a way is. Keep `Engine.keptWays()` for another visit.
     */
    tuneNext(batch: number, training: boolean): Promise<string | undefined>;
}

/**
 * See `Model.trainer`.
 */
export class Trainer {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * The whole state of the run, for `restore`, here or on another device.
     */
    checkpoint(): Promise<Uint8Array>;
    /**
     * What each of 50 ranges of t costs: `{t, mean, count}`.
     */
    lossByT(): Promise<LossAtT[]>;
    /**
     * Losses of the newest 4096 steps, oldest first.
     */
    losses(): Promise<Float32Array>;
    /**
     * Bytes on the device by what they are for.
     */
    memory(): TrainingMemory;
    /**
     * The checkpoint's tensors: `{name, count, trained}`.
     */
    parameters(): Parameter[];
    /**
     * Steps done.
     */
    position(): number;
    /**
     * Other data from the next step on.
     */
    replaceData(data: Float32Array, labels?: Int32Array | null): void;
    /**
     * Goes on where `checkpoint` was taken.
     */
    restore(bytes: Uint8Array): Promise<void>;
    /**
     * Another peak learning rate from the next step on, also after training has diverged.
     */
    setLearningRate(lr: number): void;
    /**
     * Takes k steps and gives the model the new weights; resolves when the device has finished. If
     * training goes wrong it stops by itself: the last good state is back, and `diverged` says why.
     */
    step(k: number): Promise<TrainingReport>;
    /**
     * Weights, moments, counters and statistics as at the beginning.
     */
    undo(): Promise<void>;
}

/**
 * `copies` altered copies of each of k drawings [k, 28, 28] in −1…1, as [k·copies, 28, 28]; copy i shows
 * drawing i mod k, turned by up to 8°, scaled by 0.9 … 1.1, shifted by up to half a pixel, its strokes
 * a little thicker or thinner.
 */
export function augment(drawings: Float32Array | number[], copies: number, seed?: number | null): Float32Array;

/**
 * The sets of pictures among files, each told by its path and its first 16 bytes or more, unpacked: what two IDX files
 * belong together, a training set before one for testing. Throws one sentence where there is none or a file is damaged.
 */
export function digitSets(paths: string[], heads: Uint8Array[]): DigitSet[];

/**
 * E[ε | x_t] at the queries x_t, [q, 2], for data that are exactly the points [n, 2]: what a perfect
 * network predicts. `alphaBar` is Ho's ᾱ_t, at least 0 and less than 1.
 */
export function exactNoise(data: Float32Array | number[], queries: Float32Array | number[], alphaBar: number): Float32Array;

/**
 * One step of DDIM (η = 0) for data that are exactly the points [n, 2]: x [q, 2] at ᾱ = `alphaBar` taken to
 * `alphaBarPrev` by the exact E[ε | x_t] in place of a network.
 */
export function exactStep(data: Float32Array | number[], x: Float32Array | number[], alphaBar: number, alphaBarPrev: number): Float32Array;

/**
 * Which models lie among files, told from their paths (strokes between folders): `{candidates: {folder, config,
 * scheduler, weights}[], others, missing}`. One candidate is the model; of several somebody must choose.
 */
export function findModels(paths: string[]): FoundModels;

/**
 * What each t = 0 … T−1 makes of an error of ε: the loss is weight·‖ε − ε̂‖² + floor, of which the floor is what no
 * network can guess: `{weights: Float64Array, floors: Float64Array}`.
 */
export function lossOfNoise(objective: Objective, prediction: Prediction, scheduler?: string | null): LossOfNoise;

/**
 * ε̂ from what a network answers to x_t at ᾱ_t, whatever it predicts.
 */
export function noiseFrom(prediction: Prediction, answer: Float32Array | number[], x: Float32Array | number[], alphaBar: number): Float32Array;

/**
 * Opens a set by name as the command line does: "toy:moons", "towers:100", "table:FILE", "mnist:DIR". Options: `n`, `seed`,
 * `classes`, `columns`, `transpose`, and `files`, the bytes of each file by its path: `{name, shape: [c, h, w], values: [n, c, h, w],
 * labels?, notes}`.
 */
export function openSet(name: string, settings?: SetOptions): DataSet;

/**
 * Reads points from a table, text or the bytes of a file: `{points [n, 2], mean: [x, y], scale, read, columns: [{name, kind}],
 * chosen: [i, j], encoding, separator, decimal, heading}`. A point of the table is point · scale + mean. At most a million
 * points are `read`, and at most 10,000 of them kept, evenly spaced. x and y are the `columns` wanted, by their headings or
 * their places from 0; without them those two that seem to be coordinates. With `heading` = false the first line is a point,
 * whatever it looks like.
 */
export function parseCsv(table: string | Uint8Array, columns?: [string | number, string | number], heading?: boolean): TablePoints;

/**
 * Reads IDX files as MNIST's, unpacked (`DecompressionStream("gzip")` does that): `{images: [count, 1, height, width] in
 * −1…1, labels (empty without a file of them), height, width, count}`. Labels must be below `classes`, 10 unless told;
 * `names` of the two files are what errors call them.
 */
export function readIdx(images: Uint8Array | number[], labels?: Uint8Array | number[] | null, classes?: number | null, names?: string[] | null): IdxImages;

/**
 * How much each sample [m, 28, 28] resembles the most similar of the drawings [k, 28, 28], −1…1;
 * `resemblanceThreshold()` and more count as the same character.
 */
export function resemblance(drawings: Float32Array | number[], samples: Float32Array | number[]): Float32Array;

/**
 * The lowest `resemblance` that counts as the same character.
 */
export function resemblanceThreshold(): number;

/**
 * β_t and ᾱ_t (Ho's) for t = 0 … T−1, as the text of a scheduler_config.json says, or without it as Ho does:
 * `{betas: Float64Array, alphaBars: Float64Array}`.
 */
export function schedule(scheduler?: string | null): Schedule;

/**
 * Sliced Wasserstein-1 distance of two point sets [n, 2] and [m, 2], in their own units: the mean over
 * 64 directions of the distance of their projections. A shift by d makes (2/π)·|d|; two samples of one
 * distribution are about 1/√n apart, never 0.
 */
export function slicedWasserstein(a: Float32Array | number[], b: Float32Array | number[], seed?: number | null): number;

export function start(): void;

/**
 * `n` small pictures of towers 高楼, [n, 3, 32, 32], −1…1: of a seed's endless row those from number `first` on, which is 0
 * without it.
 */
export function towers(n: number, seed?: number | null, first?: number | null): Float32Array;

/**
 * `n` points of a named set, [n, 2], y upwards, standardised (mean 0, mean of both variances 1); the
 * same for the same seed, and point i the same whatever n. `toyNames()` has the names.
 */
export function toyData(name: string, n: number, seed?: number | null): Float32Array;

/**
 * The names that `toyData` knows.
 */
export function toyNames(): string[];

/** Loads and starts the engine; without an address it lies beside this module. */
export default function init(module?: { module_or_path: RequestInfo | URL | Response | BufferSource }): Promise<unknown>;

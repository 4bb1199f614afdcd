// @ts-check
// What the page is brought and refuses: what it is, the way it comes in (refusal-ways.mjs), what the sentence must say.
// One line a case; refusals.test.mjs walks them all in one session.

import { readFileSync } from "node:fs";
import { chosen, dropped, linked, pasted, pressed, restored, shelved, typed } from "./refusal-ways.mjs";

const golden = (/** @type {string} */ path) => readFileSync(new URL(`../golden/${path}`, import.meta.url));
const W = "diffusion_pytorch_model.safetensors";
const PART = "diffusion_pytorch_model-00001-of-00002.safetensors";

/** A model's two files. @param {string} folder @returns {{ config: Record<string, any>, weights: Buffer }} */
const read = (folder) => ({
  config: JSON.parse(golden(`${folder}/config.json`).toString()),
  weights: golden(`${folder}/${W}`),
});
const unet = read("unet/mnist_like");
const points = read("mlp");

/** The files of a folder. @param {{ config: object, weights: Buffer }} model @param {Record<string, unknown>} [others] */
const files = ({ config, weights }, others = {}) => ({
  "config.json": JSON.stringify(config),
  [W]: weights,
  ...others,
});
/** The reader's own model, which the walk begins with. */
export const OWN = files(unet);

const withConfig = (/** @type {object} */ changes) => files({ ...unet, config: { ...unet.config, ...changes } });
const half = (/** @type {Buffer} */ bytes) => bytes.subarray(0, bytes.length / 2);
const withNan = (/** @type {Buffer} */ bytes) => {
  const damaged = Buffer.from(bytes);
  damaged.writeFloatLE(NaN, damaged.length - 4);
  return damaged;
};
const lying = Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 123]);
const text = Buffer.from("a letter to nobody in particular\n".repeat(9));
const html = Buffer.from("<!DOCTYPE html>\n<title>403 Forbidden</title>");
const png = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on", "latin1");

/** An IDX file of bytes. @param {number[]} shape @param {number} held values that are there */
export function idx(shape, held = shape.reduce((a, b) => a * b)) {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  for (const [i, size] of shape.entries()) head.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([head, Buffer.alloc(held, 7)]);
}

/** @typedef {[what: string, way: import("./refusal-ways.mjs").Way, says: RegExp]} Refusal */

const toStage = (/** @type {any} */ tree) => chosen("model-files", tree);
const toPoints = (/** @type {any} */ tree) => chosen("toy-files", tree);
const table = (/** @type {Buffer | string} */ content) => chosen("toy-csv-file", { "table.csv": content });
const digits = (/** @type {any} */ tree) => chosen("teach-files", tree);

/** @type {Refusal[]} */
const MODELS = [
  ["weights cut off", toStage(files({ ...unet, weights: half(unet.weights) })), /cut off/],
  ["weights of 0 bytes", toStage(files({ ...unet, weights: Buffer.alloc(0) })), /empty/],
  ["weights whose header lies", toStage(files({ ...unet, weights: lying })), /header/],
  ["weights that are a web page", toStage(files({ ...unet, weights: html })), /safetensors/],
  [
    "weights that are no numbers",
    toStage(files({ ...unet, weights: withNan(unet.weights) })),
    /\.(weight|bias)\b.*NaN/,
  ],
  ["weights of another shape", toStage(withConfig({ block_out_channels: [8, 16, 32] })), /tensor|\.weight/],
  ["a configuration of 0 bytes", toStage({ ...files(unet), "config.json": "" }), /config\.json/],
  ["half a configuration", toStage({ ...files(unet), "config.json": '{"sample_size": 2' }), /config\.json/],
  ["another architecture", toStage(withConfig({ _class_name: "AutoencoderKL" })), /AutoencoderKL/],
  ["an unknown block", toStage(withConfig({ mid_block_type: "KMidBlock2D" })), /KMidBlock2D/],
  ["a picture that cannot be halved", toStage(withConfig({ sample_size: 31 })), /31.*multiples of 4.*32/],
  ["a network for points", toStage(files(points)), /PointMlp/],
  ["weights alone", toStage({ [W]: unet.weights }), /config\.json/],
  ["a configuration alone", toStage({ "config.json": JSON.stringify(unet.config) }), /safetensors/],
  ["PyTorch's own weights", toStage({ "config.json": "{}", "diffusion_pytorch_model.bin": "PK" }), /torch\.load/],
  ["one of two parts", toStage({ "config.json": JSON.stringify(unet.config), [PART]: unet.weights }), /00002-of-00002/],
  [
    "a scheduler that there is none of",
    toStage(files(unet, { "scheduler_config.json": '{"_class_name": "CMStochasticIterativeScheduler"}' })),
    /CMStochasticIterativeScheduler/,
  ],
  ["half a scheduler", toStage(files(unet, { "scheduler_config.json": '{"_class' })), /scheduler_config\.json/],
  ["a picture", dropped("drop", { "a.png": png }), /config\.json.*a\.png/],
  ["a folder without a model", dropped("drop", { some: { where: { "notes.txt": text } } }), /config\.json.*notes\.txt/],
  ["two models", dropped("drop", { a: files(unet), b: files(unet) }, "which"), /\ba\b.*\bb\b|Which/],
  ["an empty folder", dropped("drop", { nothing: {} }), /config\.json/],
];

/** @type {Refusal[]} */
const TABLES = [
  ["no table", pasted(""), /./],
  ["a table of words", pasted("a,b\nc,d"), /number/],
  ["a table of one column", pasted("x\n1\n2\n3"), /column/],
  ["a line that is too short", pasted("1,2\n3\n4,5"), /line 2/],
  ["a cell that is no number", pasted("0,1\n2,NaN\n3,4"), /line 2/],
  ["a number that is none for us", pasted("0,1\n2,1e999\n3,4"), /line 2/],
  ["more points than are read", table("0,1\n".repeat(1_000_001)), /1000000 points/],
  ["a table of 0 bytes", table(""), /./],
  ["a letter as a table", table(text), /number|column/],
  ["a picture as a table", dropped("toy", { "a.png": png }), /./],
];

/** @type {Refusal[]} */
const NETWORKS = [
  ["a network for pictures", toPoints(files(unet)), /UNet2DModel/],
  ["a network cut off", toPoints(files({ ...points, weights: half(points.weights) })), /cut off/],
  ["a network without numbers", toPoints(files({ ...points, weights: withNan(points.weights) })), /NaN/],
  ["a network of another width", toPoints(files({ ...points, config: { ...points.config, width: 12 } })), /./],
  ["a network that is too wide", toPoints(files({ ...points, config: { ...points.config, width: 1e9 } })), /width/],
  ["a network's configuration alone", dropped("toy", { "config.json": JSON.stringify(points.config) }), /safetensors/],
  ["a run cut off", restored("cut off"), /checkpoint/],
  ["a run of no numbers", restored("no numbers"), /checkpoint.*number/],
  ["a model as a run", restored("a model"), /checkpoint/],
];

/** @type {Refusal[]} */
const DIGITS = [
  ["a drawing that is none", pressed("teach-add"), /empty/],
  ["pictures whose file lies about their number", digits({ images: idx([9, 28, 28], 800) }), /9 × 28 × 28/],
  ["more pictures than there can be", digits({ images: idx([4e9, 28, 28], 800) }), /^images: /],
  ["pictures of another size", digits({ images: idx([2, 31, 31]) }), /31.*28/],
  ["labels without pictures", digits({ labels: idx([20]) }), /labels.*images/],
  [
    "labels that are none",
    digits({ images: idx([2, 28, 28]), labels: Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 1, 99]) }),
    /99/,
  ],
  ["a file of 0 bytes", digits({ images: "" }), /^images: is empty/],
  ["a letter as digits", digits({ "letter.txt": text }), /^letter\.txt: is no IDX file/],
  ["a picture as digits", dropped("teach-drop", { "photo.png": png }), /^photo\.png: is no IDX file/],
  ["a web page as digits", digits({ "train-images-idx3-ubyte.gz": html }), /is a web page/],
  ["a gzip file cut off", digits({ "images.gz": Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]) }), /gzip/],
  ["weights cut off", digits({ "mine.safetensors": half(unet.weights) }), /cut off/],
  ["weights of another network", digits({ "mine.safetensors": unet.weights }), /tensor|\.weight/],
  ["a kept model that is damaged", shelved(half(unet.weights)), /cut off/],
];

/** @type {Refusal[]} */
const LINKS = [
  ["a seed below 0", linked(() => "#seed=-1"), /seed=-1/],
  ["steps beyond all bounds", linked(() => "#steps=1e999&toy_lr=NaN"), /steps=1e999, toy_lr=NaN/],
  ["a choice without a value", linked(() => "#toy_width="), /toy_width means nothing/],
  ["a choice there is none of", linked(() => "#nonsense=1&toy=nonsense"), /nonsense=1, toy=nonsense/],
  ["a place there is none of", linked(() => "#nowhere"), /nowhere/],
  ["nothing but a check", linked(() => "#check=1abc"), /cut or changed/],
  ["the page's own link, cut", linked((hash) => hash.slice(0, -9)), /cut or changed/],
  ["the page's own link, with an ellipsis", linked((hash) => `${hash.slice(0, hash.length / 2)}…`), /cut or changed/],
  ["points that are none", linked((hash) => hash.replace(/toy_points=[^&]*/, "toy_points=!?")), /cut or changed/],
  ["the page's own link with another guidance", linked((hash) => hash.replace(/guidance=\d+/, "guidance=-3")), /=-3/],
];

/** Every field for numbers, with what it does not take. @param {string[]} fields @returns {Refusal[]} */
export const inFields = (fields) => fields.map((id) => [`${id} out of its range`, typed(id), /^Takes a /]);

export const REFUSALS = { MODELS, TABLES, NETWORKS, DIGITS, LINKS };

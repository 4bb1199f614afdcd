// @ts-check
// The reader's files as chapter 9 takes them: told apart by what they hold, unpacked by the browser, read by the engine as
// on the command line. Whatever is wrong with one is a sentence that begins with its path.
import { pathOf } from "../../lib/files.js";
import { say } from "../../lib/words.js";
import { dataTools } from "./engine.js";
import { fitting } from "./dataset.js";

const MOST_PHOTOS = 200;
const MOST_OLD = 6000; // 19 MB as numbers; a batch never sees more than dataset.js takes of them
const HEAD = 16; // bytes that tell an IDX file and its dimensions
const MOST_BYTES = 100_000_016; // as much as the engine reads; a small file may unpack to gigabytes

/** @typedef {import("../../pkg/chailou.js").DigitSet} DigitSet */
/** @typedef {import("./own-files.js").Pictures} Pictures */

/** @param {File} file */
async function isPacked(file) {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
}

/** Unpacked, up to `most` bytes of it and what came with the last of them. @param {File} file @param {number} most */
async function beginning(file, most) {
  const stream = file.stream();
  const reader = ((await isPacked(file)) ? stream.pipeThrough(new DecompressionStream("gzip")) : stream).getReader();
  const parts = [];
  let length = 0;
  while (length < most) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  reader.cancel().catch(() => {}); // there may be more of it, and more to be wrong with it
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** What tells its kind; of a gzip file that does not even begin well, the packed bytes. @param {File} file */
const headOf = (file) =>
  beginning(file, HEAD)
    .catch(async () => new Uint8Array(await file.slice(0, HEAD).arrayBuffer()))
    .then((bytes) => bytes.slice(0, HEAD));

/** @param {File} file */
export async function bytesOf(file) {
  const name = pathOf(file);
  const bytes = await beginning(file, MOST_BYTES + 1).catch(async (error) => {
    if (await isPacked(file).catch(() => false)) throw new Error(say("teach_gzip_damaged", { name }), { cause: error });
    throw new Error(`${name}: ${error.message}`, { cause: error });
  });
  if (bytes.length > MOST_BYTES) throw new Error(say("teach_file_large", { name }));
  return bytes;
}

/** The sets of pictures among the files. @param {File[]} files @returns {Promise<DigitSet[]>} */
export async function setsIn(files) {
  const { digitSets } = await dataTools();
  const sorted = files.toSorted((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  return digitSets(sorted.map(pathOf), await Promise.all(sorted.map(headOf)));
}

/** @param {DigitSet} set @param {File[]} files @returns {Promise<Pictures>} */
export async function readSet(set, files) {
  const named = (/** @type {string} */ path) => files.find((file) => pathOf(file) === path);
  const [images, labels] = await Promise.all([set.images, set.labels].map((path) => path && bytesOf(named(path))));
  const { readIdx } = await dataTools();
  const read = readIdx(images, labels || undefined, undefined, [set.images, set.labels ?? ""]);
  return { ...fitting(read, set.images, set.labels ? MOST_OLD : MOST_PHOTOS), ...namesOf(set), total: read.count };
}

/** @param {DigitSet} set */
const namesOf = ({ images, labels, onItsSide }) => ({ name: images, labelsName: labels, onItsSide, turned: false });

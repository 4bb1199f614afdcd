// @ts-check
// Files in and out: MNIST's IDX files as further photographs or as old digits to rehearse, and a taught model back
// from its .safetensors.
import { dataTools } from "./engine.js";
import { fitting } from "./dataset.js";

const MOST_PHOTOS = 200;
const MOST_OLD = 6000; // 19 MB as numbers; a batch never sees more than dataset.js takes of them

/** The file's bytes; .gz, as MNIST is handed out, is unpacked. */
async function bytesOf(file) {
  const stream = /\.gz$/i.test(file.name) ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// in the magic number's last byte stands the number of dimensions, in the next four bytes the number of items
const isLabels = ({ bytes }) => bytes[3] === 1;
const items = ({ bytes }) => bytes.slice(4, 8).join();

/**
 * What was dropped: {weights} of one .safetensors, {photos} of IDX images alone, {old} of IDX images with labels. Throws
 * one sentence that names the file.
 */
export async function readDropped(files) {
  const model = files.find(({ name }) => name.endsWith(".safetensors"));
  if (model) return { name: model.name, weights: await bytesOf(model) };
  const read = await Promise.all(files.map(async (file) => ({ name: file.name, bytes: await bytesOf(file) })));
  const images = read.find((one) => !isLabels(one)) ?? read[0]; // labels alone: readIdx says what is wrong with that
  const others = read.filter((one) => one !== images && isLabels(one));
  const labels = others.find((one) => items(one) === items(images)) ?? others[0];
  const { readIdx } = await dataTools();
  try {
    const set = fitting(readIdx(images.bytes, labels?.bytes), images.name, labels ? MOST_OLD : MOST_PHOTOS);
    return { name: images.name, [labels ? "old" : "photos"]: set };
  } catch (error) {
    throw error.message.includes(images.name) ? error : new Error(`${images.name}: ${error.message}`, { cause: error });
  }
}

// @ts-check
// What the network is shown: copies of the drawings under the class they take over, and old digits of the other classes.
// A batch is drawn evenly from all of it, so the old digits' share of the set is their share of a batch.
import { PIXELS, SIDE } from "./strokes.js";
import { say } from "../../lib/words.js";

const LARGEST = 4000; // pictures in the set; 12.5 MB on the device
const DRAWN = 1000; // varied copies of the drawings where nothing else limits them

/** `data.images` [n, 784] of `digits.labels`; those of class `digit` are left out, the rest is taken evenly. */
function rehearsed({ images, labels }, digit, most) {
  const others = [...labels.keys()].filter((i) => labels[i] !== digit);
  const count = Math.min(most, others.length);
  const chosen = Array.from({ length: count }, (_, i) => others[Math.floor((i * others.length) / count)]);
  return { chosen, picture: (i) => images.subarray(i * PIXELS, (i + 1) * PIXELS) };
}

/**
 * {data: Float32Array [n, 784], labels: Int32Array}. `photos` are the drawings [k, 784]; `share` 0…1 of old digits from
 * `old`; `vary(photos, copies)` makes copies [k·copies, 784] that differ as handwriting does.
 */
export function lesson({ photos, digit, share, old, vary }) {
  const k = photos.length / PIXELS;
  const available = share > 0 ? rehearsed(old, digit, LARGEST * share).chosen.length : 0;
  const wanted = share > 0 ? (available * (1 - share)) / share : DRAWN;
  const copies = Math.max(1, Math.round(wanted / k));
  const own = vary(photos, copies);
  const { chosen, picture } = rehearsed(old, digit, share > 0 ? Math.round((k * copies * share) / (1 - share)) : 0);
  const data = new Float32Array(own.length + chosen.length * PIXELS);
  data.set(own);
  chosen.forEach((index, i) => data.set(picture(index), own.length + i * PIXELS));
  const labels = new Int32Array(data.length / PIXELS).fill(digit);
  chosen.forEach((index, i) => (labels[k * copies + i] = old.labels[index]));
  return { data, labels };
}

/** Refuses what the network here cannot learn from; at most `most` pictures are taken, evenly. `read` is what readIdx gave. */
export function fitting({ images, labels, height, width, count }, name, most) {
  if (height !== SIDE || width !== SIDE) throw new Error(say("teach_idx_size", { name, height, width }));
  const taken = Math.min(count, most);
  const chosen = Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken));
  const fewer = new Float32Array(taken * PIXELS);
  chosen.forEach((index, i) => fewer.set(images.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS));
  return {
    images: fewer,
    labels: Int32Array.from(chosen.slice(0, labels.length), (index) => labels[index]),
    count: taken,
  };
}

/** The same pictures with rows for columns: in EMNIST's files they lie on their side. @param {Float32Array} images [n, 784] */
export const turned = (images) =>
  images.map((_, i) => {
    const at = i % PIXELS;
    return images[i - at + (at % SIDE) * SIDE + Math.floor(at / SIDE)];
  });

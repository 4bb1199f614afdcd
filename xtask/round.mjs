// @ts-check
// The page's weights with fewer digits, so that a slow line is done with them sooner: half precision keeps eleven binary
// digits of each value, however small, and most of those of small values are noise that no packing makes smaller.

/**
 * Tensors with fewer values stay as they are: the first and the last convolution, norms and biases weigh little in the
 * file and much in the picture.
 */
const SMALL = 4096;
/** Every other value becomes a multiple of 2^-DIGITS of the power of two above the largest one of its tensor. */
const DIGITS = 9;

/** @param {number} bits */
export function fromHalf(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  return (bits >> 15 ? -1 : 1) * (exponent ? 1024 + fraction : fraction) * 2 ** (Math.max(exponent, 1) - 25);
}

/** Of a value that half precision holds exactly. @param {number} value */
function toHalf(value) {
  const size = Math.abs(value);
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  // the leading 1 of a normal value carries into the exponent
  return (value < 0 ? 0x8000 : 0) | (((exponent + 14) << 10) + size * 2 ** (10 - exponent));
}

/**
 * The tensors of a safetensors file in half precision, by name.
 * @param {Buffer} file
 * @returns {[name: string, values: Uint16Array][]} into the file's own memory
 */
export function halves(file) {
  const begin = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__, ...tensors } = JSON.parse(file.toString("utf8", 8, begin));
  return Object.entries(tensors).map(
    ([
      name,
      {
        dtype,
        data_offsets: [from, to],
      },
    ]) => {
      if (dtype !== "F16") throw new Error(`${name} is ${dtype}, not F16`);
      return [name, new Uint16Array(file.buffer, file.byteOffset + begin + from, (to - from) / 2)];
    },
  );
}

/** What values of a tensor become multiples of; 0 where it keeps all its digits. @param {Uint16Array} values */
export function unit(values) {
  if (values.length < SMALL) return 0;
  const largest = values.reduce((most, bits) => Math.max(most, Math.abs(fromHalf(bits))), 0);
  return largest && Math.max(2 ** (Math.ceil(Math.log2(largest)) - DIGITS), 2 ** -24);
}

/** @param {Buffer} file safetensors, F16 @returns {Buffer} */
export function rounded(file) {
  const copy = Buffer.from(new Uint8Array(file).buffer); // aligned
  for (const [, values] of halves(copy)) {
    const one = unit(values);
    if (one) values.forEach((bits, i) => (values[i] = toHalf(one * Math.round(fromHalf(bits) / one))));
  }
  return copy;
}

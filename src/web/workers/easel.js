// @ts-check
// Draws what a chain in a worker has computed onto canvases, as the shaders do on WebGPU (present.wgsl, points.wgsl):
// the frames that a drawing needs are fetched, and it appears when they are there.

/**
 * What reads and checks the options, in Rust (drawing.rs).
 * @typedef {object} Drawing
 * @property {(what: string, settings: any, batch: number, position: number) => Grid} pictures
 * @property {(what: string, settings: any, shape: Uint32Array, position: number) => Cloud} points
 */
/** @typedef {{ frames: number[], images: number[], columns: number, scale: number }} Grid */
/** @typedef {{ frame: number, radius: number, color: number[], range: number[], clear: boolean, edge?: boolean }} Cloud */
/** @typedef {(context: CanvasRenderingContext2D, size: [number, number]) => void} Paint */
/** @typedef {{ open: boolean, layers: { paint: Paint | null }[] }} Picture what a canvas shows, or will */

/** Bytes of frames that a chain keeps here. */
const KEPT_BYTES = 16e6;

/** @type {WeakMap<HTMLCanvasElement, Picture>} */
const pictures = new WeakMap();

/** Calls back when the present task of the page has ended; no timer, which a hidden page would slow down. */
function afterTask(done) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    done();
  };
  port2.postMessage(null);
}

/** @param {HTMLCanvasElement} canvas */
function requireContext(canvas) {
  if (!canvas.getContext("2d")) throw new Error("the canvas cannot be drawn on (it has another kind of context)");
}

/** Draws all layers, once all are there. @param {HTMLCanvasElement} canvas */
function draw(canvas, { layers }) {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  if (!context || !width || !height || layers.some(({ paint }) => !paint)) return;
  context.clearRect(0, 0, width, height);
  for (const { paint } of layers) paint(context, [width, height]);
}

/**
 * Puts a layer onto what the canvas shows: over it, if that was begun in the same task of the page, and in its place
 * otherwise, so that of many drawings the newest counts.
 * @param {HTMLCanvasElement} canvas @param {Paint | Promise<Paint>} paint
 */
function put(canvas, clear, paint) {
  let picture = pictures.get(canvas);
  if (clear || !picture?.open) {
    picture = { open: true, layers: [] };
    const own = picture;
    afterTask(() => {
      own.open = false;
    });
    pictures.set(canvas, picture);
  }
  const layer = { paint: paint instanceof Promise ? null : paint };
  picture.layers.push(layer);
  if (layer.paint) return draw(canvas, picture);
  const arrived = (paint) => {
    layer.paint = paint;
    if (pictures.get(canvas) === picture) draw(canvas, picture);
  };
  // That the workers are gone, Engine.lost tells.
  Promise.resolve(paint).then(arrived, () => {});
}

/** @param {Uint8ClampedArray<ArrayBuffer>} pixels RGBA */
function surface(pixels, width, height) {
  const surface = new OffscreenCanvas(width, height);
  surface.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
  return surface;
}

/** Grey or coloured pixels of one image [c, h, w], −1…1, at column x and row y of a picture. */
function stamp(pixels, stride, [x, y], image, scale, [channels, height, width]) {
  const area = height * width;
  for (let i = 0; i < area; i++) {
    const to = 4 * ((y + Math.floor(i / width)) * stride + x + (i % width));
    for (let c = 0; c < 3; c++) pixels[to + c] = 255 * (image[channels < 3 ? i : c * area + i] * scale * 0.5 + 0.5);
    pixels[to + 3] = 255;
  }
}

/**
 * A grid of pictures, one pixel a value; cells without one stay transparent.
 * @param {Grid} grid @param {Float32Array[]} frames one a cell
 */
export function gridPixels({ images, columns, scale }, frames, [_, channels, height, width]) {
  const size = [columns * width, Math.ceil(images.length / columns) * height];
  const pixels = new Uint8ClampedArray(4 * size[0] * size[1]);
  const each = channels * height * width;
  images.forEach((image, i) => {
    const place = /** @type {[number, number]} */ ([(i % columns) * width, Math.floor(i / columns) * height]);
    const values = frames[i].subarray(image * each, (image + 1) * each);
    stamp(pixels, size[0], place, values, scale, [channels, height, width]);
  });
  return { pixels, size };
}

const upTo1 = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));

/**
 * Where a particle is drawn: its centre in pixels, how far it reaches from there, and how much of a pixel at a distance
 * from the centre it covers. `across` and `up` are its place, −1 … 1 within the canvas.
 * @param {number} across @param {number} up @param {Pick<Cloud, "radius" | "edge">} dots
 */
function mark(across, up, { radius, edge }, [width, height]) {
  const [x, y] = [((across + 1) * width) / 2 - 0.5, height - ((up + 1) * height) / 2 - 0.5];
  const most = Math.max(Math.abs(across), Math.abs(up));
  if (!edge || !(most > 1))
    return { x, y, reach: [radius, radius], cover: (dx, dy) => upTo1(radius + 0.5 - Math.hypot(dx, dy)) };
  const reach = Math.abs(across) > Math.abs(up) ? [2.5 * radius, 0.5 * radius] : [0.5 * radius, 2.5 * radius];
  const inside = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ half) =>
    Math.min(Math.max(size / 2 - half, 0), Math.max(-Math.max(size / 2 - half, 0), ((at / most) * size) / 2));
  return {
    x: width / 2 + inside(across, width, reach[0]) - 0.5,
    y: height / 2 - inside(up, height, reach[1]) - 0.5,
    reach,
    cover: (dx, dy) => upTo1(reach[0] + 0.5 - Math.abs(dx)) * upTo1(reach[1] + 0.5 - Math.abs(dy)),
  };
}

/**
 * Soft round dots at particles [x, y, …], y upwards, over nothing; with `edge`, a stroke at the edge for each outside. All
 * have one colour, so only the alpha is mixed.
 * @param {Float32Array} particles @param {Pick<Cloud, "radius" | "color" | "range" | "edge">} dots
 */
export function dotPixels(particles, dots, [width, height]) {
  const { color, range } = dots;
  const clear = new Float32Array(width * height).fill(1); // how much of what lies below is seen
  const alpha = color[3];
  const place = (/** @type {number} */ value) => ((value - range[0]) / (range[1] - range[0])) * 2 - 1;
  for (let i = 0; i + 1 < particles.length; i += 2) {
    const { x, y, reach, cover } = mark(place(particles[i]), place(particles[i + 1]), dots, [width, height]);
    const [left, right] = [Math.max(0, Math.ceil(x - reach[0] - 1)), Math.min(width - 1, Math.floor(x + reach[0] + 1))];
    const [top, bottom] = [
      Math.max(0, Math.ceil(y - reach[1] - 1)),
      Math.min(height - 1, Math.floor(y + reach[1] + 1)),
    ];
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++)
        clear[row * width + column] *= 1 - alpha * cover(column - x, row - y);
  }
  const pixels = new Uint8ClampedArray(4 * width * height);
  const [red, green, blue] = color.map((part) => 255 * part);
  for (let i = 0; i < clear.length; i++) if (clear[i] < 1) pixels.set([red, green, blue, 255 * (1 - clear[i])], 4 * i);
  return pixels;
}

/** Draws for one chain. */
export class Easel {
  #drawing;
  #read;
  /**
   * Frames, or their coming, by "what frame", the longest unused first.
   * @type {Map<string, Float32Array | Promise<Float32Array>>}
   */
  #frames = new Map();

  /**
   * @param {Drawing} drawing
   * @param {(what: string, frame: number) => Promise<Float32Array>} read
   */
  constructor(drawing, read) {
    this.#drawing = drawing;
    this.#read = read;
  }

  /** Now: `position` of the chain, and its `shape`. */
  pictures(canvas, what, settings, { shape, position }) {
    const grid = this.#drawing.pictures(what, settings, shape[0], position);
    requireContext(canvas);
    const paint = (frames) => {
      const { pixels, size } = gridPixels(grid, frames, shape);
      const picture = surface(pixels, size[0], size[1]);
      return (context, [width, height]) => {
        context.imageSmoothingEnabled = false; // a pixel stays a brick
        context.drawImage(picture, 0, 0, width, height);
      };
    };
    put(canvas, true, this.#with(what, grid.frames, paint));
  }

  points(canvas, what, settings, { shape, position }) {
    const cloud = this.#drawing.points(what, settings, Uint32Array.from(shape), position);
    requireContext(canvas);
    const paint =
      ([particles]) =>
      (context, size) =>
        context.drawImage(surface(dotPixels(particles, cloud, size), size[0], size[1]), 0, 0);
    put(canvas, cloud.clear, this.#with(what, [cloud.frame], paint));
  }

  /** Hands frames on, at once where they are all here. @param {number[]} numbers */
  #with(what, numbers, then) {
    const frames = numbers.map((number) => this.#frame(what, number));
    return frames.some((frame) => frame instanceof Promise) ? Promise.all(frames).then(then) : then(frames);
  }

  #frame(what, number) {
    const key = `${what} ${number}`;
    const known = this.#frames.get(key) ?? this.#fetch(key, what, number);
    this.#frames.delete(key);
    this.#frames.set(key, known);
    return known;
  }

  #fetch(key, what, number) {
    const keep = (values) => {
      this.#frames.set(key, values);
      const most = Math.max(1, Math.floor(KEPT_BYTES / values.byteLength));
      for (const old of [...this.#frames.keys()].slice(0, -most)) this.#frames.delete(old);
      return values;
    };
    const forget = (error) => {
      this.#frames.delete(key);
      throw error;
    };
    return this.#read(what, number).then(keep, forget);
  }
}

// @ts-check
// Draws pictures that exist as bytes on the CPU (recordings, read-back frames) into a 2-D canvas, one pixel per value;
// CSS enlarges them with image-rendering: pixelated.

/**
 * `picture(frame, image)` gives planes [channels, height, width] of bytes; cells are [frame, image, frame, image, …] laid
 * out in `columns`.
 */
export function drawBytes(canvas, picture, cells, columns, { channels, height, width }) {
  const context = canvas.getContext("2d");
  const area = width * height;
  for (let i = 0; i < cells.length / 2; i++) {
    const planes = picture(cells[2 * i], cells[2 * i + 1]);
    const target = context.createImageData(width, height);
    for (let j = 0; j < area; j++) {
      for (let c = 0; c < 3; c++) target.data[4 * j + c] = planes[channels === 3 ? c * area + j : j];
      target.data[4 * j + 3] = 255;
    }
    context.putImageData(target, (i % columns) * width, Math.floor(i / columns) * height);
  }
}

/** Gives the canvas exactly one pixel per value. */
export function fitExactly(canvas, columns, rows, { height, width }) {
  if (canvas.width !== columns * width) canvas.width = columns * width;
  if (canvas.height !== rows * height) canvas.height = rows * height;
}

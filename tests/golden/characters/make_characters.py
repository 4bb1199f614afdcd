"""Characters as eight people might draw them, to calibrate src/data/resemblance.rs: glyphs of Noto Sans CJK SC,
each bent by a smooth random displacement, turned, sheared, scaled and shifted, in strokes of varying width.

Usage: python make_characters.py --fonts /usr/share/fonts/opentype/noto
Needs pillow and numpy. Writes characters-{images.idx3,labels.idx1}-ubyte: 24 variants of each character in turn,
of which the first 8 are "the drawings" and the other 16 are further hands that nobody has seen; a label is the
place of the character in CHARACTERS.
"""
import argparse
from pathlib import Path
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

CHARACTERS = "木大△A中火X山"
VARIANTS, SIDE, FINE = 24, 28, 112
parser = argparse.ArgumentParser()
parser.add_argument("--fonts", required=True)
args = parser.parse_args()
random = np.random.default_rng(20)


faces = [ImageFont.truetype(str(Path(args.fonts) / "NotoSansCJK-Regular.ttc"), 84, index=i) for i in range(5)]
font = next(face for face in faces if face.getname()[0] == "Noto Sans CJK SC")


def bilinear(image, at):
    whole = np.clip(np.floor(at), 0, FINE - 2).astype(int)
    y, x = np.clip(at - whole, 0, 1)
    corner = lambda dy, dx: image[whole[0] + dy, whole[1] + dx]
    return (1 - y) * ((1 - x) * corner(0, 0) + x * corner(0, 1)) + y * ((1 - x) * corner(1, 0) + x * corner(1, 1))


def smooth_noise():
    coarse = Image.fromarray(random.normal(size=(4, 4)).astype(np.float32))
    return np.asarray(coarse.resize((FINE, FINE), Image.Resampling.BICUBIC))


def drawn(character):
    left, top, right, bottom = font.getbbox(character)
    image = Image.new("L", (FINE, FINE))
    canvas = ImageDraw.Draw(image)
    if character == "△":  # the font's is a hairline
        left, top, right, bottom = 0, 0, 80, 72
        canvas.line([(56, 20), (96, 92), (16, 92), (56, 20), (96, 92)], fill=255, width=7, joint="curve")
    else:
        canvas.text(((FINE - right - left) / 2, (FINE - bottom - top) / 2), character, fill=255, font=font)
    ink = np.asarray(image) / 255
    # The longer side becomes 20 ± 1 of 28 pixels, as in MNIST.
    size = max(right - left, bottom - top) / FINE * SIDE / random.uniform(19, 21)
    turn, shear, stretch = np.radians(random.uniform(-7, 7)), random.uniform(-0.12, 0.12), random.uniform(0.92, 1.08)
    matrix = size * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[stretch, shear], [0, 1 / stretch]])
    # A displacement of about one pixel of 28 that varies over a quarter of the picture.
    bend = np.stack([smooth_noise(), smooth_noise()]) * random.uniform(2.0, 4.5)
    shift = random.uniform(-6, 6, size=(2, 1, 1))
    grid = np.indices((FINE, FINE)) - (FINE - 1) / 2
    at = np.einsum("ij,jyx->iyx", matrix, grid + shift) + (FINE - 1) / 2 + bend
    ink = Image.fromarray(np.uint8(np.round(255 * bilinear(ink, at))))
    ink = np.asarray(ink.filter(ImageFilter.GaussianBlur(random.uniform(1.5, 3.0)))) / 255
    # Cutting the blurred ink at different heights makes strokes of different widths.
    ink = np.clip((ink - random.uniform(0.2, 0.45)) * 5 + 0.5, 0, 1)
    return ink.reshape(SIDE, FINE // SIDE, SIDE, FINE // SIDE).mean(axis=(1, 3))


pictures = np.stack([drawn(character) for character in CHARACTERS for _ in range(VARIANTS)])
images, labels = np.round(pictures * 255).astype(np.uint8), np.repeat(np.arange(len(CHARACTERS)), VARIANTS).astype(np.uint8)


def idx(magic, *dimensions):
    return b"".join(n.to_bytes(4, "big") for n in (magic, *dimensions))


HERE = Path(__file__).parent
(HERE / "characters-images.idx3-ubyte").write_bytes(idx(0x803, len(images), SIDE, SIDE) + images.tobytes())
(HERE / "characters-labels.idx1-ubyte").write_bytes(idx(0x801, len(labels)) + labels.tobytes())

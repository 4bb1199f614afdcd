"""Rasterise 拆 and 建 (Noto Sans CJK SC Bold) into 64 x 64 bits each: src/data/glyphs.rs.

Usage: python make_glyphs.py --font /usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc
"""
import argparse
from pathlib import Path
import numpy as np
from PIL import Image, ImageDraw, ImageFont

parser = argparse.ArgumentParser()
parser.add_argument("--font", required=True)
args = parser.parse_args()
SIZE, OVERSAMPLED = 64, 512
faces = [ImageFont.truetype(args.font, OVERSAMPLED, index=i) for i in range(5)]
font = next(face for face in faces if face.getname()[0] == "Noto Sans CJK SC")


def bits(character):
    """Rows of the character, cut out and scaled so that its longer side fills the square."""
    left, top, right, bottom = font.getbbox(character)
    side = max(right - left, bottom - top)
    picture = Image.new("L", (side, side))
    at = ((side - right + left) // 2 - left, (side - bottom + top) // 2 - top)
    ImageDraw.Draw(picture).text(at, character, fill=255, font=font)
    inside = np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BOX)) >= 128
    return [sum(1 << (SIZE - 1 - x) for x in np.flatnonzero(row)) for row in inside]


def constant(name, character):
    rows = "".join(f"    0x{row:016x},\n" for row in bits(character))
    return f"/// {character}, from the top; the highest bit is the leftmost pixel.\npub const {name}: [u64; {SIZE}] = [\n{rows}];\n"


head = """//! The characters 拆 and 建 as bitmaps, to scatter points in: written by assets/data/make_glyphs.py from
//! Noto Sans CJK SC Bold (SIL Open Font License 1.1).

"""
target = Path(__file__).parents[2] / "src" / "data" / "glyphs.rs"
target.write_text(head + constant("CHAI", "拆") + "\n" + constant("JIAN", "建"), encoding="utf-8")

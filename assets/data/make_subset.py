"""Take the first 20 test images of each digit out of MNIST, in the order they stand there, as two small IDX files.

Usage: python make_subset.py --data DIR_WITH_IDX_FILES
"""
import argparse
from pathlib import Path
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
args = parser.parse_args()
HERE, PER_DIGIT = Path(__file__).parent, 20


def idx(*dimensions, magic):
    return b"".join(n.to_bytes(4, "big") for n in (magic, *dimensions))


images = np.fromfile(Path(args.data) / "t10k-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 28, 28)
labels = np.fromfile(Path(args.data) / "t10k-labels-idx1-ubyte", np.uint8)[8:]
chosen = np.sort(np.concatenate([np.flatnonzero(labels == digit)[:PER_DIGIT] for digit in range(10)]))
(HERE / "mnist-test-200-images.idx3-ubyte").write_bytes(idx(len(chosen), 28, 28, magic=0x803) + images[chosen].tobytes())
(HERE / "mnist-test-200-labels.idx1-ubyte").write_bytes(idx(len(chosen), magic=0x801) + labels[chosen].tobytes())

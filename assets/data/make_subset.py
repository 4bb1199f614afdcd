"""Take the first images of each digit out of MNIST, in the order they stand there, as small IDX files:
20 of each from the test set, to take apart, and 100 of each from the training set, to train on.

Usage: python make_subset.py --data DIR_WITH_IDX_FILES
"""
import argparse
from pathlib import Path
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
args = parser.parse_args()
HERE = Path(__file__).parent


def idx(*dimensions, magic):
    return b"".join(n.to_bytes(4, "big") for n in (magic, *dimensions))


for source, name, per_digit in [("t10k", "test-200", 20), ("train", "train-1000", 100)]:
    images = np.fromfile(Path(args.data) / f"{source}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 28, 28)
    labels = np.fromfile(Path(args.data) / f"{source}-labels-idx1-ubyte", np.uint8)[8:]
    chosen = np.sort(np.concatenate([np.flatnonzero(labels == digit)[:per_digit] for digit in range(10)]))
    header = idx(len(chosen), 28, 28, magic=0x803)
    (HERE / f"mnist-{name}-images.idx3-ubyte").write_bytes(header + images[chosen].tobytes())
    header = idx(len(chosen), magic=0x801)
    (HERE / f"mnist-{name}-labels.idx1-ubyte").write_bytes(header + labels[chosen].tobytes())

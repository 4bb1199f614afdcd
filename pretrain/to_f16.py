"""Store a trained model as f16: half the download for the page. The engine and diffusers widen it to f32 on load.

Copies config.json and scheduler_config.json and writes every tensor of diffusion_pytorch_model.safetensors as f16,
after checking that none overflows. It needs numpy and safetensors only.
Usage: python to_f16.py --model DIR_WITH_F32 --out DIR
"""
import argparse, os, shutil
import numpy as np
from safetensors.numpy import load_file, save_file

WEIGHTS = "diffusion_pytorch_model.safetensors"

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--out", required=True)
args = parser.parse_args()

os.makedirs(args.out, exist_ok=True)
half = {}
for name, tensor in load_file(os.path.join(args.model, WEIGHTS)).items():
    with np.errstate(over="ignore"):  # said below, with the tensor's name
        half[name] = tensor.astype(np.float16)
    if not np.isfinite(half[name]).all():
        raise SystemExit(f"{name} does not fit f16: largest value {np.abs(tensor).max():g}")
save_file(half, os.path.join(args.out, WEIGHTS), metadata={"format": "pt"})
for name in ("config.json", "scheduler_config.json"):
    shutil.copyfile(os.path.join(args.model, name), os.path.join(args.out, name))

"""Measure what storing weights as f16 costs: test loss of both models and their largest difference in ε.

The loss is L_simple over MNIST's 10,000 test images, each with one (t, noise) drawn from a fixed seed, the same for both models.
Usage: python compare.py --data DIR_WITH_IDX_FILES --reference DIR_WITH_F32 --model DIR_WITH_F16
"""
import argparse, os
import numpy as np, torch
from diffusers import DDPMScheduler, UNet2DModel

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--reference", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()
torch.set_num_threads(args.threads)

x_0 = np.fromfile(os.path.join(args.data, "t10k-images-idx3-ubyte"), np.uint8)[16:].reshape(-1, 1, 28, 28)
x_0 = torch.from_numpy(x_0.astype(np.float32) / 127.5 - 1)
labels = torch.from_numpy(np.fromfile(os.path.join(args.data, "t10k-labels-idx1-ubyte"), np.uint8)[8:].astype(np.int64))
generator = torch.Generator().manual_seed(1)
t = torch.randint(0, 1000, (len(x_0),), generator=generator)
noise = torch.randn(x_0.shape, generator=generator)
x_t = DDPMScheduler.from_pretrained(args.reference).add_noise(x_0, noise, t)


@torch.no_grad()
def predict(folder):
    model = UNet2DModel.from_pretrained(folder, torch_dtype=torch.float32).eval()
    return torch.cat([model(x_t[i:i + 100], t[i:i + 100], labels[i:i + 100]).sample for i in range(0, len(x_t), 100)])


reference, half = predict(args.reference), predict(args.model)
print(f"reference  test loss {(reference - noise).pow(2).mean():.6f}")
print(f"model      test loss {(half - noise).pow(2).mean():.6f}")
difference = (half - reference).abs()
print(f"ε differs by at most {difference.max():.2e}, root mean square {difference.pow(2).mean().sqrt():.2e}, over {len(x_t)} images")

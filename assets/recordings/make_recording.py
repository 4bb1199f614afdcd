"""Record a chain for browsers without WebGPU: a 7 rebuilt by diffusers from the weights in assets/models/mnist.

DDIM, 50 steps, η = 0, guidance ε̂ = ε_∅ + 2 (ε_c − ε_∅), x̂_0 not clipped: what the page computes by default.
mnist-ddim50.bin holds bytes, one 28x28 picture after the other: x_t of frames 0…50, then x̂_0 predicted from frames
0…49, then ε̂ predicted from frames 0…49. mnist-ddim50.json says how, and gives t, ᾱ and σ of each frame.
Usage: python make_recording.py [--seed N]
"""
import argparse, json
from pathlib import Path
import torch
from diffusers import DDIMScheduler, UNet2DModel, __version__
from diffusers.utils import logging

parser = argparse.ArgumentParser()
parser.add_argument("--digit", type=int, default=7)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()
torch.set_num_threads(2)
logging.set_verbosity_error()
HERE = Path(__file__).parent
MODEL = HERE.parent / "models/mnist"
STEPS, GUIDANCE, NO_CLASS = 50, 2.0, 10


def grey(picture, scale):
    return ((picture * scale + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).numpy().tobytes()


model = UNet2DModel.from_pretrained(MODEL, torch_dtype=torch.float32).eval()
scheduler = DDIMScheduler.from_config(DDIMScheduler.load_config(MODEL), clip_sample=False)
scheduler.set_timesteps(STEPS)
x = torch.randn((1, 1, 28, 28), generator=torch.Generator().manual_seed(args.seed))
frames, predictions, noises, rows = [grey(x, 1)], [], [], []
for t in scheduler.timesteps:
    with torch.no_grad():
        conditional, unconditional = model(torch.cat([x, x]), t, torch.tensor([args.digit, NO_CLASS])).sample.chunk(2)
    eps = unconditional + GUIDANCE * (conditional - unconditional)
    out = scheduler.step(eps, t, x, eta=0.0)
    x = out.prev_sample
    frames.append(grey(x, 1)); predictions.append(grey(out.pred_original_sample, 1)); noises.append(grey(eps, 1 / 3))
    alpha_bar = scheduler.alphas_cumprod[t].item()
    rows.append(dict(t=t.item(), alphaBar=alpha_bar, sigma=0.0))
rows.append(dict(t=0, alphaBar=1.0, sigma=0.0))

(HERE / "mnist-ddim50.bin").write_bytes(b"".join(frames + predictions + noises))
info = dict(
    label=f"Recorded, not computed here: diffusers {__version__} with the weights in assets/models/mnist",
    width=28, height=28, steps=STEPS, digit=args.digit, sampler="ddim", eta=0.0, spacing="leading", guidance=GUIDANCE,
    clipSample=False, seed=f"torch.Generator().manual_seed({args.seed})",
    sections=[dict(what="x_t", frames=STEPS + 1, scale=1), dict(what="x_0", frames=STEPS, scale=1),
              dict(what="eps", frames=STEPS, scale=1 / 3)],
    mapping="byte = round((value * scale + 1) * 127.5), clamped to 0...255")
lines = ",\n".join("    " + json.dumps(row) for row in rows)
(HERE / "mnist-ddim50.json").write_text(json.dumps(info, indent=2)[:-2] + f',\n  "rows": [\n{lines}\n  ]\n}}\n')

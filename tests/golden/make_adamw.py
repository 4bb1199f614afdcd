"""Write twelve steps of torch.optim.AdamW, with clipping, warm-up, cosine and a moving average, from given gradients.

adamw.safetensors holds, for 24 weights of very different sizes,
  weights [24]            before the first step
  gradients [12, 24]      of each step; the first two have norms far above the clipping norm, one step is all zeros
  weights.<i> [24]        after step i (0 … 11), f64 rounded to f32
  ema.<i> [24]            moving average after step i
  norm [12], lr [12]      norm before clipping, learning rate of the step
adamw.json holds the settings.
The learning rate is lr·(i+1)/warmup during warm-up, then half a cosine to 0 at `steps`; the decay of the moving average is
min(ema, (1+i)/(10+i)).
Usage: python make_adamw.py
"""
import json, math
from pathlib import Path
import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent
CONFIG = dict(lr=0.01, warmup=3, steps=10, weight_decay=0.05, clip=1.0, ema=0.6, seed=7)

torch.manual_seed(CONFIG["seed"])
start = torch.randn(24, dtype=torch.float64) * torch.logspace(-3, 1, 24, dtype=torch.float64)
gradients = torch.randn(12, 24, dtype=torch.float64) * torch.logspace(-6, 0, 24, dtype=torch.float64).flip(0)
gradients[0] *= 100
gradients[1] *= 10
gradients[5] = 0
start, gradients = start.float().double(), gradients.float().double()


def rate(i):
    if i < CONFIG["warmup"]:
        return CONFIG["lr"] * (i + 1) / CONFIG["warmup"]
    progress = min((i - CONFIG["warmup"]) / (CONFIG["steps"] - CONFIG["warmup"]), 1)
    return CONFIG["lr"] * 0.5 * (1 + math.cos(math.pi * progress))


parameter = torch.nn.Parameter(start.clone())
optimizer = torch.optim.AdamW([parameter], lr=CONFIG["lr"], weight_decay=CONFIG["weight_decay"])
average, out, norms, rates = start.clone(), {}, [], []
for i, gradient in enumerate(gradients):
    parameter.grad = gradient.clone()
    norms.append(torch.nn.utils.clip_grad_norm_([parameter], CONFIG["clip"]).item())
    rates.append(rate(i))
    optimizer.param_groups[0]["lr"] = rates[-1]
    optimizer.step()
    average = average.lerp(parameter.data, 1 - min(CONFIG["ema"], (1 + i) / (10 + i)))
    out[f"weights.{i}"], out[f"ema.{i}"] = parameter.data.float().clone(), average.float().clone()
out |= dict(weights=start.float(), gradients=gradients.float(), norm=torch.tensor(norms), lr=torch.tensor(rates))
save_file({name: tensor.contiguous() for name, tensor in out.items()}, HERE / "adamw.safetensors")
(HERE / "adamw.json").write_text(json.dumps(CONFIG, indent=1) + "\n")

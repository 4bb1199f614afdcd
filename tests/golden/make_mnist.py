"""Write what diffusers computes with the model in assets/models/mnist: single predictions and DDIM chains.

The U-Net runs in f64 from the stored f16 weights; the scheduler is diffusers' own, made from the model's
scheduler_config.json (50 steps, η = 0, "leading" spacing: t = 980, 960 … 0). Without guidance x̂_0 is clipped to ±1
(and ε not derived again, diffusers' default); with guidance it is not clipped, as in the page.
mnist.safetensors holds
  sample [4,1,28,28], timestep [4], class_labels [4], eps     four digits demolished to four levels; label 10 = no class
  x_T [4,1,28,28], labels [4], timesteps [50]                 start of the chains
  ddim50/x_0, ddim50/x.10 … x.40                              without guidance, and x after 10, 20, 30 and 40 steps
  guided/x_0, guided/x.10 … x.40                              with ε̂ = ε_∅ + 2 (ε_c − ε_∅), clip_sample false
Usage: python make_mnist.py
"""
from pathlib import Path
import torch
from diffusers import DDIMScheduler, UNet2DModel
from diffusers.utils import logging
from safetensors.torch import save_file

torch.set_num_threads(2)
logging.set_verbosity_error()
HERE = Path(__file__).parent
MODEL = HERE.parent.parent / "assets/models/mnist"
CONFIG = DDIMScheduler.load_config(MODEL)
NO_CLASS, GUIDANCE = 10, 2.0


@torch.no_grad()
def chain(model, x_T, labels, guidance):
    """x after every step of DDIM-50; guidance None means the class-conditional ε alone."""
    scheduler = DDIMScheduler.from_config(CONFIG, clip_sample=guidance is None)
    scheduler.set_timesteps(50)
    x, xs = x_T, []
    for t in scheduler.timesteps:
        eps = model(x, t, labels).sample
        if guidance is not None:
            unconditional = model(x, t, torch.full_like(labels, NO_CLASS)).sample
            eps = unconditional + guidance * (eps - unconditional)
        x = scheduler.step(eps, t, x, eta=0.0).prev_sample
        xs.append(x)
    return xs


generator = torch.Generator().manual_seed(0)
x_T = torch.randn((4, 1, 28, 28), generator=generator)
labels = torch.tensor([7, 2, 4, 0])
scheduler = DDIMScheduler.from_config(CONFIG)
scheduler.set_timesteps(50)
double = UNet2DModel.from_pretrained(MODEL, torch_dtype=torch.float64).eval()
single = UNet2DModel.from_pretrained(MODEL, torch_dtype=torch.float32).eval()

golden = dict(x_T=x_T, labels=labels, timesteps=scheduler.timesteps)
for name, guidance in (("ddim50", None), ("guided", GUIDANCE)):
    xs = chain(double, x_T.double(), labels, guidance)
    golden |= {f"{name}/x.{i}": xs[i - 1].float() for i in (10, 20, 30, 40)} | {f"{name}/x_0": xs[-1].float()}
    in_f32 = chain(single, x_T, labels, guidance)[-1]
    print(f"{name}: x_0 in f32 differs by {(in_f32 - xs[-1]).abs().max():.1e}")

timestep = torch.tensor([0, 250, 617, 999])
class_labels = torch.tensor([7, 2, NO_CLASS, 0])
noise = torch.randn((4, 1, 28, 28), generator=generator)
sample = scheduler.add_noise(golden["ddim50/x_0"], noise, timestep)
with torch.no_grad():
    eps = double(sample.double(), timestep, class_labels).sample
    print(f"ε in f32 differs by {(single(sample, timestep, class_labels).sample - eps).abs().max():.1e}")
golden |= dict(sample=sample, timestep=timestep.float(), class_labels=class_labels, eps=eps.float())
save_file({k: v.contiguous() for k, v in golden.items()}, HERE / "mnist.safetensors")
(HERE / "mnist.safetensors").chmod(0o644)

"""Write ten training steps of PyTorch, to hold a whole optimiser step against, ten times over.

training/<model>.safetensors has, for step s: <s>/x_t, <s>/timestep, <s>/target, <s>/labels; loss, norm (of the gradient,
before clipping) and lr of all steps; then weight.<name> and ema.<name> after the last. The models are unet/mnist_like
and mlp/ as they are stored. Everything is f64 but diffusers' sinusoid of t.

Optimiser: torch.optim.AdamW, weight decay 0.01, clip_grad_norm_ 2.0 (the last steps of the U-Net stay below). Learning
rate of step s (from 0): 1e-3 (s+1)/3 for three steps, then 1e-3 (1 + cos(pi (s-3)/7))/2. Moving average: decay
min(0.999, (1+s)/(10+s)), after the step.
Usage: python make_training.py     (after make_unets.py and make_mlp.py)
"""
import copy, math
from pathlib import Path
import torch
from diffusers import UNet2DModel
from diffusers.utils import logging
from safetensors.torch import load_file, save_file
import make_mlp, make_unets

torch.set_num_threads(1)
logging.set_verbosity_error()
OUT = Path(__file__).parent / "training"
STEPS, WARMUP, LR, EMA = 10, 3, 1e-3, 0.999
ALPHA_BAR = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0)


def learning_rate(step):
    if step < WARMUP:
        return LR * (step + 1) / WARMUP
    return LR * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP))) / 2


def run(name, model, predict, x_0, classes, seed):
    """x_0: what the batch of a step is noised from."""
    generator = torch.Generator().manual_seed(seed)
    model.double().train()
    average = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LR, weight_decay=0.01)
    tensors, curves = {}, dict(loss=[], norm=[], lr=[])
    for step in range(STEPS):
        clean = x_0(generator)
        timestep = torch.randint(1000, (len(clean),), generator=generator)
        labels = torch.randint(classes, (len(clean),), generator=generator)
        target = torch.randn(clean.shape, generator=generator)
        alpha_bar = ALPHA_BAR[timestep].reshape(-1, *[1] * (clean.ndim - 1))
        x_t = (alpha_bar.sqrt() * clean + (1 - alpha_bar).sqrt() * target).float()

        loss = (predict(model, x_t.double(), timestep, labels) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        optimizer.step()
        decay = min(EMA, (1 + step) / (10 + step))
        with torch.no_grad():
            for a, p in zip(average.parameters(), model.parameters()):
                a.lerp_(p, 1 - decay)

        inputs = dict(x_t=x_t, timestep=timestep, target=target, labels=labels)
        tensors |= {f"{step}/{k}": v.float().contiguous() for k, v in inputs.items()}
        for k, v in dict(loss=loss.detach(), norm=norm, lr=learning_rate(step)).items():
            curves[k].append(float(v))
    tensors |= {k: torch.tensor(v) for k, v in curves.items()}
    tensors |= {"weight." + k: p.detach().float() for k, p in model.named_parameters()}
    tensors |= {"ema." + k: p.detach().float() for k, p in average.named_parameters()}
    OUT.mkdir(exist_ok=True)
    save_file(tensors, OUT / f"{name}.safetensors")
    (OUT / f"{name}.safetensors").chmod(0o644)
    print(name, *(f"{k} {' '.join(f'{x:.3g}' for x in v)};" for k, v in curves.items()))


if __name__ == "__main__":
    unet = UNet2DModel.from_pretrained(make_unets.HERE / "mnist_like", torch_dtype=torch.float32)
    run("mnist_like", unet, lambda m, *inputs: m(*inputs).sample,
        lambda g: torch.rand((2, 1, 28, 28), generator=g) * 2 - 1, 11, 0)
    mlp = make_mlp.load()
    points = lambda g: torch.randn((32, 2), generator=g) * 0.2 + torch.tensor([0.5, -1.0])
    run("mlp", mlp, lambda m, *inputs: m(*inputs), points, mlp.config["num_class_embeds"], 1)

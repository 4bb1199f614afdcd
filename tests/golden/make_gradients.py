"""Write what PyTorch's autograd makes of the models under unet/: the training loss and its gradient by every weight.

Every folder of unet/ gets gradients.safetensors {x_0, noise, timestep, class_labels?, x_t, loss, grad.<weight>}, the
weights by the names their file has. x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) noise by DDPM's schedule (1e-4 to 0.02 in 1000
steps), loss = mean (model(x_t, t, class) - noise)^2 over everything. A model that predicts more channels than it reads
has noise of as many; x_t takes the first of them. The stored x_t, rounded to f32, is what the model is given; all else
is f64 but diffusers' sinusoid of t.
Usage: python make_gradients.py     (after make_unets.py)
"""
from pathlib import Path
import torch
from diffusers import UNet2DModel
from diffusers.utils import logging
from safetensors.torch import load_file, save_file
from make_unets import CASES, HERE, OLD_NAMES, WEIGHTS

torch.set_num_threads(1)
logging.set_verbosity_error()
# Whole numbers everywhere, so that each has its own alpha_bar; the Fourier embedding has no t = 0.
TIMESTEPS = {"fourier_scale_shift": (1, 40, 700), "odd_width_mid_norm": (123, 876)}


def double_sinusoid(model):
    """The class's sinusoid, which diffusers leaves in f32 where the rest of the model is f64."""
    if model.config.class_embed_type == "timestep":
        model.class_embedding.register_forward_pre_hook(lambda _, inputs: (inputs[0].double(),))


def labels_for(config, golden, batch):
    """The labels of the predictions; for the model that has one sample there, one more."""
    labels = golden.get("class_labels")
    return labels if labels is None or len(labels) == batch else torch.arange(batch) * 2 % config.num_class_embeds


def write(name, seed):
    folder = HERE / name
    generator = torch.Generator().manual_seed(seed)
    model = UNet2DModel.from_pretrained(folder, torch_dtype=torch.float32).double().eval()
    double_sinusoid(model)
    config, golden = model.config, load_file(folder / "golden.safetensors")
    timestep = torch.tensor(TIMESTEPS.get(name, CASES[name]["timesteps"]))
    _, _, height, width = golden["sample"].shape
    x_0 = torch.rand((len(timestep), config.in_channels, height, width), generator=generator) * 2 - 1
    noise = torch.randn((len(timestep), config.out_channels, height, width), generator=generator)
    labels = labels_for(config, golden, len(timestep))

    alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0)[timestep, None, None, None]
    x_t = (alpha_bar.sqrt() * x_0 + (1 - alpha_bar).sqrt() * noise[:, :config.in_channels]).float()
    if labels is not None and labels.is_floating_point():
        labels = labels.double()
    loss = (model(x_t.double(), timestep, labels).sample - noise).square().mean()
    loss.backward()

    stored = load_file(folder / WEIGHTS)
    tensors = dict(x_0=x_0, noise=noise, timestep=timestep, x_t=x_t, loss=loss.detach())
    if labels is not None:
        tensors["class_labels"] = labels
    for weight, p in model.named_parameters():
        if p.requires_grad:                                            # the Fourier frequencies are fixed
            for new, old in OLD_NAMES.items() if weight not in stored else ():
                weight = weight.replace(new, old)
            assert stored[weight].shape == p.shape, weight
            tensors["grad." + weight] = p.grad
    tensors = {k: v.float().contiguous() for k, v in tensors.items()}
    save_file(tensors, folder / "gradients.safetensors")
    (folder / "gradients.safetensors").chmod(0o644)
    norm = torch.stack([p.grad.norm() for p in model.parameters() if p.grad is not None]).norm()
    print(f"{name:28} loss {loss:.4f}, gradient norm {norm:.4f}, {len(tensors)} tensors")


if __name__ == "__main__":
    for seed, name in enumerate(CASES):
        write(name, 100 + seed)

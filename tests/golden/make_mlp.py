"""Write a small PointMlp (the engine's denoiser of points, src/nn/point_mlp/graph.rs) as PyTorch would train it.

mlp/ gets config.json, the weights, golden.safetensors {sample, timestep, class_labels, eps} and gradients.safetensors, which
are what make_unets.py and make_gradients.py write for a U-Net; points are pictures of 1x1 with two channels. Everything
is f64 but the sinusoid of t, which is diffusers'. No channel count is a multiple of four.
Usage: python make_mlp.py
"""
import json, math
from pathlib import Path
import torch
from diffusers.models.embeddings import get_timestep_embedding
from safetensors.torch import load_file, save_file
from torch import nn

HERE = Path(__file__).parent / "mlp"
WEIGHTS = "diffusion_pytorch_model.safetensors"
CONFIG = dict(_class_name="PointMlp", width=21, depth=2, time_features=10, point_features=3, num_class_embeds=5)
LONGEST = 8                                                            # period of the slowest sinusoid


class PointMlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config, width = config, config["width"]
        self.point_in = nn.Linear(8 * config["point_features"] + 2, width)
        self.time_in = nn.Linear(config["time_features"], width, bias=False)
        self.class_embedding = nn.Embedding(config["num_class_embeds"], width)
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(config["depth"]))
        self.out = nn.Linear(width, 2)

    def forward(self, x, timestep, labels):
        along = torch.cat([x, x.sum(1, keepdim=True), x[:, :1] - x[:, 1:]], 1)
        frequency = torch.tensor([2 ** (k // 2) * (1.5 if k % 2 else 1) for k in range(self.config["point_features"])])
        angle = 2 * math.pi * along[:, :, None] * frequency / LONGEST
        point = torch.stack([angle.sin(), angle.cos()], 3).flatten(1)  # direction, frequency, sine before cosine
        time = get_timestep_embedding(timestep, self.config["time_features"], flip_sin_to_cos=True, downscale_freq_shift=0)
        h = self.point_in(torch.cat([point, x], 1)) + self.time_in(time.to(x.dtype)) + self.class_embedding(labels)
        for layer in self.layers:
            h = h + layer(nn.functional.silu(h))
        return self.out(nn.functional.silu(h))


def load():
    model = PointMlp(json.loads((HERE / "config.json").read_text()))
    model.load_state_dict(load_file(HERE / WEIGHTS))
    return model


def write():
    generator = torch.Generator().manual_seed(0)
    model = PointMlp(CONFIG)
    for name, p in model.named_parameters():
        random = torch.randn(p.shape, generator=generator)
        p.data = 0.3 * random if p.ndim == 1 else random if "embedding" in name else random / math.sqrt(p.shape[1])
    HERE.mkdir(exist_ok=True)
    (HERE / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, HERE / WEIGHTS)
    model.double()

    batch = 40
    timestep = torch.randint(1000, (batch,), generator=generator)
    labels = torch.randint(CONFIG["num_class_embeds"] - 1, (batch,), generator=generator)   # the last row is never read
    x_0 = torch.randn((batch, 2), generator=generator)
    noise = torch.randn((batch, 2), generator=generator)
    alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0)[timestep, None]
    x_t = (alpha_bar.sqrt() * x_0 + (1 - alpha_bar).sqrt() * noise).float()
    eps = model(x_t.double(), timestep, labels)
    loss = (eps - noise).square().mean()
    loss.backward()

    picture = lambda points: points.detach()[:, :, None, None]
    inputs = dict(timestep=timestep, class_labels=labels)
    golden = inputs | dict(sample=picture(x_t), eps=picture(eps))
    gradients = inputs | dict(x_0=picture(x_0), noise=picture(noise), x_t=picture(x_t), loss=loss.detach())
    gradients |= {"grad." + name: p.grad for name, p in model.named_parameters()}
    for name, tensors in dict(golden=golden, gradients=gradients).items():
        save_file({k: v.float().contiguous() for k, v in tensors.items()}, HERE / f"{name}.safetensors")
    for file in HERE.glob("*.safetensors"):
        file.chmod(0o644)
    print(f"mlp: {sum(p.numel() for p in model.parameters())} parameters, eps std {eps.std():.3f}, loss {loss:.4f}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write()

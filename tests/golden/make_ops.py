"""Write what PyTorch computes for single operations in NCHW, to hold each kernel and its f64 twin against.

Inputs are f32; outputs are computed in f64 and rounded (the sinusoid by diffusers, in f32). ops.safetensors names
tensors <case>/<role>; its metadata list the cases: op, hyper-parameters, and the roles present. Sizes are chosen to be
awkward: channels 1, 3, 5, 10 and 64, 7x7, 5x9 and 28x28 pixels, batches 1 and 3, 35 tokens. No weight is 1, no bias 0.
Usage: python make_ops.py
"""
import json, math
from pathlib import Path
import torch, torch.nn.functional as F
from diffusers.models.embeddings import get_timestep_embedding
from safetensors.torch import save_file

torch.set_num_threads(2)
HERE = Path(__file__).parent
generator = torch.Generator().manual_seed(0)
tensors, cases = {}, []


def randn(*shape):
    return torch.randn(shape, generator=generator)


def affine(channels):
    return 0.6 + 0.9 * torch.rand(channels, generator=generator), 0.3 * randn(channels)


def record(name, op, inputs, y, **hyper):
    cases.append(dict(name=name, op=op, **hyper, tensors=[*inputs, "y"]))
    for role, value in (inputs | {"y": y}).items():
        tensors[f"{name}/{role}"] = value.float().contiguous().clone()


def conv(batch, c_in, c_out, height, width, kernel=3, stride=1, padding=(1, 1, 1, 1), upsample=False):
    """padding is F.pad's (left, right, top, bottom)."""
    x, bias = randn(batch, c_in, height, width), 0.3 * randn(c_out)
    weight = randn(c_out, c_in, kernel, kernel) / math.sqrt(c_in * kernel ** 2)
    before = F.interpolate(x.double(), scale_factor=2.0, mode="nearest") if upsample else x.double()
    y = F.conv2d(F.pad(before, padding), weight.double(), bias.double(), stride=stride)
    kind = f"conv{kernel}x{kernel}" + (f"_stride{stride}" if stride > 1 else "")
    kind += ("_asymmetric" if padding == (0, 1, 0, 1) else "") + ("_upsample" if upsample else "")
    record(f"{kind}_{batch}x{c_in}to{c_out}_{height}x{width}", "conv2d", dict(x=x, weight=weight, bias=bias), y,
           stride=stride, padding=padding, upsample=upsample)


for shape in [(1, 1, 3, 28, 28), (3, 3, 5, 7, 7), (3, 10, 5, 5, 9), (1, 64, 64, 7, 7), (1, 5, 1, 5, 9), (3, 10, 64, 5, 9)]:
    conv(*shape)
for shape in [(1, 3, 10, 28, 28), (3, 5, 5, 6, 10), (1, 64, 10, 4, 6), (3, 10, 10, 7, 7)]:
    conv(*shape, stride=2)
for shape in [(1, 3, 10, 28, 28), (3, 5, 5, 6, 10), (1, 64, 10, 4, 6)]:
    conv(*shape, stride=2, padding=(0, 1, 0, 1))
for shape in [(3, 5, 10, 5, 9), (1, 64, 3, 7, 7), (1, 1, 64, 5, 9), (3, 10, 1, 7, 7)]:
    conv(*shape, kernel=1, padding=(0, 0, 0, 0))
for shape in [(1, 1, 5, 14, 14), (3, 10, 10, 5, 9), (1, 64, 5, 3, 5), (3, 3, 3, 7, 7)]:
    conv(*shape, upsample=True)

for batch, channels, height, width, groups, eps, silu, shift in [
        (3, 10, 5, 9, 5, 1e-5, False, False), (1, 5, 7, 7, 1, 1e-6, False, False), (3, 3, 7, 7, 3, 1e-5, True, False),
        (1, 64, 28, 28, 8, 1e-5, True, False), (3, 10, 7, 7, 2, 1e-5, True, False), (3, 10, 5, 9, 5, 1e-5, True, True),
        (1, 64, 7, 7, 32, 1e-6, True, True), (1, 1, 5, 9, 1, 1e-2, False, False)]:
    x = 2 * randn(batch, channels, height, width) + 3 * randn(1, channels, 1, 1)   # a mean far from 0 shows a careless variance
    weight, bias = affine(channels)
    inputs, name = dict(x=x, weight=weight, bias=bias), f"group_norm_{batch}x{channels}_{height}x{width}_groups{groups}"
    y = F.group_norm(x.double(), groups, weight.double(), bias.double(), eps)
    if shift:                                                          # per sample: y (1 + scale) + shift, scale first
        inputs["scale_shift"] = 0.5 * randn(batch, 2 * channels)
        scale, offset = inputs["scale_shift"].double()[:, :, None, None].chunk(2, dim=1)
        y, name = y * (1 + scale) + offset, name + "_scale_shift"
    if silu:
        y, name = F.silu(y), name + "_silu"
    record(name, "group_norm", inputs, y, groups=groups, eps=eps, silu=silu)

x = torch.cat([3 * randn(3, 5, 5, 9).flatten(), torch.tensor([-100.0, -20.0, 0.0, 20.0, 100.0])])
record("silu", "activation", dict(x=x), F.silu(x.double()), activation="silu")

for batch, c_in, c_out in [(1, 10, 64), (3, 64, 5), (3, 5, 3), (3, 1, 10)]:
    x, weight, bias = randn(batch, c_in), randn(c_out, c_in) / math.sqrt(c_in), 0.3 * randn(c_out)
    y = F.linear(x.double(), weight.double(), bias.double())
    record(f"linear_{batch}x{c_in}to{c_out}", "linear", dict(x=x, weight=weight, bias=bias), y)

x = randn(3, 5, 6, 10)
record("avg_pool2", "avg_pool2", dict(x=x), F.avg_pool2d(x.double(), 2))
record("upsample2", "upsample2", dict(x=x), F.interpolate(x.double(), scale_factor=2.0, mode="nearest"))
parts = [randn(3, c, 5, 9) for c in (10, 3)]
record("concat", "concat", dict(a=parts[0], b=parts[1]), torch.cat(parts, 1))

t = torch.tensor([0.0, 1.0, 12.5, 250.0, 999.0])
for dim in (32, 9, 10):
    for flip in (False, True):
        for freq_shift in (0, 1):
            record(f"sinusoid_{dim}_{'cos_sin' if flip else 'sin_cos'}_shift{freq_shift}", "sinusoid", dict(t=t),
                   get_timestep_embedding(t, dim, flip, freq_shift), dim=dim, flip_sin_to_cos=flip, freq_shift=freq_shift)

for batch, heads, head_dim, tokens in [(1, 3, 6, 35), (3, 1, 10, 35), (3, 8, 8, 49), (1, 5, 1, 7), (1, 1, 64, 35)]:
    q, k, v = (1.5 * randn(batch, tokens, heads * head_dim) for _ in range(3))
    split = lambda a: a.double().reshape(batch, tokens, heads, head_dim).transpose(1, 2)
    y = F.scaled_dot_product_attention(split(q), split(k), split(v)).transpose(1, 2).reshape(q.shape)
    record(f"attention_{batch}_heads{heads}x{head_dim}_{tokens}", "attention", dict(q=q, k=k, v=v), y, heads=heads)

save_file(tensors, HERE / "ops.safetensors", metadata={"cases": json.dumps(cases)})
(HERE / "ops.safetensors").chmod(0o644)
print(len(cases), "cases,", len({c["name"] for c in cases}), "names")

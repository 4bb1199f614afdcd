"""Write small UNet2DModels with random weights, and what diffusers predicts with them, to hold the engine against.

Each configuration under unet/ exercises other options; together they cover every option the engine supports.
A folder is what `save_pretrained` writes, plus golden.safetensors {sample, timestep, class_labels?, eps}.
The prediction is computed in f64 from the stored weights, so the numbers are diffusers' up to the last bit of f32
(except diffusers' time embedding, which is always f32).
Usage: python make_unets.py     (in any folder; rewrites unet/ beside this file)
"""
import json, math, shutil
from pathlib import Path
import torch
from diffusers import UNet2DModel
from diffusers.utils import logging
from safetensors.torch import load_file, save_file

torch.set_num_threads(2)
logging.set_verbosity_error()
HERE = Path(__file__).parent / "unet"
WEIGHTS = "diffusion_pytorch_model.safetensors"

# The shape of the model in assets/models/mnist, narrower.
MNIST_LIKE = dict(
    sample_size=28, in_channels=1, out_channels=1, layers_per_block=1, block_out_channels=(8, 16, 16),
    down_block_types=("DownBlock2D", "DownBlock2D", "AttnDownBlock2D"),
    up_block_types=("AttnUpBlock2D", "UpBlock2D", "UpBlock2D"), norm_num_groups=4, num_class_embeds=11)

# The shape of google/ddpm-cifar10-32: asymmetric padding, attention in the second of several blocks, one head.
DDPM_LIKE = dict(
    sample_size=16, in_channels=3, out_channels=3, layers_per_block=2, block_out_channels=(8, 16, 16),
    down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D"), norm_num_groups=4, norm_eps=1e-6,
    downsample_padding=0, flip_sin_to_cos=False, freq_shift=1, attention_head_dim=None)

CASES = {
    "mnist_like": dict(config=MNIST_LIKE, timesteps=(0, 999, 437)),
    # Rectangular, Fourier time embedding (output divided by t), scale_shift norms (no norm in the mid attention),
    # down- and upsampling inside residual blocks.
    "fourier_scale_shift": dict(timesteps=(0.4, 1.7, 37.5), config=dict(
        sample_size=(24, 16), in_channels=3, out_channels=3, layers_per_block=1, block_out_channels=(8, 12, 16),
        time_embedding_type="fourier", resnet_time_scale_shift="scale_shift",
        down_block_types=("AttnDownBlock2D", "ResnetDownsampleBlock2D", "DownBlock2D"),
        up_block_types=("ResnetUpsampleBlock2D", "AttnUpBlock2D", "UpBlock2D"),
        downsample_type="resnet", upsample_type="resnet", attention_head_dim=4, norm_num_groups=4)),
    # Asymmetric downsampling, centred input, a mid block without attention and rescaled by sqrt 2, sine before cosine.
    "asymmetric_no_mid_attention": dict(timesteps=(3, 500), config=dict(
        sample_size=12, in_channels=2, out_channels=4, layers_per_block=1, block_out_channels=(16, 8),
        down_block_types=("DownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "UpBlock2D"),
        downsample_padding=0, add_attention=False, center_input_sample=True, mid_block_scale_factor=math.sqrt(2),
        flip_sin_to_cos=False, freq_shift=1, norm_num_groups=2)),
    # Channels that are no multiples of 4, heads of 6 in blocks of 10 (one head, 6 of 10 channels), 15 (2, 12 of 15) and
    # 20 (3, 18 of 20) channels, attention in every block, its mid norm in groups of its own, class embedded like a time.
    "odd_heads_timestep_class": dict(timesteps=(1, 250, 998), labels=(7, 0, 512), config=dict(
        sample_size=(8, 12), in_channels=1, out_channels=2, layers_per_block=2, block_out_channels=(10, 15, 20),
        down_block_types=("AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D"),
        attention_head_dim=6, norm_num_groups=5, attn_norm_num_groups=10, time_embedding_dim=22, freq_shift=1,
        mid_block_scale_factor=1.5, class_embed_type="timestep", act_fn="silu")),
    # A learned time embedding, a class given as a vector, no mid block, one resolution more, an odd first width
    # with scale_shift and attention whose norm keeps norm_num_groups there; residual samplers on an AttnDown block only.
    "learned_identity_no_mid": dict(timesteps=(0, 49), labels="vector", config=dict(
        sample_size=(16, 8), in_channels=1, out_channels=1, layers_per_block=1, block_out_channels=(9, 6, 12, 12),
        down_block_types=("DownBlock2D", "UNetResAttnDownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D", "AttnUpBlock2D"),
        time_embedding_type="learned", num_train_timesteps=50, class_embed_type="identity", time_embedding_dim=20,
        mid_block_type=None, downsample_type="resnet", norm_num_groups=3, attention_head_dim=3)),
    # An odd first width, so the sinusoid ends in a zero; scale_shift with a mid norm asked for; relu; a single sample.
    "odd_width_mid_norm": dict(timesteps=(123,), config=dict(
        sample_size=8, in_channels=1, out_channels=1, layers_per_block=1, block_out_channels=(5, 10),
        down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"),
        resnet_time_scale_shift="scale_shift", attn_norm_num_groups=2, norm_num_groups=5, attention_head_dim=5,
        num_class_embeds=3), labels=(2,)),
    "ddpm_old_names": dict(config=DDPM_LIKE, timesteps=(0, 742), old_names=True),
    "stored_f16": dict(config=dict(MNIST_LIKE, sample_size=8), timesteps=(10, 900), dtype=torch.float16),
    "stored_bf16": dict(config=dict(DDPM_LIKE, sample_size=8), timesteps=(10, 900), dtype=torch.bfloat16),
}

OLD_NAMES = {".to_q.": ".query.", ".to_k.": ".key.", ".to_v.": ".value.", ".to_out.0.": ".proj_attn."}


def randomise(model, generator):
    """Give every parameter values that show a mistake: no scale of 1, no bias of 0, and outputs that stay of order 1."""
    for name, p in model.named_parameters():
        random = torch.randn(p.shape, generator=generator)
        if name == "time_proj.weight" and p.ndim == 1:
            p.data = random * 4                                        # Fourier frequencies
        elif "norm" in name and name.endswith(".weight"):
            p.data = 0.6 + 0.9 * torch.rand(p.shape, generator=generator)
        elif name.endswith(".bias"):
            p.data = 0.3 * random
        elif ".to_q." in name or ".to_k." in name:
            p.data = random * 1.5 / math.sqrt(p.shape[1])               # attention that is far from uniform
        elif "embedding.weight" in name or name == "time_proj.weight":
            p.data = random                                            # rows of a lookup table
        else:
            p.data = random / math.sqrt(p[0].numel())


def labels_for(case, config, generator):
    labels = case.get("labels")
    if labels == "vector":
        return torch.randn((len(case["timesteps"]), config["time_embedding_dim"]), generator=generator)
    if labels is None and "num_class_embeds" in config:
        labels = [(3 + 7 * i) % config["num_class_embeds"] for i in range(len(case["timesteps"]))]
    return None if labels is None else torch.tensor(labels)


@torch.no_grad()
def write(name, case, seed):
    folder, config = HERE / name, case["config"]
    generator = torch.Generator().manual_seed(seed)
    model = UNet2DModel(**config).eval()
    randomise(model, generator)
    model.to(case.get("dtype", torch.float32)).save_pretrained(folder)
    if config.get("num_class_embeds") == 11:                           # the last stands for none, as in MNIST's model
        stored = json.loads((folder / "config.json").read_text()) | {"null_class": 10}
        (folder / "config.json").write_text(json.dumps(stored, indent=2, sort_keys=True) + "\n")
    model.double()                                                     # from the stored, rounded weights
    if config.get("class_embed_type") == "timestep":                   # diffusers leaves the class's sinusoid in f32
        model.class_embedding.register_forward_pre_hook(lambda _, inputs: (inputs[0].double(),))

    size = config["sample_size"]
    height, width = (size, size) if isinstance(size, int) else size
    timestep = torch.tensor(case["timesteps"])
    golden = dict(sample=torch.randn((len(timestep), config["in_channels"], height, width), generator=generator),
                  timestep=timestep.float())
    labels = labels_for(case, config, generator)
    if labels is not None:
        golden["class_labels"] = labels
    double = lambda x: x.double() if x is not None and x.is_floating_point() else x
    eps = model(golden["sample"].double(), double(timestep), double(labels)).sample
    assert torch.isfinite(eps).all() and 0.3 < eps.std() < 3, eps.std()
    golden["eps"] = eps.float().contiguous()
    save_file(golden, folder / "golden.safetensors")
    single = UNet2DModel.from_pretrained(folder, torch_dtype=torch.float32)(golden["sample"], timestep, labels).sample

    if case.get("old_names"):                                          # as attention was stored before diffusers 0.13
        weights = load_file(folder / WEIGHTS)
        for new, old in OLD_NAMES.items():
            weights = {k.replace(new, old): v for k, v in weights.items()}
        save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
        again = UNet2DModel.from_pretrained(folder)(golden["sample"], timestep, labels).sample
        assert torch.equal(again, single)
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)
    print(f"{name:28} {sum(p.numel() for p in model.parameters()):7} parameters, eps std {eps.std():.3f} max {eps.abs().max():.2f}, "
          f"f32 differs by {(single - golden['eps']).abs().max():.1e}")


if __name__ == "__main__":
    shutil.rmtree(HERE, ignore_errors=True)
    for seed, (name, case) in enumerate(CASES.items()):
        write(name, case, seed)

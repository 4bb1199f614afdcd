"""Measure how often a classifier sees the digit that was asked for: 20 samples a digit, DDIM 50 steps, η = 0.

Guidance is ε̂ = ε_∅ + w (ε_c − ε_∅); w = 1 is the class-conditional ε alone. All weights start from the same x_T.
--clip says what happens to an x̂_0 outside ±1: nothing (no), it is clipped and ε left as it was (yes, diffusers'
default), or it is clipped and ε derived from it again (rederive, diffusers' use_clipped_model_output).
Usage: python agreement.py --model ../assets/models/mnist --clip no --guidance 1 1.5 2 3 [--noise noise.safetensors]
--noise keeps x_T and class_labels, so that another sampler can be measured from the same start.
"""
import argparse, sys
from pathlib import Path
import torch
from diffusers import DDIMScheduler, UNet2DModel
from diffusers.utils import logging
from safetensors.torch import load_file, save_file

CLASSIFIER = Path(__file__).parent.parent / "tests/golden/classifier"
sys.path.append(str(CLASSIFIER))
from train import Classifier

NO_CLASS = 10


@torch.no_grad()
def sample(model, scheduler, x, labels, w, rederive):
    for t in scheduler.timesteps:
        if w == 1:
            eps = model(x, t, labels).sample
        else:
            both = torch.cat([labels, torch.full_like(labels, NO_CLASS)])
            conditional, unconditional = model(torch.cat([x, x]), t, both).sample.chunk(2)
            eps = unconditional + w * (conditional - unconditional)
        x = scheduler.step(eps, t, x, eta=0.0, use_clipped_model_output=rederive).prev_sample
    return x


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--guidance", type=float, nargs="+", default=[1, 1.5, 2, 3])
    parser.add_argument("--clip", choices=("no", "yes", "rederive"), default="yes")
    parser.add_argument("--noise")
    parser.add_argument("--samples", help="keep the x_0 of the last guidance weight here")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    logging.set_verbosity_error()

    classifier = Classifier()
    classifier.load_state_dict({k: v.float() for k, v in load_file(CLASSIFIER / "classifier.safetensors").items()})
    model = UNet2DModel.from_pretrained(args.model, torch_dtype=torch.float32).eval()
    scheduler = DDIMScheduler.from_config(DDIMScheduler.load_config(args.model), clip_sample=args.clip != "no")
    scheduler.set_timesteps(50)
    x_T = torch.randn((200, 1, 28, 28), generator=torch.Generator().manual_seed(0))
    labels = torch.arange(200) % 10
    if args.noise:
        save_file(dict(x_T=x_T, class_labels=labels), args.noise)
    for w in args.guidance:
        x_0 = torch.cat([sample(model, scheduler, x_T[i:i + 50], labels[i:i + 50], w, args.clip == "rederive")
                         for i in range(0, 200, 50)])
        with torch.no_grad():
            right = classifier(x_0).argmax(1) == labels
        by_digit = [int(right[labels == d].sum()) for d in range(10)]
        print(f"clip {args.clip}, w = {w:g}: {right.sum()} of 200 ({right.float().mean():.1%}); of 20 each digit 0-9: {by_digit}", flush=True)
    if args.samples:
        save_file(dict(x_0=x_0, class_labels=labels), args.samples)


if __name__ == "__main__":
    main()

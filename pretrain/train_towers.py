"""Pretrain the class-conditional DDPM of towers that ships in assets/models/towers.

Data: safetensors with `images` [N,3,32,32] in -1..1 and `labels` [N], as `chailou data towers` writes them;
class = 4*hour + roof (hour: day, dusk, night; roof: flat, gable, spire, pagoda), 12 = no class.
Objective: mean squared error of v = sqrt(abar)*eps - sqrt(1-abar)*x_0 (Salimans & Ho 2022), linear beta 1e-4..0.02, T = 1000.
Why v and not eps: with eps the guess of x_0 at t near T is eps' error magnified a hundredfold, so a small network's
colours drift; v is as easy to turn into x_0 at one end as into eps at the other.
Usage: python train_towers.py --data towers.safetensors --test test.safetensors --out DIR --minutes 120
"""
import argparse, copy, json, math, os, time
from pathlib import Path
import torch, torch.nn.functional as F
from diffusers import UNet2DModel, DDPMScheduler
from safetensors.torch import load_file

T, NO_CLASS = 1000, 12

parser = argparse.ArgumentParser()
parser.add_argument("--data", type=Path, required=True)
parser.add_argument("--test", type=Path, required=True)
parser.add_argument("--out", type=Path, required=True)
parser.add_argument("--minutes", type=float, default=120)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--lr", type=float, default=8e-4)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--channels", type=int, nargs="+", default=[24, 48, 96])
a = parser.parse_args()
torch.manual_seed(a.seed)

def load(path):
    d = load_file(path)
    return d["images"], d["labels"].long()

x_train, y_train = load(a.data)
x_test, y_test = load(a.test)
as_float = lambda x: x.float() / 127.5 - 1 if x.dtype == torch.uint8 else x.float()

levels = len(a.channels)
model = UNet2DModel(
    sample_size=32, in_channels=3, out_channels=3, layers_per_block=1, block_out_channels=tuple(a.channels),
    down_block_types=("DownBlock2D",) * (levels - 1) + ("AttnDownBlock2D",),
    up_block_types=("AttnUpBlock2D",) + ("UpBlock2D",) * (levels - 1),
    norm_num_groups=8, num_class_embeds=NO_CLASS + 1)
print(sum(p.numel() for p in model.parameters()), "parameters")
ema = copy.deepcopy(model).eval()
scheduler = DDPMScheduler(num_train_timesteps=T, beta_start=1e-4, beta_end=0.02, beta_schedule="linear", prediction_type="v_prediction")
# On processors the convolutions are a tenth faster this way, and torch.compile gained nothing.
model = model.to(memory_format=torch.channels_last)
optimizer = torch.optim.AdamW(model.parameters(), lr=a.lr, betas=(0.9, 0.99), weight_decay=1e-4)


@torch.no_grad()
def test_loss(net, n=512):
    generator, total = torch.Generator().manual_seed(1), 0.0
    for i in range(0, n, 128):
        x_0 = as_float(x_test[i:i + 128])
        t = torch.randint(0, T, (len(x_0),), generator=generator)
        eps = torch.randn(x_0.shape, generator=generator)
        predicted = net(scheduler.add_noise(x_0, eps, t), t, y_test[i:i + 128]).sample
        total += F.mse_loss(predicted, scheduler.get_velocity(x_0, eps, t)).item() * len(x_0)
    return total / n


def learning_rate(step, progress):
    """300 steps of warm-up, then a cosine down to a hundredth, by the share of the time budget used."""
    return a.lr * min(1, (step + 1) / 300) * (0.5 * (1 + math.cos(math.pi * progress)) * 0.99 + 0.01)


def save(record, log):
    print(record, flush=True)
    log.write(json.dumps(record) + "\n")
    log.flush()
    ema.save_pretrained(a.out)
    config = a.out / "config.json"                     # chailou's key: diffusers has no word for the null class
    config.write_text(json.dumps(json.loads(config.read_text()) | {"null_class": NO_CLASS}, indent=2, sort_keys=True) + "\n")
    scheduler.save_pretrained(a.out)


# The budget is of processor time, so that other work on the machine doesn't shorten the run.
clock = lambda: time.process_time() / torch.get_num_threads()
a.out.mkdir(parents=True, exist_ok=True)
checkpoint = a.out / "resume.pt"
step, running, spent = 0, None, 0.0
if checkpoint.exists():
    c = torch.load(checkpoint)
    model.load_state_dict(c["model"])
    ema.load_state_dict(c["ema"])
    optimizer.load_state_dict(c["opt"])
    step, running, spent = c["step"], c["run"], c["spent"]
    torch.manual_seed(a.seed + step)
start, budget = clock() - spent, a.minutes * 60
log = open(a.out / "train_log.jsonl", "a")
order, position = torch.randperm(len(x_train)), 0
while (progress := (clock() - start) / budget) < 1:
    for group in optimizer.param_groups:
        group["lr"] = learning_rate(step, progress)
    if position + a.batch > len(order):
        order, position = torch.randperm(len(x_train)), 0
    batch = order[position:position + a.batch]
    position += a.batch
    x_0 = as_float(x_train[batch]).contiguous(memory_format=torch.channels_last)
    y = y_train[batch].clone()
    y[torch.rand(len(y)) < 0.1] = NO_CLASS
    t = torch.randint(0, T, (len(x_0),))
    eps = torch.randn_like(x_0)
    loss = F.mse_loss(model(scheduler.add_noise(x_0, eps, t), t, y).sample, scheduler.get_velocity(x_0, eps, t))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    decay = min(0.9995, (1 + step) / (10 + step))
    with torch.no_grad():
        for e, p in zip(ema.parameters(), model.parameters()):
            e.lerp_(p, 1 - decay)
    running = loss.item() if running is None else 0.99 * running + 0.01 * loss.item()
    step += 1
    minutes = round((clock() - start) / 60, 1)
    if step % 250 == 0:
        part = checkpoint.with_suffix(".tmp")
        torch.save(dict(model=model.state_dict(), ema=ema.state_dict(), opt=optimizer.state_dict(), step=step,
                        run=running, spent=clock() - start), part)
        os.replace(part, checkpoint)
    if step % 1000 == 0 or step in (100, 300):
        save(dict(step=step, minutes=minutes, lr=learning_rate(step, progress), train=round(running, 5),
                  test_ema=round(test_loss(ema), 5)), log)
minutes = round((clock() - start) / 60, 1)
save(dict(step=step, minutes=minutes, train=round(running, 5), test_ema=round(test_loss(ema, 4096), 5)), log)

"""Train the small classifier that judges whether a sampled digit is the digit asked for.

Usage: python train.py --data DIR_WITH_IDX_FILES     (writes classifier.safetensors beside this file; about five minutes)
"""
import argparse, copy
from pathlib import Path
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from safetensors.torch import save_file

HERE = Path(__file__).parent


def load(folder, split):
    images = np.fromfile(Path(folder) / f"{split}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 1, 28, 28)
    labels = np.fromfile(Path(folder) / f"{split}-labels-idx1-ubyte", np.uint8)[8:]
    return torch.from_numpy(images.astype(np.float32) / 127.5 - 1), torch.from_numpy(labels.astype(np.int64))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.linear = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.linear(x.flatten(1))


def shifted(x, seed):
    """Each batch moved by up to 2 pixels, so that a digit sampled off centre is judged by its shape."""
    dy, dx = np.random.default_rng(seed).integers(-2, 3, 2)
    return torch.roll(x, (int(dy), int(dx)), (2, 3))


@torch.no_grad()
def accuracy(net, x, y):
    return sum((net(x[i:i + 1000]).argmax(1) == y[i:i + 1000]).sum().item() for i in range(0, len(x), 1000)) / len(x)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--epochs", type=int, default=12)
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(0)
    x_train, y_train = load(args.data, "train")
    x_test, y_test = load(args.data, "t10k")
    net, losses = Classifier(), []
    average = copy.deepcopy(net)
    steps = args.epochs * (len(x_train) // 128)
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for epoch in range(args.epochs):
        order = torch.randperm(len(x_train))
        for i in range(0, len(order) - 127, 128):
            batch = order[i:i + 128]
            loss = F.cross_entropy(net(shifted(x_train[batch], len(losses))), y_train[batch])
            optimizer.zero_grad(); loss.backward(); optimizer.step(); schedule.step()
            losses.append(loss.item())
            with torch.no_grad():
                for a, p in zip(average.parameters(), net.parameters()):
                    a.lerp_(p, 0.002 if len(losses) > 500 else 1)
        print(f"epoch {epoch + 1}: loss {np.mean(losses[-468:]):.4f}", flush=True)

    for p in average.parameters():                                        # the accuracy stated is that of the stored weights
        p.data = p.data.half().float()
    print(f"test accuracy {accuracy(average, x_test, y_test):.4f}")
    save_file({k: v.half() for k, v in average.state_dict().items()}, HERE / "classifier.safetensors")
    (HERE / "classifier.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()

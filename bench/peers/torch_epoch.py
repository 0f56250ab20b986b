"""One training epoch in PyTorch, one thread: python torch_epoch.py FOLDER NETWORK ROWS

FOLDER holds the MNIST files; NETWORK is mlp, cnn, lstm or gru. Prints one line of JSON. The same networks,
batches, sequences and optimiser as engines-epoch.ts; initial weights are PyTorch's own.
"""

import json
import sys
import time

import numpy as np
import torch
from torch import nn

folder, network, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
batch = 64
torch.set_num_threads(1)
torch.manual_seed(1)


def read(name, offset):
    with open(f"{folder}/{name}", "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def sequences(rows, steps, tokens):
    """As `readSequences` of engines-epoch.ts."""
    numbers, x = [], 1
    for _ in range(rows * steps):
        x = (1103515245 * x + 12345) & 0x7FFFFFFF
        numbers.append((x >> 8) % tokens)
    return np.array(numbers, np.int64).reshape(rows, steps)


class Reader(nn.Module):
    """An embedding and a recurrent cell; its last hidden state decides."""

    def __init__(self, cell):
        super().__init__()
        self.embedding = nn.Embedding(2000, 16)
        self.cell = cell(16, 32, batch_first=True)
        self.output = nn.Linear(32, 2)

    def forward(self, x):
        hidden, _ = self.cell(self.embedding(x))
        return self.output(hidden[:, -1])


if network in ("lstm", "gru"):
    inputs = sequences(count, 50, 2000)
    labels = ((inputs < 1000).sum(1) > 25).astype(np.int64)
    model = Reader(nn.LSTM if network == "lstm" else nn.GRU)

    def feed(start):
        return torch.from_numpy(inputs[start : start + batch])
else:
    inputs = read("train-images-idx3-ubyte", 16).reshape(-1, 784)[:count]
    labels = read("train-labels-idx1-ubyte", 8)[:count].astype(np.int64)
    if network == "mlp":
        shape = (784,)
        model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    else:
        shape = (1, 28, 28)
        model = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(32 * 7 * 7, 64), nn.ReLU(), nn.Linear(64, 10),
        )

    def feed(start):
        return torch.from_numpy(inputs[start : start + batch].astype(np.float32) / 255).view(-1, *shape)


optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()

losses = []
cpu, wall = time.process_time(), time.perf_counter()
for start in range(0, count - batch + 1, batch):
    x = feed(start)
    y = torch.from_numpy(labels[start : start + batch])
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(json.dumps({
    "cpuSeconds": time.process_time() - cpu,
    "wallSeconds": time.perf_counter() - wall,
    "endLoss": float(np.mean(losses[-20:])),
    "version": torch.__version__,
}))

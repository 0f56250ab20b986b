"""One trial trained by several processes that torchrun starts: each has a part of every batch, and they share gradients."""

import os

import torch
import torch.distributed
from torch.nn.parallel import DistributedDataParallel

import tunewright

# Two processes on one GPU would wait for each other with NCCL: it wants a GPU for each.
per_node = int(os.environ["LOCAL_WORLD_SIZE"])
on_gpu = torch.cuda.is_available() and torch.cuda.device_count() >= per_node
torch.distributed.init_process_group("nccl" if on_gpu else "gloo")
rank = torch.distributed.get_rank()
world = torch.distributed.get_world_size()
device = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if on_gpu else torch.device("cpu")
torch.set_num_threads(1)

generator = torch.Generator().manual_seed(1)
inputs = torch.randn(512, 8, generator=generator)
targets = inputs.sin().sum(dim=1, keepdim=True)
held_back, held_back_targets = inputs[384:].to(device), targets[384:].to(device)

trial = tunewright.trial()
torch.manual_seed(trial.seed)
network = torch.nn.Sequential(
    torch.nn.Linear(8, trial["units"]), torch.nn.Tanh(), torch.nn.Linear(trial["units"], 1)
).to(device)
model = DistributedDataParallel(network)
optimizer = torch.optim.Adam(model.parameters(), lr=trial["learningRate"])

for epoch in range(1, trial["epochs"] + 1):
    order = torch.randperm(384, generator=generator)
    for batch in order.split(64):
        own = batch[rank::world]
        loss = torch.nn.functional.mse_loss(model(inputs[own].to(device)), targets[own].to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    # The first process reports; all of them end together.
    stop = torch.zeros(1, device=device)
    if rank == 0:
        with torch.no_grad():
            error = torch.nn.functional.mse_loss(network(held_back), held_back_targets)
        trial.report(epoch, validationError=error.item(), processes=world)
        stop[0] = float(trial.should_stop())
    torch.distributed.broadcast(stop, src=0)
    if stop.item() > 0:
        break
torch.distributed.destroy_process_group()

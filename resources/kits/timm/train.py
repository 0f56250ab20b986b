"""timm: a network of its collection on pictures, with its optimizers, schedules, mixup and stochastic depth."""

import io

import timm
import timm.data
import timm.loss
import timm.optim
import timm.scheduler
import timm.utils
import torch
from torch.nn import functional

import tunewright

EPOCHS = 6
trial = tunewright.trial(
    defaults={
        "optimizer": "adamw",
        "learningRate": 1e-3,
        "weightDecay": 0.05,
        "smoothing": 0.1,
        "mixup": 0.1,
        "dropPath": 0.0,
        "batchSize": 32,
    }
)
torch.manual_seed(trial.seed % 2**32)
torch.set_num_threads(1)
device = "cuda" if torch.cuda.is_available() else "cpu"


# ---- Your model and data: a name of timm.list_models(), and three sets of pictures and classes. ----
def pictures(count, seed):
    """Bars in one of four directions, in noise."""
    generator = torch.Generator().manual_seed(seed)
    classes = torch.randint(4, (count,), generator=generator)
    rows, columns = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
    distances = torch.stack([rows, columns, (rows + columns) / 2, (rows - columns) / 2 + 16])
    places = 8 + 16 * torch.rand(count, 1, 1, generator=generator)
    bars = (distances[classes] - places).abs().lt(2.5).float()
    noisy = bars[:, None] + 0.8 * torch.randn(count, 3, 32, 32, generator=generator)
    return noisy, classes


CLASSES = 4
train, validation, test = pictures(384, 1), pictures(256, 2), pictures(256, 3)
# pretrained=True downloads weights: then search lower learning rates, 1e-5 to 1e-3.
model = timm.create_model("test_resnet", pretrained=False, num_classes=CLASSES, drop_path_rate=trial.dropPath)
# ---- Up to here. ----

model.to(device)
# Leaves biases and norms out of weight decay by itself.
optimizer = timm.optim.create_optimizer_v2(
    model, opt=trial.optimizer, lr=trial.learningRate, weight_decay=trial.weightDecay, momentum=0.9
)
batches = len(train[0]) // trial.batchSize
schedule = timm.scheduler.CosineLRScheduler(
    optimizer, t_initial=EPOCHS * batches, warmup_t=batches // 2, warmup_lr_init=trial.learningRate / 100, t_in_epochs=False
)
# A share of 0 is no mixup; the targets are smoothed by it either way.
mixup = timm.data.Mixup(mixup_alpha=trial.mixup, label_smoothing=trial.smoothing, num_classes=CLASSES)
loss_of = timm.loss.SoftTargetCrossEntropy()


@torch.no_grad()
def measure(pictures, classes):
    model.eval()
    predicted = torch.cat([model(part.to(device)).cpu() for part in pictures.split(128)])
    return functional.cross_entropy(predicted, classes).item(), (predicted.argmax(1) == classes).float().mean().item()


state = {"epoch": 0, "best": float("inf")}
saved = trial.load()
if saved is not None:
    state = torch.load(io.BytesIO(saved), map_location=device, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])

for epoch in range(state["epoch"] + 1, trial.last_step(EPOCHS) + 1):
    # What is random is a function of seed and epoch: a trial that goes on sees the same batches.
    timm.utils.random_seed((trial.seed + epoch) % 2**32)
    model.train()
    order = torch.randperm(len(train[0]))[: batches * trial.batchSize]
    for number, rows in enumerate(order.split(trial.batchSize)):
        schedule.step_update((epoch - 1) * batches + number)
        inputs, targets = mixup(train[0][rows].to(device), train[1][rows].to(device))
        optimizer.zero_grad()
        loss_of(model(inputs), targets).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    loss, accuracy = measure(*validation)
    weights = {name: one.clone() for name, one in model.state_dict().items()}
    if loss < state["best"]:
        state.update(best=loss, bestModel=weights)
    state.update(epoch=epoch, model=weights, optimizer=optimizer.state_dict())
    buffer = io.BytesIO()
    torch.save(state, buffer)
    trial.save(buffer.getvalue())
    trial.report(epoch, validation_loss=loss, validation_accuracy=accuracy)
    if trial.should_stop():
        break

if not trial.should_stop() and "bestModel" in state:
    model.load_state_dict(state["bestModel"])
    # Seen by no decision of the search: what to expect of new pictures.
    loss, accuracy = measure(*test)
    trial.attribute("test_loss", loss)
    trial.attribute("test_accuracy", accuracy)

"""PyTorch Lightning: a small convolutional network on pictures, with AdamW, warm-up and a cosine schedule."""

import os
import warnings

import lightning
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
from torch import nn
from torch.nn import functional

import tunewright

EPOCHS = 8
trial = tunewright.trial(
    defaults={"learningRate": 3e-3, "weightDecay": 0.01, "width": 16, "dropout": 0.1, "smoothing": 0.0, "batchSize": 32}
)
lightning.seed_everything(trial.seed % 2**32, workers=True, verbose=False)
torch.set_num_threads(1)
warnings.filterwarnings("ignore", ".*num_workers.*")


# ---- Your data: three data sets of pictures and classes. ----
def pictures(count, seed):
    """Bars in one of four directions, in noise."""
    generator = torch.Generator().manual_seed(seed)
    classes = torch.randint(4, (count,), generator=generator)
    rows, columns = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
    distances = torch.stack([rows, columns, (rows + columns) / 2, (rows - columns) / 2 + 8])
    places = 4 + 8 * torch.rand(count, 1, 1, generator=generator)
    bars = (distances[classes] - places).abs().lt(1.2).float()
    noisy = bars + 0.8 * torch.randn(count, 16, 16, generator=generator)
    return torch.utils.data.TensorDataset(noisy[:, None], classes)


CLASSES = 4
train, validation, test = pictures(600, 1), pictures(400, 2), pictures(400, 3)
# ---- Up to here. ----


class Classifier(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        width = trial.width
        self.network = nn.Sequential(
            nn.Conv2d(1, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(width, 2 * width, 3, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
            nn.Dropout(trial.dropout),
            nn.Linear(8 * width, CLASSES),
        )

    def training_step(self, batch, _):
        return functional.cross_entropy(self.network(batch[0]), batch[1], label_smoothing=trial.smoothing)

    def measure(self, batch, split):
        predicted = self.network(batch[0])
        self.log(f"{split}_loss", functional.cross_entropy(predicted, batch[1]))
        self.log(f"{split}_accuracy", (predicted.argmax(1) == batch[1]).float().mean())

    def validation_step(self, batch, _):
        self.measure(batch, "validation")

    def test_step(self, batch, _):
        self.measure(batch, "test")

    def configure_optimizers(self):
        # No decay of biases and norms.
        decayed = [one for one in self.parameters() if one.ndim > 1]
        others = [one for one in self.parameters() if one.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": trial.weightDecay}, {"params": others, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=trial.learningRate)
        # A fixed number of steps: a trial that goes on is not another schedule.
        steps = EPOCHS * -(-len(train) // trial.batchSize)
        warmup = max(1, steps // 20)
        schedule = torch.optim.lr_scheduler.SequentialLR(
            optimizer,
            [
                torch.optim.lr_scheduler.LinearLR(optimizer, 0.1, total_iters=warmup),
                torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps - warmup),
            ],
            [warmup],
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


class Saved(ModelCheckpoint):
    """Saves each epoch, then reports it: what was reported is never lost."""

    def on_validation_end(self, trainer, module):
        super().on_validation_end(trainer, module)
        if not trainer.sanity_checking:
            trial.report(trainer.current_epoch + 1, **trainer.callback_metrics)
            trainer.should_stop = trainer.should_stop or trial.should_stop()


folder = trial.checkpoint_directory or "checkpoints"
last = os.path.join(folder, "last.ckpt")
checkpoint = Saved(
    folder, filename="best", monitor="validation_loss", save_last=True, enable_version_counter=False
)
trainer = lightning.Trainer(
    max_epochs=trial.last_step(EPOCHS),
    callbacks=[checkpoint],
    accelerator="auto",
    devices=1,
    logger=False,
    num_sanity_val_steps=0,
    enable_progress_bar=False,
    enable_model_summary=False,
    log_every_n_steps=1,
)
trainer.fit(
    Classifier(),
    torch.utils.data.DataLoader(train, trial.batchSize, shuffle=True),
    torch.utils.data.DataLoader(validation, 200),
    ckpt_path=last if os.path.exists(last) else None,
)
if not trial.should_stop():
    # Seen by no decision of the search: what to expect of new pictures.
    best = trainer.test(ckpt_path=os.path.join(folder, "best.ckpt"), dataloaders=torch.utils.data.DataLoader(test, 200), verbose=False)
    for name, value in best[0].items():
        trial.attribute(name, value)

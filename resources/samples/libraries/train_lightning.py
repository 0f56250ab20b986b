"""A PyTorch Lightning program: a small network on two moons, tuned and pruned by one callback."""

import lightning
import torch

import tunewright
from tunewright.lightning import TunewrightCallback

trial = tunewright.trial(defaults={"learningRate": 0.01, "units": 16, "dropout": 0.0})
lightning.seed_everything(trial.seed, verbose=False)


def moons(count):
    angle = torch.rand(count) * torch.pi
    upper = torch.arange(count) % 2 == 0
    x = torch.where(upper, torch.cos(angle), 1 - torch.cos(angle))
    y = torch.where(upper, torch.sin(angle), 0.5 - torch.sin(angle))
    points = torch.stack([x, y], dim=1) + 0.15 * torch.randn(count, 2)
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(points, upper.long()), batch_size=64)


class Moons(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.network = torch.nn.Sequential(
            torch.nn.Linear(2, trial.units),
            torch.nn.ReLU(),
            torch.nn.Dropout(trial.dropout),
            torch.nn.Linear(trial.units, 2),
        )

    def loss(self, batch):
        return torch.nn.functional.cross_entropy(self.network(batch[0]), batch[1])

    def training_step(self, batch, _):
        return self.loss(batch)

    def validation_step(self, batch, _):
        self.log("validationLoss", self.loss(batch))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=trial.learningRate)


trainer = lightning.Trainer(
    max_epochs=10,
    callbacks=[TunewrightCallback(trial)],
    accelerator="cpu",
    logger=False,
    enable_checkpointing=False,
    enable_progress_bar=False,
    enable_model_summary=False,
)
trainer.fit(Moons(), moons(400), moons(400))

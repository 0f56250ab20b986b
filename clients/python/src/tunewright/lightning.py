"""
A callback for PyTorch Lightning: what was logged goes to the trial after each validation, and a pruned trial ends its training.

    from tunewright.lightning import TunewrightCallback

    Trainer(max_epochs=10, callbacks=[TunewrightCallback(trial)]).fit(model, data)
"""

from __future__ import annotations

from typing import Any

try:
    from lightning.pytorch.callbacks import Callback
except ImportError:
    from pytorch_lightning.callbacks import Callback

from .callbacks import Reporter


class TunewrightCallback(Callback):
    """
    trial: of `tunewright.trial()`, or of a study in this process.
    In an objective of such a study raise `tunewright.TrialPruned()` after `fit` if `callback.stopped`.
    """

    def __init__(self, trial: Any) -> None:
        self._reporter = Reporter(trial)
        self.stopped = False

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        # The look at a few batches before the first epoch is no result.
        if trainer.sanity_checking or not trainer.is_global_zero:
            return
        if self._reporter.report(trainer.current_epoch + 1, trainer.callback_metrics):
            self.stopped = True
            trainer.should_stop = True

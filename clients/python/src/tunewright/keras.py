"""
A callback for Keras 3: metrics of each epoch go to the trial, and a pruned trial ends its training.

    from tunewright.keras import TunewrightCallback

    model.fit(x, y, validation_split=0.2, callbacks=[TunewrightCallback(trial)])
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

import keras

from .callbacks import Reporter


class TunewrightCallback(keras.callbacks.Callback):
    """
    trial: of `tunewright.trial()`, or of a study in this process.
    In an objective of such a study raise `tunewright.TrialPruned()` after `fit` if `callback.stopped`.
    """

    def __init__(self, trial: Any) -> None:
        super().__init__()
        self._reporter = Reporter(trial)
        self.stopped = False

    def on_epoch_end(self, epoch: int, logs: Optional[Mapping[str, Any]] = None) -> None:
        if self._reporter.report(epoch + 1, logs or {}):
            self.stopped = True
            self.model.stop_training = True

"""
A callback for the `Trainer` of Hugging Face: each evaluation goes to the trial, and a pruned trial ends its training.

    from tunewright.transformers import TunewrightCallback

    Trainer(…, callbacks=[TunewrightCallback(trial)]).train()

Metrics keep the names that the `Trainer` gives them, such as `eval_loss`; the step is the optimizer's.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from transformers import TrainerCallback

from .callbacks import Reporter


class TunewrightCallback(TrainerCallback):
    """
    trial: of `tunewright.trial()`, or of a study in this process.
    In an objective of such a study raise `tunewright.TrialPruned()` after `train` if `callback.stopped`.
    """

    def __init__(self, trial: Any) -> None:
        self._reporter = Reporter(trial)
        self.stopped = False

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: Optional[Mapping[str, Any]] = None, **_: Any
    ) -> Any:
        if state.is_world_process_zero and self._reporter.report(state.global_step, metrics or {}):
            self.stopped = True
            control.should_training_stop = True
        return control

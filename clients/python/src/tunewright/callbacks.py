"""How callbacks of training libraries report to a trial, be it one that Tunewright started or one of a study in this process."""

from __future__ import annotations

import inspect
import math
from typing import Any, Dict, Mapping


class Reporter:
    """Reports numbers of a training and says whether the trial is to end."""

    def __init__(self, trial: Any) -> None:
        self._trial = trial
        # A trial of a study takes its metrics as one mapping, the trial of a program as keywords.
        self._is_started = "metrics" in inspect.signature(trial.report).parameters
        self._last_step = 0

    def report(self, step: int, metrics: Mapping[str, Any]) -> bool:
        """Reports at a step; steps that do not rise, and values that are no numbers, are passed over. True: end the training."""
        numbers: Dict[str, float] = {}
        for name, value in metrics.items():
            try:
                numbers[name] = float(value)
            except (TypeError, ValueError):
                continue
        if numbers and step > self._last_step:
            self._last_step = step
            if self._is_started:
                self._trial.report(step, **numbers)
            else:
                self._trial.report({name: one for name, one in numbers.items() if not math.isnan(one)} or numbers, step)
        return bool(self._trial.should_stop())


__all__ = ["Reporter"]

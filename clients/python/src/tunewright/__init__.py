"""
Tunewright from Python.

In a notebook or a script of your own: `create_study(…)`, `study.optimize(objective, n_trials=100)`.
In a program that Tunewright starts: `trial()`, or `trials()` for many in one process.
Inside Optuna: `tunewright.optuna.TunewrightSampler`, `TunewrightPruner`.
"""

from .errors import NotInstalledError, RefusedError, StudyOverError, TrialPruned, TunewrightError
from .program import Trial, trial, trials
from .study import Study, create_study
from .study_trial import FrozenTrial, TrialState

__version__ = "0.1.0"

__all__ = [
    "FrozenTrial",
    "NotInstalledError",
    "RefusedError",
    "Study",
    "StudyOverError",
    "Trial",
    "TrialPruned",
    "TrialState",
    "TunewrightError",
    "create_study",
    "trial",
    "trials",
]

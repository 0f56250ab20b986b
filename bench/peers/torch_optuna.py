"""
The loop of the sample train_torch.py under Optuna: one process of a slot, which shares a journal file with the others.
`torch_optuna.py SAMPLES JOURNAL TRIALS`: so many of this process.
"""

import sys
import tempfile

import optuna
from optuna.storages.journal import JournalFileBackend

samples, journal, trials = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.path.insert(0, samples)

import train_torch  # noqa: E402
import tunewright  # noqa: E402

optuna.logging.set_verbosity(optuna.logging.ERROR)


class Adapter(tunewright.Trial):
    """Parameters and reports are Optuna's; checkpoints are kept as by the sample itself."""

    def __init__(self, trial, folder):
        parameters = {
            "learningRate": trial.suggest_float("learningRate", 1e-4, 1, log=True),
            "units": trial.suggest_int("units", 2, 64, log=True),
            "dropout": trial.suggest_float("dropout", 0, 0.6),
            "epochs": 30,
        }
        super().__init__(None, {"parameters": parameters, "trial": trial.number, "checkpointDirectory": folder})
        self._trial = trial
        self.last = 0.0

    def report(self, step, validationLoss, **_):
        self._trial.report(validationLoss, step)
        self.last = validationLoss

    def should_stop(self):
        return False


def objective(trial):
    with tempfile.TemporaryDirectory() as folder:
        adapter = Adapter(trial, folder)
        train_torch.train(adapter)
        return adapter.last


storage = optuna.storages.JournalStorage(JournalFileBackend(journal))
study = optuna.create_study(
    study_name="moons", storage=storage, load_if_exists=True, sampler=optuna.samplers.RandomSampler()
)
study.optimize(objective, n_trials=trials)

"""Optuna's own acceptance suite for samplers, run with a Python that has Optuna: `pytest tests/optuna_acceptance.py`."""

import optuna
import pytest
from optuna.testing.pytest_samplers import BasicSamplerTestCase, MultiObjectiveSamplerTestCase, RelativeSamplerTestCase

from tunewright.optuna import TunewrightPruner, TunewrightSampler

# SingleOnlySamplerTestCase does not apply: every sampler that is named here takes several goals.


class Ours:
    @pytest.fixture
    def sampler(self):
        return TunewrightSampler


class TestBasic(Ours, BasicSamplerTestCase):
    pass


class TestRelative(Ours, RelativeSamplerTestCase):
    pass


class TestMultiObjective(Ours, MultiObjectiveSamplerTestCase):
    pass


@pytest.mark.parametrize("name", ["tpe", "random", "cmaes"])
def test_other_samplers_find_a_minimum(name):
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=TunewrightSampler(name, seed=1))
    study.optimize(lambda trial: sum(trial.suggest_float(f"x{i}", -5, 5) ** 2 for i in range(2)), n_trials=40)
    assert study.best_value < 5


def test_the_pruner_prunes_what_is_worse():
    study = optuna.create_study(pruner=TunewrightPruner({"name": "median", "startupTrials": 2}))

    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        for step in range(4):
            trial.report(trial.number + 1 / (step + 1), step)
            if trial.should_prune():
                raise optuna.TrialPruned()
        return x

    study.optimize(objective, n_trials=6)
    states = [one.state.name for one in study.trials]
    assert states[:2] == ["COMPLETE"] * 2 and states[2:] == ["PRUNED"] * 4

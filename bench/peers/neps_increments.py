"""Trainings increment by increment as NePS chooses them, over a table of learning curves: one JSON object in, one out.

in:  points (setting x coordinate, in the unit cube), losses (setting x step), methods ({name: {algorithm, eta, ...}}), least (steps of the
     first rung), steps (in all, of a run), seeds
out: {name: [per seed, increments as [setting, step reached]]}
"""

import json
import random
import sys
import warnings

warnings.filterwarnings("ignore")

import neps  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(1)
torch.distributions.Distribution.set_default_validate_args(False)


def run(method, points, losses, least, steps, seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    names = [f"x{d}" for d in range(points.shape[1])]
    parts = {name: neps.Float(0.0, 1.0) for name in names}
    parts["epochs"] = neps.IntegerFidelity(least, losses.shape[1])
    space = type("Space", (neps.PipelineSpace,), parts)()
    options = {name: value for name, value in method.items() if name != "algorithm"}
    search = neps.AskAndTell(getattr(neps.algorithms, method["algorithm"])(space, **options))
    # Ranks are what halving looks at; a process that models losses could do nothing with those of trainings that diverged.
    worst = 2 * np.median(losses[:, -1])
    free = np.ones(len(points), dtype=bool)
    setting_of, reached, increments, spent = {}, {}, [], 0
    while spent < steps:
        trial = search.ask()
        before = trial.metadata.previous_trial_id
        setting = setting_of.get(before)
        if setting is None:
            # The nearest setting of the table that has not begun.
            wanted = np.array([trial.config[name] for name in names])
            away = ((points - wanted) ** 2).sum(axis=1)
            setting = int(np.where(free, away, np.inf).argmin())
            free[setting] = False
        until = int(trial.config["epochs"])
        spent += max(until - reached.get(setting, 0), 0)
        reached[setting] = max(until, reached.get(setting, 0))
        setting_of[trial.metadata.id] = setting
        increments.append([setting, until])
        search.tell(trial.metadata.id, float(min(losses[setting, until - 1], worst)))
    return increments


request = json.load(sys.stdin)
points, losses = np.array(request["points"]), np.array(request["losses"])
json.dump(
    {
        name: [
            run(method, points, losses, request["least"], request["steps"], seed)
            for seed in request["seeds"]
        ]
        for name, method in request["methods"].items()
    },
    sys.stdout,
)

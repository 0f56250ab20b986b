"""Ask, report and tell with the store: Tunewright's client beside Optuna with SQLite, in one run. Prints JSON."""

import json
import os
import statistics
import sys
import tempfile
import time

import optuna

import tunewright

trials = int(sys.argv[1])


def timed(call, into):
    began = time.perf_counter()
    result = call()
    into.append((time.perf_counter() - began) * 1e3)
    return result


def by_hand(study):
    asks, reports, tells = [], [], []
    began = time.perf_counter()
    for _ in range(trials):
        def ask():
            trial = study.ask()
            return trial, sum(trial.suggest_float(f"x{k}", 0, 1) for k in range(5))

        trial, value = timed(ask, asks)
        for step in range(3):
            timed(lambda: trial.report(value, step), reports)
        timed(lambda: study.tell(trial, value), tells)
    seconds = time.perf_counter() - began
    medians = {name: statistics.median(one) for name, one in (("ask", asks), ("report", reports), ("tell", tells))}
    return {"medianMs": medians, "seconds": seconds}


def optimized(study):
    def objective(trial):
        value = sum(trial.suggest_float(f"x{k}", 0, 1) for k in range(5))
        for step in range(3):
            trial.report(value, step)
        return value

    began = time.perf_counter()
    study.optimize(objective, n_trials=trials)
    return {"seconds": time.perf_counter() - began}


optuna.logging.set_verbosity(optuna.logging.ERROR)
with tempfile.TemporaryDirectory() as folder:
    found = {}
    for name, part in (("byHand", by_hand), ("optimize", optimized)):
        with tunewright.create_study(name, database=os.path.join(folder, "ours.sqlite"), sampler="tpe", seed=1) as ours:
            mine = part(ours)
        sampler = optuna.samplers.TPESampler(seed=1)
        theirs = part(optuna.create_study(storage=f"sqlite:///{folder}/{name}.db", sampler=sampler))
        found[name] = {"tunewright": mine, "optuna": theirs, "times": theirs["seconds"] / mine["seconds"]}
print(json.dumps(found))

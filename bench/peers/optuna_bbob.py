"""Optuna's Gaussian process on BBOB: python optuna_bbob.py FILE DIMENSIONS INSTANCES SEEDS TRIALS [FUNCTIONS]

Lists have commas between, as in 2,5. Each finished run is a line of FILE, and those that stand there are not done again:
the problem, the seed, and the best regret after 10, 25, 50 ... trials.
"""

import json
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import sys
import warnings

import optuna
from bbob import LIMITS, Functions

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
MARKS = (10, 25, 50, 100, 200)

path = sys.argv[1]
dimensions, instances, seeds = ([int(word) for word in text.split(",")] for text in sys.argv[2:5])
trials = int(sys.argv[5])
chosen = [int(word) for word in sys.argv[6].split(",")] if len(sys.argv) > 6 else range(1, 25)
functions = Functions()


def run(function, dimension, instance, seed):
    study = optuna.create_study(sampler=optuna.samplers.GPSampler(seed=seed))
    best = float("inf")
    at = {}
    for number in range(1, trials + 1):
        trial = study.ask()
        x = [trial.suggest_float(f"x{index}", *LIMITS) for index in range(dimension)]
        value = functions.regret(function, dimension, instance, x)
        study.tell(trial, value)
        best = min(best, value)
        if number in MARKS:
            at[number] = best
    return at


done = set()
if os.path.exists(path):
    with open(path) as file:
        for line in file:
            entry = json.loads(line)
            done.add((entry["problem"], entry["seed"], entry["trials"]))
with open(path, "a") as file:
    for seed in seeds:
        for instance in instances:
            for dimension in dimensions:
                for function in chosen:
                    name = f"bbob_f{function:02}_d{dimension}_i{instance}"
                    if (name, seed, trials) not in done:
                        at = run(function, dimension, instance, seed)
                        print(json.dumps({"problem": name, "seed": seed, "trials": trials, "at": at}), file=file, flush=True)

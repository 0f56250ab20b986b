"""Cost of Optuna's samplers with a free objective: python optuna_cost.py SAMPLER TRIALS DIMENSIONS GOALS STORED

SAMPLER is random, tpe, cmaes, nsga2 or gp; STORED is 0 (memory) or 1 (a SQLite file, as Optuna ships it). Ask, suggest, tell.
Prints one line of JSON with the CPU seconds of the process. The same study as sampler-cost-run.ts.
"""

import json
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import sys
import tempfile
import time
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
kind, trials, dimensions, goals = sys.argv[1], *map(int, sys.argv[2:5])
stored = sys.argv[5] == "1"
samplers = optuna.samplers
sampler = {
    "random": lambda: samplers.RandomSampler(seed=0),
    "tpe": lambda: samplers.TPESampler(seed=0),
    "cmaes": lambda: samplers.CmaEsSampler(seed=0),
    "nsga2": lambda: samplers.NSGAIISampler(seed=0),
    "gp": lambda: samplers.GPSampler(seed=0, deterministic_objective=True),
}[kind]()
centres = [0.3, 0.7][:goals]

with tempfile.TemporaryDirectory() as folder:
    study = optuna.create_study(
        directions=["minimize"] * goals,
        sampler=sampler,
        storage=f"sqlite:///{folder}/cost.sqlite" if stored else None,
    )
    start = time.process_time()
    for _ in range(trials):
        trial = study.ask()
        point = [trial.suggest_float(f"x{i}", 0, 1) for i in range(dimensions)]
        study.tell(trial, [sum((x - centre) ** 2 for x in point) for centre in centres])
    cpu_seconds = time.process_time() - start
print(json.dumps({"cpuSeconds": cpu_seconds, "version": optuna.__version__}))

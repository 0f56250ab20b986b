"""Optuna's part in `npm run bench:slots`: one JSON array a line in, one JSON value a line out.

["open", SAMPLER, SEED, SPACE]   a new study; SAMPLER is tpe or gp, SPACE as in a study file; answered by Optuna's version
["ask", NUMBER]                  answered by the parameters of a trial that runs from then on
["tell", NUMBER, VALUE]          answered by null
"""

import json
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import sys
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

SAMPLERS = {
    # Running trials count as bad ones; without it they count for nothing.
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed, constant_liar=True),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}


def suggest(trial, name, parameter):
    if "choice" in parameter:
        return trial.suggest_categorical(name, parameter["choice"])
    log = parameter.get("log", False)
    if "float" in parameter:
        return trial.suggest_float(name, *parameter["float"], log=log)
    return trial.suggest_int(name, *parameter["int"], log=log)


def suggest_all(trial, space):
    point = {}
    for name, parameter in space.items():
        if all(point.get(parent) == value for parent, value in parameter.get("when", {}).items()):
            point[name] = suggest(trial, name, parameter)
    return point


study, space, running = None, {}, {}
for line in sys.stdin:
    action, *values = json.loads(line)
    answer = None
    if action == "open":
        sampler, seed, space = values
        study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
        running = {}
        answer = optuna.__version__
    elif action == "ask":
        trial = running[values[0]] = study.ask()
        answer = suggest_all(trial, space)
    else:
        study.tell(running.pop(values[0]), values[1])
    print(json.dumps(answer), flush=True)

"""One client of an Optuna storage: NAME STORAGE TRIALS; 10 parameters and 10 reports per trial. Prints its seconds, by the clock and of the processor."""

import sys
import time

import optuna
from optuna.storages import GrpcStorageProxy, JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)
name, place, trials = sys.argv[1], sys.argv[2], int(sys.argv[3])


def storage():
    kind, _, rest = place.partition(":")
    if kind == "grpc":
        proxy = GrpcStorageProxy(host="localhost", port=int(rest))
        proxy.wait_server_ready(timeout=60)
        return proxy
    if kind == "journal":
        return JournalStorage(JournalFileBackend(rest))
    return f"sqlite:///{rest}"


def objective(trial):
    value = sum(trial.suggest_float(f"x{index}", -1, 1) ** 2 for index in range(10))
    for step in range(10):
        trial.report(value + 1 / (1 + step), step)
    return value


study = optuna.create_study(
    storage=storage(), study_name=name, load_if_exists=True, sampler=optuna.samplers.RandomSampler(seed=trials)
)
if trials == 0:
    sys.exit()
print("ready", flush=True)
sys.stdin.readline()
began, used = time.perf_counter(), time.process_time()
study.optimize(objective, n_trials=trials)
print(time.perf_counter() - began, time.process_time() - used, flush=True)

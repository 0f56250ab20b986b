"""Optuna's own proxy of an SQLite file, or of one in memory that keeps nothing: PORT FILE|memory."""

import sys

import optuna
from optuna.storages import InMemoryStorage, RDBStorage, run_grpc_proxy_server

optuna.logging.set_verbosity(optuna.logging.ERROR)
storage = InMemoryStorage() if sys.argv[2] == "memory" else RDBStorage(f"sqlite:///{sys.argv[2]}")
run_grpc_proxy_server(storage, host="localhost", port=int(sys.argv[1]))

"""Optuna's own proxy of an SQLite file: PORT FILE."""

import sys

import optuna
from optuna.storages import RDBStorage, run_grpc_proxy_server

optuna.logging.set_verbosity(optuna.logging.ERROR)
run_grpc_proxy_server(RDBStorage(f"sqlite:///{sys.argv[2]}"), host="localhost", port=int(sys.argv[1]))

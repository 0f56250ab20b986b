"""One peer on one split of `npm run bench:tables`: python peers.py SYSTEM KIND TARGET FOLDER SECONDS

Fits on FOLDER/train.csv in at most SECONDS of wall time on two cores, predicts FOLDER/test.csv, and prints one JSON line with
`seconds` and `predictions`: a number per row, or a mapping from class to probability per row.
"""
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

system, kind, target, folder, seconds = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), float(sys.argv[5])
train, test = pd.read_csv(folder / "train.csv"), pd.read_csv(folder / "test.csv")
inputs, wanted = train.drop(columns=[target]), train[target]
texts = [name for name in inputs.columns if not pd.api.types.is_numeric_dtype(inputs[name])]
started = time.monotonic()


def as_categories():
    """Text columns as pandas categories, the same ones for both parts."""
    kinds = {name: pd.CategoricalDtype(sorted(inputs[name].dropna().astype(str).unique())) for name in texts}
    convert = lambda frame: frame.assign(**{n: frame[n].astype("string").astype(object).astype(k) for n, k in kinds.items()})
    return convert(inputs), convert(test)


def as_numbers():
    """Text columns one-hot, gaps filled with the median."""
    one_hot = pd.get_dummies(pd.concat([inputs, test]), columns=texts, dtype=float)
    one_hot = one_hot.fillna(one_hot.iloc[: len(inputs)].median())
    return one_hot.iloc[: len(inputs)], one_hot.iloc[len(inputs) :]


def answer(model, rows):
    if kind == "value":
        return [float(value) for value in model.predict(rows)]
    classes = [str(name) for name in model.classes_]
    return [dict(zip(classes, map(float, row))) for row in np.asarray(model.predict_proba(rows))]


if system == "forest":
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    rows, unseen = as_numbers()
    maker = RandomForestRegressor if kind == "value" else RandomForestClassifier
    predictions = answer(maker(n_estimators=500, n_jobs=2, random_state=0).fit(rows, wanted), unseen)
elif system == "histogram":
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    rows, unseen = as_categories()
    maker = HistGradientBoostingRegressor if kind == "value" else HistGradientBoostingClassifier
    predictions = answer(maker(categorical_features="from_dtype", random_state=0).fit(rows, wanted), unseen)
elif system == "lightgbm":
    import lightgbm

    rows, unseen = as_categories()
    maker = lightgbm.LGBMRegressor if kind == "value" else lightgbm.LGBMClassifier
    predictions = answer(maker(n_jobs=2, verbose=-1, random_state=0).fit(rows, wanted), unseen)
elif system == "flaml":
    from flaml import AutoML

    automl = AutoML()
    metric = {"value": "rmse", "binary": "roc_auc", "classes": "log_loss"}[kind]
    task = "regression" if kind == "value" else "classification"
    automl.fit(
        X_train=inputs, y_train=wanted, task=task, metric=metric, time_budget=seconds, n_jobs=2, seed=0, verbose=0, ensemble=True
    )
    predictions = answer(automl, test)
elif system == "autogluon":
    from autogluon.tabular import TabularPredictor

    metric = {"value": "root_mean_squared_error", "binary": "roc_auc", "classes": "log_loss"}[kind]
    problem = {"value": "regression", "binary": "binary", "classes": "multiclass"}[kind]
    with tempfile.TemporaryDirectory() as models:
        predictor = TabularPredictor(target, problem_type=problem, eval_metric=metric, path=models, verbosity=0)
        predictor.fit(train, time_limit=seconds, presets="best_quality", num_cpus=2)
        if kind == "value":
            predictions = [float(value) for value in predictor.predict(test)]
        else:
            shares = predictor.predict_proba(test)
            predictions = [dict(zip(map(str, shares.columns), map(float, row))) for row in shares.to_numpy()]
else:
    raise SystemExit(f"unknown system {system}")

# Idle workers of some peers keep our output open for minutes, and a finished process alive.
answered = json.dumps({"seconds": time.monotonic() - started, "predictions": predictions})
for worker in psutil.Process().children(recursive=True):
    worker.kill()
print(answered, flush=True)
os._exit(0)

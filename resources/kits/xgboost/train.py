"""XGBoost: boosted trees for two classes, with as many rounds as the validation rows want."""

import json

import xgboost
from sklearn.datasets import make_classification
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split

import tunewright

ROUNDS_PER_STEP = 20
STEPS = 50  # at most 1,000 trees
PATIENCE = 5  # steps without a better validation loss
trial = tunewright.trial(
    defaults={
        "eta": 0.3,
        "max_depth": 6,
        "min_child_weight": 1.0,
        "subsample": 1.0,
        "colsample_bytree": 1.0,
        "lambda": 1.0,
        "alpha": 1e-3,
    }
)


# ---- Your data: a table and its target (0 or 1). ----
def load():
    return make_classification(
        n_samples=2000, n_features=20, n_informative=10, n_clusters_per_class=4, flip_y=0.05, random_state=0
    )
# ---- Up to here. ----


table, target = load()
# The same rows in every trial.
rest, test, rest_target, test_target = train_test_split(
    table, target, test_size=0.2, stratify=target, random_state=0
)
train, validation, train_target, validation_target = train_test_split(
    rest, rest_target, test_size=0.25, stratify=rest_target, random_state=0
)
train_matrix = xgboost.DMatrix(train, train_target)
validation_matrix = xgboost.DMatrix(validation)


def score(booster):
    return log_loss(validation_target, booster.predict(validation_matrix))


parameters = {**trial.parameters, "objective": "binary:logistic", "tree_method": "hist", "nthread": 1}
state = json.loads(trial.load("state.json") or b'{"step": 0, "best": null, "bestStep": 0}')
booster = None
if state["step"] > 0:
    # The model may be ahead of the state after an interruption, never behind it.
    booster = xgboost.Booster(model_file=bytearray(trial.load("model.ubj")))[: state["step"] * ROUNDS_PER_STEP]

for step in range(state["step"] + 1, trial.last_step(STEPS) + 1):
    # Another seed in each step: rows and columns of a step are not those of the one before.
    parameters["seed"] = (trial.seed + step) % 2**31
    booster = xgboost.train(parameters, train_matrix, ROUNDS_PER_STEP, xgb_model=booster)
    loss = score(booster)
    if state["best"] is None or loss < state["best"]:
        state.update(best=loss, bestStep=step)
    state["step"] = step
    trial.save(bytes(booster.save_raw("ubj")), "model.ubj")
    trial.save(json.dumps(state).encode(), "state.json")
    trial.report(step, log_loss=loss)
    if trial.should_stop() or step - state["bestStep"] >= PATIENCE:
        break

if not trial.should_stop():
    best = booster[: state["bestStep"] * ROUNDS_PER_STEP]
    probability = best.predict(xgboost.DMatrix(test))
    trial.attribute("trees", state["bestStep"] * ROUNDS_PER_STEP)
    # Seen by no decision of the search: what to expect of new rows.
    trial.attribute("test_log_loss", log_loss(test_target, probability))
    trial.attribute("test_roc_auc", roc_auc_score(test_target, probability))

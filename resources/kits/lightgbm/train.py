"""LightGBM: boosted trees for a number, with as many rounds as the validation rows want."""

import json

import lightgbm
from sklearn.datasets import make_friedman1
from sklearn.metrics import mean_absolute_error, root_mean_squared_error
from sklearn.model_selection import train_test_split

import tunewright

ROUNDS_PER_STEP = 20
STEPS = 50  # at most 1,000 trees
PATIENCE = 5  # steps without a better validation error
trial = tunewright.trial(
    defaults={
        "learning_rate": 0.1,
        "num_leaves": 31,
        "min_data_in_leaf": 20,
        "feature_fraction": 1.0,
        "bagging_fraction": 1.0,
        "lambda_l2": 1e-3,
        "path_smooth": 0.1,
    }
)


# ---- Your data: a table and its target, a number. ----
def load():
    return make_friedman1(n_samples=3000, n_features=12, noise=1.0, random_state=0)
# ---- Up to here. ----


table, target = load()
# The same rows in every trial.
rest, test, rest_target, test_target = train_test_split(table, target, test_size=0.2, random_state=0)
train, validation, train_target, validation_target = train_test_split(
    rest, rest_target, test_size=0.25, random_state=0
)
data = lightgbm.Dataset(train, train_target, free_raw_data=False)

parameters = {
    **trial.parameters,
    "objective": "regression",
    "bagging_freq": 1,
    "num_threads": 1,
    "deterministic": True,
    # Datasets are built once, whatever the leaves need.
    "feature_pre_filter": False,
    "verbosity": -1,
}
state = json.loads(trial.load() or b'{"step": 0, "best": null, "bestStep": 0, "model": null}')
booster = lightgbm.Booster(model_str=state["model"]) if state["model"] else None

for step in range(state["step"] + 1, trial.last_step(STEPS) + 1):
    # Another seed in each step: rows and columns of a step are not those of the one before.
    parameters["seed"] = (trial.seed + step) % 2**31
    booster = lightgbm.train(parameters, data, ROUNDS_PER_STEP, init_model=booster, keep_training_booster=False)
    error = root_mean_squared_error(validation_target, booster.predict(validation))
    if state["best"] is None or error < state["best"]:
        state.update(best=error, bestStep=step)
    state.update(step=step, model=booster.model_to_string())
    trial.save(json.dumps(state).encode())
    trial.report(step, rmse=error)
    if trial.should_stop() or step - state["bestStep"] >= PATIENCE:
        break

if not trial.should_stop():
    trees = state["bestStep"] * ROUNDS_PER_STEP
    predicted = booster.predict(test, num_iteration=trees)
    trial.attribute("trees", trees)
    # Seen by no decision of the search: what to expect of new rows.
    trial.attribute("test_rmse", root_mean_squared_error(test_target, predicted))
    trial.attribute("test_mae", mean_absolute_error(test_target, predicted))

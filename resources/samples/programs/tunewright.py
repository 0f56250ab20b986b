"""Inside a program that Tunewright starts: the trial's parameters in, its metrics out. No dependency.

    import tunewright

    trial = tunewright.trial()
    rate = trial.learningRate                  # also trial["learningRate"], trial.parameters
    state = trial.load()                       # what an earlier attempt saved, or None
    for epoch in range(1, 11):
        ...
        trial.save(pickled_bytes)              # optional; before the report
        trial.report(epoch, accuracy=0.93)
        if trial.should_stop():                # pruned or canceled: end well
            break

With `resumes: true` in the study file trials can be trained longer, forked and promoted: the program goes on from
what `trial.load()` gives, saves before it reports, and ends at `trial.last_step(epochs)`:

    for epoch in range(state.epoch + 1, trial.last_step(10) + 1):

With `serves: true` one process runs trial after trial, and what is imported is imported once:

    for trial in tunewright.trials():
        ...

Started by hand, without Tunewright, it runs with `defaults` and prints what it reports.

This module is part of the package `tunewright`, and stands alone as well: copied beside a program as tunewright.py.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import time
from typing import Any, Dict, Iterator, Mapping, Optional


_HELD_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if sys.platform == "win32" else ()


def _properties_from_environment() -> Dict[str, Any]:
    """The properties of its one trial from the environment of a program, under the names of a line to one that serves."""
    environment = os.environ
    parameters: Dict[str, Any] = {}
    path = environment.get("TUNEWRIGHT_PARAMETERS")
    if path:
        with open(path, encoding="utf-8") as file:
            parameters = json.load(file)
    until = environment.get("TUNEWRIGHT_UNTIL_STEP")
    return {
        "parameters": parameters,
        "study": environment.get("TUNEWRIGHT_STUDY"),
        "trial": int(environment.get("TUNEWRIGHT_TRIAL", "0")),
        "attempt": environment.get("TUNEWRIGHT_ATTEMPT", "1"),
        "instance": environment.get("TUNEWRIGHT_INSTANCE"),
        "slot": int(environment.get("TUNEWRIGHT_SLOT", "0")),
        "seed": int(environment.get("TUNEWRIGHT_SEED", "0")),
        "checkpointDirectory": environment.get("TUNEWRIGHT_CHECKPOINTS"),
        "trialDirectory": environment.get("TUNEWRIGHT_TRIAL_DIRECTORY"),
        "artifactDirectory": environment.get("TUNEWRIGHT_ARTIFACTS"),
        "stopFile": environment.get("TUNEWRIGHT_STOP_FILE"),
        "resumes": "TUNEWRIGHT_START_STEP" in environment,
        "startStep": int(environment.get("TUNEWRIGHT_START_STEP") or 0),
        "untilStep": int(until) if until else None,
        "origin": environment.get("TUNEWRIGHT_ORIGIN"),
    }


class Trial:
    """One trial of a study, seen from the program that trains it."""

    def __init__(
        self,
        defaults: Optional[Mapping[str, Any]] = None,
        properties: Optional[Mapping[str, Any]] = None,
    ) -> None:
        known = _properties_from_environment() if properties is None else properties
        self.parameters: Dict[str, Any] = {**(defaults or {}), **known["parameters"]}
        self.study: Optional[str] = known.get("study")
        self.number: int = known["trial"]
        self.attempt: str = known.get("attempt", "1")
        # Of the study's `instances`, the one that this training is about; None without any.
        self.instance: Optional[str] = known.get("instance")
        self.slot: int = known.get("slot", 0)
        self.seed: int = known.get("seed", 0)
        self.checkpoint_directory: Optional[str] = known.get("checkpointDirectory")
        # The step after which the trial begins: 0, or that of the trial that it goes on from.
        self.start_step: int = known.get("startStep") or 0
        # The step after which it ends; None where the program decides.
        self.until_step: Optional[int] = known.get("untilStep")
        # "continue", "fork" (other parameters from here on), or None where it begins at the beginning.
        self.origin: Optional[str] = known.get("origin")
        self._directory: Optional[str] = known.get("trialDirectory")
        self._artifacts: Optional[str] = known.get("artifactDirectory")
        self._stop_file: Optional[str] = known.get("stopFile")
        self._told = False
        if self._stop_file and properties is None:
            try:
                signal.signal(signal.SIGTERM, self._on_signal)
            except ValueError:
                # Not in the main thread; the file tells as well.
                pass
        self._reports: Optional[str] = None
        if known.get("resumes") and self._directory:
            self._reports = os.path.join(self._directory, "reports.jsonl")
            self._report_again()

    def __getattr__(self, name: str) -> Any:
        parameters: Dict[str, Any] = self.__dict__.get("parameters", {})
        if name in parameters:
            return parameters[name]
        known = ", ".join(sorted(parameters)) or "none"
        raise AttributeError(f"the trial has no parameter {name!r}; it has: {known}")

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def __contains__(self, name: object) -> bool:
        return name in self.parameters

    def __repr__(self) -> str:
        return f"<trial {self.number}: {self.parameters}>"

    def get(self, name: str, default: Any = None) -> Any:
        return self.parameters.get(name, default)

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._told = True

    def report(self, step: int, **metrics: Any) -> None:
        """Metrics at a step; steps rise. NaN and infinities are allowed."""
        row: Dict[str, Any] = {"step": int(step)}
        row.update({name: float(value) for name, value in metrics.items()})
        line = json.dumps(row) + "\n"
        if self._reports:
            file = os.open(self._reports, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(file, line.encode())
            os.close(file)
        _print_line(line)

    def _report_again(self) -> None:
        """What was under way when Tunewright was killed is lost; what is known already counts once."""
        try:
            with open(self._reports or "", encoding="utf-8") as file:
                for line in file:
                    sys.stdout.write(line if line.endswith("\n") else line + "\n")
            sys.stdout.flush()
        except FileNotFoundError:
            pass

    def last_step(self, own: int) -> int:
        """The step after which to end: what Tunewright says, or the program's own number of steps."""
        return own if self.until_step is None else self.until_step

    def should_stop(self) -> bool:
        """True once the trial is pruned or canceled."""
        return self._told or bool(self._stop_file and os.path.exists(self._stop_file))

    def save(self, data: bytes, name: str = "checkpoint") -> None:
        """Replaces a checkpoint (bytes) as a whole: a kill leaves the old one or the new one."""
        if not self.checkpoint_directory:
            return
        path = os.path.join(self.checkpoint_directory, name)
        with open(path + ".new", "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _replace(path + ".new", path)

    def load(self, name: str = "checkpoint") -> Optional[bytes]:
        """The bytes of the last checkpoint, of an earlier attempt or of the trial it goes on from; None if there is none."""
        if not self.checkpoint_directory:
            return None
        try:
            with open(os.path.join(self.checkpoint_directory, name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def artifact(self, path: str, name: Optional[str] = None, step: Optional[int] = None) -> Optional[str]:
        """Keeps a copy of a file with the trial. Returns its path; None where the program was started by hand."""
        folder = self._artifacts or (self._directory and os.path.join(self._directory, "files"))
        return keep_copy(folder or None, path, name, step)

    def _say(self, what: str) -> None:
        """To Tunewright, where one process serves many trials."""
        _print_line(json.dumps({"tunewright": what, "attempt": f"{self.number}/{self.attempt}"}) + "\n")

    def note(self, text: str) -> None:
        """A sentence about the trial, for people."""
        _print_line(json.dumps({"note": str(text)}) + "\n")

    def attribute(self, name: str, value: Any) -> None:
        """A value that is kept with the trial; anything that JSON can hold."""
        _print_line(json.dumps({"attributes": {str(name): value}}) + "\n")


def keep_copy(
    folder: Optional[str], path: "str | os.PathLike[str]", name: Optional[str], step: Optional[int]
) -> Optional[str]:
    """A copy of a file as it is now, whole or absent. Returns its path; None where there is no folder."""
    artifact_name = name or os.path.basename(path)
    if not artifact_name or artifact_name in (".", "..") or re.search(r"[/\\\0]", artifact_name):
        raise ValueError(f"the name of an artifact is no path: {artifact_name!r}")
    if not os.path.isfile(path):
        raise FileNotFoundError(f"there is no file {os.fspath(path)!r} to keep")
    if folder is None:
        return None
    if step is not None:
        folder = os.path.join(folder, f"step-{int(step)}")
    os.makedirs(folder, exist_ok=True)
    target = os.path.join(folder, artifact_name)
    shutil.copyfile(path, target + ".new")
    _replace(target + ".new", target)
    return target


def _replace(written: str, target: str) -> None:
    """Renames over a file. On Windows a virus scanner may hold either for a moment."""
    for seconds in _HELD_SECONDS:
        try:
            os.replace(written, target)
            return
        except PermissionError:
            time.sleep(seconds)
    os.replace(written, target)


def _print_line(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


def trial(defaults: Optional[Mapping[str, Any]] = None) -> Trial:
    """The trial that this program was started for; with `defaults` where a person started it."""
    return next(trials(defaults)) if "TUNEWRIGHT_SERVES" in os.environ else Trial(defaults)


def trials(defaults: Optional[Mapping[str, Any]] = None) -> Iterator[Trial]:
    """
    Trial after trial in this one process, where the study says `serves: true`; otherwise the one trial of `trial()`.
    The body of the loop belongs to one trial: when it comes round, the trial has ended. An exception that leaves the
    loop costs that trial alone, since another process takes the place of this one.
    """
    if "TUNEWRIGHT_SERVES" not in os.environ:
        yield Trial(defaults)
        return
    for line in sys.stdin:
        served = Trial(defaults, json.loads(line))
        served._say("taken")
        yield served
        sys.stderr.flush()
        served._say("done")

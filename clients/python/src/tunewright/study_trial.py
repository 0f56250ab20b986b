"""Trials of a study in this process: the running one, and what is known of those before."""

from __future__ import annotations

import enum
import math
import os
import warnings
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Union

from .errors import TrialPruned
from .spaces import Choices, Parameter, float_parameter, int_parameter
from .connection import to_number
from .program import keep_copy

if TYPE_CHECKING:
    from .study import Study


_UNKNOWN = "?"


class TrialState(enum.Enum):
    """As Optuna names them."""

    RUNNING = 0
    COMPLETE = 1
    PRUNED = 2
    FAIL = 3
    WAITING = 4

    def is_finished(self) -> bool:
        return self in (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)


STATES = {
    "running": TrialState.RUNNING,
    "complete": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "failed": TrialState.FAIL,
    "canceled": TrialState.FAIL,
    "interrupted": TrialState.WAITING,
}


@dataclass
class FrozenTrial:
    """What is known of a trial."""

    number: int
    state: TrialState
    params: Dict[str, Any]
    values: Optional[List[float]] = None
    intermediate_values: Dict[int, float] = field(default_factory=dict)
    datetime_start: Optional[datetime] = None
    datetime_complete: Optional[datetime] = None

    @property
    def value(self) -> Optional[float]:
        return self.values[0] if self.values else None

    @property
    def duration(self) -> Optional[Any]:
        if self.datetime_start is None or self.datetime_complete is None:
            return None
        return self.datetime_complete - self.datetime_start

    @property
    def last_step(self) -> Optional[int]:
        return max(self.intermediate_values, default=None)


class Trial:
    """A trial that runs in this process."""

    def __init__(self, study: "Study", record: FrozenTrial, why: Mapping[str, Any]) -> None:
        self.study = study
        self.number = record.number
        self.why: Dict[str, Any] = dict(why)
        self._record = record
        self._tickets: List[int] = []
        self._prune = False
        self._folder: Optional[str] = _UNKNOWN

    def __repr__(self) -> str:
        return f"<trial {self.number} of {self.study.study_name!r}: {self.params}>"

    @property
    def params(self) -> Dict[str, Any]:
        return dict(self._record.params)

    parameters = params

    def __getitem__(self, name: str) -> Any:
        return self._record.params[name]

    def __getattr__(self, name: str) -> Any:
        record = self.__dict__.get("_record")
        if record is not None and name in record.params:
            return record.params[name]
        raise AttributeError(f"the trial has no parameter {name!r}")

    def suggest_float(
        self, name: str, low: float, high: float, *, step: Optional[float] = None, log: bool = False
    ) -> float:
        return float(self._suggest(name, float_parameter(low, high, step, log)))

    def suggest_int(self, name: str, low: int, high: int, *, step: int = 1, log: bool = False) -> int:
        return int(self._suggest(name, int_parameter(low, high, step, log)))

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        known = self.study._choices.get(name)
        if known is None or known.choices != list(choices):
            known = Choices(choices)
        if self.study._space.get(name) != known.parameter:
            self._suggest(name, known.parameter, known)
        return self._record.params[name] if name in self._record.params else self._suggest(name, known.parameter, known)

    def _suggest(self, name: str, parameter: Parameter, choices: Optional[Choices] = None) -> Any:
        """A parameter that the study knows as it is has its value already; otherwise the study grows by it."""
        record = self._record
        if self.study._space.get(name) != parameter or name not in record.params:
            line = {"suggest": {"trial": self.number, "name": name, "parameter": parameter}}
            value = self.study._connection.wait(self.study._send(line))["value"]
            self.study._learn(name, parameter, choices)
            record.params[name] = choices.value(value) if choices is not None else value
        return record.params[name]

    def report(self, value: Union[float, Mapping[str, float]], step: int) -> None:
        """The value of the first goal at a step, or several metrics by name; steps rise."""
        first = self.study.metric_names[0]
        metrics = dict(value) if isinstance(value, Mapping) else {first: value}
        line = {"trial": self.number, "step": int(step), "metrics": {key: to_number(one) for key, one in metrics.items()}}
        if first in metrics:
            self._record.intermediate_values[int(step)] = float(metrics[first])
        self._tickets.append(self.study._send({"report": line}))

    def artifact(
        self, path: "str | os.PathLike[str]", name: Optional[str] = None, step: Optional[int] = None
    ) -> Optional[str]:
        """
        Keeps a copy of a file with the trial, as it is now; with `step` as the one of a step. Returns the path of the copy, from
        which it is taken over once the trial has ended; None in a study that is not kept.
        """
        if self._folder is _UNKNOWN:
            line = {"files": {"trial": self.number}}
            self._folder = self.study._connection.wait(self.study._send(line))["folder"]
        return keep_copy(self._folder, path, name, step)

    def note(self, text: str) -> None:
        """A sentence about the trial, for people."""
        self._say({"note": str(text)})

    def attribute(self, name: str, value: Any) -> None:
        """A value that is kept with the trial; anything that JSON can hold."""
        self._say({"attributes": {str(name): value}})

    def set_user_attr(self, key: str, value: Any) -> None:
        """As Optuna calls it."""
        self.attribute(key, value)

    def _say(self, what: Mapping[str, Any]) -> None:
        line = {"say": {"trial": self.number, **what}}
        self.study._connection.wait(self.study._send(line))

    def should_prune(self) -> bool:
        """Whether the pruner would end the trial here; then raise `tunewright.TrialPruned()`."""
        if self.study._pruner != "none":
            self._hear()
        return self._prune

    should_stop = should_prune

    def _hear(self) -> None:
        tickets, self._tickets = self._tickets, []
        for ticket in tickets:
            self._prune = bool(self.study._connection.wait(ticket)["prune"])


def checked_values(result: Any, goals: int) -> Union[List[float], str]:
    """The values that an objective returned; a sentence where they are none."""
    listed = result if isinstance(result, (list, tuple)) else [result]
    if len(listed) != goals:
        return f"the objective returned {len(listed)} values for {goals} goals"
    try:
        values = [float(one) for one in listed]
    except (TypeError, ValueError):
        return f"the objective returned {result!r}, which is no number"
    if any(math.isnan(one) for one in values):
        return "the objective returned NaN"
    return values


def warn_failed(number: int, reason: str) -> None:
    warnings.warn(f"trial {number} failed: {reason}", stacklevel=3)


__all__ = ["FrozenTrial", "Trial", "TrialPruned", "TrialState"]

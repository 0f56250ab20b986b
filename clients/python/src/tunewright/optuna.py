"""Tunewright's samplers and pruners inside Optuna: `create_study(sampler=TunewrightSampler(), pruner=TunewrightPruner("median"))`."""

from __future__ import annotations

import itertools
import json
import os
import threading
import time
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set, Union

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler, RandomSampler
from optuna.search_space import IntersectionSearchSpace
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from .connection import Command, Connection, to_number
from .errors import RefusedError
from .spaces import Choices, of_distribution

_lock = threading.RLock()
_connections: Dict[str, Connection] = {}
_names = itertools.count()
_FINISHED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)


def _connection(command: Optional[Command]) -> Connection:
    """One process for all samplers and pruners of this program; it keeps nothing on disk."""
    key = json.dumps([os.getpid(), command])
    with _lock:
        found = _connections.get(key)
        if found is None or not found.is_open:
            found = _connections[key] = Connection(command)
        return found


class _Session:
    """A study of Optuna, or a part of its space, as Tunewright knows it."""

    def __init__(self, command: Optional[Command], line: Dict[str, Any]) -> None:
        self.connection = _connection(command)
        self.name = f"optuna-{next(_names)}"
        self.numbers: Dict[int, int] = {}
        self.finished: Set[int] = set()
        self.connection.call({"open": {**line, "name": self.name}})

    def call(self, line: Dict[str, Any]) -> Any:
        return self.connection.call({**line, "study": self.name})


def _goals(directions: Sequence[StudyDirection]) -> List[Dict[str, str]]:
    return [
        {"metric": f"value{index}", "direction": "maximize" if one == StudyDirection.MAXIMIZE else "minimize"}
        for index, one in enumerate(directions)
    ]


def _end(trial: FrozenTrial, goals: int) -> Dict[str, Any]:
    """How a trial ended, as a line tells it."""
    if trial.state == TrialState.COMPLETE and trial.values is not None:
        return {"values": [to_number(one) for one in trial.values]}
    last = trial.last_step
    if trial.state == TrialState.PRUNED and last is not None and goals == 1:
        return {"state": "pruned", "values": [to_number(trial.intermediate_values[last])]}
    return {"state": "pruned" if trial.state == TrialState.PRUNED else "failed"}


class _Space:
    """A search space of Optuna under names that any study file takes."""

    def __init__(self, space: Mapping[str, BaseDistribution]) -> None:
        self.names = list(space)
        self.floats = {name for name, one in space.items() if isinstance(one, FloatDistribution)}
        self.choices = {name: Choices(one.choices) for name, one in space.items() if isinstance(one, CategoricalDistribution)}
        self.parameters = {
            f"p{index}": self.choices[name].parameter if name in self.choices else of_distribution(space[name])
            for index, name in enumerate(self.names)
        }

    def point(self, params: Mapping[str, Any]) -> Optional[Dict[str, Any]]:
        if not all(name in params for name in self.names):
            return None
        return {
            f"p{index}": self.choices[name].name(params[name]) if name in self.choices else params[name]
            for index, name in enumerate(self.names)
        }

    def params(self, point: Mapping[str, Any]) -> Dict[str, Any]:
        values = {name: point[f"p{index}"] for index, name in enumerate(self.names)}
        return {name: self._value(name, one) for name, one in values.items()}

    def _value(self, name: str, value: Any) -> Any:
        if name in self.choices:
            return self.choices[name].value(value)
        return float(value) if name in self.floats else value


class TunewrightSampler(BaseSampler):
    """
    Any sampler of Tunewright, by name or with its options; by default `auto`. As with Optuna's own samplers, parameters that not
    all trials have are drawn at random.
    """

    def __init__(
        self,
        sampler: Union[str, Mapping[str, Any]] = "auto",
        *,
        seed: Optional[int] = None,
        command: Optional[Command] = None,
    ) -> None:
        self._sampler: Dict[str, Any] = {"name": sampler} if isinstance(sampler, str) else dict(sampler)
        self._random = RandomSampler(seed)
        self._seed = self._drawn() if seed is None else seed
        self._command = command
        self._intersection = IntersectionSearchSpace()
        self._sessions: Dict[str, _Session] = {}

    def __getstate__(self) -> Dict[str, Any]:
        return {**self.__dict__, "_sessions": {}}

    def _drawn(self) -> int:
        return int(self._random._rng.rng.randint(2**31 - 1))

    def reseed_rng(self) -> None:
        self._random.reseed_rng()

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> Dict[str, BaseDistribution]:
        with _lock:
            found = self._intersection.calculate(study)
        return {name: one for name, one in found.items() if not one.single()}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: Dict[str, BaseDistribution]
    ) -> Dict[str, Any]:
        if not search_space:
            return {}
        with _lock:
            space = _Space(search_space)
            key = json.dumps([study.study_name, space.names, repr(list(search_space.values()))])
            session = self._sessions.get(key)
            if session is None or not session.connection.is_open:
                line = {"space": space.parameters, "goals": _goals(study.directions), "sampler": self._sampler}
                session = self._sessions[key] = _Session(self._command, {**line, "seed": self._seed})
            self._tell(session, space, study)
            answer = session.call({"ask": 1})
            if "exhausted" in answer:
                return {}
            session.numbers[trial.number] = answer["trial"]
            return space.params(answer["parameters"])

    def _tell(self, session: _Session, space: _Space, study: Study) -> None:
        """What has ended since the last question, in this process or another one."""
        for one in study.get_trials(deepcopy=False, states=_FINISHED):
            if one.number in session.finished:
                continue
            session.finished.add(one.number)
            own = session.numbers.pop(one.number, None)
            end = _end(one, len(study.directions))
            point = space.point(one.params)
            try:
                if own is not None:
                    session.call({"tell": {"trial": own, **end}})
                elif point is not None:
                    session.call({"add": {"parameters": point, **end}})
            except RefusedError:
                # A point outside of this space teaches it nothing.
                continue

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        return self._random.sample_independent(study, trial, param_name, param_distribution)


class TunewrightPruner(BasePruner):
    """Any pruner of Tunewright that judges by reports, by name or with its options."""

    def __init__(self, pruner: Union[str, Mapping[str, Any]] = "median", *, command: Optional[Command] = None) -> None:
        self._pruner: Dict[str, Any] = {"name": pruner} if isinstance(pruner, str) else dict(pruner)
        self._command = command
        self._sessions: Dict[str, _Session] = {}
        self._steps: Dict[str, Dict[int, int]] = {}

    def __getstate__(self) -> Dict[str, Any]:
        return {**self.__dict__, "_sessions": {}, "_steps": {}}

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        if trial.last_step is None:
            return False
        with _lock:
            session = self._sessions.get(study.study_name)
            if session is None or not session.connection.is_open:
                line = {"space": {}, "goals": _goals(study.directions[:1]), "pruner": self._pruner}
                session = self._sessions[study.study_name] = _Session(self._command, line)
                self._steps[study.study_name] = {}
            steps = self._steps[study.study_name]
            for other in study.get_trials(deepcopy=False):
                if other.number != trial.number and other.number not in session.finished:
                    self._report(session, steps, other)
                    if other.state in _FINISHED:
                        session.finished.add(other.number)
                        if other.number in session.numbers:
                            session.call({"tell": {"trial": session.numbers[other.number], **_end(other, 1)}})
            return self._report(session, steps, trial)

    @staticmethod
    def _report(session: _Session, steps: Dict[int, int], trial: FrozenTrial) -> bool:
        """Reports what is new; whether the last of it would end the trial."""
        told = steps.get(trial.number, -1)
        new = sorted(step for step in trial.intermediate_values if step > told)
        if not new:
            return False
        if trial.number not in session.numbers:
            session.numbers[trial.number] = session.call({"add": {"parameters": {}, "state": "running"}})["added"]
        prune = False
        for step in new:
            metrics = {"value0": to_number(trial.intermediate_values[step])}
            report = {"trial": session.numbers[trial.number], "step": step, "metrics": metrics}
            prune = bool(session.call({"report": report})["prune"])
        steps[trial.number] = new[-1]
        return prune


class StopWhenAsked:
    """
    A callback of `study.optimize` for a study in Tunewright's storage: ends it after a trial once a person has
    pressed _Ask to stop_ there, since this callback was made.
    """

    def __init__(self) -> None:
        self._began = time.time()

    def __call__(self, study: Study, trial: FrozenTrial) -> None:
        asked = study.user_attrs.get("tunewright:stop")
        if isinstance(asked, (int, float)) and asked > self._began:
            study.stop()


__all__ = ["StopWhenAsked", "TunewrightPruner", "TunewrightSampler"]

"""Studies that this process asks and tells, in the words of Optuna."""

from __future__ import annotations

import atexit
import importlib
import math
import os
import threading
import time
import weakref
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple, Type, Union

from .connection import Command, Connection, to_number
from .errors import RefusedError, StudyOverError, TrialPruned, TunewrightError
from .progress import Progress, study_html
from .spaces import Choices, Parameter, of_space
from .study_trial import STATES, FrozenTrial, Trial, TrialState, checked_values, warn_failed

Goals = Union[str, Mapping[str, str], Sequence[Mapping[str, str]], None]
Objective = Callable[[Trial], Any]
Callback = Callable[["Study", FrozenTrial], None]

_open: "weakref.WeakSet[Study]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for study in list(_open):
        study.close()


def create_study(
    name: str = "python",
    *,
    space: Optional[Mapping[str, Any]] = None,
    goals: Goals = None,
    direction: Optional[str] = None,
    directions: Optional[Sequence[str]] = None,
    sampler: Union[str, Mapping[str, Any], None] = None,
    pruner: Union[str, Mapping[str, Any], None] = None,
    constraints: Optional[Sequence[Any]] = None,
    relations: Optional[Sequence[str]] = None,
    enqueue: Optional[Sequence[Mapping[str, Any]]] = None,
    seed: Optional[int] = None,
    parallel_trials: Optional[int] = None,
    database: Optional[str] = None,
    keep: bool = True,
    command: Optional[Command] = None,
) -> "Study":
    """
    Makes a study, or takes up the one of the same name with all its trials.

    space: by name, as a study file writes it (`{"float": [1e-4, 1], "log": True}`), a distribution of Optuna, or a list of
    choices; None where the objective names its parameters with `trial.suggest_…` as it goes.
    goals: `{"loss": "minimize"}`, a list of `{"metric": …, "direction": …}`, or `direction(s)` as in Optuna.
    sampler, pruner: a name or the options of the study file; by default `auto` and none.
    database: a file; by default the database of the application, or with `keep=False` none at all.
    """
    listed = _goals(goals, direction, directions)
    parameters, choices = of_space(dict(space or {}))
    line: Dict[str, Any] = {"name": name, "goals": listed, "space": parameters}
    given = {
        "sampler": {"name": sampler} if isinstance(sampler, str) else sampler and dict(sampler),
        "pruner": {"name": pruner} if isinstance(pruner, str) else pruner and dict(pruner),
        "constraints": constraints and list(constraints),
        "relations": relations and list(relations),
        "enqueue": enqueue and [_named(point, choices) for point in enqueue],
        "seed": seed,
        "parallelTrials": parallel_trials,
    }
    line.update({key: value for key, value in given.items() if value is not None})
    connection = Connection.shared(command, None if database is None else os.fspath(database), keep)
    try:
        ticket = connection.send({"open": line}, later=True)
        known = connection.send({"trials": {}, "study": name})
        connection.wait(ticket)
        study = Study(connection, connection.wait(known), choices)
    except BaseException:
        connection.leave()
        raise
    for other in list(_open):
        if other._connection is connection and other.study_name == name:
            other._replaced()
    _open.add(study)
    return study


def _goals(goals: Goals, direction: Optional[str], directions: Optional[Sequence[str]]) -> List[Dict[str, str]]:
    if goals is not None and (direction or directions):
        raise ValueError("give goals, or direction(s), not both")
    if direction is not None and directions is not None:
        raise ValueError("give direction or directions, not both")
    if isinstance(goals, Mapping):
        return [{"metric": metric, "direction": way} for metric, way in goals.items()]
    if goals is not None and not isinstance(goals, str):
        return [dict(one) for one in goals]
    ways = list(directions) if directions else [direction or (goals if isinstance(goals, str) else "minimize")]
    names = ["value"] if len(ways) == 1 else [f"value{index}" for index in range(len(ways))]
    return [{"metric": metric, "direction": way} for metric, way in zip(names, ways)]


def _named(point: Mapping[str, Any], choices: Mapping[str, Choices]) -> Dict[str, Any]:
    return {key: choices[key].name(value) if key in choices else value for key, value in point.items()}


class Study:
    """A study that is kept by a process of Tunewright: in its database, and followed by its application."""

    def __init__(self, connection: Connection, state: Mapping[str, Any], choices: Dict[str, Choices]) -> None:
        self.study_name: str = state["study"]
        self.goals: List[Dict[str, str]] = list(state["goals"])
        self._connection = connection
        self._pruner: str = state["pruner"]
        self._space: Dict[str, Parameter] = dict(state["space"])
        self._choices = choices
        self._records: List[FrozenTrial] = []
        self._lock = threading.RLock()
        self._best: Optional[FrozenTrial] = None
        self._is_stopping = False
        self._ending = ""
        self._unused: Optional[int] = None
        for one in state["trials"]:
            self._take_known(one)

    def _take_known(self, one: Mapping[str, Any]) -> None:
        state = STATES.get(one["state"], TrialState.FAIL)
        record = FrozenTrial(
            number=one["trial"],
            # Nobody has it now: the next ask hands it out again.
            state=TrialState.WAITING if state is TrialState.RUNNING else state,
            params=self._values(one["parameters"]),
            values=[float(value) for value in one["values"]] or None,
            intermediate_values={step: float(value) for step, value in one["reports"]},
        )
        self._records.append(record)
        self._consider(record)

    def _values(self, parameters: Mapping[str, Any]) -> Dict[str, Any]:
        found: Dict[str, Any] = {}
        for name, value in parameters.items():
            choices = self._choices.get(name)
            try:
                is_float = "float" in self._space.get(name, {})
                found[name] = choices.value(value) if choices else float(value) if is_float else value
            except ValueError:
                found[name] = value
        return found

    def _learn(self, name: str, parameter: Parameter, choices: Optional[Choices]) -> None:
        with self._lock:
            self._space[name] = parameter
            if choices is not None:
                self._choices[name] = choices

    def __repr__(self) -> str:
        return f"<study {self.study_name!r}: {len(self._records)} trials>"

    def _repr_html_(self) -> str:
        return study_html(self)

    def __enter__(self) -> "Study":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the session; the study can be taken up again, by this line of code or in the application."""
        if self._ending:
            return
        self._ending = "The study was closed."
        _open.discard(self)
        try:
            self._connection.call({"close": {}, "study": self.study_name})
        except TunewrightError:
            # Its process is gone already.
            pass
        finally:
            self._connection.leave()

    def _replaced(self) -> None:
        self._ending = f"The study {self.study_name!r} was opened again; use what create_study gave then."
        _open.discard(self)
        self._connection.leave()

    def _send(self, line: Dict[str, Any], later: bool = False) -> int:
        if self._ending:
            raise TunewrightError(self._ending)
        return self._connection.send({**line, "study": self.study_name}, later)

    # What is known

    @property
    def metric_names(self) -> List[str]:
        return [goal["metric"] for goal in self.goals]

    @property
    def directions(self) -> List[str]:
        return [goal["direction"] for goal in self.goals]

    @property
    def direction(self) -> str:
        return self.directions[0]

    @property
    def trials(self) -> List[FrozenTrial]:
        with self._lock:
            return list(self._records)

    @property
    def best_trial(self) -> FrozenTrial:
        """The best complete trial by the first goal. Raises ValueError without any."""
        if self._best is None:
            raise ValueError("no trial is complete yet")
        return self._best

    @property
    def best_value(self) -> float:
        return self.best_trial.value if self.best_trial.value is not None else math.nan

    @property
    def best_params(self) -> Dict[str, Any]:
        return self.best_trial.params

    @property
    def best_trials(self) -> List[FrozenTrial]:
        """Complete trials that no other one beats in every goal."""
        done = [one for one in self.trials if one.state is TrialState.COMPLETE and one.values]
        scores = [[v if way == "minimize" else -v for v, way in zip(one.values or [], self.directions)] for one in done]
        return [
            one
            for one, score in zip(done, scores)
            if not any(other != score and all(a <= b for a, b in zip(other, score)) for other in scores)
        ]

    def trials_table(self) -> List[Dict[str, Any]]:
        """A dict for each trial: number, state, values, parameters, duration in seconds."""
        names = self.metric_names
        table: List[Dict[str, Any]] = []
        for one in self.trials:
            row: Dict[str, Any] = {"number": one.number}
            for index, name in enumerate(names):
                key = "value" if len(names) == 1 else f"values_{name}"
                row[key] = one.values[index] if one.values and index < len(one.values) else None
            row["datetime_start"], row["datetime_complete"] = one.datetime_start, one.datetime_complete
            row["duration"] = one.duration
            row.update({f"params_{name}": value for name, value in one.params.items()})
            row["state"] = one.state.name
            table.append(row)
        return table

    def trials_dataframe(self) -> Any:
        """The trials as a pandas.DataFrame, with Optuna's names of columns."""
        try:
            pandas: Any = importlib.import_module("pandas")
        except ImportError as error:
            raise ImportError("trials_dataframe() needs pandas; trials_table() gives the same rows without it") from error
        return pandas.DataFrame(self.trials_table())

    # Ask and tell

    def ask(self) -> Trial:
        """A new trial. Raises StudyOverError where the sampler or a stop rule is at its end."""
        return self._asked(self._ask())

    def _ask(self) -> int:
        """A ticket; that of a loop that was interrupted before it took its trial comes first."""
        with self._lock:
            ticket, self._unused = self._unused, None
        return self._send({"ask": 1}) if ticket is None else ticket

    def _asked(self, ticket: int) -> Trial:
        answer = self._connection.wait(ticket)
        if "exhausted" in answer:
            raise StudyOverError(str(answer["exhausted"].get("text", answer["exhausted"].get("code"))))
        number: int = answer["trial"]
        record = FrozenTrial(
            number, TrialState.RUNNING, self._values(answer["parameters"]), datetime_start=datetime.now()
        )
        with self._lock:
            while len(self._records) <= number:
                # Another thread has asked for those between, and is about to say so.
                self._records.append(FrozenTrial(len(self._records), TrialState.RUNNING, {}))
            self._records[number] = record
        return Trial(self, record, answer["why"])

    def tell(
        self,
        trial: Union[Trial, int],
        values: Union[float, Sequence[float], None] = None,
        state: Optional[TrialState] = None,
        constraints: Optional[Sequence[float]] = None,
        reason: Optional[str] = None,
    ) -> FrozenTrial:
        """Ends a trial; it is on disk when this returns."""
        number = trial if isinstance(trial, int) else trial.number
        if isinstance(trial, Trial):
            trial._hear()
        ticket, record, ended = self._tell(number, values, state, constraints, reason)
        self._connection.wait(ticket)
        self._end(record, *ended)
        return record

    def _tell(
        self,
        number: int,
        values: Union[float, Sequence[float], None],
        state: Optional[TrialState],
        constraints: Optional[Sequence[float]] = None,
        reason: Optional[str] = None,
        later: bool = False,
    ) -> Tuple[int, FrozenTrial, Tuple[TrialState, Optional[List[float]]]]:
        record = self._records[number]
        wanted = state or (TrialState.COMPLETE if values is not None else TrialState.FAIL)
        listed = None if values is None else [float(v) for v in (values if isinstance(values, Iterable) else [values])]
        line: Dict[str, Any] = {"trial": number}
        if wanted is TrialState.COMPLETE:
            line["values"] = [to_number(one) for one in listed or []]
        else:
            line["state"] = "pruned" if wanted is TrialState.PRUNED else "failed"
            if wanted is TrialState.PRUNED and listed:
                line["values"] = [to_number(one) for one in listed]
        if constraints is not None:
            line["constraints"] = [to_number(one) for one in constraints]
        if reason:
            line["reason"] = reason[:2000]
        ticket = self._send({"tell": line}, later=later)
        if wanted is TrialState.PRUNED and listed is None and record.intermediate_values:
            listed = [record.intermediate_values[record.last_step or 0]]
        return ticket, record, (wanted, listed)

    def _end(self, record: FrozenTrial, state: TrialState, values: Optional[List[float]]) -> None:
        with self._lock:
            record.state, record.values = state, values
            record.datetime_complete = datetime.now()
            self._consider(record)

    def _consider(self, record: FrozenTrial) -> None:
        if record.state is not TrialState.COMPLETE or record.value is None or math.isnan(record.value):
            return
        best = self._best.value if self._best is not None else None
        sign = 1 if self.direction == "minimize" else -1
        if best is None or sign * record.value < sign * best:
            self._best = record

    # The loop

    def stop(self) -> None:
        """Ends `optimize` after the trials that run; for callbacks and objectives."""
        self._is_stopping = True

    def optimize(
        self,
        func: Objective,
        n_trials: Optional[int] = None,
        timeout: Optional[float] = None,
        n_jobs: int = 1,
        catch: Union[Type[Exception], Iterable[Type[Exception]]] = (),
        callbacks: Optional[Iterable[Callback]] = None,
        show_progress_bar: Optional[bool] = None,
    ) -> None:
        """
        Runs trials as Optuna does: an exception that is not in `catch` fails its trial and is raised, and so is
        KeyboardInterrupt; TrialPruned prunes. `n_jobs` threads, -1 for one per processor. Without a progress bar of one's
        own choice there is one in a notebook and at a terminal.
        """
        caught = (catch,) if isinstance(catch, type) else tuple(catch)
        heard = list(callbacks or [])
        jobs = (os.cpu_count() or 1) if n_jobs == -1 else n_jobs
        if jobs < 1:
            raise ValueError(f"n_jobs must be -1, or 1 and more: {n_jobs}")
        self._is_stopping = False
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        progress = Progress(self, n_trials, show_progress_bar)
        try:
            if jobs == 1:
                self._loop(func, n_trials, deadline, caught, heard, progress)
            else:
                self._spread(func, n_trials, deadline, caught, heard, progress, jobs)
        finally:
            progress.close()

    def _loop(
        self,
        func: Objective,
        n_trials: Optional[int],
        deadline: float,
        caught: Tuple[Type[Exception], ...],
        callbacks: Sequence[Callback],
        progress: Progress,
    ) -> None:
        done = 0
        while not self._is_over(done, n_trials, deadline):
            try:
                trial = self.ask()
            except StudyOverError as over:
                progress.over(str(over))
                return
            told, record, ended, failure = self._run(func, trial, later=True)
            done += 1
            self._end(record, *ended)
            is_caught = failure is None or isinstance(failure, caught)
            # With its end the next one is asked for: one wait for the disk does for both.
            if is_caught and not callbacks and not self._is_over(done, n_trials, deadline):
                self._unused = self._send({"ask": 1})
            self._connection.wait(told)
            if failure is not None and not is_caught:
                raise failure
            for callback in callbacks:
                callback(self, record)
            progress.update(done)

    def _spread(
        self,
        func: Objective,
        n_trials: Optional[int],
        deadline: float,
        caught: Tuple[Type[Exception], ...],
        callbacks: Sequence[Callback],
        progress: Progress,
        jobs: int,
    ) -> None:
        def one() -> bool:
            try:
                trial = self.ask()
            except StudyOverError as over:
                progress.over(str(over))
                self._is_stopping = True
                return False
            told, record, ended, failure = self._run(func, trial, later=False)
            self._connection.wait(told)
            self._end(record, *ended)
            if failure is not None and not isinstance(failure, caught):
                raise failure
            with self._lock:
                for callback in callbacks:
                    callback(self, record)
            return True

        done = started = 0
        running: Set["Future[bool]"] = set()
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            try:
                while True:
                    while len(running) < jobs and not self._is_over(started, n_trials, deadline):
                        running.add(pool.submit(one))
                        started += 1
                    if not running:
                        return
                    ended, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in ended:
                        done += future.result()
                    progress.update(done)
            except BaseException:
                self._is_stopping = True
                for future in running:
                    future.cancel()
                raise

    def _is_over(self, count: int, n_trials: Optional[int], deadline: float) -> bool:
        return self._is_stopping or (n_trials is not None and count >= n_trials) or time.monotonic() >= deadline

    def _run(
        self, func: Objective, trial: Trial, later: bool
    ) -> Tuple[int, FrozenTrial, Tuple[TrialState, Optional[List[float]]], Optional[BaseException]]:
        failure: Optional[BaseException] = None
        values: Optional[List[float]] = None
        reason: Optional[str] = None
        try:
            result = checked_values(func(trial), len(self.goals))
            trial._hear()
            if isinstance(result, str):
                state, reason = TrialState.FAIL, result
                warn_failed(trial.number, reason)
            else:
                state, values = TrialState.COMPLETE, result
        except TrialPruned:
            state = TrialState.PRUNED
            trial._hear()
        except Exception as error:
            if type(error).__name__ == "TrialPruned":
                # Optuna's own, in an objective that was written for it.
                state = TrialState.PRUNED
            else:
                state, failure, reason = TrialState.FAIL, error, f"{type(error).__name__}: {error}"
        except KeyboardInterrupt as error:
            state, failure, reason = TrialState.FAIL, error, "interrupted by a person"
        told, record, ended = self._tell(trial.number, values, state, None, reason, later)
        return told, record, ended, failure


__all__ = ["Study", "create_study", "RefusedError", "TunewrightError"]

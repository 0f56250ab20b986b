"""
A sweeper for Hydra whose points come from Tunewright, with conditions and pruning.

    # config.yaml
    defaults: [_self_, { override hydra/sweeper: tunewright }]
    hydra:
      sweeper:
        goals: { loss: minimize }
        n_trials: 30
        space:
          optimizer: [sgd, adam]
          momentum: { float: [0, 0.99], when: { optimizer: sgd } }

`python train.py --multirun lr='tag(log, interval(1e-4, 1))'` adds to the space. What the task returns is the value, or the values in the
order of the goals.

Within the task, `tunewright.hydra.current_trial()` reports and prunes where jobs run in this process, as with Hydra's own launcher.
"""

from __future__ import annotations

import logging
import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import (
    ChoiceSweep,
    IntervalSweep,
    Override,
    Quote,
    QuotedString,
    RangeSweep,
    Transformer,
)
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.sweeper import Sweeper
from omegaconf import OmegaConf

from .errors import StudyOverError, TrialPruned
from .spaces import float_parameter, int_parameter
from .study import Study, create_study
from .study_trial import FrozenTrial, Trial, TrialState, checked_values, warn_failed

log = logging.getLogger(__name__)

_batch: Dict[int, Trial] = {}


def current_trial() -> Optional[Trial]:
    """The trial of the job that runs; None without a sweep, and where a launcher runs jobs in other processes."""
    if not HydraConfig.initialized() or not _batch:
        return None
    config: Any = HydraConfig.get()
    return _batch.get(config.job.get("num", -1))


class TunewrightSweeper(Sweeper):
    """
    study, database: as in `tunewright.create_study`; a sweep of the same name goes on with what is known.
    goals or direction: what the task returns. sampler, pruner, relations, seed: as in `create_study`.
    n_trials: of this sweep. n_jobs: jobs that one call of the launcher gets.
    max_failure_rate: the sweep ends with the error of a job where more of them fail.
    space: parameters as in a study file, by the key that they override.
    """

    def __init__(
        self,
        study: str = "hydra",
        database: Optional[str] = None,
        keep: bool = True,
        goals: Optional[Mapping[str, str]] = None,
        direction: Union[str, Sequence[str], None] = None,
        sampler: Union[str, Mapping[str, Any], None] = None,
        pruner: Union[str, Mapping[str, Any], None] = None,
        relations: Optional[Sequence[str]] = None,
        seed: Optional[int] = None,
        n_trials: int = 20,
        n_jobs: int = 1,
        max_failure_rate: float = 0.0,
        space: Optional[Mapping[str, Any]] = None,
    ) -> None:
        self.n_trials, self.n_jobs, self.max_failure_rate = n_trials, n_jobs, max_failure_rate
        self.space = dict(_plain(space or {}))
        several = direction is not None and not isinstance(direction, str)
        self.options: Dict[str, Any] = {
            "name": study,
            "database": None if database is None else os.path.abspath(database),
            "keep": keep,
            "goals": _plain(goals),
            "directions" if several else "direction": _plain(direction),
            "sampler": _plain(sampler),
            "pruner": _plain(pruner),
            "relations": _plain(relations),
            "seed": seed,
        }
        self.launcher: Any = None
        self.config: Any = None
        self.hydra_context: Any = None

    def setup(self, *, hydra_context: Any, task_function: Any, config: Any) -> None:
        self.hydra_context, self.config = hydra_context, config
        self.launcher = Plugins.instance().instantiate_launcher(
            hydra_context=hydra_context, task_function=task_function, config=config
        )

    def sweep(self, arguments: List[str]) -> Optional[FrozenTrial]:
        """The best trial, of the first goal."""
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        space, fixed = dict(self.space), []
        for override in parser.parse_overrides(arguments):
            if override.is_sweep_override():
                space[override.get_key_element()] = _parameter(override)
            else:
                fixed.append(f"{override.get_key_element()}={override.get_value_element_as_str()}")
        with create_study(space=space, **self.options) as study:
            self._run(study, fixed)
            return self._write_results(study)

    def _run(self, study: Study, fixed: List[str]) -> None:
        done = failures = 0
        while done < self.n_trials:
            trials = self._ask(study, min(self.n_jobs, self.n_trials - done))
            if not trials:
                return
            batch = [[*fixed, *_overrides(trial.params)] for trial in trials]
            self.validate_batch_is_legal(batch)
            _batch.clear()
            _batch.update({done + index: trial for index, trial in enumerate(trials)})
            try:
                returned = self.launcher.launch(batch, initial_job_idx=done)
            finally:
                _batch.clear()
            errors = [error for one in zip(trials, returned) if (error := _tell(study, *one)) is not None]
            done, failures = done + len(trials), failures + len(errors)
            if errors and failures / done > self.max_failure_rate:
                log.error("%s of %s jobs failed: more than max_failure_rate = %s", failures, done, self.max_failure_rate)
                raise errors[0]

    @staticmethod
    def _ask(study: Study, count: int) -> List[Trial]:
        trials: List[Trial] = []
        try:
            while len(trials) < count:
                trials.append(study.ask())
        except StudyOverError as over:
            log.info("%s", over)
        return trials

    def _write_results(self, study: Study) -> Optional[FrozenTrial]:
        """Beside the jobs, as Hydra's other sweepers do."""
        try:
            best = study.best_trial
        except ValueError:
            return None
        found = {"name": "tunewright", "best_params": best.params, "best_value": best.value}
        path = os.path.join(self.config.hydra.sweep.dir, "optimization_results.yaml")
        OmegaConf.save(OmegaConf.create(found), path)
        log.info("best of %s trials: %s with %s", len(study.trials), best.value, best.params)
        return best


def _tell(study: Study, trial: Trial, job: JobReturn) -> Optional[BaseException]:
    """The error of a job that failed."""
    if job.status is not JobStatus.COMPLETED:
        error = job._return_value
        # By name: of another process it is another class, and Optuna has one of its own.
        if type(error).__name__ == TrialPruned.__name__:
            study.tell(trial, state=TrialState.PRUNED)
            return None
        reason = f"{type(error).__name__}: {error}"
        study.tell(trial, state=TrialState.FAIL, reason=reason)
        warn_failed(trial.number, reason)
        return error if isinstance(error, BaseException) else RuntimeError(reason)
    values = checked_values(job.return_value, len(study.goals))
    if isinstance(values, str):
        study.tell(trial, state=TrialState.FAIL, reason=values)
        warn_failed(trial.number, values)
        return ValueError(values)
    study.tell(trial, values)
    return None


def _overrides(parameters: Mapping[str, Any]) -> List[str]:
    """A parameter that is not active is not overridden."""
    return [f"{name}={_quoted(value)}" for name, value in parameters.items()]


def _quoted(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return repr(value)
    return str(QuotedString(value, Quote.single).with_quotes())


def _parameter(override: Override) -> Dict[str, Any]:
    """What a sweep of the command line means: `choice(…)`, `1,2,3`, `range(…)`, `interval(…)`, `tag(log, …)`."""
    value = override.value()
    is_log = "log" in getattr(value, "tags", ())
    if isinstance(value, IntervalSweep):
        low, high = value.start, value.end
        if isinstance(low, int) and isinstance(high, int):
            return int_parameter(low, high, 1, is_log)
        return float_parameter(float(low or 0), float(high or 0), None, is_log)
    if isinstance(value, RangeSweep) and all(isinstance(one, int) for one in _ends(value)):
        start, stop, step = _ends(value)
        last = list(range(start, stop, step))[-1]
        return int_parameter(start, last, step, is_log)
    if isinstance(value, (ChoiceSweep, RangeSweep)):
        listed = override.sweep_iterator(transformer=Transformer.identity)
        return {"choice": [one.text if isinstance(one, QuotedString) else one for one in listed]}
    raise ValueError(f"Tunewright cannot sweep over {override.input_line}")


def _ends(value: RangeSweep) -> Tuple[Any, Any, Any]:
    return value.start, value.stop, value.step


def _plain(value: Any) -> Any:
    return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value


__all__ = ["TunewrightSweeper", "current_trial"]

"""
A search for scikit-learn with its own runConditions: `TunewrightSearchCV` stands where `RandomizedSearchCV` would.

    from tunewright.sklearn import TunewrightSearchCV

    search = TunewrightSearchCV(SVC(), {"C": {"float": [1e-3, 1e3], "log": True}}, n_iter=30, cv=5)
    search.fit(x, y).best_params_
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Union

import numpy
from sklearn.model_selection._search import BaseSearchCV

from .study import create_study
from .study_trial import TrialState


class TunewrightSearchCV(BaseSearchCV):
    """
    Cross-validated search over parameters of an estimator, with any sampler of Tunewright.

    estimator, scoring, cv, n_jobs, refit, verbose, pre_dispatch, error_score, return_train_score: as in RandomizedSearchCV; n_jobs
        spreads the folds of one candidate.
    param_space: by name, a parameter of a study file (`{"float": [1e-3, 1], "log": True}`), a distribution of Optuna, or a list of choices.
    n_iter: candidates. random_state: seed of the sampler, a whole number.
    sampler: a name, or the options of a study file.
    study_name, database: keep the study there, where the application follows it; without a database nothing is kept.
    Scores are maximized; a candidate whose score is not finite is a failed trial.
    """

    def __init__(
        self,
        estimator: Any,
        param_space: Mapping[str, Any],
        *,
        n_iter: int = 10,
        sampler: Union[str, Mapping[str, Any]] = "auto",
        scoring: Any = None,
        n_jobs: Optional[int] = None,
        refit: Union[bool, str, Callable[..., Any]] = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: Union[int, str] = "2*n_jobs",
        random_state: Optional[int] = None,
        error_score: Any = numpy.nan,
        return_train_score: bool = False,
        study_name: str = "scikit-learn",
        database: Optional[str] = None,
    ) -> None:
        super().__init__(
            estimator=estimator,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.param_space = param_space
        self.n_iter = n_iter
        self.sampler = sampler
        self.random_state = random_state
        self.study_name = study_name
        self.database = database

    def _run_search(self, evaluate_candidates: Callable[[List[Dict[str, Any]]], Dict[str, Any]]) -> None:
        if isinstance(self.n_iter, bool) or int(self.n_iter) < 1:
            raise ValueError(f"n_iter must be 1 or more: {self.n_iter}")
        key = "score" if not isinstance(self.refit, str) else self.refit
        with create_study(
            self.study_name,
            space=self.param_space,
            direction="maximize",
            sampler=self.sampler,
            seed=self._seed(),
            database=self.database,
            keep=self.database is not None,
        ) as study:
            for _ in range(int(self.n_iter)):
                trial = study.ask()
                found = evaluate_candidates([dict(trial.params)])
                scores = found.get(f"mean_test_{key}")
                if scores is None:
                    raise ValueError("with several metrics, refit names the one that is searched by")
                score = float(scores[-1])
                if numpy.isfinite(score):
                    study.tell(trial, score)
                else:
                    study.tell(trial, state=TrialState.FAIL, reason="the score is not finite")

    def _seed(self) -> Optional[int]:
        state = self.random_state
        if state is None or isinstance(state, (int, numpy.integer)):
            return None if state is None else int(state)
        return int(state.randint(2**31 - 1))

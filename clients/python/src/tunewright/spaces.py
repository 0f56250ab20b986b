"""Parameters in Optuna's words and in those of a study file, and values that JSON does not have."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

Parameter = Dict[str, Any]


def float_parameter(low: float, high: float, step: Optional[float] = None, log: bool = False) -> Parameter:
    parameter: Parameter = {"float": [float(low), float(high)]}
    if log:
        parameter["log"] = True
    if step is not None:
        parameter["step"] = float(step)
    return parameter


def int_parameter(low: int, high: int, step: int = 1, log: bool = False) -> Parameter:
    high = int(high) - (int(high) - int(low)) % int(step)
    parameter: Parameter = {"int": [int(low), high]}
    if log:
        parameter["log"] = True
    if step != 1 and high > low:
        parameter["step"] = int(step)
    return parameter


class Choices:
    """The choices of a categorical parameter, with a name for each that a study file cannot hold."""

    def __init__(self, choices: Sequence[Any]) -> None:
        self.choices = list(choices)
        if not self.choices:
            raise ValueError("a choice needs at least one value")
        plain = all(isinstance(one, (str, bool, int, float)) and one == one for one in self.choices)
        keys = {(type(one) is bool, one) for one in self.choices} if plain else set()
        self.names: List[Any] = self.choices if len(keys) == len(self.choices) else _labels(self.choices)

    @property
    def parameter(self) -> Parameter:
        return {"choice": list(self.names)}

    def value(self, name: Any) -> Any:
        return self.choices[self._index_of(self.names, name)]

    def name(self, value: Any) -> Any:
        return self.names[self._index_of(self.choices, value)]

    @staticmethod
    def _index_of(values: Sequence[Any], wanted: Any) -> int:
        for index, value in enumerate(values):
            if value is wanted or (isinstance(value, bool) == isinstance(wanted, bool) and value == wanted):
                return index
        raise ValueError(f"{wanted!r} is none of {list(values)!r}")


def _labels(choices: Sequence[Any]) -> List[str]:
    labels: List[str] = []
    for one in choices:
        label = one if isinstance(one, str) else repr(one)[:200]
        labels.append(label if label not in labels else f"{label} ({len(labels)})")
    return labels


def of_space(space: Dict[str, Any]) -> Tuple[Dict[str, Parameter], Dict[str, Choices]]:
    """A space as the study file writes it; distributions of Optuna and lists of choices are taken as well."""
    parameters: Dict[str, Parameter] = {}
    choices: Dict[str, Choices] = {}
    for name, one in space.items():
        listed = _choices_of(one)
        if listed is not None:
            choices[name] = Choices(listed)
            others = {key: value for key, value in one.items() if key != "choice"} if isinstance(one, dict) else {}
            parameters[name] = {**others, **choices[name].parameter}
        elif isinstance(one, dict):
            parameters[name] = dict(one)
        else:
            parameters[name] = of_distribution(one)
    return parameters, choices


def _choices_of(one: Any) -> Optional[Sequence[Any]]:
    if isinstance(one, list):
        return one
    if isinstance(one, dict):
        found = one.get("choice")
        return found if isinstance(found, (list, tuple)) else None
    found = getattr(one, "choices", None)
    return found if isinstance(found, (list, tuple)) else None


def of_distribution(distribution: Any) -> Parameter:
    """A numeric distribution of Optuna."""
    kind = type(distribution).__name__
    low, high = getattr(distribution, "low", None), getattr(distribution, "high", None)
    if low is None or high is None:
        raise TypeError(f"{distribution!r} is no parameter: give a dict as in a study file, or a list of choices")
    log, step = bool(getattr(distribution, "log", False)), getattr(distribution, "step", None)
    if "Int" in kind:
        return int_parameter(low, high, 1 if log or step is None else step, log)
    return float_parameter(low, high, step, log)

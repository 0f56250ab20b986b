"""What can go wrong, each in one sentence."""

from __future__ import annotations

from typing import Any, Mapping


class TunewrightError(Exception):
    """Tunewright refused something, or is not there."""


class NotInstalledError(TunewrightError):
    """Neither the application nor its command was found."""


class RefusedError(TunewrightError, ValueError):
    """A value breaks a rule; `field`, `value` and `rule` say which."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        rule = error.get("rule") or {}
        self.code: str = error.get("code", "")
        self.field: str = error.get("field", "")
        self.value: Any = error.get("value")
        self.rule: str = rule.get("text") or rule.get("code") or self.code
        self.problems = error.get("problems", [])
        lines = [_sentence(one) for one in self.problems] or [_sentence(error)]
        super().__init__("\n".join(lines))


def _sentence(problem: Mapping[str, Any]) -> str:
    rule = problem.get("rule") or {}
    text = rule.get("text") or rule.get("code") or problem.get("code", "")
    field = problem.get("field")
    return f"{field}: {text}" if field else str(text)


class StudyOverError(TunewrightError):
    """The sampler or a stop rule of the study is at its end."""


class TrialPruned(TunewrightError):
    """Raised by an objective to end its trial early."""

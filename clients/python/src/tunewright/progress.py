"""How far a study is: a line at a terminal, a live picture in a notebook. No dependency."""

from __future__ import annotations

import html
import importlib
import math
import sys
import time
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

if TYPE_CHECKING:
    from .study import Study

_WIDTH, _HEIGHT, _MARGIN = 560, 200, 44
_MAX_POINTS = 2000
_LINE_EVERY_S = 0.1
_PICTURE_EVERY_S = 0.5


def in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


class Progress:
    def __init__(self, study: "Study", n_trials: Optional[int], shown: Optional[bool]) -> None:
        self._study = study
        self._n_trials = n_trials
        self._started = self._last = time.monotonic()
        self._done = 0
        self._ending = ""
        self._display: Any = None
        self._line = False
        if shown is False:
            return
        if in_notebook():
            shown_by: Any = importlib.import_module("IPython.display")
            self._html: Any = shown_by.HTML
            self._display = shown_by.display(self._html(study_html(study)), display_id=True)
        else:
            self._line = bool(shown) or sys.stderr.isatty()

    def over(self, reason: str) -> None:
        self._ending = reason

    def update(self, done: int) -> None:
        self._done = done
        every = _PICTURE_EVERY_S if self._display is not None else _LINE_EVERY_S
        if (self._display is None and not self._line) or time.monotonic() - self._last < every:
            return
        self._last = time.monotonic()
        self._show()

    def close(self) -> None:
        self._show()
        if self._line:
            sys.stderr.write("\n")
            sys.stderr.flush()

    def _show(self) -> None:
        if self._display is not None:
            self._display.update(self._html(study_html(self._study, self._text())))
        elif self._line:
            sys.stderr.write("\r\x1b[2K" + self._text())
            sys.stderr.flush()

    def _text(self) -> str:
        seconds = time.monotonic() - self._started
        of = f"/{self._n_trials}" if self._n_trials is not None else ""
        parts = [f"{self._done}{of} trials"]
        best = self._study._best
        if best is not None:
            parts.append(f"best {best.value:.6g} (trial {best.number})")
        if self._done and seconds > 0:
            parts.append(f"{self._done / seconds:.3g}/s")
        if self._ending:
            parts.append(self._ending)
        return " · ".join(parts)


def study_html(study: "Study", text: str = "") -> str:
    """A study in a notebook: its best trial and how it got there."""
    best = study._best
    rows = ""
    if best is not None:
        rows = "".join(
            f"<tr><td>{html.escape(str(name))}</td><td style='text-align:left'>{html.escape(_short(value))}</td></tr>"
            for name, value in best.params.items()
        )
    goal = ", ".join(f"{one['direction']} {one['metric']}" for one in study.goals)
    head = f"<b>{html.escape(study.study_name)}</b> · {len(study.trials)} trials · {html.escape(goal)}"
    line = f"<div>{html.escape(text)}</div>" if text else ""
    found = "" if best is None else f"<div>best {_short(best.value)}, trial {best.number}</div><table>{rows}</table>"
    return f"<div class='tunewright'>{head}{line}{history_svg(study)}{found}</div>"


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def history_svg(study: "Study") -> str:
    """Values by trial, and the best so far, as a picture (SVG)."""
    points = [(one.number, one.value) for one in study.trials if one.value is not None and math.isfinite(one.value)]
    if len(points) < 2:
        return ""
    first, last = points[0][0], max(points[-1][0], points[0][0] + 1)
    low, high = _shown_range([value for _, value in points], study.direction)

    def pixels(number: float, value: float) -> Tuple[float, float]:
        x = _MARGIN + (number - first) / (last - first) * (_WIDTH - _MARGIN - 8)
        share = (min(max(value, low), high) - low) / (high - low)
        return round(x, 1), round(_HEIGHT - 24 - share * (_HEIGHT - 36), 1)

    better = min if study.direction == "minimize" else max
    path: List[str] = []
    best: Optional[float] = None
    for number, value in points:
        if best is None or better(value, best) != best:
            if best is not None:
                path.append("%s,%s" % pixels(number, best))
            best = value
            path.append("%s,%s" % pixels(number, value))
    if best is not None:
        path.append("%s,%s" % pixels(last, best))
    every = max(1, len(points) // _MAX_POINTS)
    dots = "".join(
        "<circle cx='%s' cy='%s' r='2'/>" % pixels(number, value) for number, value in points[::every]
    )
    labels = "".join(
        f"<text x='{_MARGIN - 6}' y='{pixels(first, value)[1] + 4}' text-anchor='end'>{_short(float(value))}</text>"
        for value in (low, high)
    )
    title = f"Value by trial, best so far {_short(best)}"
    return (
        f"<svg role='img' aria-label='{html.escape(title)}' width='{_WIDTH}' height='{_HEIGHT}' "
        f"viewBox='0 0 {_WIDTH} {_HEIGHT}' style='display:block;max-width:100%;font:11px sans-serif'>"
        f"<title>{html.escape(title)}</title>"
        f"<g fill='currentColor' fill-opacity='.45'>{dots}</g>"
        f"<polyline points='{' '.join(path)}' fill='none' stroke='#2f6fde' stroke-width='2'/>"
        f"<g fill='currentColor'>{labels}"
        f"<text x='{_MARGIN}' y='{_HEIGHT - 6}'>{first}</text>"
        f"<text x='{_WIDTH - 8}' y='{_HEIGHT - 6}' text-anchor='end'>{last}</text></g></svg>"
    )


def _shown_range(values: List[float], direction: str) -> Tuple[float, float]:
    """The bad end is cut off at the ninetieth percentile, so that one bad trial does not flatten the rest."""
    ordered = sorted(values)
    cut = max(1, math.ceil(0.1 * len(ordered))) if len(ordered) >= 20 else 0
    shown = ordered if cut == 0 else ordered[:-cut] if direction == "minimize" else ordered[cut:]
    low, high = shown[0], shown[-1]
    return (low, high) if high > low else (low - 0.5, high + 0.5)

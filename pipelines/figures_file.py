"""A YAML file of printed figures and statements, read into what is audited.

```yaml
printed: 2026-01-10          # when the report came out: what it says of later days is a forecast
from: 2025-01-01             # the time that every figure is of, unless it says otherwise
to: 2026-01-01
figures:
  - {figure: "84.42 %", metric: valid_callback_rate}
  - statement: "reports + consultations = 158,406"
    of:
      reports: {metric: calls, definition: by_purpose, where: {purpose: report_claim}}
      consultations: {metric: calls, definition: by_purpose, where: {purpose: consultation}}
    holds: reports + consultations = 158,406
```
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from projections.metrics.audit.statements import Figure, Statement

TIMES = ("from", "to")
OUTSIDE = {"printed", *TIMES, "figures"}


class FiguresFault(Exception):
    """A file of printed figures cannot be used."""

    def __init__(self, *, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def read_figures(path: Path) -> list[Figure | Statement]:
    """Every entry of a file in order; FiguresFault says which cannot be read, and why."""
    written = _loaded(path)
    if not isinstance(written, Mapping) or not isinstance(written.get("figures"), list):
        raise FiguresFault(path=path, problem="must hold figures:, a list of figures and statements.")
    unknown = sorted(set(written) - OUTSIDE)
    if unknown:
        raise FiguresFault(path=path, problem=f"{unknown[0]!r} means nothing beside figures:.")
    return [_entry(path, number, each, written) for number, each in enumerate(written["figures"], start=1)]


def _loaded(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "problem", None) or "it is no UTF-8 text"
        raise FiguresFault(path=path, problem=f"cannot be read: {reason}.") from error


def _entry(path: Path, number: int, entry: Any, outside: Mapping[str, Any]) -> Figure | Statement:
    if not isinstance(entry, Mapping) or not {"figure", "statement"} & set(entry):
        raise FiguresFault(path=path, problem=f"entry {number} has neither figure: nor statement:.")
    times = {name: outside[name] for name in TIMES if name in outside}
    try:
        if "figure" in entry:
            return msgspec.convert(_with_times(entry, times), Figure)
        said = {name: outside[name] for name in ("printed",) if name in outside}
        return msgspec.convert(said | _within(entry, times), Statement)
    except msgspec.ValidationError as error:
        raise FiguresFault(path=path, problem=f"entry {number}: {error}.") from error


def _with_times(figure: Any, times: Mapping[str, Any]) -> Any:
    """A figure, and every figure within it, of the time around it unless it names its own."""
    if not isinstance(figure, Mapping):
        return figure
    whole = {**times, **figure}
    return _within(whole, {name: whole[name] for name in TIMES if name in whole})


def _within(entry: Mapping[str, Any], times: Mapping[str, Any]) -> dict[str, Any]:
    """An entry whose inner figures have their times."""
    whole = dict(entry)
    if isinstance(whole.get("of"), Mapping):
        whole["of"] = {name: _with_times(one, times) for name, one in whole["of"].items()}
    if isinstance(whole.get("parts"), list):
        whole["parts"] = [_with_times(one, times) for one in whole["parts"]]
    if "beside" in whole:
        whole["beside"] = _with_times(whole["beside"], times)
    return whole

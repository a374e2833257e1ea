"""What comes out of an audit: a verdict, what was computed and how, and hints where it does not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

Verdict = Literal[
    "reproduces",
    "does not reproduce",
    "consistent",
    "cannot be checked",
    "definition missing",
    "mixes definitions",
    "wrong unit",
]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One reading of a figure: `value` in the unit printed, null where the facts do not tell it.

    `how` is the sum behind the value; `stands_for` in words what this reading is, and nothing for what the
    report says itself; `base` the days that a mean by day is divided by.
    """

    definition: str
    value: Fraction | None
    how: str
    start: date | None = None
    end: date | None = None
    where: Mapping[str, tuple[str | None, ...]] | None = None
    base: str | None = None
    stands_for: str = ""
    lacks: str = ""

    def as_json(self, *, roundings: tuple[str, ...]) -> dict[str, Any]:
        return {
            "definition": self.definition,
            "from": self.start.isoformat() if self.start else None,
            "to": self.end.isoformat() if self.end else None,
            "where": {name: list(values) for name, values in (self.where or {}).items()},
            "base": self.base,
            "how": self.how,
            "value": None if self.value is None else float(self.value),
            "roundings": list(roundings),
        }


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The verdict on one figure or statement; `reproduced_by` are the readings that give what is printed."""

    figure: str
    verdict: Verdict
    computed: str | None = None
    how: str | None = None
    hints: tuple[str, ...] = ()
    reproduced_by: tuple[Mapping[str, Any], ...] = ()
    position: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "figure": self.figure,
            "verdict": self.verdict,
            "computed": self.computed,
            "how": self.how,
            "hint": "; ".join(self.hints) or None,
            "reproduced_by": [dict(one) for one in self.reproduced_by],
            "position": self.position,
        }

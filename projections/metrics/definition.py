"""What a metric definition is: data over measures, read as numerator over denominator."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

Terms = tuple[tuple[int, str], ...]
"""A sum of measures with whole weights: `((1, "offered"), (-1, "abandoned_short"))`."""


def total(*measures: str, minus: tuple[str, ...] = ()) -> Terms:
    """The terms of measures added up, less those taken out."""
    return tuple((1, name) for name in measures) + tuple((-1, name) for name in minus)


@dataclass(frozen=True, kw_only=True)
class MetricDefinition:
    """value = scale × numerator / denominator, or the numerator itself where there is no denominator.

    `dimensions` can be grouped by and filtered on; over those in `held_whole` the denominator stays what it
    is for all their values together. `ripening`: how long after a day's end its rows may still change by
    what has not happened yet. `effective_to` is exclusive; null dates mean always.
    """

    metric: str
    id: str
    numerator: Terms
    denominator: Terms | None
    scale: Fraction
    unit: str
    direction: Literal["higher", "lower", "neither"]
    name_en: str
    name_zh: str
    meaning: str
    source: str
    dimensions: tuple[str, ...]
    held_whole: tuple[str, ...] = ()
    ripening: timedelta | None = None
    effective_from: date | None = None
    effective_to: date | None = None

    @property
    def name(self) -> str:
        return f"{self.metric}.{self.id}"

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that the definition reads, once."""
        return tuple(dict.fromkeys(name for _, name in self.numerator + (self.denominator or ())))

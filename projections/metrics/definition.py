"""What a metric definition is: data over measures, read as numerator over denominator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from projections.metrics.statistic import Statistic

Terms = tuple[tuple[int, str], ...]
"""A sum of measures with whole weights: `((1, "offered"), (-1, "abandoned_short"))`.

A measure may be taken at a moment instead of within the period: `agents_joined@end` is everything before
the period's end, `@start` before its start, `@month_ends` the same added up over the month ends within it.
`calendar_days`, `days_of_360`, `working_days` and `months` are those of the period, whatever is grouped by.
"""

Formula = Callable[[Mapping[str, int | Fraction]], Fraction | float | None]
"""A value from the summed measures by name, for what is no quotient of two sums; null where undefined."""


def total(*measures: str, minus: tuple[str, ...] = ()) -> Terms:
    """The terms of measures added up, less those taken out."""
    return tuple((1, name) for name in measures) + tuple((-1, name) for name in minus)


def total_at(at: Literal["start", "end", "month_ends"], *measures: str, minus: tuple[str, ...] = ()) -> Terms:
    """The terms of everything before a moment of the period: opened up to then, less closed up to then."""
    return tuple((weight, f"{name}@{at}") for weight, name in total(*measures, minus=minus))


@dataclass(frozen=True, kw_only=True)
class MetricDefinition:
    """value = scale × numerator / denominator, or the numerator itself where there is no denominator.

    `dimensions` can be grouped by and filtered on; over those in `held_whole` the denominator stays what it
    is for all their values together. `ripening`: how long after a day's end its rows may still change by
    what has not happened yet. `effective_to` is exclusive; null dates mean always.

    `statistic`: the value is scale × this statistic of the rows that the one measure of the numerator counts
    (there is no denominator then). `formula`: the value is scale × formula of the summed measures of both
    sides, which are then only listed. `ruled_by`: kinds of the organisation's rules that decide what is
    recorded at all, so that a change of them breaks a series.
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
    statistic: Statistic | None = None
    formula: Formula | None = None
    ruled_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.metric}.{self.id}"

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that the definition reads, once, with the moment that it is taken at."""
        return tuple(dict.fromkeys(name for _, name in self.numerator + (self.denominator or ())))

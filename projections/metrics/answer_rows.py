"""One answer: numerator over denominator of one period and group, divided once, last and exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from projections.metrics.bases import count_behind
from projections.metrics.definition import MetricDefinition, Terms
from projections.metrics.measures import DAYS, fact_of
from projections.metrics.periods import Periods
from projections.metrics.question import Asked
from projections.metrics.sides import Exact, Side, side, taken
from projections.metrics.statistic_cells import COUNTED, STATISTIC

Number = int | float


class Figures(NamedTuple):
    """What an answer is made of, before it is put into words."""

    numerator: Exact | None
    denominator: Exact | None
    value: Number | None


NO_DATA = Figures(None, None, None)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One period of one group. A null value is 0/0 or unknown; a null numerator says there is no data.

    `n` counts the fact rows behind the denominator (the numerator if there is none). A period coarser than
    a day covers its ripe days only: `mature` is then false and `left_out` counts the rows it leaves out.
    """

    metric: str
    definition: str
    period_start: date | datetime
    period_end: date | datetime
    by: Mapping[str, str | None]
    numerator: Number | None
    denominator: Number | None
    value: Number | None
    unit: str
    n: int
    mature: bool
    matures_on: date | None
    position: int
    left_out: int

    def as_json(self) -> dict[str, Any]:
        """The printed form: dates as text, each dimension under its printed name."""
        return {
            "metric": self.metric,
            "definition": self.definition,
            "period_start": self.period_start.isoformat(),
            "period_end": self.period_end.isoformat(),
            **{printed_name(dimension): value for dimension, value in self.by.items()},
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
            "unit": self.unit,
            "n": self.n,
            "mature": self.mature,
            "matures_on": self.matures_on.isoformat() if self.matures_on else None,
            "position": self.position,
        }


def printed_name(dimension: str) -> str:
    """The name a dimension is printed under: its own, or `by_unit` where an answer has a `unit` already."""
    return f"by_{dimension}" if dimension in Answer.__dataclass_fields__ else dimension


def counting(definition: MetricDefinition) -> Terms:
    """The terms that count the rows behind a definition's denominator (numerator if there is none)."""
    below = [(weight, name) for weight, name in definition.denominator or () if fact_of(name) != DAYS]
    return tuple((weight, count_behind(name)) for weight, name in below or definition.numerator)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Turns the cells of one question into answers; `lengths` are the periods' days, if they are read."""

    asked: Asked
    periods: Periods
    position: int
    known_until: datetime | None
    lengths: Sequence[Mapping[str, int]] = ()

    def one(self, key: tuple[Any, ...], cell: Mapping[str, Any] | None) -> Answer:
        """The answer of (period, *group), from its cell if there is one."""
        definition, (period, *group) = self.asked.definition, key
        (start, end), label = self.periods.spans[period], self.periods.labels[period]
        ripens = None if definition.ripening is None else end + definition.ripening
        mature = ripens is None or ripens <= self.asked.reference
        has_data = cell is not None or (self.known_until is not None and start <= self.known_until)
        cell = cell or {}
        figures = self._figures({**cell, **self.lengths[period]} if self.lengths else cell)
        figures = figures if has_data else NO_DATA
        return Answer(
            metric=definition.metric,
            definition=definition.id,
            period_start=label[0],
            period_end=label[1],
            by=dict(zip(self.asked.question.by, group, strict=True)),
            numerator=_number(figures.numerator),
            denominator=_number(figures.denominator),
            value=figures.value,
            unit=definition.unit,
            n=self._rows(cell),
            mature=mature,
            matures_on=None if mature or ripens is None else ripens.astimezone(self.periods.zone).date(),
            position=self.position,
            left_out=cell.get("left_out") or 0,
        )

    def _figures(self, cell: Mapping[str, Any]) -> Figures:
        definition = self.asked.definition
        if definition.statistic is not None:
            return Figures(None, None, _scaled(definition, cell.get(STATISTIC)))
        if definition.formula is not None:
            told = {name: taken(name, cell) for name in definition.measures}
            return Figures(None, None, _scaled(definition, definition.formula(told)))
        above = self._above.of(cell)
        below = None if definition.denominator is None else self._below.of(cell)
        return Figures(above, below, _value(definition, above, below))

    def _rows(self, cell: Mapping[str, Any]) -> int:
        if self.asked.definition.statistic is not None:
            return cell.get(COUNTED) or 0
        return int(self._counting.of(cell) or 0)

    @cached_property
    def _above(self) -> Side:
        return side(self.asked.definition.numerator)

    @cached_property
    def _below(self) -> Side:
        return side(self.asked.definition.denominator or ())

    @cached_property
    def _counting(self) -> Side:
        return side(counting(self.asked.definition))


def _value(definition: MetricDefinition, numerator: Exact | None, denominator: Exact | None) -> Number | None:
    """The one division; of whole numbers Python's own, which is correctly rounded."""
    if numerator is None:
        return None
    above = numerator * definition.scale.numerator
    if definition.denominator is None:
        return _number(Fraction(above, definition.scale.denominator))
    return float(above / (denominator * definition.scale.denominator)) if denominator else None


def _scaled(definition: MetricDefinition, value: Fraction | float | None) -> Number | None:
    """The value of a statistic or a formula in the definition's unit."""
    if value is None:
        return None
    scaled = Fraction(value) * definition.scale
    return _number(scaled)


def _number(exact: Exact | None) -> Number | None:
    if exact is None or isinstance(exact, int):
        return exact
    return int(exact) if exact.denominator == 1 else float(exact)

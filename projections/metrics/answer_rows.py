"""One answer: numerator over denominator of one period and group, divided once, last and exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from projections.metrics.definition import MetricDefinition, Terms
from projections.metrics.measures import measure_named
from projections.metrics.periods import Periods
from projections.metrics.question import Asked

Exact = int | Fraction
Number = int | float


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
    terms = definition.denominator or definition.numerator
    return tuple((weight, measure_named(name).counted_by or name) for weight, name in terms)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Turns the cells of one question into answers."""

    asked: Asked
    periods: Periods
    position: int
    known_until: datetime | None

    def one(self, key: tuple[Any, ...], cell: Mapping[str, Any] | None) -> Answer:
        """The answer of (period, *group), from its cell if there is one."""
        definition = self.asked.definition
        start, end = self.periods.spans[key[0]]
        ripens = end + definition.ripening if definition.ripening else None
        mature = ripens is None or ripens <= self.asked.reference
        has_data = cell is not None or (self.known_until is not None and start <= self.known_until)
        cell = cell or {}
        numerator = combined(definition.numerator, cell) if has_data else None
        denominator = self._denominator(cell) if has_data else None
        return Answer(
            metric=definition.metric,
            definition=definition.id,
            period_start=self.periods.labels[key[0]][0],
            period_end=self.periods.labels[key[0]][1],
            by=dict(zip(self.asked.question.by, key[1:], strict=True)),
            numerator=_number(numerator),
            denominator=_number(denominator),
            value=_value(definition, numerator, denominator),
            unit=definition.unit,
            n=int(combined(self._counting, cell)),
            mature=mature,
            matures_on=None if mature or ripens is None else ripens.astimezone(self.periods.zone).date(),
            position=self.position,
            left_out=cell.get("left_out") or 0,
        )

    def _denominator(self, cell: Mapping[str, Any]) -> Exact | None:
        """Null where there is none or nothing of it is recorded; of a stock, the mean over its stretches."""
        terms = self.asked.definition.denominator
        if terms is None or (self._recorded and not any(cell.get(name) for name in self._recorded)):
            return None
        total = combined(terms, cell)
        return Fraction(total) / cell["stretches"] if self._is_stock else total

    @cached_property
    def _counting(self) -> Terms:
        return counting(self.asked.definition)

    @cached_property
    def _recorded(self) -> tuple[str, ...]:
        """The measures that say whether a base was recorded at all."""
        below = [measure_named(name) for _, name in self.asked.definition.denominator or ()]
        return tuple(m.counted_by for m in below if m.fact == "volumes" and m.counted_by)

    @cached_property
    def _is_stock(self) -> bool:
        below = self.asked.definition.denominator or ()
        return any(measure_named(name).kind == "stock" for _, name in below)


def combined(terms: Terms, cell: Mapping[str, Any]) -> Exact:
    """The weighted sum of a cell's measures; what is not there adds nothing."""
    return sum(weight * _exact(cell.get(name)) for weight, name in terms)


def _exact(summed: int | Decimal | None) -> Exact:
    return Fraction(summed) if isinstance(summed, Decimal) else summed or 0


def _value(definition: MetricDefinition, numerator: Exact | None, denominator: Exact | None) -> Number | None:
    """The one division; of whole numbers Python's own, which is correctly rounded."""
    if numerator is None:
        return None
    above = numerator * definition.scale.numerator
    if definition.denominator is None:
        return _number(Fraction(above, definition.scale.denominator))
    return float(above / (denominator * definition.scale.denominator)) if denominator else None


def _number(exact: Exact | None) -> Number | None:
    if exact is None or isinstance(exact, int):
        return exact
    return int(exact) if exact.denominator == 1 else float(exact)

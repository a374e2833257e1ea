"""One side of a quotient: the weighted sum of a cell's measures, with what is known of how each is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from projections.metrics.bases import count_behind, stretches_name
from projections.metrics.definition import Terms
from projections.metrics.measures import measure_named

Exact = int | Fraction
Cell = Mapping[str, Any]


@dataclass(frozen=True)
class Side:
    """Terms told apart: plain sums, and amounts of bases, which may not be recorded."""

    sums: Terms
    bases: Terms

    def of(self, cell: Cell) -> Exact | None:
        """The sum over a cell; null where all of it are bases of which none is recorded."""
        total: Exact = 0
        for weight, name in self.sums:
            summed = cell.get(name)
            if summed:
                total += weight * exact(summed)
        if not self.bases:
            return total
        recorded = [(weight, base_taken(name, cell)) for weight, name in self.bases]
        if not self.sums and all(value is None for _, value in recorded):
            return None
        return total + sum(weight * value for weight, value in recorded if value is not None)


@cache
def side(terms: Terms) -> Side:
    """How the terms of one side are read."""
    bases = tuple(term for term in terms if _is_base(term[1]))
    return Side(sums=tuple(term for term in terms if term not in bases), bases=bases)


def taken(name: str, cell: Cell) -> Exact:
    """One measure's sum, or a base's amount; 0 where there is none."""
    return (base_taken(name, cell) if _is_base(name) else exact(cell.get(name))) or 0


def base_taken(name: str, cell: Cell) -> Exact | None:
    """The amount of a base, of a stock the mean over its stretches; null where it was not recorded."""
    if not cell.get(count_behind(name)):
        return None
    summed, stretches = exact(cell.get(name)), cell.get(stretches_name(name))
    return Fraction(summed) / stretches if stretches else summed


def exact(summed: int | Decimal | None) -> Exact:
    """A sum without rounding; null is 0."""
    return Fraction(summed) if isinstance(summed, Decimal) else summed or 0


def _is_base(name: str) -> bool:
    measure = measure_named(name)
    return measure.fact == "volumes" and measure.amount is not None

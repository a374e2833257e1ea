"""The parts of conditions that are looked up: which they are, and how they combine.

`at_most`, `between` and `none` are said by `at_least` and `not`, so that of counts and sums one question is
asked: when are so many reached.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

import msgspec
import polars as pl

from domain.organisation.segment_conditions import (
    All,
    AnyOf,
    Condition,
    CountCondition,
    FieldCondition,
    InSegment,
    Not,
)
from projections.views.segments.counted import PARTS
from projections.views.segments.days import Days

OUTCOME = "outcome"


class NotTold(ValueError):
    """A definition asks for something that nothing here tells."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """So many, or so much in whole parts, of a source in a window."""

    source: str
    window: CountCondition
    bound: int


Atom = Reach | FieldCondition


def expression(condition: Condition, column: Callable[[Atom], pl.Expr]) -> pl.Expr:
    """A condition over one column per part that is looked up."""
    match condition:
        case All(parts=parts):
            return pl.all_horizontal(expression(part, column) for part in parts)
        case AnyOf(parts=parts):
            return pl.any_horizontal(expression(part, column) for part in parts)
        case Not(part=part):
            return ~expression(part, column)
        case CountCondition():
            return _reaches(condition, column)
        case FieldCondition():
            return column(condition)
        case InSegment(segment=name):
            raise NotTold(f"segment {name!r} was not replaced by its definition")


def _reaches(condition: CountCondition, column: Callable[[Atom], pl.Expr]) -> pl.Expr:
    """What a count or a sum is compared with, by what is reached and what is not."""
    scale = 1 if condition.sum is None else PARTS
    lowest, highest = condition.at_least, condition.at_most
    if condition.between is not None:
        lowest, highest = condition.between
    if condition.none is not None:
        lowest, highest = (None, 0) if condition.none else (1, None)
    tests = []
    if lowest is not None:
        tests.append(column(_reach(condition, ceil(Fraction(str(lowest)) * scale))))
    if highest is not None:
        tests.append(~column(_reach(condition, floor(Fraction(str(highest)) * scale) + 1)))
    return pl.all_horizontal(tests)


def _reach(condition: CountCondition, bound: int) -> Reach:
    window = CountCondition(
        where=dict(sorted(condition.where.items())),
        in_last_days=condition.in_last_days,
        in_next_days=condition.in_next_days,
        in_month=condition.in_month,
    )
    return Reach(source=source_of(condition), window=window, bound=bound)


def source_of(condition: CountCondition) -> str:
    """Where a count or a sum comes from; an outcome is not known before it is told."""
    name = condition.count or condition.sum or ""
    return "calls_by_outcome" if name == "calls" and OUTCOME in condition.where else name


def key_of(atom: Atom) -> str:
    """What makes two parts the same."""
    told = (atom.source, atom.window, atom.bound) if isinstance(atom, Reach) else atom
    return msgspec.json.encode(told).decode()


def narrowing(window: CountCondition) -> list[pl.Expr]:
    """The rows that a count or a sum is narrowed to."""
    return [
        pl.col(column).is_in(list(wanted) if isinstance(wanted, tuple) else [wanted])
        for column, wanted in window.where.items()
    ]


def compared(condition: FieldCondition, *, scale: int, days: Days) -> pl.Expr:
    """A field's test over `value`; numbers in whole parts, days by when they begin and end."""
    value = pl.col("value")
    if condition.is_null is not None:
        return value.is_null() if condition.is_null else value.is_not_null()
    if condition.is_ is not None or condition.in_ is not None:
        wanted = condition.in_ or (condition.is_,)
        return value.is_in([_exactly(one, scale) for one in wanted])
    lowest, highest = condition.between or (condition.at_least, condition.at_most)
    tests = []
    if lowest is not None:
        tests.append(value >= _from(lowest, scale, days))
    if highest is not None:
        tests.append(value < _beyond(highest, scale, days))
    return pl.all_horizontal(tests)


def _exactly(wanted: Any, scale: int) -> Any:
    """A text or flag as it is; a number in parts, which none equals where it has more digits."""
    if isinstance(wanted, str | bool):
        return wanted
    told = Fraction(str(wanted)) * scale
    return int(told) if told.denominator == 1 else None


def _from(lowest: Any, scale: int, days: Days) -> Any:
    if isinstance(lowest, str):
        return days.begin(date.fromisoformat(lowest))
    return ceil(Fraction(str(lowest)) * scale)


def _beyond(highest: Any, scale: int, days: Days) -> Any:
    if isinstance(highest, str):
        return days.begin(date.fromisoformat(highest) + timedelta(days=1))
    return floor(Fraction(str(highest)) * scale) + 1

"""Conditions of segments as a tree: composed of fields compared, things counted, and other segments.

A condition holds or it does not: a field without a value is no value, so that only `is_null` and `not`
hold of it.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

Scalar = str | bool | int | float
Number = int | float
Bounds = tuple[Number | str, Number | str]
Month = Literal["this", "previous"]


class All(msgspec.Struct, frozen=True):
    """Every part holds."""

    parts: tuple["Condition", ...]


class AnyOf(msgspec.Struct, frozen=True):
    """At least one part holds."""

    parts: tuple["Condition", ...]


class Not(msgspec.Struct, frozen=True):
    """The part does not hold."""

    part: "Condition"


class InSegment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What another segment's definition of the day says holds."""

    segment: str


class FieldCondition(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"is_": "is", "in_": "in"}
):
    """A field's value compared; days as `2026-01-31`, `in_last_days` for a day that was."""

    field: str
    is_: Scalar | None = None
    in_: tuple[Scalar, ...] | None = None
    at_least: Number | str | None = None
    at_most: Number | str | None = None
    between: Bounds | None = None
    in_last_days: int | None = None
    is_null: bool | None = None


class CountCondition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many there are, or what they add up to: narrowed, in a window of days or a calendar month."""

    count: str | None = None
    sum: str | None = None
    where: dict[str, Scalar | tuple[Scalar, ...]] = {}
    in_last_days: int | None = None
    in_next_days: int | None = None
    in_month: Month | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    between: tuple[Number, Number] | None = None
    none: bool | None = None


Condition = All | AnyOf | Not | InSegment | FieldCondition | CountCondition


def within(condition: Condition) -> Iterator[Condition]:
    """The condition and every one inside it."""
    yield condition
    parts = condition.parts if isinstance(condition, All | AnyOf) else ()
    for part in (condition.part,) if isinstance(condition, Not) else parts:
        yield from within(part)

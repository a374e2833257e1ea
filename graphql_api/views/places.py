"""Cursors of views: where in which order of which view a page ended, and of which day or moment it was.

So that a page sequence stays on its day, even if a newer one is stored meanwhile.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from graphql_api.coded_errors import BadInputError
from graphql_api.lists.column_values import from_plain, plain
from graphql_api.scalars import YEARS


@dataclass(frozen=True, slots=True)
class OfDay:
    """The rows as they stood at the end of a local day."""

    day: date


@dataclass(frozen=True, slots=True)
class OfMoment:
    """The rows as made at `now` of what is on both clocks and in the log up to `position`; null is no end."""

    now: datetime
    as_of: datetime | None
    known_at: datetime | None
    position: int


Standing = OfDay | OfMoment


@dataclass(frozen=True, slots=True)
class Place:
    """The values, null among them, of the columns that the order goes by in the row where a page ended."""

    view: str
    order: str
    standing: Standing
    values: tuple[Any, ...]

    def to_text(self) -> str:
        told = [self.view, self.order, _told(self.standing), *map(plain, self.values)]
        return base64.urlsafe_b64encode(orjson.dumps(told)).decode()


def read_place(text: str, view: str, order: str, kinds: Sequence[type], *, name: str) -> Place:
    """`kinds` are those of the values; raises BadInputError for what is no cursor of this view and order."""
    try:
        given_view, given_order, standing, *values = orjson.loads(
            base64.b64decode(text, altchars=b"-_", validate=True)
        )
        if (given_view, given_order) == (view, order):
            read = [_value(value, kind) for value, kind in zip(values, kinds, strict=True)]
            return Place(view=view, order=order, standing=_standing(standing), values=tuple(read))
    except (binascii.Error, ValueError, TypeError, OverflowError) as error:
        raise BadInputError(f"`{name}` is {text[:80]!r}, which is no cursor", argument=name) from error
    message = f"`{name}` is a cursor of {given_view} by {given_order}, and not of {view} by {order}"
    raise BadInputError(message, argument=name)


def _told(standing: Standing) -> list[Any]:
    if isinstance(standing, OfDay):
        return [standing.day.isoformat()]
    return [*map(plain, (standing.now, standing.as_of, standing.known_at)), standing.position]


def _standing(told: Any) -> Standing:
    if len(told) == 1:
        return OfDay(from_plain(told[0], date))
    *moments, position = told
    now, as_of, known_at = (_value(moment, datetime) for moment in moments)
    if any(moment is not None and moment.year not in YEARS for moment in (now, as_of, known_at)):
        raise ValueError(f"{moments} are moments that cannot be asked for")
    if now is None:
        raise ValueError("it says of no moment")
    return OfMoment(now=now, as_of=as_of, known_at=known_at, position=from_plain(position, int))


def _value(value: Any, kind: type) -> Any:
    if value is None:
        return None
    # Points of a score may be below zero.
    if kind is int and type(value) is int and -(2**63) <= value < 0:
        return value
    return from_plain(value, kind)

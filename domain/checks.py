"""Checks that commands of several streams share, each with the refusal it raises."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from msgspec.structs import replace

from domain.envelope import UNSTORABLE, stored_decimal
from domain.errors import DomainError
from domain.organisation.rules import last_moment_of
from domain.telling import Command, Situation

Asked = TypeVar("Asked", bound=Command)

FURTHEST_AHEAD = timedelta(days=1)


@dataclass(kw_only=True)
class HappensTooFarAhead(DomainError):
    """What happened cannot be more than a day ahead of the clock."""

    originator_id: str
    occurred_at: datetime
    now: datetime


@dataclass(kw_only=True)
class MomentHasNoZone(DomainError):
    """A moment is told with its time zone."""

    originator_id: str
    field: str
    moment: datetime


@dataclass(kw_only=True)
class UnknownChoice(DomainError):
    """The value is not one of those known."""

    originator_id: str
    field: str
    value: str
    known: Sequence[str]


@dataclass(kw_only=True)
class NegativeDuration(DomainError):
    """A duration is zero or more milliseconds."""

    originator_id: str
    field: str
    milliseconds: int


@dataclass(kw_only=True)
class ScoreOutOfRange(DomainError):
    """A score lies between zero and the best there is."""

    originator_id: str
    score: Decimal
    best: Decimal


@dataclass(kw_only=True)
class PeriodIsEmpty(DomainError):
    """A period ends after it starts."""

    originator_id: str
    period_start: date
    period_end: date


@dataclass(kw_only=True)
class NotMoreThanFourPlaces(DomainError):
    """Money, points and scores have at most four decimal places."""

    originator_id: str
    field: str
    value: Decimal


def check_moments(command: Command, *, now: datetime) -> None:
    """Refuse a moment without zone, and an occurred_at more than a day ahead of the clock."""
    for field in command.__struct_fields__:
        moment = getattr(command, field)
        if isinstance(moment, datetime) and moment.tzinfo is None:
            raise MomentHasNoZone(originator_id=command.originator_id, field=field, moment=moment)
    happened = command.occurred_at
    if happened is not None and happened > now + FURTHEST_AHEAD:
        raise HappensTooFarAhead(originator_id=command.originator_id, occurred_at=happened, now=now)


def check_amounts(command: Command) -> None:
    """Refuse a negative duration and a decimal that four places cannot hold."""
    for field in command.__struct_fields__:
        value = getattr(command, field)
        if field.endswith("_ms") and isinstance(value, int) and value < 0:
            raise NegativeDuration(originator_id=command.originator_id, field=field, milliseconds=value)
        if isinstance(value, Decimal) and not _is_storable(value):
            raise NotMoreThanFourPlaces(originator_id=command.originator_id, field=field, value=value)


def _is_storable(value: Decimal) -> bool:
    with suppress(*UNSTORABLE):
        return bool(stored_decimal(value))
    return False


def check_choice(command: Command, *, field: str, known: Sequence[str]) -> None:
    """Refuse a value outside its list."""
    value: str = getattr(command, field)
    if value not in known:
        raise UnknownChoice(originator_id=command.originator_id, field=field, value=value, known=known)


def check_score(originator_id: str, *, score: Decimal, best: Decimal | int) -> None:
    """Refuse a score below zero or above the best."""
    if not 0 <= score <= best:
        raise ScoreOutOfRange(originator_id=originator_id, score=score, best=Decimal(best))


def check_period(originator_id: str, *, period_start: date, period_end: date) -> None:
    """Refuse a period that does not end after it starts (it is half-open)."""
    if not period_start < period_end:
        raise PeriodIsEmpty(originator_id=originator_id, period_start=period_start, period_end=period_end)


def at_period_end(command: Asked, period_end: date, situation: Situation) -> Asked:
    """Let what stands for a period happen at its last microsecond, where the command names no moment.

    Raises HappensTooFarAhead for a period that is not nearly over.
    """
    if command.occurred_at is not None:
        return command
    dated = replace(command, occurred_at=last_moment_of(period_end, rules=situation.rules))
    check_moments(dated, now=situation.now)
    return dated

"""A programme as it reads on a day, and when points earned under it may be spent and expire."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from domain.organisation.programme import Programme
from domain.organisation.rules import RuleBook, local_day
from domain.organisation.terms import end_of_day, start_of_day

PROGRAMME = "programme"
DEFAULT_PROGRAMME = Programme()


def programme_of(rules: RuleBook, name: str | None, *, on: date) -> Programme:
    """Find a programme as it reads on a day; an empty one where it was never configured."""
    body = None if name is None else rules.body(PROGRAMME, name, on=on)
    return DEFAULT_PROGRAMME if body is None else read_programme(body)


@lru_cache(maxsize=256)
def read_programme(body: str) -> Programme:
    """Read a programme's body; msgspec.ValidationError, a ValueError, says what is wrong with it."""
    return msgspec.json.decode(body, type=Programme)


def programme_zone(programme: Programme, *, rules: RuleBook, on: date) -> ZoneInfo:
    """Find the zone in which a programme keeps its days: its own, else the organisation's."""
    return rules.zone(on=on) if programme.zone is None else ZoneInfo(programme.zone)


def programme_at(rules: RuleBook, name: str | None, *, at: datetime) -> tuple[Programme, ZoneInfo]:
    """Find a programme and its zone as they read at a moment (on that day in the organisation's zone)."""
    day = local_day(at, rules=rules)
    programme = programme_of(rules, name, on=day)
    return programme, programme_zone(programme, rules=rules, on=day)


def points_available_at(programme: Programme, earned_at: datetime, *, zone: ZoneInfo) -> datetime | None:
    """Find when points earned at a moment may be spent: the start of a later day; None for at once."""
    if programme.pending_days == 0:
        return None
    day = earned_at.astimezone(zone).date() + timedelta(days=programme.pending_days)
    return start_of_day(day, zone=zone)


def points_expire_at(programme: Programme, earned_at: datetime, *, zone: ZoneInfo) -> datetime | None:
    """Find when points earned at a moment expire: at the end of a day, and never before they may be spent."""
    if programme.expiry is None:
        return None
    earned_on = earned_at.astimezone(zone).date()
    available_on = earned_on + timedelta(days=programme.pending_days)
    return end_of_day(max(programme.expiry.last_day(earned_on), available_on), zone=zone)

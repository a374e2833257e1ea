"""What is aimed at and what was printed: the state of a target, and how every event changes it."""

from datetime import date
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from domain.envelope import Event
from domain.target.events import TargetPublished, TargetSet
from domain.target.where import read_where

Period = tuple[date, date]


class Aim(NamedTuple):
    """Of what the stream is a target: its natural id, in which the order of the dimensions says nothing."""

    metric: str
    definition: str | None
    unit: str | None
    where: tuple[tuple[str, str], ...]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One aim; a later setting of a period replaces, as does a later figure of the same publisher."""

    aim: Aim | None = None
    targets: dict[Period, TargetSet] = {}
    figures: dict[tuple[Period, str], TargetPublished] = {}


def evolve(target: Target, event: Event) -> Target:
    """Change the state by any event; those that decide nothing leave it as it is."""
    if not isinstance(event, TargetSet | TargetPublished):
        return target
    aimed = replace(target, aim=target.aim or aim_told(event))
    period = (event.period_start, event.period_end)
    if isinstance(event, TargetSet):
        return replace(aimed, targets={**target.targets, period: event})
    return replace(aimed, figures={**target.figures, (period, event.who): event})


def aim_of(*, metric: str, definition: str | None, unit: str | None, where: str | None) -> Aim:
    """Say of what something is a target; ValueError for a `where` that cannot be read."""
    pairs = tuple(sorted(read_where(where).items()))
    return Aim(metric=metric, definition=definition, unit=unit, where=pairs)


def aim_told(event: TargetSet | TargetPublished) -> Aim:
    """Say of what an event tells; an imported `where` that cannot be read stands as it is."""
    try:
        return aim_of(metric=event.metric, definition=event.definition, unit=event.unit, where=event.where)
    except ValueError:
        unread = (("", event.where or ""),)
        return Aim(metric=event.metric, definition=event.definition, unit=event.unit, where=unread)

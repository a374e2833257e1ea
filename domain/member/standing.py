"""Where a member stands at a moment: the tier, points towards the next and to keep it, what falls due."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from decimal import Decimal

import msgspec

from domain.envelope import Event
from domain.member.terms import Terms
from domain.member.tier_walk import TierMove, TierWalk
from domain.organisation.programme import Programme
from domain.organisation.programme_in_force import PROGRAMME
from domain.organisation.rules import RuleBook
from domain.organisation.terms import start_of_day


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a member stands under a programme.

    `points` count towards a tier; `to_next` are missing to the next one (None: there is none), `to_keep` to
    keep this one; `next_move` is what falls due next if nothing else happens (None: nothing ever).
    """

    tier: str | None
    points: Decimal | None = None
    next_tier: str | None = None
    to_next: Decimal | None = None
    to_keep: Decimal | None = None
    next_move: TierMove | None = None


def standing(
    events: Iterable[Event], *, terms: Terms, changes: tuple[datetime, ...], at: datetime
) -> Standing:
    """Find where a member stands just before a moment, moves counted that were due and not told."""
    walk = walked(events, terms=terms, changes=changes, until=at)
    if walk.tally is None or walk.programme is None or walk.tier is None:
        return Standing(tier=walk.tier)
    return _standing(walk, walk.programme, points=walk.tally.points)


def tier_moves_due(
    events: Iterable[Event],
    *,
    terms: Terms,
    changes: tuple[datetime, ...],
    until: datetime,
    inclusive: bool = False,
) -> tuple[TierMove, ...]:
    """List the moves that fell due before a moment (or at it) and that nobody told, in order."""
    return tuple(walked(events, terms=terms, changes=changes, until=until, inclusive=inclusive).moves)


def next_tier_move(
    events: Iterable[Event], *, terms: Terms, changes: tuple[datetime, ...]
) -> TierMove | None:
    """Find the first move that falls due if nothing else happens, or that did and was not told."""
    walk = TierWalk(terms, changes=changes)
    for event in events:
        walk.tell(event)
    return walk.moves[0] if walk.moves else walk.next_move()


def walked(
    events: Iterable[Event],
    *,
    terms: Terms,
    changes: tuple[datetime, ...],
    until: datetime,
    inclusive: bool = False,
) -> TierWalk:
    """Walk through a member's live events, in order of happening, up to a moment."""
    walk = TierWalk(terms, changes=changes)
    for event in events:
        if event.occurred_at > until or (event.occurred_at == until and not inclusive):
            break
        walk.tell(event)
    walk.pass_until(until, inclusive=inclusive)
    return walk


def changes_of(rules: RuleBook, programme: str | None) -> tuple[datetime, ...]:
    """List the moments at which a programme, or the organisation's zone, begins to read otherwise."""
    days = {
        dated.valid_from
        for (kind, name), readings in rules.readings.items()
        if kind == "zone" or (kind == PROGRAMME and name == programme)
        for dated in readings
    }
    return tuple(sorted(start_of_day(day, zone=rules.zone(on=day)) for day in days))


def _standing(walk: TierWalk, programme: Programme, *, points: Decimal) -> Standing:
    rank = programme.rank(walk.tier)
    above = programme.tiers[rank + 1 : rank + 2]
    tier = programme.tier(walk.tier)
    return Standing(
        tier=walk.tier,
        points=points,
        next_tier=above[0].name if above else None,
        to_next=_missing(above[0].threshold, points) if above else None,
        to_keep=_missing(tier.threshold, points) if tier and rank > 0 else None,
        next_move=deepcopy(walk).next_move(),
    )


def _missing(threshold: Decimal, points: Decimal) -> Decimal:
    return max(threshold - points, Decimal(0))

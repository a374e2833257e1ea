"""What another programme would have made of a member: moves and points, beside what happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, localcontext
from heapq import merge
from itertools import groupby
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from domain.envelope import UNNUMBERED, Event
from domain.member.events import MemberPointsExpired
from domain.member.ledger import ledger_of
from domain.member.lots import EXACT, ZERO, Ledger, total
from domain.member.retelling import lived_again
from domain.member.trial import Reading
from domain.organisation.terms import MICROSECOND


class TierStep(NamedTuple):
    """From one tier to another at a moment."""

    at: datetime
    from_tier: str
    to_tier: str


class Points(msgspec.Struct, frozen=True, kw_only=True):
    """A member's points in all; `uncovered`: what was redeemed beyond what there was to spend."""

    earned: Decimal = ZERO
    reversed: Decimal = ZERO
    redeemed: Decimal = ZERO
    refunded: Decimal = ZERO
    expired: Decimal = ZERO
    balance: Decimal = ZERO
    uncovered: Decimal = ZERO


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a member: the tier at the end, every move, the points."""

    tier: str | None = None
    steps: tuple[TierStep, ...] = ()
    points: Points = Points()


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a member, what would have, and how many earnings had to be left as they were told."""

    happened: Life
    would: Life
    as_told: int = 0

    @property
    def is_otherwise(self) -> bool:
        """Whether anything would be different."""
        return self.happened != self.would

    @property
    def would_not_move(self) -> tuple[TierStep, ...]:
        """The moves that happened and would not."""
        return tuple(step for step in self.happened.steps if step not in self.would.steps)

    @property
    def would_move(self) -> tuple[TierStep, ...]:
        """The moves that would have happened and did not."""
        return tuple(step for step in self.would.steps if step not in self.happened.steps)


def what_if(events: Sequence[Event], *, own: Reading, other: Reading, at: datetime) -> WhatIf:
    """Live a member's live events before a moment, in order, again under another programme.

    What fell due by then counts as happened, told or not.
    """
    last = at - MICROSECOND
    past = [event for event in events if event.occurred_at < at]
    if not past:
        return WhatIf(happened=Life(), would=Life())
    ledger = ledger_of(past, own.terms, until=last)
    due = [_expiry(past[0], *lapse) for lapse in ledger.lapses()]
    with localcontext(EXACT):
        merged = tuple(merge(due, past, key=lambda event: event.occurred_at))
        trial = lived_again(merged, own=own, other=other, until=last)
        return WhatIf(
            happened=Life(
                tier=trial.own_walk.tier, steps=steps(trial.own_walk.tiers), points=_settled(ledger)
            ),
            would=Life(tier=trial.walk.tier, steps=steps(trial.walk.tiers), points=_points(trial.ledger)),
            as_told=trial.as_told,
        )


def steps(tiers: Iterable[tuple[datetime, str]]) -> tuple[TierStep, ...]:
    """See tiers as moves from one to another: of one moment, only the last counts."""
    found: list[TierStep] = []
    standing: str | None = None
    for at, told in groupby(tiers, key=lambda one: one[0]):
        *_, (_, tier) = told
        if standing is not None and standing != tier:
            found.append(TierStep(at, standing, tier))
        standing = tier
    return tuple(found)


def _settled(ledger: Ledger) -> Points:
    """The points of a ledger once what lapsed has expired."""
    lapsed = total(points for _, _, points in ledger.lapses())
    points = _points(ledger)
    return replace(points, expired=points.expired + lapsed, balance=points.balance - lapsed)


def _points(ledger: Ledger) -> Points:
    totals = ledger.totals
    told = {name: getattr(totals, name) for name in Points.__struct_fields__ if name != "uncovered"}
    beyond = (one for one in ledger.breaches if one.rule == "redemptions_stay_within_the_balance")
    return Points(**told, uncovered=total(one.told - one.held for one in beyond))


def _expiry(first: Event, due_at: datetime, lot_id: str, points: Decimal) -> Event:
    return MemberPointsExpired(
        originator_id=first.originator_id,
        originator_version=UNNUMBERED,
        occurred_at=due_at,
        recorded_at=due_at,
        source="due",
        lot_id=lot_id,
        points=points,
    )

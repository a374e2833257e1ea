"""One member's history lived again under another programme, beside what happened: what such a trial keeps."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec

from domain.envelope import UNNUMBERED, Event
from domain.member.accrual import rounded
from domain.member.events import MemberClosed, MemberPointsDrawn, MemberPointsExpired
from domain.member.ledger import POSTINGS
from domain.member.lots import ZERO, Ledger
from domain.member.posting import Posting
from domain.member.terms import Terms
from domain.member.tier_walk import TierWalk
from domain.organisation.programme import STORED_PLACES, Programme, Rounding
from domain.telling import Told

STORED = Rounding(mode="half_up", places=STORED_PLACES)
TRIAL_SOURCE = "trial"


class Reading(NamedTuple):
    """A programme by moment, and the moments at which it may read otherwise."""

    terms: Terms
    changes: tuple[datetime, ...] = ()

    def programme(self, at: datetime) -> Programme:
        """Find the programme as it reads at a moment."""
        return self.terms(at)[0]


class Shares(msgspec.Struct):
    """How much of a lot was earned and reversed, as it happened and in the trial."""

    earned: Decimal = ZERO
    tried: Decimal = ZERO
    reversed: Decimal = ZERO
    tried_reversed: Decimal = ZERO

    @property
    def share_reversed(self) -> Decimal:
        """What is reversed in the trial: the same share, to four places."""
        if not self.earned:
            return ZERO
        share = Fraction(self.reversed) / Fraction(self.earned)
        return rounded(share * Fraction(self.tried), rounding=STORED)


class Trial:
    """What would have become of a member, and what did, in step.

    `is_other`: something differs by now; until then everything is taken as it was told.
    `awaited`: how many draws of each redemption are still to be told, as `ledger_of` counts them.
    `as_told`: how many earnings had to be left as they were, since nobody can tell their base.
    """

    def __init__(self, events: Sequence[Event], *, own: Reading, other: Reading) -> None:
        """Begin with a member's live events in order, what fell due among them."""
        self.first = events[0]
        self.own, self.other = own, other
        self.own_walk = TierWalk(own.terms, changes=own.changes)
        self.walk = TierWalk(other.terms, changes=other.changes)
        self.posting = Posting(terms=other.terms, since=None)
        self.is_other = False
        self.as_told = 0
        self.shares: dict[str, Shares] = {}
        self.closings = {event.occurred_at for event in events if isinstance(event, MemberClosed)}
        self.awaited = Counter(
            event.redemption_id for event in events if isinstance(event, MemberPointsDrawn)
        )

    @property
    def ledger(self) -> Ledger:
        """The ledger as it would be."""
        return self.posting.ledger

    def pass_until(self, moment: datetime, *, inclusive: bool = True) -> None:
        """Let time pass up to a moment: where anything differs, what lapses expires when it is due.

        Not inclusive: tiers do not move by what happened at the moment itself.
        """
        self.own_walk.pass_until(moment, inclusive=inclusive)
        self.posting.advance(moment)
        for due_at, lot_id, points in self.ledger.lapses() if self.is_other else ():
            self.tell(self.made(MemberPointsExpired, at=due_at, lot_id=lot_id, points=points))
        self.walk.pass_until(moment, inclusive=inclusive)

    def tell(self, event: Event) -> None:
        """Let an event happen in the trial."""
        post = POSTINGS.get(type(event))
        if post is not None:
            post(self.posting, event, self.awaited)
            self.posting.settle_overdraft()
        self.walk.tell(event)

    def made(self, event_class: type[Told], *, at: datetime, **payload: Any) -> Told:
        """Make an event that nobody told."""
        return event_class(
            originator_id=self.first.originator_id,
            originator_version=UNNUMBERED,
            occurred_at=at,
            recorded_at=at,
            source=TRIAL_SOURCE,
            **payload,
        )

"""Goes through a member's time and finds the moves between tiers that fell due and that nobody told.

The tier that is due is a step function of time, made of the member's events and the programme alone: what
points reach, with its grace, or what somebody gave or extended and is still held. A move falls due where the
tier told last differs from it, at that moment, whenever somebody looks; once told, nothing differs any more.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.envelope import Event
from domain.member.events import MemberClosed, MemberEnrolled, MemberTierChanged, MemberTierExtended
from domain.member.periods import kept_until
from domain.member.points_record import PointsRecord
from domain.member.terms import Terms
from domain.member.tier_holding import UNKNOWN, Gifts, Held, KeptByPoints, Stretch
from domain.member.tiers import Tally, rank_reached, tally_of
from domain.organisation.programme import Programme, Qualification
from domain.organisation.terms import MICROSECOND, end_of_day

TIER_REACHED = "tier_reached"
TIER_NOT_KEPT = "tier_not_kept"
BY_POINTS = (TIER_REACHED, TIER_NOT_KEPT)

TierTold = MemberEnrolled | MemberTierChanged | MemberTierExtended


class TierMove(NamedTuple):
    """A move that fell due at a moment."""

    at: datetime
    from_tier: str
    to_tier: str
    reason: str


class TierWalk:
    """One member's time, walked once in order.

    `tier` is the one due so far, `moves` what nobody told, `tiers` every tier told or due, with its moment.
    """

    def __init__(self, terms: Terms, *, changes: Sequence[datetime] = ()) -> None:
        """Begin before everything; `changes` are the moments at which the terms may read otherwise."""
        self.tier: str | None = None
        self.moves: list[TierMove] = []
        self.tiers: list[tuple[datetime, str]] = []
        self.record = PointsRecord()
        self.tally: Tally | None = None
        self._terms, self._changes = terms, changes
        self._reading: tuple[Programme, ZoneInfo] | None = None
        self._stretch: Stretch | None = None
        self._clock: datetime | None = None
        self._next: datetime | None = None
        self._is_settled = True
        self._is_closed = False
        self._kept = KeptByPoints()
        self._gifts = Gifts()
        self._to_hold: list[TierTold] = []

    @property
    def programme(self) -> Programme | None:
        """The programme as it read when something happened last."""
        return self._stretch.programme if self._stretch else None

    def tell(self, event: Event) -> None:
        """Go on to an event and take it in; events come in order of happening."""
        if self._clock is not None and event.occurred_at > self._clock:
            self.pass_until(event.occurred_at)
        self._clock, self._is_settled = event.occurred_at, False
        lot, points = self.record.post(event)
        if self.tally is not None:
            self.tally.change(lot, points)
        self._hear(event)
        self._bring(event.occurred_at)

    def pass_until(self, moment: datetime, *, inclusive: bool = False) -> None:
        """Let time pass up to a moment; what falls due at the moment itself only if inclusive."""
        last = moment if inclusive else moment - MICROSECOND
        if self._clock is None or self._clock > last:
            return
        if not self._is_settled:
            self._settle()
        while self._next is not None and self._next <= last:
            self._go_on(self._next)
        if self.tally is not None:
            self.tally.pass_(last)

    def next_move(self) -> TierMove | None:
        """Go on to the next move that falls due if nothing else happens; None if none ever does."""
        before = len(self.moves)
        if not self._is_settled:
            self._settle()
        while len(self.moves) == before and self._next is not None:
            self._go_on(self._next)
        return self.moves[before] if len(self.moves) > before else None

    def _hear(self, event: Event) -> None:
        """Remember what an event says of the tier."""
        if isinstance(event, MemberEnrolled):
            self._is_closed, self._reading = False, None
            self._stand(event.occurred_at, event.tier)
        elif isinstance(event, MemberTierChanged):
            self._stand(event.occurred_at, event.to_tier)
        elif isinstance(event, MemberClosed):
            self._is_closed = True
        if isinstance(event, TierTold) and getattr(event, "reason", None) not in BY_POINTS:
            self._to_hold.append(event)

    def _go_on(self, moment: datetime) -> None:
        self._clock = moment
        self._bring(moment)
        self._settle()

    def _settle(self) -> None:
        """Note the move that falls due now that a moment is over, and when the next may."""
        self._is_settled = True
        self._end_moment()
        stretch = self._stretch
        if (
            stretch is not None
            and self._clock is not None
            and self.tier is not None
            and self._decides(stretch)
        ):
            due = self._gifts.best(self._kept.rank, stretch)
            if due != self.tier:
                reason = TIER_REACHED if stretch.rank(due) > stretch.rank(self.tier) else TIER_NOT_KEPT
                self.moves.append(TierMove(self._clock, self.tier, due, reason))
                self._stand(self._clock, due)
        self._next = self._next_moment()

    def _end_moment(self) -> None:
        """Count what ends with a moment: a period, once everything that happens in it has happened."""
        if self.tally is not None and self._clock is not None:
            before = self.tally.reached
            self.tally.pass_(self._clock)
            if self.tally.reached != before:
                self._bring(self._clock)

    def _next_moment(self) -> datetime | None:
        """Find when the tier that is due may change next though nothing happens; None if never."""
        clock = self._clock
        if clock is None or self._is_closed or self.tier is None:
            return None
        later = bisect_right(self._changes, clock)
        moments = [
            *self._changes[later : later + 1],
            *(held.until for held in self._gifts),
            *self._kept.grace_ends.values(),
            self.tally.next_moment if self.tally else None,
        ]
        return min((moment for moment in moments if moment and moment > clock), default=None)

    def _decides(self, stretch: Stretch) -> bool:
        return stretch.rule is not None and not self._is_closed and self._kept.rank != UNKNOWN

    def _bring(self, moment: datetime) -> None:
        """See what is kept, given and over by now, an event or a moment later."""
        stretch = self._read(moment)
        rule = stretch.rule
        if self.tally is None or rule is None or self.tier is None or self._is_closed:
            return
        reached = rank_reached(self.tally.reached, tiers=stretch.programme.tiers)
        self._kept.follow(reached, at=moment, grace_ends=end_of_grace(moment, rule, zone=stretch.zone))
        for event in self._to_hold:
            self._hold(event, stretch, rule)
        self._to_hold.clear()
        self._gifts.let_go(moment)

    def _read(self, moment: datetime) -> Stretch:
        """Find what the terms read now; where they read otherwise than before, begin to count again."""
        reading = self._terms(moment)
        if self._stretch is None or reading != self._reading:
            stretch = Stretch(*reading)
            self._kept.translate(self._stretch or stretch, stretch)
            self._reading, self._stretch = reading, stretch
            self.tally = tally_of(self.record, stretch.programme, zone=stretch.zone, at=moment)
        return self._stretch

    def _hold(self, event: TierTold, stretch: Stretch, rule: Qualification) -> None:
        """Hold a tier given or extended; it is a ceiling if it is unknown, or below what points keep."""
        if isinstance(event, MemberTierExtended):
            tier = self._gifts.best(self._kept.rank, stretch)
            self._gifts.extended.append(Held(tier, event.until))
            return
        is_given = isinstance(event, MemberTierChanged)
        tier = event.to_tier if isinstance(event, MemberTierChanged) else event.tier
        rank = stretch.rank(tier)
        until = None if rank == UNKNOWN else self._held_until(event, rule, stretch.zone)
        is_ceiling = rank == UNKNOWN or (is_given and rank < self._kept.rank)
        self._gifts.give(Held(tier, until), is_ceiling=is_ceiling)

    def _held_until(
        self, event: MemberEnrolled | MemberTierChanged, rule: Qualification, zone: ZoneInfo
    ) -> datetime:
        """Say until when a tier is held: until its end, else as long as one reached at that moment."""
        if isinstance(event, MemberTierChanged) and event.until is not None:
            return event.until
        return kept_until(event.occurred_at, rule, zone=zone, enrolled_at=self.record.enrolled_at)

    def _stand(self, moment: datetime, tier: str) -> None:
        self.tier = tier
        self.tiers.append((moment, tier))


def end_of_grace(moment: datetime, rule: Qualification, *, zone: ZoneInfo) -> datetime:
    """Find when a tier is lost that points no longer keep from a moment on."""
    if not rule.grace_days:
        return moment
    return end_of_day(moment.astimezone(zone).date() + timedelta(days=rule.grace_days), zone=zone)

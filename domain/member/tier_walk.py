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


class Held(NamedTuple):
    """A tier that is held until a moment (None: until another is told): at least, or whatever the points."""

    tier: str
    until: datetime | None
    is_ceiling: bool = False


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
        self.reading: tuple[Programme, ZoneInfo] | None = None
        self._terms, self._changes = terms, changes
        self._clock: datetime | None = None
        self._is_closed = False
        self._kept: str | None = None
        self._grace_ends: dict[str, datetime] = {}
        self._given: Held | None = None
        self._extended: list[Held] = []
        self._to_hold: list[TierTold] = []

    @property
    def next_moment(self) -> datetime | None:
        """When the tier that is due may change next though nothing happens; None if never."""
        clock = self._clock
        if clock is None or self._is_closed or self.tier is None:
            return None
        later = bisect_right(self._changes, clock)
        moments = [
            *self._changes[later : later + 1],
            *(held.until for held in self._held()),
            *self._grace_ends.values(),
            self.tally.next_moment if self.tally else None,
        ]
        return min((moment for moment in moments if moment and moment > clock), default=None)

    def tell(self, event: Event) -> None:
        """Go on to an event and take it in; events come in order of happening."""
        if self._clock is None or event.occurred_at > self._clock:
            self.pass_until(event.occurred_at)
        self._clock = event.occurred_at
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
        self._settle(self._clock)
        while (due := self.next_moment) is not None and due <= last:
            self._settle(due)
        if self.tally is not None:
            self.tally.pass_(last)

    def next_move(self) -> TierMove | None:
        """Go on to the next move that falls due if nothing else happens; None if none ever does."""
        before = len(self.moves)
        if self._clock is not None:
            self._settle(self._clock)
        while len(self.moves) == before and (due := self.next_moment) is not None:
            self._settle(due)
        return self.moves[before] if len(self.moves) > before else None

    def _hear(self, event: Event) -> None:
        """Remember what an event says of the tier; what falls due by it is settled after its moment."""
        if isinstance(event, MemberEnrolled):
            self._is_closed, self.reading = False, None
            self._stand(event.occurred_at, event.tier)
        elif isinstance(event, MemberTierChanged):
            self._stand(event.occurred_at, event.to_tier)
        elif isinstance(event, MemberClosed):
            self._is_closed = True
        if isinstance(event, TierTold) and getattr(event, "reason", None) not in BY_POINTS:
            self._to_hold.append(event)

    def _settle(self, moment: datetime) -> None:
        """Bring everything to a moment's end, and note the move that falls due at it."""
        self._clock = moment
        programme = self._bring(moment)
        if programme is not None:
            self._move(moment, programme)

    def _bring(self, moment: datetime) -> Programme | None:
        """See what is kept, given and over by now; None where nothing decides about a tier."""
        programme, zone = self._read(moment)
        rule = programme.qualification
        if self.tally is None or rule is None or self.tier is None or self._is_closed:
            return None
        self.tally.pass_(moment)
        level = rank_reached(self.tally.reached, tiers=programme.tiers)
        self._keep(level, programme, grace_ends=end_of_grace(moment, rule, zone=zone))
        for event in self._to_hold:
            self._hold(event, programme, until=self._kept_until(event, rule, zone))
        self._to_hold.clear()
        self._let_go(moment)
        return programme

    def _read(self, moment: datetime) -> tuple[Programme, ZoneInfo]:
        """Find what the terms read now; where they read otherwise than before, begin to count again."""
        reading = self._terms(moment)
        if reading != self.reading:
            self.reading = reading
            self.tally = tally_of(self.record, reading[0], zone=reading[1], at=moment)
        return reading

    def _keep(self, level: int, programme: Programme, *, grace_ends: datetime) -> None:
        """Keep the tier that points reach, and those above it, kept so far, until their grace is over."""
        for tier in programme.tiers[level + 1 : programme.rank(self._kept) + 1]:
            self._grace_ends.setdefault(tier.name, grace_ends)
        self._grace_ends = {
            tier: end
            for tier, end in self._grace_ends.items()
            if programme.rank(tier) > level and self._clock is not None and end > self._clock
        }
        self._kept = max([programme.tiers[level].name, *self._grace_ends], key=programme.rank)

    def _hold(self, event: TierTold, programme: Programme, *, until: datetime) -> None:
        """Hold a tier given or extended; it is a ceiling if it is unknown, or below what points keep."""
        if isinstance(event, MemberTierExtended):
            self._extended.append(Held(self._due(programme), event.until))
        elif isinstance(event, MemberTierChanged):
            rank = programme.rank(event.to_tier)
            self._give(event.to_tier, rank, until=until, is_ceiling=rank < programme.rank(self._kept))
        else:
            self._give(event.tier, programme.rank(event.tier), until=until, is_ceiling=False)

    def _give(self, tier: str, rank: int, *, until: datetime, is_ceiling: bool) -> None:
        is_unknown = rank < 0
        self._given = Held(tier, None if is_unknown else until, is_ceiling or is_unknown)
        self._extended = []

    def _kept_until(self, event: TierTold, rule: Qualification, zone: ZoneInfo) -> datetime:
        """Say until when a tier is held: until its end, else as long as one reached at that moment."""
        if not isinstance(event, MemberEnrolled) and event.until is not None:
            return event.until
        return kept_until(event.occurred_at, rule, zone=zone, enrolled_at=self.record.enrolled_at)

    def _let_go(self, moment: datetime) -> None:
        """End what was held until now."""
        is_over = {held for held in self._held() if held.until is not None and held.until <= moment}
        self._given = None if self._given in is_over else self._given
        self._extended = [held for held in self._extended if held not in is_over]

    def _move(self, moment: datetime, programme: Programme) -> None:
        due, tier = self._due(programme), self.tier or ""
        if due != tier:
            reason = TIER_REACHED if programme.rank(due) > programme.rank(tier) else TIER_NOT_KEPT
            self.moves.append(TierMove(moment, tier, due, reason))
            self._stand(moment, due)

    def _stand(self, moment: datetime, tier: str) -> None:
        self.tier = tier
        self.tiers.append((moment, tier))

    def _due(self, programme: Programme) -> str:
        """Say which tier is due: the given one if it is a ceiling, else the highest that anything keeps."""
        if self._given and self._given.is_ceiling:
            return self._given.tier
        return max([self._kept or "", *(held.tier for held in self._held())], key=programme.rank)

    def _held(self) -> list[Held]:
        return [self._given, *self._extended] if self._given else self._extended


def end_of_grace(moment: datetime, rule: Qualification, *, zone: ZoneInfo) -> datetime:
    """Find when a tier is lost that points no longer keep from a moment on."""
    if not rule.grace_days:
        return moment
    return end_of_day(moment.astimezone(zone).date() + timedelta(days=rule.grace_days), zone=zone)

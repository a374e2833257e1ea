"""A member driven by a test: a purse of single points, and a stream that sleeps beside one that does not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.command_application import numbered
from domain.envelope import Event
from domain.errors import DomainError
from domain.folding import fold_live, live_events
from domain.member import MemberPointsRedeemed
from domain.member.commands import (
    EnrolMember,
    SettleDueMember,
)
from domain.member.decide import decide
from domain.member.ledger import ledger_of
from domain.member.lots import OVERDRAFT, Ledger
from domain.member.proof import proof
from domain.member.refusals import (
    MemberIsClosed,
)
from domain.member.state import Member, evolve
from domain.member.terms import terms_of
from domain.organisation.rules import RuleBook
from domain.telling import Command, Situation
from tests.domain.member.oracle import FAR, Purse
from tests.examples import rule as configured
from tests.examples import told
from tests.given import payload

BEGINNING = datetime(2026, 1, 30, 3, tzinfo=UTC)
TURN = date(2026, 3, 1)

# Programmes as data, by what the purse must know of them; `turning` changes its order on 1 March.
ZONES = {"plain": "Asia/Shanghai", "pending": "America/New_York", "owing": "Asia/Shanghai", "turning": "UTC"}
RULES = [
    configured("programme", "plain", '{"expiry":{"months":1}}'),
    configured("programme", "pending", '{"zone":"America/New_York","pending_days":2,"expiry":{"days":9}}'),
    configured("programme", "owing", '{"draws":"first_in_first_out","overdraft":true,"expiry":{"months":1}}'),
    configured("programme", "turning", '{"zone":"UTC","overdraft":true,"pending_days":1}'),
    configured(
        "programme",
        "turning",
        '{"zone":"UTC","overdraft":true,"pending_days":1,"draws":"first_in_first_out"}',
        valid_from=TURN,
    ),
]
PENDING_DAYS = {"pending": 2, "turning": 1}


class Driven:
    """One member: the purse, and two streams of events, of which the nightly job visits only the first."""

    def __init__(self, programme: str, rules: RuleBook, now: datetime) -> None:
        self.programme, self.rules = programme, rules
        self.originator_id = f"member-desk:{programme}"
        self.zone = ZoneInfo(ZONES[programme])
        self.terms = terms_of(rules, programme)
        self.purse = Purse(zone=self.zone, is_first_in_first_out=self.is_first_in_first_out)
        self.streams: tuple[list[Event], list[Event]] = ([], [])
        self.states: dict[int, tuple[int, Member]] = {}
        self.is_closed = False
        self.unallowed = 0
        self.carry_out(EnrolMember(originator_id=self.originator_id, programme=programme, tier="x"), now)

    def is_first_in_first_out(self, at: datetime) -> bool:
        if self.programme == "turning":
            return at.astimezone(ZoneInfo("Asia/Shanghai")).date() >= TURN
        return self.programme == "owing"

    def state(self, events: list[Event]) -> Member:
        """Fold a stream, again only where it grew."""
        known = self.states.get(id(events))
        if known is None or known[0] != len(events):
            known = self.states[id(events)] = (
                len(events),
                fold_live(events, initial=Member(), evolve=evolve),
            )
        return known[1]

    def carry_out(self, command: Command, now: datetime) -> type[DomainError] | None:
        """Carry a command out on both streams; the refusal, which must be the same."""
        answers = [self._tell(events, command, now) for events in self.streams]
        assert answers[0] == answers[1]
        return answers[0]

    def _tell(self, events: list[Event], command: Command, now: datetime) -> type[DomainError] | None:
        try:
            told_now = decide(self.state(events), command, Situation(now=now, rules=self.rules))
        except DomainError as refusal:
            return type(refusal)
        for event in numbered(told_now, after=len(events)):
            events.append(event)
            self.prove(events, until=event.occurred_at)
        return None

    def refuses(
        self, command: Command, now: datetime, refusals: Mapping[type[DomainError], bool] | None = None
    ) -> bool:
        """Carry a command out, which is refused where the purse says so, and nowhere else."""
        expected = {MemberIsClosed: self.is_closed, **(refusals or {})}
        wanted = next((refusal for refusal, is_refused in expected.items() if is_refused), None)
        assert self.carry_out(command, now) == wanted
        return wanted is not None

    def available_at(self, now: datetime) -> datetime:
        days = PENDING_DAYS.get(self.programme)
        if days is None:
            return now
        return self.purse.end_of_day(now + timedelta(days=days - 1)) + timedelta(microseconds=1)

    def expires(self, now: datetime) -> datetime:
        if self.programme == "turning":
            return FAR
        if self.programme == "pending":
            return now + timedelta(days=9)
        month_later = (now.astimezone(self.zone).replace(day=1) + timedelta(days=31)).replace(day=1)
        last = (month_later + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return month_later.replace(day=min(now.astimezone(self.zone).day, last.day))

    @property
    def may_owe(self) -> bool:
        return self.programme in ("owing", "turning")

    @property
    def settle_due(self) -> SettleDueMember:
        return SettleDueMember(originator_id=self.originator_id)

    def settle(self, now: datetime) -> None:
        """What the nightly job does."""
        self._tell(self.streams[0], self.settle_due, now)

    def import_redemption(self, redemption: str, points: int, now: datetime) -> None:
        """What another system tells, without draws, is recorded whatever the balance."""
        event = told(
            MemberPointsRedeemed,
            at=now,
            originator_id=self.originator_id,
            redemption_id=redemption,
            points=Decimal(points),
            venue="gift",
        )
        for events in self.streams:
            events.extend(numbered([event], after=len(events)))

    def prove(self, events: Sequence[Event], *, until: datetime) -> Ledger:
        """The ledger is proven but for the redemptions that were imported beyond the balance."""
        ledger = ledger_of(live_events(events), self.terms, until=until)
        broken = Counter(breach.rule for breach in proof(ledger))
        assert set(broken) <= {"redemptions_stay_within_the_balance"}
        assert broken.total() <= self.unallowed
        return ledger

    def check(self, now: datetime) -> None:
        """Both streams say what the purse says, and tell the same once what fell due is told."""
        for events in self.streams:
            ledger = self.prove(events, until=now)
            assert len(ledger.breaches) == self.unallowed
            assert numbers_of(ledger) == numbers_in(self.purse)
            assert ledger.available == len(self.purse.spendable(now))
            assert list(ledger.spendable) == list(
                dict.fromkeys(point.lot for point in self.purse.spendable(now))
            )
        awake, slept = (self.settled(events, now) for events in self.streams)
        assert awake == slept

    def settled(self, events: list[Event], now: datetime) -> list[tuple[object, ...]]:
        """What the stream tells once what fell due is told: when, what, and how much."""
        due = decide(self.state(events), self.settle_due, Situation(now=now, rules=self.rules))
        all_told = live_events([*events, *numbered(due, after=len(events))])
        assert not ledger_of(all_told, self.terms, until=now).lapses()
        return [(event.occurred_at, event.TOPIC, *payload(event).items()) for event in all_told]


def numbers_of(ledger: Ledger) -> dict[str, tuple[object, ...]]:
    """Every lot's numbers, and when what it holds is due; what lapsed counts as expired, told or not."""
    return {
        lot.lot_id: (
            lot.earned,
            lot.reversed,
            lot.drawn,
            lot.refunded,
            lot.expired + lot.lapsed,
            lot.held,
            {lot.due_at or FAR} if lot.held > 0 else set(),
        )
        for lot in ledger.lots.values()
    }


def numbers_in(purse: Purse) -> dict[str, tuple[object, ...]]:
    """The same, counted point by point."""
    overdrawn = [OVERDRAFT] if OVERDRAFT in purse.drawn or OVERDRAFT in purse.reversed else []
    return {
        lot: (
            purse.earned[lot],
            purse.reversed[lot],
            purse.drawn[lot],
            purse.refunded[lot],
            purse.expired[lot],
            purse.balance(lot),
            purse.due(lot),
        )
        for lot in (*purse.lots, *overdrawn)
    }

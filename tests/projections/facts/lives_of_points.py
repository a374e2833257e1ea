"""Random lives of members in points: orderly ones, as most programmes have them, and any others."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from domain.envelope import Event
from domain.folding import live_events
from domain.member.events import (
    MemberEnrolled,
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
)
from domain.member.ledger import ledger_of
from domain.member.lots import Ledger
from domain.member.terms import terms_of
from domain.organisation.rules import RuleBook, read_rules
from tests.examples import rule

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = {
    "no programme": RuleBook(),
    "first in first out": read_rules([rule("programme", "club", '{"draws":"first_in_first_out"}')]),
    "elsewhere, with overdraft": read_rules(
        [rule("programme", "club", '{"overdraft":true,"zone":"America/New_York"}')]
    ),
}
GAPS = st.sampled_from([timedelta(0), timedelta(hours=1), DAY, 5 * DAY, 90 * DAY])
POINTS = st.integers(1, 40).map(Decimal)


class Move(NamedTuple):
    """One thing that happens to a member's points."""

    kind: str
    after: timedelta
    points: Decimal
    which: int
    other: int
    days: int | None


def moves(*kinds: str) -> st.SearchStrategy[list[Move]]:
    """Draw a life of these kinds of events; `which` and `other` choose among the lots and redemptions."""
    one = st.builds(
        Move,
        kind=st.sampled_from(kinds),
        after=GAPS,
        points=POINTS,
        which=st.integers(0, 3),
        other=st.integers(0, 3),
        days=st.sampled_from([None, 1, 10, 60]),
    )
    return st.lists(one, min_size=1, max_size=14)


@st.composite
def orderly(draw: st.DrawFn) -> list[Event]:
    """Draw earnings of one term and redemptions; what lapses is told at its moment, later, or not at all."""
    term, pending = draw(st.sampled_from([None, 10, 200])), draw(st.sampled_from([0, 3]))
    life = draw(moves("earned", "earned", "redeemed"))
    told = [MEMBER.enrolled(), *_told(life, term=term, pending=pending)]
    if draw(st.booleans()):
        told += [
            MEMBER.made(
                MemberPointsExpired,
                due_at + draw(st.sampled_from([timedelta(0), DAY])),
                lot_id=lot,
                points=left,
            )
            for due_at, lot, left in ledger(told, RULES["no programme"]).lapses()
        ]
    return numbered(told)


@st.composite
def any_life(draw: st.DrawFn) -> list[Event]:
    """Draw whatever a source may tell, enrolled or not."""
    life = draw(moves("earned", "earned", "redeemed", "redeemed", "drawn", "expired", "reversed", "refunded"))
    told = _told(life, term=draw(st.sampled_from([None, 10])), pending=0, differ=True)
    return numbered([MEMBER.enrolled(), *told] if draw(st.booleans()) else told)


class Made(NamedTuple):
    """Makes the events of one member."""

    stream: str = "member-x:1"

    def made(self, event_class: type[Event], at: datetime, **values: Any) -> Event:
        return event_class(
            originator_id=self.stream,
            originator_version=0,
            occurred_at=at,
            recorded_at=at,
            source="s",
            **values,
        )

    def enrolled(self) -> Event:
        return self.made(MemberEnrolled, BEGINNING, programme="club", tier="silver")


MEMBER = Made()


def _told(life: list[Move], *, term: int | None, pending: int, differ: bool = False) -> list[Event]:
    events: list[Event] = []
    at = BEGINNING
    for number, move in enumerate(life):
        at += move.after
        days = move.days if differ else term
        named = {"lot_id": f"l{move.which}", "redemption_id": f"r{move.other}", "points": move.points}
        match move.kind:
            case "earned":
                event = MEMBER.made(
                    MemberPointsEarned,
                    at,
                    lot_id=f"l{move.which}" if differ else f"l{number}",
                    points=move.points,
                    reason="spend",
                    available_at=at + pending * DAY if pending else None,
                    expires_at=at + days * DAY if days else None,
                )
            case "redeemed":
                name = f"r{move.other}" if differ else f"r{number}"
                event = MEMBER.made(
                    MemberPointsRedeemed, at, redemption_id=name, points=move.points, venue="club"
                )
            case "drawn":
                event = MEMBER.made(MemberPointsDrawn, at, **named)
            case "refunded":
                event = MEMBER.made(MemberPointsRefunded, at, **named)
            case "expired":
                event = MEMBER.made(MemberPointsExpired, at, lot_id=named["lot_id"], points=move.points)
            case _:
                event = MEMBER.made(
                    MemberPointsReversed, at, lot_id=f"l{move.other}", of=named["lot_id"], points=move.points
                )
        events.append(event)
    return events


def numbered(events: list[Event]) -> list[Event]:
    """Number events in order of telling."""
    fields = [{name: getattr(event, name) for name in event.__struct_fields__} for event in events]
    return [
        type(event)(**{**told, "originator_version": version})
        for version, (event, told) in enumerate(zip(events, fields, strict=True), start=1)
    ]


def ledger(events: list[Event], rules: RuleBook) -> Ledger:
    """What the domain makes of them."""
    programme = next((event.programme for event in events if isinstance(event, MemberEnrolled)), None)
    return ledger_of(live_events(events), terms_of(rules, programme))

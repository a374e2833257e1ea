"""The ledger as a list of moves sums to the ledger, whatever was told in whatever order."""

from collections import defaultdict
from decimal import Decimal, localcontext

from hypothesis import given, settings

from domain.command_application import numbered
from domain.envelope import Event
from domain.folding import live_events
from domain.member.entries import Entry, entries_of
from domain.member.ledger import ledger_of
from domain.member.lots import EXACT
from domain.member.terms import terms_of
from domain.organisation.rules import read_rules
from tests.domain.member.examples import club, earned, redeemed, with_overdraft
from tests.domain.member.test_ledger import DAY
from tests.examples import NOW, YESTERDAY
from tests.given import streams_of

SIDES = ("earned", "reversed", "drawn", "refunded", "expired")


def entries(*events: Event) -> list[Entry]:
    return entries_of(live_events(numbered(events, after=0)), terms_of(read_rules([club]), "club"))


def shown(listed: list[Entry]) -> list[tuple[str, str, int, int, int | None]]:
    return [(one.side, one.lot_id, int(one.points), int(one.balance), one.version) for one in listed]


def test_every_move_says_its_lot_and_the_balance_after_it() -> None:
    listed = entries(earned("jan", 100), earned("feb", 50, at=YESTERDAY - DAY), redeemed("r", 120))
    assert shown(listed) == [
        ("earned", "jan", 100, 100, 1),
        ("earned", "feb", 50, 150, 2),
        ("drawn", "jan", 100, 50, 3),
        ("drawn", "feb", 20, 30, 3),
    ]
    assert [one.redemption_id for one in listed] == [None, None, "r", "r"]


def test_what_no_lot_gave_moves_to_the_lot_that_can() -> None:
    listed = entries(redeemed("r", 30), earned("late", 100, at=NOW))
    assert shown(listed) == [
        ("drawn", "overdraft", 30, -30, 1),
        ("earned", "late", 100, 70, 2),
        ("drawn", "overdraft", -30, 100, 2),
        ("drawn", "late", 30, 70, 2),
    ]


def test_what_time_alone_moves_is_of_no_event() -> None:
    pending = earned("pending", 100, at=YESTERDAY - 2 * DAY, available_at=YESTERDAY)
    listed = entries(redeemed("r", 30, at=YESTERDAY - 3 * DAY), pending, earned("more", 1, at=NOW))
    by_time = [one for one in listed if one.version is None]
    assert [(one.at, one.lot_id, int(one.points)) for one in by_time] == [
        (YESTERDAY, "overdraft", -30),
        (YESTERDAY, "pending", 30),
    ]


@settings(max_examples=40)
@given(events=streams_of("member"))
def test_the_moves_sum_to_the_ledger(events: list[Event]) -> None:
    for rules in (club, with_overdraft):
        terms = terms_of(read_rules([rules]), "club")
        ledger = ledger_of(live_events(events), terms)
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        listed = entries_of(live_events(events), terms)
        with localcontext(EXACT):
            for one in listed:
                sums[one.lot_id, one.side] += one.points
        for lot in ledger.lots.values():
            assert [sums[lot.lot_id, side] for side in SIDES] == [getattr(lot, side) for side in SIDES]
        assert (listed[-1].balance if listed else 0) == ledger.totals.balance

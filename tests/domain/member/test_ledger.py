"""The ledger is read from any history: as told where draws are told, derived where they are not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.command_application import numbered
from domain.envelope import Event
from domain.folding import live_events
from domain.member import (
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRefunded,
    MemberPointsReversed,
)
from domain.member.ledger import ledger_of
from domain.member.lots import OVERDRAFT, Breach, Ledger
from domain.member.proof import proof
from domain.member.terms import terms_of
from domain.organisation.events import OrganisationConfigured
from domain.organisation.rules import read_rules
from tests.domain.member.examples import (
    LAST_MONTH,
    club,
    drawn,
    earned,
    redeemed,
    with_overdraft,
)
from tests.examples import NOW, YESTERDAY, rule, told
from tests.given import streams_of

fifo = rule("programme", "club", '{"draws":"first_in_first_out"}')
DAY = timedelta(days=1)
SOON = NOW + 10 * DAY
SUMS_BROKEN = {"lots_add_up", "totals_are_what_was_told"}


def read(*events: Event, under: OrganisationConfigured = club, until: datetime | None = None) -> Ledger:
    """The ledger of these events, told in this order."""
    terms = terms_of(read_rules([under]), "club")
    return ledger_of(live_events(numbered(events, after=0)), terms, until=until)


def numbers(ledger: Ledger) -> dict[str, tuple[Decimal, ...]]:
    """Every lot: earned, reversed, drawn, refunded, expired, balance."""
    return {
        lot.lot_id: (lot.earned, lot.reversed, lot.drawn, lot.refunded, lot.expired, lot.balance)
        for lot in ledger.lots.values()
    }


def broken(ledger: Ledger) -> list[tuple[str, Decimal, Decimal]]:
    """Which rules the ledger does not keep: what was told, what there was."""
    return [(breach.rule, breach.told, breach.held) for breach in proof(ledger)]


def expired(lot_id: str, points: int, *, at: datetime = YESTERDAY) -> MemberPointsExpired:
    return told(MemberPointsExpired, at=at, lot_id=lot_id, points=Decimal(points))


def taken(lot_id: str, points: int, *, of: str, at: datetime = YESTERDAY) -> MemberPointsReversed:
    return told(MemberPointsReversed, at=at, lot_id=lot_id, of=of, points=Decimal(points))


def back(redemption_id: str, lot_id: str, points: int, *, at: datetime = NOW) -> MemberPointsRefunded:
    return told(
        MemberPointsRefunded, at=at, redemption_id=redemption_id, lot_id=lot_id, points=Decimal(points)
    )


def test_a_redemption_without_draws_gets_derived_ones_in_the_programmes_order() -> None:
    lots = (earned("a", 50), earned("b", 50, expires_at=SOON))
    by_expiry = read(*lots, redeemed("r1", 60))
    assert numbers(by_expiry) == {"a": (50, 0, 10, 0, 0, 40), "b": (50, 0, 50, 0, 0, 0)}
    assert by_expiry.redemptions["r1"].draws == {"b": 50, "a": 10}
    assert read(*lots, redeemed("r1", 60), under=fifo).redemptions["r1"].draws == {"a": 50, "b": 10}
    assert proof(by_expiry) == []


def test_told_draws_are_posted_as_told_whatever_the_order() -> None:
    ledger = read(
        earned("a", 50),
        earned("b", 50, expires_at=SOON),
        redeemed("r1", 60),
        drawn("r1", "a", 35),
        drawn("r1", "b", 25),
    )
    assert ledger.redemptions["r1"].draws == {"a": 35, "b": 25}
    assert proof(ledger) == []


def test_what_told_draws_leave_open_is_derived_after_the_last_of_them() -> None:
    ledger = read(earned("a", 50), earned("b", 50), redeemed("r1", 60), drawn("r1", "b", 25))
    assert ledger.redemptions["r1"].draws == {"b": 25, "a": 35}
    assert proof(ledger) == []


def test_draws_told_before_their_redemption_are_its_draws() -> None:
    ledger = read(earned("a", 50), drawn("r1", "a", 30, at=YESTERDAY - DAY), redeemed("r1", 30, at=YESTERDAY))
    assert (numbers(ledger), proof(ledger)) == ({"a": (50, 0, 30, 0, 0, 20)}, [])


def test_an_earning_told_late_moves_derived_draws() -> None:
    before = read(earned("a", 50, at=YESTERDAY - DAY), redeemed("r1", 40), under=fifo)
    late = read(
        earned("a", 50, at=YESTERDAY - DAY),
        redeemed("r1", 40),
        earned("first", 30, at=LAST_MONTH),
        under=fifo,
    )
    assert before.redemptions["r1"].draws == {"a": 40}
    assert late.redemptions["r1"].draws == {"first": 30, "a": 10}


def test_no_derived_draw_takes_pending_points_or_points_that_are_due() -> None:
    ledger = read(
        earned("pending", 50, available_at=NOW),
        earned("due", 50, expires_at=LAST_MONTH + DAY),
        earned("a", 50),
        redeemed("r1", 40),
        until=NOW - timedelta(microseconds=1),
    )
    assert ledger.redemptions["r1"].draws == {"a": 40}
    assert (ledger.available, ledger.pending, ledger.lots["due"].lapsed) == (10, 50, 50)
    assert ledger.lots["due"].balance == 50


def test_beyond_the_balance_is_drawn_from_the_overdraft_lot_and_listed() -> None:
    ledger = read(earned("a", 50), redeemed("r1", 60))
    assert numbers(ledger) == {"a": (50, 0, 50, 0, 0, 0), OVERDRAFT: (0, 0, 10, 0, 0, -10)}
    assert (ledger.owed, ledger.totals.balance) == (10, -10)
    assert proof(ledger) == [
        Breach(
            rule="redemptions_stay_within_the_balance",
            told=Decimal(60),
            held=Decimal(50),
            at=YESTERDAY,
            version=2,
            redemption_id="r1",
        )
    ]


def test_beyond_the_balance_breaks_no_rule_where_an_overdraft_is_allowed() -> None:
    assert proof(read(earned("a", 50), redeemed("r1", 60), under=with_overdraft)) == []


def test_what_is_owed_moves_to_the_next_lot_that_has_points() -> None:
    ledger = read(redeemed("r1", 60), redeemed("r2", 10), earned("a", 65, at=NOW), under=with_overdraft)
    assert numbers(ledger) == {OVERDRAFT: (0, 0, 5, 0, 0, -5), "a": (65, 0, 65, 0, 0, 0)}
    assert (ledger.redemptions["r1"].draws, ledger.redemptions["r2"].draws) == (
        {OVERDRAFT: 0, "a": 60},
        {OVERDRAFT: 5, "a": 5},
    )
    assert (ledger.totals.drawn, ledger.totals.redeemed, proof(ledger)) == (70, 70, [])


def test_pending_points_settle_what_is_owed_when_they_are_available() -> None:
    events = (redeemed("r1", 60), earned("a", 65, at=YESTERDAY, available_at=NOW))
    assert read(*events, under=with_overdraft, until=NOW - timedelta(microseconds=1)).owed == 60
    assert read(*events, under=with_overdraft, until=NOW).owed == 0


def test_a_reversal_of_spent_points_is_owed_and_settled_by_other_lots() -> None:
    spent = (earned("a", 50), redeemed("r1", 50, at=LAST_MONTH + DAY), taken("a", 50, of="a"))
    owed = read(*spent, under=with_overdraft)
    assert numbers(owed) == {"a": (50, 0, 50, 0, 0, 0), OVERDRAFT: (0, 50, 0, 0, 0, -50)}
    settled = read(*spent, earned("b", 80, at=NOW), under=with_overdraft)
    assert numbers(settled) == {
        "a": (50, 0, 50, 0, 0, 0),
        OVERDRAFT: (0, 0, 0, 0, 0, 0),
        "b": (80, 50, 0, 0, 0, 30),
    }
    assert (proof(owed), proof(settled)) == ([], [])
    assert broken(read(*spent)) == [("reversals_stay_within_the_balance", 50, 0)]


def test_a_refund_of_what_is_owed_lowers_the_debt() -> None:
    ledger = read(redeemed("r1", 60), back("r1", OVERDRAFT, 20), under=with_overdraft)
    assert (numbers(ledger), proof(ledger)) == ({OVERDRAFT: (0, 0, 60, 20, 0, -40)}, [])


def test_a_refund_of_what_was_owed_goes_to_the_lot_that_settled_it() -> None:
    ledger = read(
        redeemed("r1", 60), earned("a", 65, at=YESTERDAY), back("r1", OVERDRAFT, 20), under=with_overdraft
    )
    assert numbers(ledger) == {OVERDRAFT: (0, 0, 0, 0, 0, 0), "a": (65, 0, 60, 20, 0, 25)}
    assert proof(ledger) == []


def test_a_refund_follows_a_derived_draw_that_an_earning_told_late_has_moved() -> None:
    told_in_order = (earned("a", 50, at=YESTERDAY - DAY), redeemed("r1", 40), back("r1", "a", 40))
    ledger = read(*told_in_order, earned("first", 30, at=LAST_MONTH), under=fifo)
    assert numbers(ledger) == {"first": (30, 0, 30, 30, 0, 30), "a": (50, 0, 10, 10, 0, 50)}
    assert proof(ledger) == []


def test_points_that_come_back_to_an_expired_lot_are_due_at_the_end_of_that_day() -> None:
    ledger = read(
        earned("a", 50, expires_at=YESTERDAY - DAY),
        redeemed("r1", 20, at=LAST_MONTH + DAY),
        expired("a", 30, at=YESTERDAY),
        back("r1", "a", 20),
    )
    end_of_day = NOW.replace(hour=15, minute=59, second=59, microsecond=999_999)
    assert numbers(ledger) == {"a": (50, 0, 20, 20, 30, 20)}
    assert (ledger.lots["a"].due_at, ledger.available) == (end_of_day, 20)


@pytest.mark.parametrize(
    ("events", "rule_broken"),
    [
        ((earned("a", -5),), ("points_are_positive", -5, 0)),
        ((earned(OVERDRAFT, 5),), ("the_overdraft_lot_is_not_earned", 5, 0)),
        ((earned("a", 5), expired("b", 5)), ("lot_was_earned", 5, 0)),
        ((earned("a", 5), expired("a", 8)), ("expiries_stay_within_their_lot", 8, 5)),
        ((earned("a", 5, available_at=NOW), expired("a", 5)), ("pending_points_do_not_expire", 5, 5)),
        ((earned("a", 5), taken("a", 8, of="a")), ("reversals_stay_within_the_earning", 8, 5)),
        ((earned("a", 5), redeemed("r1", 2), back("r1", "a", 3)), ("refunds_stay_within_the_draws", 3, 2)),
        (
            (earned("a", 5), redeemed("r1", 2), back("r1", OVERDRAFT, 3)),
            ("refunds_stay_within_the_draws", 3, 2),
        ),
        (
            (earned("a", 5, available_at=NOW), redeemed("r1", 2), drawn("r1", "a", 2)),
            ("pending_points_are_not_spent", 2, 0),
        ),
        (
            (earned("a", 5), earned("b", 5), redeemed("r1", 8), drawn("r1", "a", 8)),
            ("draws_stay_within_their_lot", 8, 5),
        ),
        ((earned("a", 5), drawn("r1", "a", 2)), ("draws_are_what_was_redeemed", 0, 2)),
        ((earned("a", 5), redeemed("r1", 6)), ("redemptions_stay_within_the_balance", 6, 5)),
    ],
)
def test_what_a_source_breaks_is_listed_with_what_was_told_and_what_there_was(
    events: Sequence[Event], rule_broken: tuple[str, int, int]
) -> None:
    listed = broken(read(*events))
    assert rule_broken in listed
    assert not SUMS_BROKEN & {rule for rule, _, _ in listed}


def test_an_expiry_takes_no_more_than_the_lot_holds() -> None:
    ledger = read(earned("a", 50), earned("b", 50), redeemed("r1", 20, at=LAST_MONTH + DAY), expired("a", 50))
    assert numbers(ledger) == {"a": (50, 0, 20, 0, 30, 0), "b": (50, 0, 0, 0, 0, 50)}


def test_a_lot_earned_in_parts_is_one_lot_with_one_expiry() -> None:
    ledger = read(earned("a", 30, expires_at=SOON), earned("a", 20, at=YESTERDAY))
    assert numbers(ledger) == {"a": (50, 0, 0, 0, 0, 50)}
    assert ledger.lots["a"].expires_at == SOON


def test_what_each_lot_can_give_late_is_what_it_held_ever_since() -> None:
    terms = terms_of(read_rules([club]), "club")
    events = live_events(
        numbered(
            [earned("a", 50), earned("b", 50, at=YESTERDAY), redeemed("r1", 30), back("r1", "a", 30)], after=0
        )
    )
    assert ledger_of(events, terms, since=LAST_MONTH + DAY).spendable == {"a": 20}
    assert ledger_of(events, terms, since=NOW).spendable == {"a": 50, "b": 50}
    assert ledger_of(events, terms).spendable == {"a": 50, "b": 50}


def test_sums_are_exact_however_large() -> None:
    large = Decimal("999999999999999999999999999999.9999")
    events = [replace(earned(f"l{n}", 1), points=large) for n in range(20)]
    ledger = read(*events, redeemed("r1", "0.0001"))
    assert format(ledger.totals.balance, "f") == "19999999999999999999999999999999.9979"
    assert proof(ledger) == []


histories = streams_of("member")


@settings(max_examples=150)
@given(histories, st.sampled_from([club, with_overdraft, fifo]))
@example([told(MemberPointsEarned, lot_id="a", points=Decimal(1), reason="x")], club)
def test_no_history_is_refused_and_no_sum_is_ever_broken(
    events: list[Event], programme: OrganisationConfigured
) -> None:
    ledger = ledger_of(live_events(events), terms_of(read_rules([programme]), "club"))
    assert not SUMS_BROKEN & {breach.rule for breach in proof(ledger)}
    assert all(lot.held >= 0 for lot in ledger.lots.values() if lot.lot_id != OVERDRAFT)
    assert ledger.owed >= 0


@settings(max_examples=60)
@given(histories)
def test_no_history_is_refused_at_any_moment_either(events: list[Event]) -> None:
    terms = terms_of(read_rules([club]), "club")
    live = live_events(events)
    for count, event in enumerate(live, start=1):
        ledger = ledger_of(
            live[:count], terms, since=event.occurred_at - DAY, until=datetime(9999, 1, 1, tzinfo=UTC)
        )
        assert not SUMS_BROKEN & {breach.rule for breach in proof(ledger)}


def test_the_order_of_arrival_does_not_matter() -> None:
    events = numbered(
        [earned("a", 50), redeemed("r1", 60), earned("b", 30, at=NOW), back("r1", OVERDRAFT, 5)], after=0
    )
    terms = terms_of(read_rules([with_overdraft]), "club")
    read_so = [ledger_of(live_events(order), terms) for order in permutations(events)]
    assert all(ledger == read_so[0] for ledger in read_so)

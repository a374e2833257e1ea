"""Lots as frames read them are those of the domain's ledger and of a clerk who counts point by point."""

from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.envelope import Event
from domain.member.events import (
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
)
from domain.organisation.rules import RuleBook, read_rules
from projections.facts import SPECS
from projections.facts.member_ledgers import POINT_TOPICS
from projections.facts.member_lot_order import lots_in_order
from projections.facts.refold import refold
from tests.examples import rule
from tests.projections.facts.given import LAW, events_of
from tests.projections.facts.lives_of_points import DAY, MEMBER, RULES, any_life, ledger, numbered, orderly
from tests.projections.logs import Log, Logged

LOTS = SPECS["member_lots"]
COUNTED = ("earned", "reversed", "drawn", "refunded", "expired", "balance")
SEEN = (*COUNTED, "earned_at", "available_at", "expires_at")
NOTHING = (*(Decimal(0) for _ in COUNTED), None, None, None)
by_rules = pytest.mark.parametrize("rules", RULES.values(), ids=list(RULES))


def log_of(events: Sequence[Event]) -> Log:
    return [Logged(position, event) for position, event in enumerate(events, start=1)]


def rows_of(events: Sequence[Event], rules: RuleBook) -> dict[str, dict[str, Any]]:
    rows = refold(LOTS, events_of(log_of(events), LOTS), rules=rules)
    return {row["lot_id"]: row for row in rows.to_dicts()}


def seen(lot: Any) -> tuple[Any, ...]:
    return tuple(lot[name] if isinstance(lot, dict) else getattr(lot, name) for name in SEEN)


def posted(events: Sequence[Event]) -> pl.DataFrame:
    told = events_of(log_of(events), LOTS).filter(pl.col("topic").is_in(POINT_TOPICS))
    return told.with_columns(programme=pl.lit("club"))


@by_rules
@pytest.mark.parametrize("lives", [orderly(), any_life()], ids=["orderly", "any"])
def test_lots_are_those_of_the_ledger(lives: st.SearchStrategy[list[Event]], rules: RuleBook) -> None:
    @settings(LAW, max_examples=25)
    @given(events=lives)
    def law(events: list[Event]) -> None:
        rows, lots = rows_of(events, rules), ledger(events, rules).lots
        for name in rows.keys() | lots.keys():
            told = seen(lots[name]) if name in lots else NOTHING
            assert (seen(rows[name]) if name in rows else NOTHING) == told, name

    law()


@by_rules
@settings(LAW, max_examples=20)
@given(events=any_life())
def test_every_lot_adds_up_and_draws_are_what_was_redeemed(rules: RuleBook, events: list[Event]) -> None:
    rows = rows_of(events, rules).values()
    for row in rows:
        earned, reversed_, drawn, refunded, expired, balance = (row[name] for name in COUNTED)
        assert earned - reversed_ == drawn - refunded + expired + balance
    drawn_in_all = sum((row["drawn"] for row in rows), Decimal(0))
    assert drawn_in_all >= told_points(events, MemberPointsRedeemed)
    if not any(isinstance(event, MemberPointsDrawn) for event in events):
        assert drawn_in_all == told_points(events, MemberPointsRedeemed)


def told_points(events: list[Event], event_class: type[Event]) -> Decimal:
    told = (getattr(event, "points", Decimal(0)) for event in events if isinstance(event, event_class))
    return sum(told, Decimal(0))


@settings(LAW, max_examples=20)
@given(events=orderly())
def test_orderly_lives_need_no_ledger(events: list[Event]) -> None:
    for rules in RULES.values():
        _, others = lots_in_order(posted(events), rules)
        on_time = all(expired_on_time(event, events, rules) for event in events)
        assert others.is_empty() or not on_time


def expired_on_time(event: Event, events: list[Event], rules: RuleBook) -> bool:
    """Whether an expiry fits what lapsed: in another zone's days it may come too early."""
    if not isinstance(event, MemberPointsExpired):
        return True
    before = [one for one in events if not isinstance(one, MemberPointsExpired)]
    due = {lot: (at, points) for at, lot, points in ledger([*before, event], rules).lapses()}
    at, points = due.get(event.lot_id, (event.occurred_at + DAY, Decimal(0)))
    return at <= event.occurred_at and event.points <= points


@settings(LAW, max_examples=25)
@given(events=orderly())
def test_a_clerk_who_counts_point_by_point_finds_the_same(events: list[Event]) -> None:
    rows = rows_of(events, RULES["no programme"])
    counted = point_by_point(events)
    for name, row in rows.items():
        found = tuple(int(row[column]) for column in ("earned", "drawn", "expired", "balance"))
        assert found == tuple(counted[name].get(what, 0) for what in ("earned", "drawn", "expired", "left"))


def point_by_point(events: list[Event]) -> dict[str, dict[str, int]]:
    """Take points off a queue of single points, one at a time; whoever has none owes one.

    Lots of one term leave in the order in which they came; a day ends at 16:00 UTC, midnight in Shanghai.
    """
    lots: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    told = sorted(events, key=lambda event: (event.occurred_at, event.originator_version))
    queue: deque[tuple[str, datetime | None]] = deque()
    owed = 0
    happens = [(event.occurred_at, 2, event) for event in told]
    last = told[-1].occurred_at
    for event in told:
        if isinstance(event, MemberPointsEarned):
            lots[event.lot_id]["earned"] += int(event.points)
            happens.append((ready_at(event), 1 if ready_at(event) > event.occurred_at else 2, event))
    ready: set[str] = set()
    for at, turn, event in sorted(happens, key=lambda one: (one[0], one[1], one[2].originator_version)):
        if (
            isinstance(event, MemberPointsEarned)
            and event.lot_id not in ready
            and ready_at(event) <= at <= last
        ):
            ready.add(event.lot_id)
            queue.extend((event.lot_id, day_end(event)) for _ in range(int(event.points)))
        if isinstance(event, MemberPointsRedeemed) and turn == 2:
            owed += int(event.points)
        if isinstance(event, MemberPointsExpired) and turn == 2:
            lots[event.lot_id]["expired"] += int(event.points)
        queue = deque(one for one in queue if one[1] is None or one[1] > at)
        while owed and queue:
            lots[queue.popleft()[0]]["drawn"] += 1
            owed -= 1
    for lot in lots.values():
        lot["left"] = lot["earned"] - lot["drawn"] - lot["expired"]
    lots["overdraft"] = {"drawn": owed, "left": -owed}
    return lots


def ready_at(event: MemberPointsEarned) -> datetime:
    return event.available_at or event.occurred_at


def day_end(event: MemberPointsEarned) -> datetime | None:
    """The last microsecond of the day of expiry in Shanghai, which has no summer time now."""
    if event.expires_at is None:
        return None
    until = max(event.expires_at, event.available_at or event.expires_at) + timedelta(hours=8)
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return midnight - timedelta(hours=8, microseconds=1)


def test_a_zone_that_changes_leaves_dated_lots_to_the_ledger() -> None:
    began = MEMBER.enrolled().occurred_at
    told = [
        MEMBER.made(
            MemberPointsEarned,
            began + days * DAY,
            lot_id=f"l{days}",
            points=Decimal(5),
            reason="spend",
            expires_at=began + 90 * DAY,
        )
        for days in (1, 20)
    ]
    moved = rule("zone", "zone", '"Europe/Paris"', valid_from=(began + 9 * DAY).date())
    for rules, left_over in ((RULES["no programme"], 0), (read_rules([moved]), 2)):
        _, others = lots_in_order(posted(numbered(told)), rules)
        assert others.height == left_over


def test_what_is_drawn_is_dated_by_the_age_of_the_lot() -> None:
    at = MEMBER.enrolled().occurred_at
    earned = MEMBER.made(MemberPointsEarned, at, lot_id="a", points=Decimal(50), reason="spend")
    spent = [
        MEMBER.made(
            MemberPointsRedeemed, at + days * DAY, redemption_id=f"r{days}", points=Decimal(10), venue="club"
        )
        for days in (1, 89, 90, 400)
    ]
    row = rows_of(numbered([MEMBER.enrolled(), earned, *spent]), RULES["no programme"])["a"]
    by_age = [int(row[f"drawn_in_{months}_months"]) for months in (3, 6, 12, 24, 36)]
    assert by_age == [20, 30, 30, 40, 40]

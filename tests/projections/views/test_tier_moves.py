"""Moves between tiers that were made, that nobody told yet, and that fall due; and where members stand."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.envelope import Event
from domain.member import MemberClosed, MemberEnrolled, MemberTierChanged
from projections.views.member_standings import MEMBER_STANDINGS, members_running
from projections.views.reading import ViewReading
from projections.views.tier_moves import TIER_MOVES, losing_soon
from tests.domain.member.programmes import BY_YEAR, WITH_GRACE, club, day, earned, end, enrolled, redeemed
from tests.examples import told
from tests.projections.facts.lives_of_points import numbered
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory
from tests.projections.views.points_told import told_members

AT = day("2026-07-01")
MEMBER_ID = enrolled().originator_id.removeprefix("member-")


def moved(at: str, tier: str, reason: str = "tier_reached") -> MemberTierChanged:
    return told(MemberTierChanged, at=day(at), from_tier="silver", to_tier=tier, reason=reason)


def source(*events: Event, qualification: dict[str, Any] = BY_YEAR, **facts: list[dict[str, Any]]) -> Memory:
    members = told_members(numbered([*events]), club(qualification=qualification))
    more = {name: frame(name, rows) for name, rows in facts.items()}
    return Memory({**members.tellings, **more}, zone="UTC")


def reading(memory: Memory, at: datetime = AT) -> ViewReading:
    return ViewReading(source=memory, now=at, as_of=at, known_at=at)


def moves(memory: Memory, at: datetime = AT) -> list[tuple[Any, ...]]:
    rows = TIER_MOVES.made(reading(memory, at))
    columns = ("status", "moves_at", "from_tier", "to_tier", "direction", "reason")
    return rows.sort("moves_at", nulls_last=True).select(columns).rows()


def test_a_move_made_and_the_one_due_if_nothing_else_happens() -> None:
    memory = source(enrolled(), earned("2026-04-01", 1200), moved("2026-04-01", "gold"))
    assert moves(memory) == [
        ("made", day("2026-04-01"), "silver", "gold", "up", "tier_reached"),
    ]
    assert moves(memory, day("2027-01-01")) == [
        ("made", day("2026-04-01"), "silver", "gold", "up", "tier_reached"),
        ("due", end("2027-12-31"), "gold", "silver", "down", "tier_not_kept"),
    ]


def test_a_move_that_nobody_told_is_overdue() -> None:
    memory = source(enrolled(), earned("2026-04-01", 5000))
    assert moves(memory)[0] == ("overdue", None, "silver", "platinum", "up", None)


def test_moves_made_more_than_a_year_ago_are_left_out() -> None:
    memory = source(enrolled("2024-01-01"), moved("2025-07-01", "gold"), moved("2025-07-02", "platinum"))
    [made, *_] = moves(memory, day("2026-07-01"))
    assert (made[0], made[1]) == ("made", day("2025-07-02"))
    assert len([one for one in moves(memory) if one[0] == "made"]) == 1


def test_a_tier_that_the_programme_does_not_know_has_no_direction() -> None:
    memory = source(enrolled(), moved("2026-04-01", "ruby", "goodwill"))
    assert moves(memory)[0] == ("made", day("2026-04-01"), "silver", "ruby", None, "goodwill")


def test_the_figure_counts_who_loses_a_tier_within_90_days() -> None:
    memory = source(enrolled(), earned("2026-04-01", 1200), moved("2026-04-01", "gold"))
    late = day("2027-12-01")
    assert losing_soon(TIER_MOVES.made(reading(memory, late)), late.date()) == 1
    assert losing_soon(TIER_MOVES.made(reading(memory, day("2027-06-01"))), day("2027-06-01").date()) == 0


def test_what_is_missing_to_the_next_tier_and_to_keep_this_one() -> None:
    memory = source(
        enrolled("2025-03-01"),
        earned("2025-04-01", 1200),
        moved("2025-04-01", "gold"),
        earned("2026-04-01", 300),
        redeemed("2026-05-01", 100),
    )
    [row] = MEMBER_STANDINGS.made(reading(memory)).to_dicts()
    assert (
        row
        | {
            "tier": "gold",
            "points": 300,
            "next_tier": "platinum",
            "points_to_next": 4700,
            "points_to_keep": 700,
            "due_tier": "gold",
            "moves_at": end("2026-12-31"),
            "moves_to": "silver",
        }
        == row
    )
    totals = ("earned", "redeemed", "balance", "tier_since", "member_id")
    assert [row[name] for name in totals] == [1500, 100, 1400, day("2025-04-01"), MEMBER_ID]


def test_a_grace_puts_the_move_off() -> None:
    memory = source(
        enrolled("2025-03-01"),
        earned("2025-04-01", 1200),
        moved("2025-04-01", "gold"),
        qualification=WITH_GRACE,
    )
    [row] = MEMBER_STANDINGS.made(reading(memory)).to_dicts()
    assert (row["moves_at"], row["moves_to"]) == (end("2027-03-01"), "silver")


@pytest.mark.parametrize("closes", [True, False])
def test_a_membership_that_is_closed_stands_nowhere_and_is_still_listed(closes: bool) -> None:
    events = [enrolled(), earned("2026-04-01", 10)]
    memory = source(*events, *([told(MemberClosed, at=day("2026-05-01"))] if closes else []))
    rows = MEMBER_STANDINGS.made(reading(memory))
    [row] = rows.to_dicts()
    assert row["closed_at"] == (day("2026-05-01") if closes else None)
    assert row["points"] == (None if closes else Decimal(10))
    assert (row["balance"], members_running(rows, AT.date())) == (10, 0 if closes else 1)


def test_a_programme_that_names_no_points_for_tiers_moves_nobody() -> None:
    memory = source(enrolled(), earned("2026-04-01", 5000))
    memory = Memory({**memory.tellings, "organisation_rules": frame("organisation_rules", [])}, zone="UTC")
    [row] = MEMBER_STANDINGS.made(reading(memory)).to_dicts()
    assert (row["tier"], row["due_tier"], row["points"], row["moves_at"]) == ("silver", None, None, None)


def test_the_views_agree_with_each_other_and_a_difference_is_told() -> None:
    memory = source(enrolled(), earned("2026-04-01", 1200), moved("2026-04-01", "gold"))
    asked = reading(memory)
    made, standings = TIER_MOVES.made(asked), MEMBER_STANDINGS.made(asked)
    assert [one.differences(asked, made).height for one in TIER_MOVES.reconciliations] == [0]
    assert [one.differences(asked, standings).height for one in MEMBER_STANDINGS.reconciliations] == [0, 0]
    twice = standings.vstack(standings)
    assert [one.differences(asked, twice).height for one in MEMBER_STANDINGS.reconciliations] == [1, 1]
    other = made.with_columns(to_tier=made["from_tier"])
    [tiers] = TIER_MOVES.reconciliations
    assert tiers.differences(asked, other).rows() == [(MEMBER_ID, "silver", "gold")]


def test_the_erased_stand_in_totals_and_in_no_list() -> None:
    joined = told(MemberEnrolled, at=day("2026-03-01"), programme="club", tier="silver", customer_id="c1")
    erased = [{"customer": "customer-c1", "erased_at": day("2026-05-01")}]
    asked = reading(source(joined, customers=erased))
    standings = MEMBER_STANDINGS.made(asked)
    assert (standings.height, TIER_MOVES.made(asked).height) == (0, 0)
    assert [one.differences(asked, standings).height for one in MEMBER_STANDINGS.reconciliations] == [0, 0]

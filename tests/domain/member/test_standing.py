"""Where a member stands: the tier, points towards the next and to keep it, and under another reading."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from domain.envelope import Event
from domain.member.standing import Standing, changes_of, standing, tier_moves_due
from domain.member.terms import Terms, terms_of
from domain.member.tier_walk import TIER_NOT_KEPT, TierMove
from domain.organisation.programme import Programme
from domain.organisation.rules import read_rules
from tests.domain.member.programmes import (
    BALANCE,
    BALANCE_AT_YEAR_END,
    BY_YEAR,
    LATER,
    NONE,
    TIERS,
    UTC_ZONE,
    body,
    day,
    earned,
    end,
    enrolled,
    expired,
    moves,
    read,
)
from tests.examples import rule


def read_from(day_of_change: str, *bodies: str) -> tuple[Terms, tuple[datetime, ...]]:
    """The club under one body, from a day under another; and another programme that changes sooner."""
    rules = read_rules(
        [
            rule("zone", "zone", '"UTC"'),
            rule("programme", "club", bodies[0]),
            rule("programme", "club", bodies[1], valid_from=day(day_of_change).date()),
            rule("programme", "other", bodies[1], valid_from=day("2026-05-01").date()),
        ]
    )
    return terms_of(rules, "club"), changes_of(rules, "club")


@pytest.mark.parametrize(
    ("after", "points", "expected"),
    [
        (body(tiers=[TIERS[0], {"name": "gold", "threshold": 500}], qualification=BALANCE), 600, "gold"),
        (
            body(tiers=[TIERS[0], {"name": "rose", "threshold": 300}, TIERS[1]], qualification=BALANCE),
            600,
            "rose",
        ),
        (
            body(tiers=[TIERS[0], {"name": "rose", "threshold": 300}, TIERS[1]], qualification=BALANCE),
            1000,
            None,
        ),
        (body(tiers=TIERS[1:], qualification=BALANCE), 600, "gold"),
        (body(), 1000, None),
    ],
)
def test_another_reading_of_the_programme_moves_from_its_day(
    after: str, points: int, expected: str | None
) -> None:
    terms, changes = read_from("2026-06-01", body(qualification=BALANCE), after)
    story = [enrolled(), earned("2026-04-01", points)]
    found = tier_moves_due(story, terms=terms, changes=changes, until=LATER)
    start = datetime(2026, 6, 1, tzinfo=UTC)
    assert [move.to_tier for move in found if move.at >= start] == ([expected] if expected else [])
    assert {move.at for move in found if move.at >= start} <= {start}


def test_all_that_expires_at_a_years_end_counts_before_the_year_is_looked_at() -> None:
    gone = [replace(expired("2026-12-31", 600), originator_version=version) for version in (3, 4)]
    assert moves(BALANCE_AT_YEAR_END, enrolled(), earned("2026-04-01", 1200), *gone) == []


@pytest.mark.parametrize(
    ("written", "events", "at", "expected"),
    [
        (
            BY_YEAR,
            [enrolled(), earned("2026-04-01", 1300)],
            "2026-07-01",
            Standing(
                tier="gold",
                points=Decimal(1300),
                next_tier="platinum",
                to_next=Decimal(3700),
                to_keep=Decimal(0),
                next_move=TierMove(end("2027-12-31"), "gold", "silver", TIER_NOT_KEPT),
            ),
        ),
        (
            BY_YEAR,
            [enrolled(), earned("2026-04-01", 1300), earned("2027-04-01", 200)],
            "2027-07-01",
            Standing(
                tier="gold",
                points=Decimal(200),
                next_tier="platinum",
                to_next=Decimal(4800),
                to_keep=Decimal(800),
                next_move=TierMove(end("2027-12-31"), "gold", "silver", TIER_NOT_KEPT),
            ),
        ),
        (
            BALANCE,
            [enrolled(), earned("2026-04-01", 5300)],
            "2026-07-01",
            Standing(tier="platinum", points=Decimal(5300), to_keep=Decimal(0)),
        ),
        (
            BY_YEAR,
            [enrolled()],
            "2026-07-01",
            Standing(tier="silver", points=Decimal(0), next_tier="gold", to_next=Decimal(1000)),
        ),
        (NONE, [enrolled(tier="Star")], "2026-07-01", Standing(tier="Star")),
        (BY_YEAR, [enrolled()], "2026-01-01", Standing(tier=None)),
    ],
)
def test_where_a_member_stands(
    written: dict[str, Any] | Programme, events: list[Event], at: str, expected: Standing
) -> None:
    found = standing(events, terms=lambda _: (read(written), UTC_ZONE), changes=(), at=day(at))
    assert found == expected

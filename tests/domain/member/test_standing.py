"""Tiers move at their due moments: by points or balance, with grace, grants and extensions, and once."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from domain.envelope import Event
from domain.member import MemberClosed, MemberPointsExpired, MemberPointsRefunded
from domain.member.standing import Standing, changes_of, standing, tier_moves_due
from domain.member.terms import Terms, terms_of
from domain.member.tier_walk import TIER_NOT_KEPT, TIER_REACHED, TierMove
from domain.organisation.programme import Programme
from domain.organisation.rules import read_rules
from tests.domain.member.programmes import (
    AT_YEAR_END,
    BALANCE,
    BALANCE_AT_YEAR_END,
    BALANCE_WITH_GRACE,
    BY_YEAR,
    FLIGHTS_ONLY,
    MEMBERSHIP,
    ROLLING,
    THIS_YEAR,
    TIERS,
    UTC_ZONE,
    WITH_GRACE,
    body,
    day,
    earned,
    end,
    enrolled,
    extended,
    given_tier,
    programme,
    redeemed,
    reversed_,
)
from tests.examples import rule, told

NONE = Programme()
LATER = datetime(2040, 1, 1, tzinfo=UTC)


def refunded(at: str, points: int) -> MemberPointsRefunded:
    return told(MemberPointsRefunded, at=day(at), redemption_id="r", lot_id="l", points=Decimal(points))


def expired(at: str, points: int) -> MemberPointsExpired:
    return told(MemberPointsExpired, at=end(at), lot_id="l", points=Decimal(points))


def closed(at: str) -> MemberClosed:
    return told(MemberClosed, at=day(at))


def read(qualification: dict[str, Any] | Programme) -> Programme:
    return qualification if isinstance(qualification, Programme) else programme(**qualification)


def moves(
    written: dict[str, Any] | Programme, *events: Event, until: datetime = LATER
) -> list[tuple[datetime, str]]:
    """Every move due until a moment: when, to which tier."""
    found = tier_moves_due(
        events, terms=lambda _: (read(written), UTC_ZONE), changes=(), until=until, inclusive=True
    )
    return [(move.at, move.to_tier) for move in found]


@pytest.mark.parametrize(
    ("written", "events", "expected"),
    [
        (BY_YEAR, [enrolled()], []),
        (BY_YEAR, [enrolled(), earned("2026-04-01", 999)], []),
        (
            BY_YEAR,
            [enrolled(), earned("2026-04-01", 600), earned("2026-05-01", 400)],
            [(day("2026-05-01"), "gold"), (end("2027-12-31"), "silver")],
        ),
        (
            BY_YEAR,
            [enrolled(), earned("2026-04-01", 6000), earned("2027-04-01", 1500)],
            [
                (day("2026-04-01"), "platinum"),
                (end("2027-12-31"), "gold"),
                (end("2028-12-31"), "silver"),
            ],
        ),
        (
            BY_YEAR,
            [enrolled(), earned("2026-04-01", 1200), reversed_("2026-05-01", "2026-04-01", 300)],
            [(day("2026-04-01"), "gold"), (day("2026-05-01"), "silver")],
        ),
        (
            BY_YEAR,
            [enrolled(), earned("2026-04-01", 1200), redeemed("2026-05-01", 1200), expired("2026-06-01", 1)],
            [(day("2026-04-01"), "gold"), (end("2027-12-31"), "silver")],
        ),
        (
            THIS_YEAR,
            [enrolled(), earned("2026-04-01", 1200)],
            [(day("2026-04-01"), "gold"), (end("2026-12-31"), "silver")],
        ),
        (
            AT_YEAR_END,
            [enrolled(), earned("2026-04-01", 1200)],
            [(end("2026-12-31"), "gold"), (end("2027-12-31"), "silver")],
        ),
        (
            MEMBERSHIP,
            [enrolled("2026-03-01"), earned("2026-04-01", 600), earned("2027-02-28", 400)],
            [(end("2027-02-28"), "gold"), (end("2028-02-29"), "silver")],
        ),
        (
            WITH_GRACE,
            [enrolled(), earned("2026-04-01", 1200)],
            [(day("2026-04-01"), "gold"), (end("2028-02-29"), "silver")],
        ),
        (
            WITH_GRACE,
            [enrolled(), earned("2026-04-01", 1200), earned("2028-02-01", 1000)],
            [(day("2026-04-01"), "gold"), (end("2030-03-01"), "silver")],
        ),
        (
            BALANCE_WITH_GRACE,
            [
                enrolled(),
                earned("2026-04-01", 5000),
                redeemed("2026-05-01", 300),
                redeemed("2026-05-21", 4000),
            ],
            [
                (day("2026-04-01"), "platinum"),
                (end("2026-05-31"), "gold"),
                (end("2026-06-20"), "silver"),
            ],
        ),
        (
            ROLLING,
            [enrolled(), earned("2026-03-31", 600), earned("2026-05-15", 400)],
            [(day("2026-05-15"), "gold"), (end("2026-06-30"), "silver")],
        ),
        (
            ROLLING,
            [
                enrolled(),
                earned("2026-03-31", 600),
                earned("2026-05-15", 400),
                reversed_("2026-07-10", "2026-03-31", 600),
                earned("2026-07-20", 600),
            ],
            [
                (day("2026-05-15"), "gold"),
                (end("2026-06-30"), "silver"),
                (day("2026-07-20"), "gold"),
                (end("2026-08-15"), "silver"),
            ],
        ),
        (
            BALANCE,
            [
                enrolled(),
                earned("2026-04-01", 1200),
                redeemed("2026-05-01", 300),
                refunded("2026-05-02", 100),
                expired("2026-06-01", 1),
            ],
            [
                (day("2026-04-01"), "gold"),
                (day("2026-05-01"), "silver"),
                (day("2026-05-02"), "gold"),
                (end("2026-06-01"), "silver"),
            ],
        ),
        (
            BALANCE_WITH_GRACE,
            [enrolled(), earned("2026-04-01", 1200), redeemed("2026-05-01", 300)],
            [(day("2026-04-01"), "gold"), (end("2026-05-31"), "silver")],
        ),
        (
            BALANCE_WITH_GRACE,
            [
                enrolled(),
                earned("2026-04-01", 1200),
                redeemed("2026-05-01", 300),
                earned("2026-05-31", 100),
            ],
            [(day("2026-04-01"), "gold")],
        ),
        (
            BALANCE_AT_YEAR_END,
            [
                enrolled(),
                earned("2026-04-01", 1200),
                earned("2028-01-02", 5000),
                redeemed("2028-04-01", 6000),
            ],
            [(end("2026-12-31"), "gold"), (end("2028-12-31"), "silver")],
        ),
        (
            FLIGHTS_ONLY,
            [enrolled(), earned("2026-04-01", 6000), earned("2026-05-01", 1000, reason="flight")],
            [(day("2026-05-01"), "gold"), (end("2027-12-31"), "silver")],
        ),
    ],
)
def test_moved_at_the_due_moment(
    written: dict[str, Any] | Programme, events: list[Event], expected: list[tuple[datetime, str]]
) -> None:
    assert moves(written, *events) == expected


@pytest.mark.parametrize(
    ("written", "events", "expected"),
    [
        (BY_YEAR, [enrolled(tier="gold")], [(end("2027-12-31"), "silver")]),
        (AT_YEAR_END, [enrolled(tier="gold")], [(end("2026-12-31"), "silver")]),
        (ROLLING, [enrolled(tier="gold")], [(end("2026-06-01"), "silver")]),
        (BY_YEAR, [enrolled(tier="diamond"), earned("2026-04-01", 6000)], []),
        (
            BY_YEAR,
            [enrolled(), given_tier("2026-04-01", "platinum", until="2026-06-30")],
            [(end("2026-06-30"), "silver")],
        ),
        (
            BY_YEAR,
            [
                enrolled(),
                given_tier("2026-04-01", "gold", until="2026-06-30"),
                earned("2026-05-01", 5000),
                reversed_("2026-05-02", "2026-05-01", 5000),
            ],
            [
                (day("2026-05-01"), "platinum"),
                (day("2026-05-02"), "gold"),
                (end("2026-06-30"), "silver"),
            ],
        ),
        (
            BY_YEAR,
            [
                enrolled(),
                given_tier("2026-04-01", "platinum", until="2026-06-30"),
                earned("2026-05-01", 1000),
            ],
            [(end("2026-06-30"), "gold"), (end("2027-12-31"), "silver")],
        ),
        (
            BALANCE,
            [
                enrolled(),
                given_tier("2026-04-01", "gold", until="2026-06-30"),
                redeemed("2026-05-01", 100),
            ],
            [(end("2026-06-30"), "silver")],
        ),
        (
            BY_YEAR,
            [
                enrolled(),
                earned("2026-04-01", 1000),
                given_tier("2026-05-01", "silver", until="2026-06-30"),
            ],
            [(day("2026-04-01"), "gold"), (end("2026-06-30"), "gold"), (end("2027-12-31"), "silver")],
        ),
        (
            BY_YEAR,
            [enrolled(), earned("2026-04-01", 1000), extended("2027-11-01", "2028-03-31")],
            [(day("2026-04-01"), "gold"), (end("2028-03-31"), "silver")],
        ),
        (
            BY_YEAR,
            [
                enrolled(),
                earned("2026-04-01", 1000),
                extended("2027-11-01", "2028-03-31"),
                earned("2028-02-01", 5000),
            ],
            [(day("2026-04-01"), "gold"), (day("2028-02-01"), "platinum"), (end("2029-12-31"), "silver")],
        ),
        (
            BY_YEAR,
            [enrolled(), earned("2026-04-01", 1000), closed("2026-04-02")],
            [(day("2026-04-01"), "gold")],
        ),
        (BY_YEAR, [earned("2026-04-01", 1000)], []),
        (NONE, [enrolled(tier="Star"), earned("2026-04-01", 1000)], []),
    ],
)
def test_what_somebody_gave_is_held_until_its_end(
    written: dict[str, Any] | Programme, events: list[Event], expected: list[tuple[datetime, str]]
) -> None:
    assert moves(written, *events) == expected


def test_a_move_names_its_tiers_and_why() -> None:
    found = tier_moves_due(
        [enrolled(), earned("2026-04-01", 1000)],
        terms=lambda _: (programme(**BY_YEAR), UTC_ZONE),
        changes=(),
        until=LATER,
    )
    assert found == (
        TierMove(day("2026-04-01"), "silver", "gold", TIER_REACHED),
        TierMove(end("2027-12-31"), "gold", "silver", TIER_NOT_KEPT),
    )


def test_what_falls_due_at_the_moment_itself_is_due_where_asked() -> None:
    story = [enrolled(), earned("2026-04-01", 1000)]
    at = day("2026-04-01")
    assert tier_moves_due(story, terms=lambda _: (programme(**BY_YEAR), UTC_ZONE), changes=(), until=at) == ()
    assert moves(BY_YEAR, *story, until=at) == [(at, "gold")]


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

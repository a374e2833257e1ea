"""Tiers move at their due moments: by points or balance, with grace, grants and extensions, and once."""

from datetime import datetime
from typing import Any

import pytest

from domain.envelope import Event
from domain.member.standing import tier_moves_due
from domain.member.tier_walk import TIER_NOT_KEPT, TIER_REACHED, TierMove
from domain.organisation.programme import Programme
from tests.domain.member.programmes import (
    AT_YEAR_END,
    BALANCE,
    BALANCE_AT_YEAR_END,
    BALANCE_WITH_GRACE,
    BY_YEAR,
    FLIGHTS_ONLY,
    LATER,
    MEMBERSHIP,
    NONE,
    ROLLING,
    THIS_YEAR,
    UTC_ZONE,
    WITH_GRACE,
    closed,
    day,
    earned,
    end,
    enrolled,
    expired,
    extended,
    given_tier,
    moves,
    programme,
    redeemed,
    refunded,
    reversed_,
)


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

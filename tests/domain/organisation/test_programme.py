"""A programme is data: what it says is read, what contradicts itself is refused, days end in its zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.organisation.commands import Rule
from domain.organisation.decide import RuleUnreadable, check_readable
from domain.organisation.programme import Programme
from domain.organisation.programme_in_force import (
    DEFAULT_PROGRAMME,
    points_available_at,
    points_expire_at,
    programme_at,
    programme_of,
    read_programme,
)
from domain.organisation.rules import RuleBook, read_rules
from domain.organisation.terms import Term, add_months, end_of_day
from tests.examples import rule

BEGINNING = date(1900, 1, 1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 1, 31, 4, tzinfo=UTC)

TIERS = [{"name": "silver"}, {"name": "gold", "threshold": 1000}]
BY_YEAR = {"by": "points_earned"}
SPEND = {"bases": [{"activity": "spend"}]}


def check(body: dict[str, Any]) -> None:
    check_readable(Rule("programme", "club", BEGINNING, msgspec.json.encode(body).decode()))


def test_a_programme_that_says_nothing_is_one() -> None:
    assert read_programme("{}") == DEFAULT_PROGRAMME == Programme()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"teirs": []}, "teirs"),
        ({"zone": "Asia/Nowhere"}, "no such zone: 'Asia/Nowhere'"),
        ({"draws": "latest_first"}, "latest_first"),
        ({"pending_days": -1}, "pending_days are zero or more"),
        ({"expiry": {}}, "a term says months, days or day_of_year"),
        ({"expiry": {"months": -1}}, "zero or more months"),
        ({"expiry": {"day_of_year": "12-32"}}, "MM-DD, not '12-32'"),
        ({"expiry": {"day_of_year": "13-01"}}, "MM-DD, not '13-01'"),
        ({"expiry": {"day_of_year": "end"}}, "MM-DD, not 'end'"),
        ({"tiers": [*TIERS, {"name": "gold"}]}, "tier named twice: gold"),
        ({"qualification": BY_YEAR}, "a qualification needs tiers"),
        (
            {"tiers": TIERS[::-1], "qualification": BY_YEAR},
            "thresholds ascend: 'silver' from 0 is not above 'gold' from 1000",
        ),
        ({"tiers": TIERS, "qualification": {**BY_YEAR, "months": 12}}, "how many months"),
        ({"tiers": TIERS, "qualification": {**BY_YEAR, "period": "rolling_months"}}, "how many months"),
        (
            {"tiers": TIERS, "qualification": {**BY_YEAR, "period": "rolling_months", "months": 0}},
            "one or more",
        ),
        (
            {
                "tiers": TIERS,
                "qualification": {"by": "balance", "period": "rolling_months", "months": 12},
            },
            "they are for points_earned, moving on_reaching",
        ),
        (
            {"tiers": TIERS, "qualification": {**BY_YEAR, "moves": "at_period_end", "kept": "this_period"}},
            "kept for the next_period",
        ),
        ({"tiers": TIERS, "qualification": {**BY_YEAR, "grace_days": -1}}, "grace_days are zero or more"),
        ({"accrual": {"bases": [{"activity": "spend", "per": 0}]}}, "'spend': per and points are above zero"),
        ({"accrual": {"bases": [*SPEND["bases"], *SPEND["bases"]]}}, "activity named twice: spend"),
        ({"accrual": {"rounding": {"mode": "floor", "places": 5}}}, "0 to 4 places"),
        ({"accrual": {"multipliers": [{"name": "none", "factor": 0}]}}, "'none': the factor is above zero"),
        (
            {"accrual": {**SPEND, "multipliers": [{"name": "gold", "factor": 2, "tiers": ["gold"]}]}},
            "multiplier 'gold': tier 'gold' is not known; known are none",
        ),
        (
            {"accrual": {**SPEND, "multipliers": [{"name": "fly", "factor": 2, "activities": ["flight"]}]}},
            "multiplier 'fly': activity 'flight' is not known; known are spend",
        ),
        (
            {
                "accrual": {
                    "multipliers": [
                        {
                            "name": "may",
                            "factor": 2,
                            "period_start": "2026-06-01",
                            "period_end": "2026-05-01",
                        }
                    ]
                }
            },
            "'may': its period ends after it starts",
        ),
        (
            {
                "accrual": {
                    "multipliers": [{"name": "old", "factor": 2, "tenure_from": 12, "tenure_until": 12}]
                }
            },
            "'old': tenure_until is above tenure_from",
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_refused_a_programme_that_contradicts_itself(body: dict[str, Any], problem: str) -> None:
    with pytest.raises(RuleUnreadable, match=problem.replace(".", r"\.")):
        check(body)


def test_factors_written_as_numbers_are_exact() -> None:
    programme = read_programme(
        '{"accrual":{"bases":[{"activity":"a"}],"multipliers":[{"name":"x","factor":1.08}]}}'
    )
    assert str(programme.accrual.multipliers[0].factor) == "1.08"


def test_ranks_ascend_and_an_unknown_tier_has_none() -> None:
    programme = read_programme(msgspec.json.encode({"tiers": TIERS}).decode())
    assert [programme.rank(name) for name in ("silver", "gold", "iron", None)] == [0, 1, -1, -1]
    assert (programme.tier("gold"), programme.tier("iron")) == (programme.tiers[1], None)


def test_a_programme_holds_from_its_day_in_its_zone_else_the_organisations() -> None:
    book = read_rules(
        [
            rule("programme", "club", '{"pending_days":1}'),
            rule("programme", "club", '{"zone":"UTC"}', valid_from=date(2026, 2, 1)),
        ]
    )
    last_of_january = datetime(2026, 1, 31, 15, 59, tzinfo=UTC)
    assert programme_at(book, "club", at=last_of_january) == (Programme(pending_days=1), SHANGHAI)
    february = programme_at(book, "club", at=last_of_january + timedelta(minutes=1))
    assert february == (Programme(zone="UTC"), ZoneInfo("UTC"))
    assert programme_of(book, "other", on=date(2026, 3, 1)) == DEFAULT_PROGRAMME
    assert programme_of(RuleBook(), None, on=date(2026, 3, 1)) == DEFAULT_PROGRAMME


@pytest.mark.parametrize(
    ("term", "last_day"),
    [
        (Term(months=1), date(2026, 2, 28)),
        (Term(months=25), date(2028, 2, 29)),
        (Term(days=365), date(2027, 1, 31)),
        (Term(day_of_year="12-31"), date(2026, 12, 31)),
        (Term(day_of_year="01-31"), date(2026, 1, 31)),
        (Term(months=12, day_of_year="12-31"), date(2027, 12, 31)),
        (Term(day_of_year="01-30"), date(2027, 1, 30)),
        (Term(day_of_year="02-29"), date(2026, 2, 28)),
    ],
    ids=str,
)
def test_a_term_ends_on_a_day(term: Term, last_day: date) -> None:
    assert term.last_day(date(2026, 1, 31)) == last_day


def test_points_expire_at_the_end_of_the_day_in_the_zone() -> None:
    a_month = Programme(expiry=Term(months=1))
    end_of_february = datetime(2026, 2, 28, 15, 59, 59, 999_999, tzinfo=UTC)
    assert points_expire_at(a_month, NOON, zone=SHANGHAI) == end_of_february
    assert points_expire_at(Programme(), NOON, zone=SHANGHAI) is None


def test_pending_points_are_available_from_the_start_of_a_day_and_never_expire_before() -> None:
    pending = Programme(pending_days=40, expiry=Term(months=1))
    available = datetime(2026, 3, 11, 16, tzinfo=UTC)
    assert points_available_at(pending, NOON, zone=SHANGHAI) == available
    assert points_expire_at(pending, NOON, zone=SHANGHAI) == available + timedelta(days=1, microseconds=-1)
    assert points_available_at(Programme(), NOON, zone=SHANGHAI) is None


@for_any(st.dates(max_value=date(2100, 1, 1)), st.integers(0, 600), st.integers(0, 600))
def test_months_are_monotone_and_never_leave_their_month(day: date, months: int, more: int) -> None:
    counted = add_months(day, months)
    assert (counted.year * 12 + counted.month) - (day.year * 12 + day.month) == months
    assert counted.day == day.day or (counted + timedelta(days=1)).day == 1
    assert counted <= add_months(day, months + more)


@for_any(
    st.dates(min_value=date(1970, 1, 2), max_value=date(2100, 1, 1)),
    st.sampled_from(["America/Toronto", "UTC"]),
)
def test_a_day_ends_a_microsecond_before_the_next(day: date, zone: str) -> None:
    end = end_of_day(day, zone=ZoneInfo(zone))
    assert end.astimezone(ZoneInfo(zone)).date() == day
    assert (end + timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() == day + timedelta(days=1)

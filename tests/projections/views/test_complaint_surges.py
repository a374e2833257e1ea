"""A surge is more than the same weekdays lead one to expect, on a whole day as on one that still runs."""

from datetime import datetime, timedelta
from itertools import count as count_from
from typing import Any

from projections.views.complaint_surges import COMPLAINT_SURGES, surges_now
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at, complaint
from tests.projections.views.given import remembered, rows_of

WEEK, NUMBERS = timedelta(days=7), count_from(1)
DAY_ENDS = at("2024-05-31T16:00")
MORNING, EVENING = at("2024-05-31T01:00"), at("2024-05-31T12:00")


def filed(count: int, *, ago: int = 0, when: datetime = MORNING, **columns: Any) -> list[dict[str, Any]]:
    """So many complaints of the east about delays, so many weeks ago."""
    told = {"unit": "east", "category": "late", "filed_at": when - ago * WEEK} | columns
    return [complaint(next(NUMBERS), **told) for _ in range(count)]


def weeks(*counts: int, **columns: Any) -> list[dict[str, Any]]:
    """Complaints of the weeks before, the last week first."""
    return [row for ago, count in enumerate(counts, start=1) for row in filed(count, ago=ago, **columns)]


def surges(told: list[dict[str, Any]], as_of: datetime = DAY_ENDS, **facts: Any) -> list[dict[str, Any]]:
    return rows_of(COMPLAINT_SURGES, as_of=as_of, complaints=told, **facts)


def test_a_whole_row_of_a_surge() -> None:
    owner = {
        "organisation": "o",
        "kind": "process_owner",
        "name": "late",
        "valid_from": at("2024-01-01T00:00").date(),
        "body": '"desk:transport"',
    }
    told = [*filed(9), *weeks(1, 2, 1, 0, 1, 2, 0, 1)]
    assert surges(told, organisation_rules=[owner]) == [
        {
            "unit": "east",
            "category": "late",
            "process_owner": "desk:transport",
            "complaints": 9,
            "weeks": 8,
            "before": "1,2,1,0,1,2,0,1",
            "expected": 1.0,
            "dispersion": 1.0,
            "chance": 2.7e-05,
            "is_surge": True,
        }
    ]


def test_few_complaints_are_no_surge_however_unlikely() -> None:
    (row,) = surges([*filed(4), *weeks(*[0] * 7, 1, category="price"), *weeks(*[0] * 8)])
    assert (row["chance"] < 0.001, row["is_surge"]) == (True, False)


def test_days_that_vary_much_let_one_expect_more() -> None:
    (steady,) = surges([*filed(12), *weeks(3, 3, 3, 3, 3, 3, 3, 3)])
    (restless,) = surges([*filed(12), *weeks(0, 0, 12, 0, 0, 0, 0, 12)])
    assert (steady["is_surge"], restless["is_surge"]) == (True, False)
    assert steady["expected"] == restless["expected"] == 3
    assert restless["dispersion"] > steady["dispersion"] == 1


def test_other_weekdays_units_and_categories_are_not_counted_in() -> None:
    noise = [
        *filed(50, when=MORNING - timedelta(days=1)),
        *filed(50, ago=1, unit="west"),
        *filed(50, ago=1, category="price"),
    ]
    told = [*filed(6), *weeks(0, 0, 0, 0, 0, 0, 0, 1), *noise]
    (row,) = surges(told)
    assert (row["before"], row["is_surge"]) == ("0,0,0,0,0,0,0,1", True)


def test_weeks_before_the_first_complaint_are_no_zeros() -> None:
    (row,) = surges([*filed(6), *weeks(1, 1)])
    assert (row["weeks"], row["before"], row["is_surge"]) == (2, "1,1", False)
    (row,) = surges(filed(60))
    assert (row["weeks"], row["expected"], row["chance"], row["is_surge"]) == (0, None, None, False)


def test_an_unfinished_day_is_compared_with_the_same_part_of_the_days_before() -> None:
    evenings = weeks(*[9] * 8, when=EVENING, source="evening")
    told = [*filed(9), *weeks(1, 1, 1, 1, 1, 1, 1, 1), *evenings]
    now = at("2024-05-31T02:00")
    reading = ViewReading(source=remembered(complaints=told), now=now)
    (live,) = surges_now(reading).to_dicts()
    assert (live["before"], live["is_surge"]) == ("1,1,1,1,1,1,1,1", True)
    (whole,) = surges([*told, *filed(9, when=EVENING, source="evening")])
    assert (whole["complaints"], whole["before"], whole["is_surge"]) == (18, ",".join(["10"] * 8), False)


def test_complaints_that_were_recorded_later_were_no_surge_that_evening() -> None:
    late = filed(9, last_recorded_at=DAY_ENDS + timedelta(days=3))
    told = [*filed(1), *late, *weeks(1, 1, 1, 1, 1, 1, 1, 1)]
    (then,) = surges(told)
    (since,) = rows_of(COMPLAINT_SURGES, as_of=DAY_ENDS, known_at=DAY_ENDS + WEEK, complaints=told)
    assert (then["complaints"], then["is_surge"]) == (1, False)
    assert (since["complaints"], since["is_surge"]) == (10, True)


def test_a_quiet_day_has_no_rows() -> None:
    assert surges(weeks(1, 1)) == []


def test_the_counts_are_the_metric_s() -> None:
    (check,) = COMPLAINT_SURGES.reconciliations
    source = remembered(complaints=[*filed(6), *filed(2, unit=None), *weeks(1)])
    reading = ViewReading(source=source, now=DAY_ENDS, as_of=DAY_ENDS, known_at=DAY_ENDS)
    made = COMPLAINT_SURGES.made(reading)
    assert check.differences(reading, made).is_empty()
    assert check.differences(reading, made.head(1)).height == 1

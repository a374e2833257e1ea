"""Calendars over GraphQL: periods cut as metrics cut them, with the days that the organisation works."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from projections.metrics.answer import answer
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts
from tests.graphql_api.figures.given import Told
from tests.graphql_api.given import NOW

CALENDAR = """{ calendar(from: %s) {
  periodStart periodEnd startsAt endsAt year quarter month isoYear isoWeek weekday
  calendarDays workingDays isWorkingDay isWhole isComplete
} meta { rowCount total truncated timeZone } }"""


def periods(told: Told, arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told.asking.data(CALENDAR % arguments)["calendar"]
    return found


def test_a_day_says_everything_of_itself(told: Told) -> None:
    """New Year is a holiday, and the Sunday after it is worked instead."""
    days = periods(told, '"2026-01-01", to: "2026-01-05"')
    assert days[0] == {
        "periodStart": "2026-01-01",
        "periodEnd": "2026-01-02",
        "startsAt": "2026-01-01T00:00:00+08:00",
        "endsAt": "2026-01-02T00:00:00+08:00",
        "year": 2026,
        "quarter": 1,
        "month": 1,
        "isoYear": 2026,
        "isoWeek": 1,
        "weekday": 4,
        "calendarDays": 1,
        "workingDays": 0,
        "isWorkingDay": False,
        "isWhole": True,
        "isComplete": True,
    }
    assert [day["isWorkingDay"] for day in days] == [False, True, False, True]


@pytest.mark.parametrize("grain", ["HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "TOTAL"])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_periods_are_those_of_metrics(told: Told, facts: StoredFacts, grain: str, zone: str) -> None:
    """Over a change to summer time, where a day of Berlin has 23 hours."""
    start, end = date(2025, 3, 27), date(2025, 4, 3)
    rows = periods(told, f'"{start}", to: "{end}", grain: {grain}, timeZone: "{zone}"')
    question = Question(metric="calls", start=start, end=end, grain=grain.lower(), zone=zone, fill_gaps=True)
    answers = answer(facts, question, now=NOW)
    assert len(rows) == len(answers)
    assert [row["periodStart"] for row in rows] == [str(one.period_start)[:10] for one in answers]
    moments = [datetime.fromisoformat(row[end]) for row in rows for end in ("startsAt", "endsAt")]
    assert moments[1:-1:2] == moments[2::2]
    assert sum(row["calendarDays"] for row in rows) == (7 if grain != "HOUR" else len(rows))


def test_what_is_cut_is_not_whole_and_what_goes_on_is_not_complete(told: Told) -> None:
    """It is the first of March, in the evening."""
    months = periods(told, '"2026-01-15", to: "2026-04-01", grain: MONTH')
    assert [(one["isWhole"], one["isComplete"]) for one in months] == [
        (False, False),
        (True, True),
        (True, False),
    ]
    weeks = periods(told, '"2026-01-05", to: "2026-01-20", grain: WEEK')
    assert [one["isWhole"] for one in weeks] == [True, True, False]
    (day,) = periods(told, '"2026-01-05T04:00:00Z", to: "2026-01-05T16:00:00Z"')
    assert (day["periodStart"], day["isWhole"]) == ("2026-01-05", False)


def test_the_days_of_a_month_are_counted(told: Told) -> None:
    (january,) = periods(told, '"2026-01-01", to: "2026-02-01", grain: MONTH')
    assert (january["calendarDays"], january["workingDays"], january["isWorkingDay"]) == (31, 22, None)


def test_a_calendar_comes_page_by_page_in_its_zone(told: Told) -> None:
    data = told.asking.data(CALENDAR % '"2026-01-01", to: "2026-02-01", limit: 10, offset: 25')
    first = date(2026, 1, 26)
    assert [row["periodStart"] for row in data["calendar"]] == [
        str(first + timedelta(days=number)) for number in range(6)
    ]
    assert data["meta"] == [{"rowCount": 6, "total": 31, "truncated": False, "timeZone": "Asia/Shanghai"}]


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ('"2026-02-01", to: "2026-01-01"', "to"),
        ('"1990-01-01", to: "2026-01-01", grain: HOUR', "grain"),
        ('"2026-01-01", to: "2026-02-01", timeZone: "Mars"', "timeZone"),
        ('"2026-01-01", to: "2026-02-01", dayStart: "26:00"', "dayStart"),
        ('"2026-01-01", to: "2026-02-01", limit: 10001', "limit"),
    ],
)
def test_a_calendar_that_cannot_be_made_names_the_argument(told: Told, arguments: str, argument: str) -> None:
    error = told.asking.error(CALENDAR % arguments)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}

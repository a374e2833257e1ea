"""Working days are weekdays, less holidays, and the weekend days worked instead, as ruled that day."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.organisation.calendars import Calendar
from domain.organisation.rules import RuleBook, read_rules
from domain.organisation.working_days import is_working_day, working_days
from tests.examples import rule

FRIDAY = date(2026, 1, 2)
SUNDAY = date(2026, 1, 4)
NEW_YEAR = '{"holidays":["2026-01-01","2026-01-02"],"working_days":["2026-01-04"]}'


def test_without_a_calendar_monday_to_friday_are_worked() -> None:
    assert working_days(date(2026, 1, 5), date(2026, 1, 12), rules=RuleBook()) == 5


def test_a_holiday_is_not_worked_and_a_sunday_instead_is() -> None:
    book = read_rules([rule("calendar", "working_days", NEW_YEAR, valid_from=date(2026, 1, 1))])
    assert not is_working_day(FRIDAY, rules=book)
    assert is_working_day(SUNDAY, rules=book)
    assert working_days(date(2026, 1, 1), date(2026, 1, 5), rules=book) == 1


def test_each_day_is_read_by_the_calendar_of_that_day() -> None:
    six = rule("calendar", "working_days", '{"weekdays":[1,2,3,4,5,6]}', valid_from=date(2026, 1, 10))
    book = read_rules([six])
    assert not is_working_day(date(2026, 1, 3), rules=book)
    assert is_working_day(date(2026, 1, 10), rules=book)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60), st.integers(0, 60))
def test_working_days_of_two_periods_add_up(start: date, first: int, second: int) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    book = RuleBook()
    both = working_days(start, middle, rules=book) + working_days(middle, end, rules=book)
    assert working_days(start, end, rules=book) == both


@pytest.mark.parametrize(
    "body",
    ['{"weekdays":[0]}', '{"holidays":["2026-01-01"],"working_days":["2026-01-01"]}', '{"sundays":true}'],
)
def test_refused_a_calendar_that_contradicts_itself(body: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Calendar)

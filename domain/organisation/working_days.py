"""On which days the organisation works, by the calendar as it reads on each of them."""

from datetime import date, timedelta

from domain.organisation.calendars import DEFAULT_CALENDAR, Calendar
from domain.organisation.rules import RuleBook

CALENDAR = "calendar"
WORKING_DAYS = "working_days"


def is_working_day(day: date, *, rules: RuleBook) -> bool:
    """Say whether the organisation works on a day, by the calendar of that day."""
    calendar = rules.read(CALENDAR, WORKING_DAYS, on=day, body_type=Calendar, default=DEFAULT_CALENDAR)
    return calendar.is_working_day(day)


def working_days(period_start: date, period_end: date, *, rules: RuleBook) -> int:
    """Count the working days of a half-open period."""
    days = (period_start + timedelta(days=n) for n in range((period_end - period_start).days))
    return sum(is_working_day(day, rules=rules) for day in days)

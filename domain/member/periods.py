"""The periods by which tiers are counted: calendar years, years of membership, months back from a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.member.accrual import months_of_membership
from domain.organisation.programme import Qualification
from domain.organisation.terms import add_months, end_of_day

YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Years:
    """Calendar years in a zone, or years of membership from the day of enrolment; numbered in order."""

    zone: ZoneInfo
    enrolled_on: date | None = None

    def number(self, moment: datetime) -> int:
        """Find the year that a moment is in; before enrolment is the first year of membership."""
        day = moment.astimezone(self.zone).date()
        return (
            day.year if self.enrolled_on is None else months_of_membership(self.enrolled_on, on=day) // YEAR
        )

    def end(self, number: int) -> datetime:
        """Find a year's last microsecond."""
        if self.enrolled_on is None:
            return end_of_day(date(number, 12, 31), zone=self.zone)
        next_year = add_months(self.enrolled_on, (number + 1) * YEAR)
        return end_of_day(next_year - timedelta(days=1), zone=self.zone)


def years_of(qualification: Qualification, *, zone: ZoneInfo, enrolled_at: datetime | None) -> Years:
    """Find the years by which a qualification counts."""
    if qualification.period != "membership_year" or enrolled_at is None:
        return Years(zone=zone)
    return Years(zone=zone, enrolled_on=enrolled_at.astimezone(zone).date())


def end_of_months(moment: datetime, months: int, *, zone: ZoneInfo) -> datetime:
    """Find the end of the day so many months after a moment's day."""
    return end_of_day(add_months(moment.astimezone(zone).date(), months), zone=zone)


def kept_until(
    reached_at: datetime, rule: Qualification, *, zone: ZoneInfo, enrolled_at: datetime | None
) -> datetime:
    """Say how long a tier is kept that is reached, or given without an end, at a moment."""
    if rule.months is not None:
        return end_of_months(reached_at, rule.months, zone=zone)
    years = years_of(rule, zone=zone, enrolled_at=enrolled_at)
    is_kept_on = rule.kept == "next_period" and rule.moves == "on_reaching"
    return years.end(years.number(reached_at) + is_kept_on)

"""The days that a mean by day may have been divided by, and how many would give what is printed."""

import math
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.printed import Printed
from projections.metrics.day_counts import day_counts
from projections.metrics.periods import cut, moment

BASES = ("calendar_days", "days_of_360", "working_days")
"""All days, months of thirty, and those that the organisation's calendar has for working days."""


def bases_of(asker: Asker, start: date, end: date) -> dict[str, int]:
    """How many days a period has by each base; a base of none is left out."""
    zone = ZoneInfo(asker.source.zone)
    first, last = moment(start, zone=zone), moment(end, zone=zone)
    periods = cut(first, last, grain="total", zone=zone)
    counts = day_counts(periods, by=last, calendars=asker.rules("calendar"))[0]
    return {name: counts[name] for name in BASES if counts[name]}


def days_that_give(printed: Printed, amount: Fraction) -> list[int]:
    """The whole numbers of days, nearest first, by which an amount divided is printed like this."""
    if not printed.value or not amount:
        return []
    nearest = abs(amount / printed.value)
    reach = range(math.floor(nearest) - 1, math.ceil(nearest) + 2)
    fitting = [days for days in reach if days > 0 and "half up" in printed.roundings_of(amount / days)]
    return sorted(fitting, key=lambda days: abs(days - nearest))

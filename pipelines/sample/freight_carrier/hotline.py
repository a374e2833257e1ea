"""The carrier's hotline call by call: when, who, whether the complaint key was pressed, and how it ended."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from pipelines.sample.freight_carrier.counts import HALF_YEAR, INTERNAL_ANSWERED, INTERNAL_CALLS, ORDERS
from pipelines.sample.freight_carrier.shippers import callers
from pipelines.sample.profiles import OFFICE_HOURS, Profile, days_between, moments, over_days
from pipelines.sample.request import Request
from pipelines.sample.shares import shares

MONTHS = tuple(range(1, len(HALF_YEAR) + 1))
CHUNK = 100_000
HOTLINE = Profile(weekdays=(1.25, 1.15, 1.1, 1.05, 1.05, 0.8, 0.6))
STAFF_HOTLINE = Profile(weekdays=(1.2, 1.1, 1.0, 1.0, 1.1, 0.7, 0.4), hours=OFFICE_HOURS)
ANSWERED, ABANDONED, VOICEMAIL, SELF_SERVED = "接通", "放弃", "留言", "自助"
UNANSWERED = {ABANDONED: 0.72, VOICEMAIL: 0.1, SELF_SERVED: 0.18}
ANSWERED_SHARE = 0.93
KNOWN_SHARE = 0.85


def days_of(request: Request, month: int) -> list[date]:
    """Every day of a month."""
    first = date(request.year, month, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return days_between(first, following - timedelta(days=1))


def month_of_calls(request: Request, month: int) -> pl.DataFrame:
    """number, came_at, customer (null: unknown), pressed, result, is_order of a month's calls, in order.

    Exactly as many pressed the complaint key, and ordered something, as the month counts.
    """
    counts = HALF_YEAR[month - 1]
    dice = request.dice("freight_carrier", "calls", month)
    days = days_of(request, month)
    count, pressed = request.scaled(counts.calls), request.scaled(counts.pressed)
    came = moments(days, over_days(count, days, profile=HOTLINE, dice=dice), profile=HOTLINE, dice=dice)
    customer = callers(count, request=request, dice=dice)
    order = dice.order(count)
    is_order = (order >= pressed) & (order < pressed + orders_in(request, month))
    result = dice.picks(count, UNANSWERED).zip_with(
        ~(is_order | dice.chances(count, share=ANSWERED_SHARE)), pl.repeat(ANSWERED, count, eager=True)
    )
    return pl.DataFrame(
        {
            "number": f"{request.year % 100:02d}{month:02d}" + _running(count),
            "came_at": came,
            "customer": customer,
            "is_known": dice.chances(count, share=KNOWN_SHARE) | is_order | (order < pressed),
            "pressed": order < pressed,
            "result": result,
            "is_order": is_order,
        }
    )


def orders_in(request: Request, month: int) -> int:
    """How many of the half year's orders are made in a month."""
    parts = shares(request.scaled(ORDERS), [float(counts.calls) for counts in HALF_YEAR])
    return int(parts[month - 1])


def staff_calls(request: Request, month: int) -> pl.DataFrame:
    """The same columns of the calls that staff made to their own hotline."""
    weights = [float(counts.calls) for counts in HALF_YEAR]
    count = int(shares(request.scaled(INTERNAL_CALLS), weights)[month - 1])
    answered = int(shares(request.scaled(INTERNAL_ANSWERED), weights)[month - 1])
    dice = request.dice("freight_carrier", "staff_calls", month)
    days = days_of(request, month)
    came = moments(
        days, over_days(count, days, profile=STAFF_HOTLINE, dice=dice), profile=STAFF_HOTLINE, dice=dice
    )
    is_answered = pl.DataFrame({"is": dice.exactly(count, chosen=min(answered, count))})["is"]
    return pl.DataFrame(
        {
            "number": f"N{request.year % 100:02d}{month:02d}" + _running(count),
            "came_at": came,
            "result": pl.repeat(ANSWERED, count, eager=True).zip_with(
                is_answered, pl.repeat(ABANDONED, count, eager=True)
            ),
        }
    )


def all_months(request: Request) -> Iterator[pl.DataFrame]:
    """Month after month."""
    return (month_of_calls(request, month) for month in MONTHS)


def _running(count: int) -> pl.Series:
    return pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(7)

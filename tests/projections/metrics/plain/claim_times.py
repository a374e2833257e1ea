"""How long claims take, judged in plain Python."""

import statistics
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests.projections.metrics.plain import (
    SHANGHAI,
    Judge,
    Plain,
    Row,
    Rows,
    local_day,
    ratio,
    start_of,
    statistic,
    within,
)
from tests.projections.metrics.plain.counting import Keep, milliseconds, months, p90
from tests.projections.metrics.plain.random_rows import NOW

DAY_MS = 86_400_000


def is_paid(row: Row) -> bool:
    return (row["paid_amount"] or 0) > 0


def size(row: Row) -> Any:
    """What stands for a claim's amount."""
    told = ("approved_amount", "paid_amount", "assessed_amount", "claimed_amount")
    return next((row[name] for name in told if row[name] is not None), None)


STRATA: dict[str, Keep] = {
    "": lambda _: True,
    "_below_1000": lambda row: size(row) is not None and size(row) < 1000,
    "_from_1000": lambda row: size(row) is not None and size(row) >= 1000,
}


def steps(rows: Rows, until: str, start: date, end: date, *, keep: Keep) -> list[int]:
    """Milliseconds from the report of claims whose step was done in the period."""
    kept = [row for row in within(rows["claims"], until, start, end) if row["reported_at"] and keep(row)]
    return [milliseconds(row["reported_at"], row[until]) for row in kept]


def mean_days(until: str, *, keep: Keep, stratum: Keep) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        found = steps(rows, until, start, end, keep=lambda row: keep(row) and stratum(row))
        return ratio(sum(found), len(found), times=Fraction(1, DAY_MS))

    return judge


def days_at(place: Callable[[list[int]], Any], *, stratum: Keep) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        found = steps(rows, "closed_at", start, end, keep=lambda row: is_paid(row) and stratum(row))
        return statistic(place(found) / DAY_MS if found else None)

    return judge


def is_open_before(row: Row, moment: datetime) -> bool:
    reported, ended = row["reported_at"], row["ended_at"]
    return reported is not None and reported < moment and (ended is None or ended >= moment)


def open_age(*, stratum: Keep) -> Judge:
    def judge(rows: Rows, _: date, end: date) -> Plain:
        moment = start_of(end)
        ages = [
            milliseconds(row["reported_at"], moment)
            for row in rows["claims"]
            if is_open_before(row, moment) and stratum(row)
        ]
        return ratio(sum(ages), len(ages), times=Fraction(1, DAY_MS))

    return judge


def survival(*, stratum: Keep) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        watched = [
            (milliseconds(row["reported_at"], row["ended_at"] or NOW), row["ended_at"] is not None)
            for row in within(rows["claims"], "reported_at", start, end)
            if stratum(row)
        ]
        surviving = Fraction(1)
        for time in sorted({time for time, _ in watched}):
            ends = watched.count((time, True))
            surviving *= 1 - Fraction(ends, sum(other >= time for other, _ in watched))
            if surviving <= Fraction(1, 2):
                return statistic(time / DAY_MS)
        return statistic(None)

    return judge


def lags(rows: Rows, start: date, end: date) -> Plain:
    claims = within(rows["claims"], "reported_at", start, end)
    told = [months(row["loss_on"], local_day(row["reported_at"])) for row in claims if row["loss_on"]]
    return ratio(sum(told), len(told))


def cycles(rows: Rows, start: date, end: date) -> list[int]:
    return [
        months(local_day(row["reported_at"]), local_day(row["closed_at"]))
        for row in within(rows["claims"], "closed_at", start, end)
        if row["reported_at"]
    ]


def cycle_months(place: Callable[[list[int]], Any]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        found = cycles(rows, start, end)
        return statistic(place(found) if found else None)

    return judge


def mean_cycle_months(rows: Rows, start: date, end: date) -> Plain:
    found = cycles(rows, start, end)
    return ratio(sum(found), len(found))


def a_year_after(moment: datetime) -> datetime:
    local = moment.astimezone(SHANGHAI)
    day = min(local.day, monthrange(local.year + 1, local.month)[1])
    return local.replace(year=local.year + 1, day=day)


def rolling_closure(rows: Rows, start: date, end: date) -> Plain:
    registered = [
        row
        for row in within(rows["claims"], "reported_at", start, end)
        if row["withdrawn_at"] is None and (row["ended_at"] is None or is_it_paid(row))
    ]
    closed = [
        row for row in registered if row["closed_at"] and row["closed_at"] <= a_year_after(row["reported_at"])
    ]
    return ratio(len(closed), len(registered))


def is_it_paid(row: Row) -> bool:
    return (row["paid_amount"] or 0) != 0


PLAIN: dict[str, Judge] = {
    "rolling_closure_rate.share": rolling_closure,
    "claim_report_lag_months.mean": lags,
    "claim_cycle_months.mean": mean_cycle_months,
    "claim_cycle_months.median": cycle_months(statistics.median),
    "claim_cycle_months.p90": cycle_months(p90),
}
for _suffix, _stratum in STRATA.items():
    PLAIN |= {
        f"claim_cycle_days.closed_cases{_suffix}": mean_days("closed_at", keep=is_paid, stratum=_stratum),
        f"claim_cycle_days.to_approval{_suffix}": mean_days(
            "approved_at", keep=lambda row: (row["approved_amount"] or 0) > 0, stratum=_stratum
        ),
        f"claim_cycle_days.to_payment{_suffix}": mean_days(
            "first_paid_at", keep=lambda _: True, stratum=_stratum
        ),
        f"claim_cycle_days.median{_suffix}": days_at(statistics.median, stratum=_stratum),
        f"claim_cycle_days.p90{_suffix}": days_at(p90, stratum=_stratum),
        f"claim_cycle_days.open_age{_suffix}": open_age(stratum=_stratum),
        f"claim_cycle_days.survival{_suffix}": survival(stratum=_stratum),
    }

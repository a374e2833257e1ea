"""Recorded volumes, judged in plain Python."""

from datetime import date
from fractions import Fraction
from typing import Any

from tests.projections.metrics.plain import Judge, Plain, Row, Rows, ratio, within
from tests.projections.metrics.plain.counting import ELECTRONIC, total

STOCKS = {"customers", "reserve", "terminals", "users"}
FLOWS = {
    *("waybills", "policies", "copies", "premium", "earned_premium"),
    *("insured_income", "revenue", "top_ups"),
}
WORDS: dict[str, tuple[Any, ...]] = {"measure": tuple(sorted(FLOWS | STOCKS))}


def recorded(rows: Rows, measure: str, start: date, end: date) -> list[Row]:
    return [row for row in within(rows["volumes"], "period_start", start, end) if row["measure"] == measure]


def base(rows: Rows, measure: str, start: date, end: date) -> Any:
    """A flow added up; of a stock the mean over the stretches; None where nothing was recorded."""
    kept = recorded(rows, measure, start, end)
    if not kept:
        return None
    stretches = len({row["period_start"] for row in kept}) if measure in STOCKS else 1
    return Fraction(total(kept, "value")) / stretches


def volume(measure: str) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        found = base(rows, measure, start, end)
        return Plain(found, None, found)

    return judge


def base_over(upper: str, lower: str, *, times: int = 1) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        above, below = base(rows, upper, start, end), base(rows, lower, start, end)
        return Plain(above, below, times * above / below if above is not None and below else None)

    return judge


def electronic_top_ups(rows: Rows, start: date, end: date) -> Plain:
    every = recorded(rows, "top_ups", start, end)
    electronic = [row for row in every if row.get("channel") in ELECTRONIC]
    return ratio(total(electronic, "value"), total(every, "value")) if every else Plain(None, None, None)


def latest_before(rows: Rows, measure: str, day: date) -> Any:
    """The latest value of each volume of a measure recorded for a stretch that begins before a day."""
    latest: dict[str, Row] = {}
    for row in rows["volumes"]:
        if row["measure"] == measure and row["period_start"] < day:
            known = latest.get(row["volume"])
            if known is None or known["period_start"] < row["period_start"]:
                latest[row["volume"]] = row
    return total(list(latest.values()), "value")


PLAIN: dict[str, Judge] = {
    **{f"volume.{measure}": volume(measure) for measure in FLOWS | STOCKS},
    "channel_share.top_ups": electronic_top_ups,
    "insured_share.share": base_over("insured_income", "revenue"),
    "terminals_per_10k.users": base_over("terminals", "users", times=10_000),
}

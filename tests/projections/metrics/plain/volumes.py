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
DIMENSIONS = ("unit", "line", "product", "customer_class", "channel", "partner_id")
WORDS: dict[str, tuple[Any, ...]] = {"measure": tuple(sorted(FLOWS | STOCKS))}


def recorded(rows: Rows, measure: str, start: date, end: date) -> list[Row]:
    """What is recorded in total, and in parts where no total is recorded for the same stretch."""
    kept = [row for row in within(rows["volumes"], "period_start", start, end) if row["measure"] == measure]
    return [
        row
        for row in kept
        if not is_part(row, [one for one in kept if one["period_start"] == row["period_start"]])
    ]


def is_part(row: Row, among: list[Row]) -> bool:
    """Whether another row says less of what it is for, and nothing else."""
    return any(
        named(other) < named(row) and all(row[name] == other[name] for name in named(other))
        for other in among
    )


def named(row: Row) -> set[str]:
    return {name for name in DIMENSIONS if row.get(name) is not None}


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
    known_then = list(latest.values())
    return total([row for row in known_then if not is_part(row, known_then)], "value")


PLAIN: dict[str, Judge] = {
    **{f"volume.{measure}": volume(measure) for measure in FLOWS | STOCKS},
    "channel_share.top_ups": electronic_top_ups,
    "insured_share.share": base_over("insured_income", "revenue"),
    "terminals_per_10k.users": base_over("terminals", "users", times=10_000),
}

"""Requests and the contacts that they came from, judged in plain Python."""

from datetime import date, timedelta
from typing import Any

from tests.projections.metrics.plain import Judge, Plain, Row, Rows, ratio, start_of, within
from tests.projections.metrics.plain.counting import DAY_BASES, is_electronic, of, over, per_day

WORDS: dict[str, tuple[Any, ...]] = {
    "call_id": ("x:0", "x:1", None),
    "purpose": ("order", "price", "claim"),
    "kind": ("order", "survey", None),
    "outcome": ("answered", "abandoned", None),
    "channel": ("online", "phone", None),
}


def requests_on_time(rows: Rows, start: date, end: date) -> Plain:
    due = [
        row
        for row in within(rows["requests"], "due_at", start, end)
        if row["cancelled_at"] is None or row["cancelled_at"] >= row["due_at"]
    ]
    on_time = [row for row in due if row["fulfilled_at"] and row["fulfilled_at"] <= row["due_at"]]
    return ratio(len(on_time), len(due))


def order_conversion(rows: Rows, start: date, end: date) -> Plain:
    contacts = [
        row
        for row in within(rows["calls"], "offered_at", start, end)
        if row["outcome"] == "answered" and _purposes(rows, row, start, end) & {"order", "price", "sales"}
    ]
    first = start_of(start) - timedelta(days=1)
    orders = {
        f"call-{row['call_id']}"
        for row in rows["requests"]
        if row["kind"] == "order" and row["call_id"] and row["raised_at"] and row["raised_at"] >= first
    }
    return ratio(sum(row["call"] in orders for row in contacts), len(contacts))


def _purposes(rows: Rows, call: Row, start: date, end: date) -> set[str]:
    """As offered, and as handled while the period and a day more went by."""
    handled = within(rows["call_purposes"], "handled_at", start, end + timedelta(days=1))
    return {call["purpose"], *(row["purpose"] for row in handled if row["call"] == call["call"])}


REQUESTS = of("requests", "raised_at")

PLAIN: dict[str, Judge] = {
    "requests.count": REQUESTS,
    **{f"requests.{base_id}": per_day(REQUESTS, days) for base_id, days in DAY_BASES.items()},
    "request_amount.amount": of("requests", "raised_at", "amount"),
    "request_amount.fulfilled": of("requests", "fulfilled_at", "fulfilled_amount"),
    "requests_on_time.share": requests_on_time,
    "request_return_rate.share": over(
        of("requests", "raised_at", keep=lambda row: (row["returns"] or 0) > 0), REQUESTS
    ),
    "channel_share.requests": over(of("requests", "raised_at", keep=is_electronic), REQUESTS),
    "order_conversion.share": order_conversion,
}

"""Inbound calls judged in plain Python from the domain page."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from tests.projections.metrics.plain import (
    Judge,
    Plain,
    Row,
    Rows,
    amount,
    ratio,
    start_of,
    statistic,
    within,
)
from tests.projections.metrics.plain.chosen import (
    Keep,
    counted_daily,
    duration,
    is_satisfied,
    number,
    share,
)

WORDS: dict[str, tuple[Any, ...]] = {
    "direction": ("inbound", "inbound", "inbound", "outbound"),
    "outcome": (None, "answered", "answered", "answered", "abandoned", "flowed_out"),
    "flow_kind": (None, "callback_requested", "self_served"),
    "wait_ms": (None, 0, 5_000, 5_001, 20_000, 20_001),
    "rating_scale": (None, 2, 5, 10),
    "rating_score": (None, Decimal(1), Decimal(2), Decimal(4), Decimal("8.5"), Decimal(10)),
}


def inbound(rows: Rows, start: date, end: date) -> list[Row]:
    return [
        call for call in within(rows["calls"], "offered_at", start, end) if call["direction"] == "inbound"
    ]


def is_answered(call: Row) -> bool:
    return call["outcome"] == "answered"


def is_abandoned(call: Row) -> bool:
    return call["outcome"] == "abandoned"


def is_offered(call: Row) -> bool:
    return call["outcome"] in ("answered", "abandoned", "flowed_out")


def is_handled(call: Row) -> bool:
    return is_answered(call) and call["ended_at"] is not None


def quickly(call: Row, milliseconds: int = 20_000) -> bool:
    return call["wait_ms"] is not None and call["wait_ms"] <= milliseconds


def level(judged: Callable[[dict[str, int]], tuple[int, int]]) -> Judge:
    """A service level, from the letters of the domain page."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        calls = inbound(rows, start, end)
        letters = {
            "A": number(calls, is_answered),
            "B": number(calls, is_abandoned),
            "O": number(calls, is_offered),
            "A_X": number(calls, is_answered, quickly),
            "B_X": number(calls, is_abandoned, quickly),
            "B_s": number(calls, is_abandoned, lambda call: quickly(call, 5_000)),
            "F_X": number(calls, lambda call: call["outcome"] == "flowed_out", asks_callback, quickly),
        }
        return ratio(*judged(letters))

    return judge


def asks_callback(call: Row) -> bool:
    return bool(call["flow_kind"] == "callback_requested")


def mean_seconds(*columns: str, among: Keep) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        calls = [call for call in inbound(rows, start, end) if among(call)]
        return ratio(duration(calls, *columns), len(calls), times=Fraction(1, 1000))

    return judge


def told_of(column: str, among: Keep) -> Keep:
    return lambda call: among(call) and call[column] is not None


def positive_talk(rows: Rows, start: date, end: date) -> Plain:
    calls = [call for call in inbound(rows, start, end) if is_answered(call)]
    return ratio(
        duration(calls, "talk_ms"), number(calls, lambda call: call["talk_ms"]), times=Fraction(1, 1000)
    )


def seconds_of(calls: list[Row], *columns: str) -> list[Fraction]:
    return [Fraction(duration([call], *columns), 1000) for call in calls]


def nine_tenths(values: list[Fraction]) -> Fraction | None:
    """Linearly between the two nearest of the values in order."""
    if not values:
        return None
    values, place = sorted(values), Fraction(9, 10) * (len(values) - 1)
    low = int(place)
    above = values[min(low + 1, len(values) - 1)]
    return values[low] + (place - low) * (above - values[low])


def the_middle(values: list[Fraction]) -> Fraction | None:
    return median(values) if values else None


def of_waits(chosen: Callable[[list[Fraction]], Any]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        calls = [call for call in inbound(rows, start, end) if told_of("wait_ms", is_answered)(call)]
        return statistic(chosen(seconds_of(calls, "wait_ms")))

    return judge


def of_handle_times(chosen: Callable[[list[Fraction]], Any]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        calls = [call for call in inbound(rows, start, end) if told_of("talk_ms", is_handled)(call)]
        return statistic(chosen(seconds_of(calls, "talk_ms", "hold_ms", "wrap_up_ms")))

    return judge


def call_count(rows: Rows, start: date, end: date) -> Plain:
    return amount(len(inbound(rows, start, end)))


def calls_by_purpose(rows: Rows, start: date, end: date) -> list[Row]:
    """A call once for each of its purposes; what was handled a day before the period was another call's."""
    calls = {call["call"]: call for call in inbound(rows, start, end)}
    first = start_of(start) - timedelta(days=1)
    named = {
        (one["call"], one["purpose"])
        for one in rows["call_purposes"]
        if one["call"] in calls and one["handled_at"] is not None and one["handled_at"] >= first
    }
    return [calls[call] for call, _ in named]


def purposes(rows: Rows, start: date, end: date) -> Plain:
    return amount(len(calls_by_purpose(rows, start, end)))


def talk_by_purpose(rows: Rows, start: date, end: date) -> Plain:
    calls = [call for call in calls_by_purpose(rows, start, end) if is_answered(call)]
    return ratio(duration(calls, "talk_ms"), len(calls), times=Fraction(1, 1000))


def net_abandonment(rows: Rows, start: date, end: date) -> Plain:
    calls = inbound(rows, start, end)
    short = number(calls, is_abandoned, lambda call: quickly(call, 5_000))
    return ratio(number(calls, is_abandoned) - short, number(calls, is_offered) - short)


def not_called_again(rows: Rows, start: date, end: date) -> Plain:
    """Nobody is a repeat of an unknown caller; contact within 168 hours, strictly later, is one."""
    contacts = [call for call in rows["calls"] if call["direction"] == "inbound" and call["offered_at"]]
    known = [
        call for call in inbound(rows, start, end) if is_answered(call) and call["customer_id"] is not None
    ]
    resolved = [
        call
        for call in known
        if not any(
            later["customer_id"] == call["customer_id"]
            and timedelta(0) < later["offered_at"] - call["offered_at"] <= timedelta(hours=168)
            for later in contacts
        )
    ]
    return ratio(len(resolved), len(known))


def caller_satisfied(call: Row) -> bool | None:
    return is_satisfied(call["rating_satisfied"], call["rating_score"], call["rating_scale"])


def is_rated(call: Row) -> bool:
    return is_answered(call) and call["rated_at"] is not None


def of_calls(above: Keep, below: Keep) -> Judge:
    """A share of inbound calls."""
    return share(above, below, of=inbound)


PLAIN: dict[str, Judge] = {
    **counted_daily("calls", call_count),
    "calls.purposes": purposes,
    "answer_rate.line": of_calls(is_answered, is_offered),
    "answer_rate.agent": of_calls(
        is_answered, lambda call: is_offered(call) and call["queued_at"] is not None
    ),
    "abandonment_rate.gross": of_calls(is_abandoned, is_offered),
    "abandonment_rate.net": net_abandonment,
    "service_level.sl1": level(lambda of: (of["A_X"] + of["B_X"], of["A"] + of["B"])),
    "service_level.sl2": level(lambda of: (of["A_X"], of["A"])),
    "service_level.sl3": level(lambda of: (of["A_X"], of["A"] + of["B"])),
    "service_level.sl4": level(lambda of: (of["A_X"], of["A"] + of["B"] - of["B_X"])),
    "service_level.sl5": level(lambda of: (of["A_X"] + of["B_s"], of["A"] + of["B"])),
    "service_level.sl6": level(lambda of: (of["A_X"], of["A"] + of["B"] - of["B_s"])),
    "service_level.sl7": level(lambda of: (of["A_X"] + of["B_X"] + of["F_X"], of["O"])),
    "average_speed_of_answer.mean": mean_seconds("wait_ms", among=is_answered),
    "average_speed_of_answer.median": of_waits(the_middle),
    "average_speed_of_answer.p90": of_waits(nine_tenths),
    "average_ring_seconds.mean": mean_seconds("ring_ms", among=told_of("ring_ms", is_answered)),
    "average_talk_seconds.answered": mean_seconds("talk_ms", among=is_answered),
    "average_talk_seconds.positive": positive_talk,
    "average_talk_seconds.purposes": talk_by_purpose,
    "average_wrap_up_seconds.mean": mean_seconds("wrap_up_ms", among=told_of("wrap_up_ms", is_handled)),
    "average_handle_seconds.mean": mean_seconds("talk_ms", "hold_ms", "wrap_up_ms", among=is_handled),
    "average_handle_seconds.median": of_handle_times(the_middle),
    "average_handle_seconds.p90": of_handle_times(nine_tenths),
    "first_contact_resolution.repeat_7d": not_called_again,
    "first_contact_resolution.declared": of_calls(
        lambda call: call["resolved"], told_of("resolved", is_answered)
    ),
    "ivr_containment.share": of_calls(
        lambda call: call["flow_kind"] == "self_served", told_of("ivr_ms", is_offered)
    ),
    "satisfaction.rated_calls": of_calls(caller_satisfied, is_rated),
    "response_rate.rated_calls": of_calls(is_rated, is_answered),
}

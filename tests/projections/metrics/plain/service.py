"""Calls, agents, callbacks, reviews, inspections and ratings, judged in plain Python from the domain page."""

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

WORDS: dict[str, tuple[Any, ...]] = {
    "direction": ("inbound", "inbound", "inbound", "outbound"),
    "outcome": (None, "answered", "answered", "answered", "abandoned", "flowed_out"),
    "flow_kind": (None, "callback_requested", "self_served"),
    "wait_ms": (None, 0, 5_000, 5_001, 20_000, 20_001),
    "survey": (None, "mutual", "phone"),
    "scale": (None, 2, 5, 10),
    "rating_scale": (None, 2, 5, 10),
    "score": (None, Decimal(1), Decimal(2), Decimal(4), Decimal("8.5"), Decimal(10)),
    "rating_score": (None, Decimal(1), Decimal(2), Decimal(4), Decimal("8.5"), Decimal(10)),
    "out_of": (None, Decimal(0), Decimal(3), Decimal(7), Decimal(100)),
    "channel": (None, "callback", "phone"),
}
Keep = Callable[[Row], Any]


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


def number(calls: list[Row], *conditions: Keep) -> int:
    return len([call for call in calls if all(condition(call) for condition in conditions)])


def share(above: Keep, below: Keep, *, of: Callable[[Rows, date, date], list[Row]] = inbound) -> Judge:
    """Those below the line that are above it too, over all below it."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        told = [row for row in of(rows, start, end) if below(row)]
        return ratio(len([row for row in told if above(row)]), len(told))

    return judge


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


def duration(calls: list[Row], *columns: str) -> int:
    return sum(call[column] or 0 for call in calls for column in columns)


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


def days(start: date, end: date) -> int:
    return (end - start).days


def days_of_360(start: date, end: date) -> int:
    """Whole months of thirty days; the periods of the tests begin and end with a month."""
    return 30 * (12 * (end.year - start.year) + end.month - start.month)


def weekdays(start: date, end: date) -> int:
    return sum((start + timedelta(days=n)).isoweekday() <= 5 for n in range(days(start, end)))


def a_day(count: Judge, length: Callable[[date, date], int]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        return ratio(count(rows, start, end).numerator, length(start, end))

    return judge


def counted_daily(metric: str, count: Judge) -> dict[str, Judge]:
    lengths = {"per_day": days, "per_day_360": days_of_360, "per_working_day": weekdays}
    return {f"{metric}.count": count} | {f"{metric}.{id_}": a_day(count, of) for id_, of in lengths.items()}


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


def in_two_top_boxes(score: Any, scale: Any) -> bool | None:
    if score is None or scale is None:
        return None
    return bool(score >= (2 if scale == 2 else scale - 1))


def is_satisfied(said: bool | None, score: Any, scale: Any) -> bool | None:
    return said if said is not None else in_two_top_boxes(score, scale)


def caller_satisfied(call: Row) -> bool | None:
    return is_satisfied(call["rating_satisfied"], call["rating_score"], call["rating_scale"])


def rater_satisfied(row: Row) -> bool | None:
    return is_satisfied(row["satisfied"], row["score"], row["scale"])


def is_rated(call: Row) -> bool:
    return is_answered(call) and call["rated_at"] is not None


def timed(fact: str, time: str) -> Callable[[Rows, date, date], list[Row]]:
    return lambda rows, start, end: within(rows[fact], time, start, end)


def anything(_: Row) -> bool:
    return True


def headcount(rows: Rows, day: date) -> int:
    """Who had joined and not left before a day begins."""
    agents = [agent for agent in rows["agents"] if agent["joined_at"] is not None]
    joined = sum(agent["joined_at"] < start_of(day) for agent in agents)
    left = sum(agent["left_at"] is not None and agent["left_at"] < start_of(day) for agent in agents)
    return joined - left


def agents_at_the_end(rows: Rows, _: date, end: date) -> Plain:
    return amount(headcount(rows, end))


def agents_at_months_ends(rows: Rows, start: date, end: date) -> Plain:
    ends = [start + timedelta(days=n + 1) for n in range(days(start, end))]
    firsts = [day for day in ends if day.day == 1]
    return ratio(sum(headcount(rows, day) for day in firsts), len(firsts))


def attrition(rows: Rows, start: date, end: date) -> Plain:
    left = [agent for agent in within(rows["agents"], "left_at", start, end) if agent["joined_at"]]
    return ratio(len(left), headcount(rows, start) + headcount(rows, end), times=2)


def agent_days(rows: Rows, start: date, end: date) -> list[Row]:
    return within(rows["agent_days"], "day", start, end)


def days_logged_in(rows: Rows, start: date, end: date) -> int:
    return number(agent_days(rows, start, end), lambda day: day["login_ms"])


def calls_per_agent_day(rows: Rows, start: date, end: date) -> Plain:
    return ratio(number(inbound(rows, start, end), is_answered), days_logged_in(rows, start, end))


def outbound_per_agent_day(rows: Rows, start: date, end: date) -> Plain:
    attempts = within(rows["callback_attempts"], "attempted_at", start, end)
    contacts = within(rows["contacts"], "contacted_at", start, end)
    others = [one for one in contacts if one["channel"] not in (None, "callback")]
    return ratio(len(attempts) + len(others), days_logged_in(rows, start, end))


def time_share(above: tuple[str, ...], below: tuple[str, ...]) -> Judge:
    """Durations over durations, of days for which all of them are known."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        told = [
            day
            for day in agent_days(rows, start, end)
            if all(day[name] is not None for name in {*above, *below})
        ]
        return ratio(duration(told, *above), duration(told, *below))

    return judge


def quality(rows: Rows, start: date, end: date) -> Plain:
    """Each review in percent to four places, that is in parts per million of the best score."""
    reviews = within(rows["call_reviews"], "reviewed_at", start, end)
    parts = [
        int(Fraction(one["score"]) * 1_000_000 / Fraction(one["out_of"]) + Fraction(1, 2))
        for one in reviews
        if one["score"] is not None and one["out_of"]
    ]
    return ratio(sum(parts), len(parts), times=Fraction(1, 10_000))


def points(fact: str) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        told = within(rows[fact], "inspected_at", start, end)
        given, possible = (sum(one[name] or 0 for one in told) for name in ("points", "out_of"))
        return ratio(given, possible)

    return judge


def on_time(rows: Rows, start: date, end: date) -> Plain:
    due = []
    for one in within(rows["callbacks"], "due_at", start, end):
        stops = [one[name] for name in ("suppressed_at", "cancelled_at") if one[name] is not None]
        if not any(stop <= one["due_at"] for stop in stops):
            due.append(one)
    tried = [one for one in due if one["first_attempted_at"] and one["first_attempted_at"] <= one["due_at"]]
    return ratio(len(tried), len(due))


def findings(rows: Rows, start: date, end: date) -> Plain:
    found = within(rows["callback_findings"], "found_at", start, end)
    return ratio(len(found), len(within(rows["callbacks"], "answered_at", start, end)))


def callback_count(rows: Rows, start: date, end: date) -> Plain:
    return amount(len(within(rows["callbacks"], "scheduled_at", start, end)))


answered_callbacks = timed("callbacks", "answered_at")
ratings = timed("customer_ratings", "rated_at")

PLAIN: dict[str, Judge] = {
    **counted_daily("calls", call_count),
    "calls.purposes": purposes,
    "answer_rate.line": share(is_answered, is_offered),
    "answer_rate.agent": share(is_answered, lambda call: is_offered(call) and call["queued_at"] is not None),
    "abandonment_rate.gross": share(is_abandoned, is_offered),
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
    "first_contact_resolution.declared": share(
        lambda call: call["resolved"], told_of("resolved", is_answered)
    ),
    "ivr_containment.share": share(
        lambda call: call["flow_kind"] == "self_served", told_of("ivr_ms", is_offered)
    ),
    "agents.count": agents_at_the_end,
    "agents.mean_of_months": agents_at_months_ends,
    "agent_attrition.share": attrition,
    "calls_per_agent_day.mean": calls_per_agent_day,
    "outbound_per_agent_day.mean": outbound_per_agent_day,
    "occupancy.available": time_share(("handling_ms",), ("handling_ms", "available_ms")),
    "occupancy.login": time_share(("handling_ms",), ("login_ms",)),
    "utilisation.paid": time_share(("handling_ms", "available_ms"), ("paid_ms",)),
    "utilisation.login": time_share(("handling_ms", "available_ms"), ("login_ms",)),
    "talk_utilisation.paid": time_share(("talk_ms",), ("paid_ms",)),
    "talk_utilisation.login": time_share(("talk_ms",), ("login_ms",)),
    "overtime_day_share.share": share(
        lambda day: day["login_ms"] is not None and day["login_ms"] > day["scheduled_ms"],
        lambda day: day["scheduled_ms"] is not None,
        of=agent_days,
    ),
    "quality_score.mean": quality,
    "critical_error_rate.share": share(
        lambda review: review["critical_error"], anything, of=timed("call_reviews", "reviewed_at")
    ),
    "inspection_score.units": points("unit_inspections"),
    "inspection_score.partners": points("partner_inspections"),
    **counted_daily("callbacks", callback_count),
    "valid_callback_rate.share": share(
        lambda one: one["answered_at"] is not None, anything, of=timed("callbacks", "first_attempted_at")
    ),
    "callbacks_on_time.share": on_time,
    "finding_rate.share": share(lambda one: one["findings"], anything, of=answered_callbacks),
    "finding_rate.findings": findings,
    "satisfaction.callback": share(rater_satisfied, anything, of=answered_callbacks),
    "satisfaction.callback_dissatisfied": share(
        lambda one: rater_satisfied(one) is False, anything, of=answered_callbacks
    ),
    "satisfaction.rated_calls": share(caller_satisfied, is_rated),
    "satisfaction.top2box": share(
        lambda one: in_two_top_boxes(one["score"], one["scale"]), anything, of=ratings
    ),
    "satisfaction.mutual": share(rater_satisfied, lambda one: one["survey"] == "mutual", of=ratings),
    "satisfaction.survey": share(rater_satisfied, anything, of=ratings),
    "response_rate.requested": share(
        lambda one: one["rated_at"] is not None, anything, of=timed("rating_requests", "requested_at")
    ),
    "response_rate.rated_calls": share(is_rated, is_answered),
}

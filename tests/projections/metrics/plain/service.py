"""Agents, callbacks, reviews, inspections and ratings judged in plain Python from the domain page."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.projections.metrics.plain import Judge, Plain, Row, Rows, amount, ratio, start_of, within
from tests.projections.metrics.plain.calls import inbound, is_answered
from tests.projections.metrics.plain.chosen import (
    anything,
    counted_daily,
    days,
    duration,
    in_two_top_boxes,
    is_satisfied,
    number,
    share,
    timed,
)

WORDS: dict[str, tuple[Any, ...]] = {
    "survey": (None, "mutual", "phone"),
    "scale": (None, 2, 5, 10),
    "score": (None, Decimal(1), Decimal(2), Decimal(4), Decimal("8.5"), Decimal(10)),
    "out_of": (None, Decimal(0), Decimal(3), Decimal(7), Decimal(100)),
    "channel": (None, "callback", "phone"),
}


def rater_satisfied(row: Row) -> bool | None:
    return is_satisfied(row["satisfied"], row["score"], row["scale"])


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
    "satisfaction.top2box": share(
        lambda one: in_two_top_boxes(one["score"], one["scale"]), anything, of=ratings
    ),
    "satisfaction.mutual": share(rater_satisfied, lambda one: one["survey"] == "mutual", of=ratings),
    "satisfaction.survey": share(rater_satisfied, anything, of=ratings),
    "response_rate.requested": share(
        lambda one: one["rated_at"] is not None, anything, of=timed("rating_requests", "requested_at")
    ),
}

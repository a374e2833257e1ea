"""Campaigns and contacts, once more by hand: who answered, complained and stayed, who was asked too often."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any

from tests.projections.metrics.plain import Judge, Plain, Row, Rows, ratio, statistic, within
from tests.projections.metrics.plain.complaints import who

WORDS = {
    "arm": ("treated", "control", None),
    "answer": (None, "aware", "unaware"),
    "channel": ("callback", "phone", None),
    "purpose": ("offer", "safety", None),
    "customer_id": (None, "x:0", "x:1", "x:2"),
}
WINDOW = timedelta(days=90)
CAP, CAP_DAYS = 3, timedelta(days=30)
"""What holds where the organisation says nothing: three contacts for any purpose in 30 days."""
Z = 1.959963984540054

Assigned = list[Row]


def assigned(rows: Rows, start: date, end: date, *arms: str) -> Assigned:
    found = within(rows["campaign_assignments"], "assigned_at", start, end)
    return [one for one in found if not arms or one["arm"] in arms]


def is_within(time: datetime | None, assignment: Row) -> bool:
    since = assignment["assigned_at"]
    return time is not None and since <= time < since + WINDOW


def has_answered(_: Rows, assignment: Row) -> bool:
    time = assignment["responded_at"]
    return time is not None and time < assignment["assigned_at"] + WINDOW


def is_kept(rows: Rows, assignment: Row) -> bool:
    return not any(
        churn["customer"] == assignment["customer"] and is_within(churn["churned_at"], assignment)
        for churn in rows["churns"]
    )


def share(holds: Callable[[Rows, Row], bool], *arms: str) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        asked = assigned(rows, start, end, *arms)
        return ratio(sum(holds(rows, one) for one in asked), len(asked))

    return judge


def complaint_rate(rows: Rows, start: date, end: date) -> Plain:
    asked = assigned(rows, start, end)
    complaints = [
        complaint
        for one in asked
        for complaint in rows["complaints"]
        if complaint["customer_id"] is not None
        and f"customer-{complaint['customer_id']}" == one["customer"]
        and is_within(complaint["filed_at"], one)
    ]
    return ratio(len(complaints), len(asked))


def awareness(rows: Rows, start: date, end: date) -> Plain:
    answers = [one["answer"] for one in assigned(rows, start, end)]
    return ratio(answers.count("aware"), answers.count("aware") + answers.count("unaware"))


def uplift(of: Callable[[tuple[int, int], tuple[int, int]], float]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        treated, control = (assigned(rows, start, end, arm) for arm in ("treated", "control"))
        if not treated or not control:
            return statistic(None)
        kept = [(sum(is_kept(rows, one) for one in arm), len(arm)) for arm in (treated, control)]
        return statistic(100 * of(kept[0], kept[1]))

    return judge


def difference(treated: tuple[int, int], control: tuple[int, int]) -> float:
    return treated[0] / treated[1] - control[0] / control[1]


def wilson(kept: int, count: int, sign: int) -> float:
    """A root of (share − p)² = z² p (1 − p) / n, which is what Wilson's bounds are."""
    p = kept / count
    centre = (p + Z**2 / (2 * count)) / (1 + Z**2 / count)
    return centre + sign * Z / (1 + Z**2 / count) * sqrt(p * (1 - p) / count + Z**2 / (4 * count**2))


def bound(treated: tuple[int, int], control: tuple[int, int], sign: int) -> float:
    away = treated[0] / treated[1] - wilson(*treated, sign)
    across = wilson(*control, -sign) - control[0] / control[1]
    return difference(treated, control) + sign * sqrt(away**2 + across**2)


def outbound(rows: Rows) -> list[dict[str, Any]]:
    """Contacts but for the callbacks', and every attempt at a callback of somebody known."""
    scheduled = {row["callback"]: row for row in rows["callbacks"]}
    told = [
        {"who": row["customer"].removeprefix("customer-"), "at": row["contacted_at"], "for": row["purpose"]}
        for row in rows["contacts"]
        if row["channel"] != "callback"
    ]
    for attempt in rows["callback_attempts"]:
        callback = scheduled.get(attempt["callback"], {})
        called = attempt["customer_id"] or callback.get("customer_id")
        told.append({"who": called, "at": attempt["attempted_at"], "for": callback.get("purpose")})
    known = [contact for contact in told if contact["who"] is not None and contact["at"] is not None]
    return [
        contact | {"who": who(rows, {"customer_id": contact["who"], "filed_at": contact["at"]})}
        for contact in known
    ]


def contacts_per_customer(rows: Rows, start: date, end: date) -> Plain:
    made = within(outbound(rows), "at", start, end)
    return ratio(len(made), len({contact["who"] for contact in made}))


def over_contacted(rows: Rows, start: date, end: date) -> Plain:
    every = outbound(rows)
    made = within(every, "at", start, end)
    above = {contact["who"] for contact in made if _is_one_too_many(contact, every)}
    return ratio(len(above), len({contact["who"] for contact in made}))


def _is_one_too_many(contact: Row, every: list[dict[str, Any]]) -> bool:
    lately = [
        other
        for other in every
        if other["who"] == contact["who"] and contact["at"] - CAP_DAYS < other["at"] <= contact["at"]
    ]
    return contact["for"] != "safety" and len(lately) > CAP


PLAIN: dict[str, Judge] = {
    "campaign_response_rate.treated": share(has_answered, "treated"),
    "campaign_response_rate.assigned": share(has_answered),
    "campaign_uplift.points": uplift(difference),
    "campaign_uplift.lower_95": uplift(lambda treated, control: bound(treated, control, -1)),
    "campaign_uplift.upper_95": uplift(lambda treated, control: bound(treated, control, 1)),
    "awareness_rate.share": awareness,
    "campaign_complaint_rate.share": complaint_rate,
    "contacts_per_customer.mean": contacts_per_customer,
    "over_contacted_share.share": over_contacted,
}

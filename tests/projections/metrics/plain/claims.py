"""Claims and what lies below them, judged in plain Python."""

import json
import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.projections.metrics.plain import (
    Judge,
    Plain,
    Row,
    Rows,
    amount,
    local_day,
    moment_before,
    ratio,
    statistic,
    within,
)
from tests.projections.metrics.plain.claim_times import is_paid
from tests.projections.metrics.plain.counting import DAY_BASES, is_electronic, of, over, per_day, total
from tests.projections.metrics.plain.volumes import base, latest_before

WORDS: dict[str, tuple[Any, ...]] = {
    "line": ("motor_commercial", "property", None),
    "channel": ("online", "phone", None),
    "from_unit": ("x:0", "x:9", None),
    "to_unit": ("x:0", "x:1", "x:9"),
}


def calendar_year(rows: Rows, start: date, end: date) -> Plain:
    paid = total(within(rows["claim_payments"], "paid_at", start, end), "amount")
    reserves = latest_before(rows, "reserve", end) - latest_before(rows, "reserve", start)
    earned = base(rows, "earned_premium", start, end)
    return ratio(Fraction(paid + reserves), earned)


def against_income(upper: Judge) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        return ratio(Fraction(upper(rows, start, end).numerator), base(rows, "insured_income", start, end))

    return judge


def is_final(row: Row) -> bool:
    return row["final"] is True


def is_of_no_event(row: Row) -> bool:
    return is_final(row) and row["event_code"] is None


def net(rows: Rows, start: date, end: date) -> Plain:
    return amount(APPROVED(rows, start, end).numerator - RECOVERED(rows, start, end).numerator)


def is_small(row: Row) -> bool:
    return row["approved_amount"] is not None and row["approved_amount"] < 1000


def is_online(row: Row) -> bool:
    return row["channel"] == "online"


def is_small_online(row: Row) -> bool:
    return is_small(row) and is_online(row)


def open_claims(rows: Rows, _: date, end: date) -> Plain:
    """Reported up to then, less ended up to then."""
    last = moment_before(end)
    claims = [row for row in rows["claims"] if row["reported_at"] is not None]
    reported = sum(row["reported_at"] <= last for row in claims)
    ended = sum(row["ended_at"] is not None and row["ended_at"] <= last for row in claims)
    return amount(reported - ended)


def mean_open_claims(rows: Rows, start: date, end: date) -> Plain:
    """At the ends of whole months, which is all that is asked here."""
    first = 12 * start.year + start.month
    turns = [first + n for n in range(12 * end.year + end.month - first)]
    ends = [date(turn // 12, turn % 12 + 1, 1) for turn in turns]
    return ratio(sum(open_claims(rows, start, day).numerator for day in ends), len(ends))


def median_paid(rows: Rows, start: date, end: date) -> Plain:
    paid = [row["paid_amount"] for row in within(rows["claims"], "closed_at", start, end) if is_paid(row)]
    return statistic(statistics.median(paid) if paid else None)


def brand_matches(rows: Rows, start: date, end: date) -> Plain:
    routed = matched = 0
    for row in within(rows["claims"], "dispatched_at", start, end):
        routing = _routing(rows["organisation_rules"], local_day(row["dispatched_at"]))
        if routing is None or not (row["line"] or "").startswith("motor"):
            continue
        routed += 1
        matched += row["repair_shop"] is not None and row["repair_shop"] in routing.get(row["brand"], ())
    return ratio(matched, routed)


def _routing(rules: Sequence[Row], day: date) -> dict[str, list[str]] | None:
    dated = [
        rule
        for rule in rules
        if (rule["kind"], rule["name"]) == ("repair_routing", "motor") and rule["valid_from"] <= day
    ]
    latest = max(dated, key=lambda rule: rule["valid_from"], default=None)
    return None if latest is None else json.loads(latest["body"])


def surveys(rows: Rows, start: date, end: date) -> Plain:
    due = within(rows["claim_delegations"], "due_at", start, end)
    on_time = [row for row in due if row["completed_at"] and row["completed_at"] <= row["due_at"]]
    return ratio(len(on_time), len(due))


def paid_within_24h(rows: Rows, start: date, end: date) -> Plain:
    approvals = [
        row
        for row in within(rows["claim_approvals"], "approved_at", start, end)
        if is_final(row) and (row["amount"] or 0) > 0
    ]
    quick = [
        row
        for row in approvals
        if any(
            row["claim"] == payment["claim"]
            and payment["paid_at"] is not None
            and timedelta(0) <= payment["paid_at"] - row["approved_at"] <= timedelta(hours=24)
            for payment in rows["claim_payments"]
        )
    ]
    return ratio(len(quick), len(approvals))


CLAIMS = of("claims", "reported_at")
APPROVED = of("claim_approvals", "approved_at", "amount", keep=is_final)
OVER_LIMIT = of("claim_approvals", "approved_at", "over_limit_amount", keep=is_final)
PAID = of("claim_payments", "paid_at", "amount")
RECOVERED = of("claim_recoveries", "recovered_at", "amount")
DISPATCHES = of("claim_dispatches", "dispatched_at")
SMALL = of("claims", "approved_at", keep=is_small)

PLAIN: dict[str, Judge] = {
    "claims.count": CLAIMS,
    **{f"claims.{base_id}": per_day(CLAIMS, days) for base_id, days in DAY_BASES.items()},
    "claims.approved": of("claims", "approved_at"),
    "claims.open": open_claims,
    "claims.mean_of_months": mean_open_claims,
    "dispatches.count": DISPATCHES,
    "dispatch_response_seconds.mean": lambda *asked: ratio(
        of("claim_dispatches", "dispatched_at", "response_ms")(*asked).numerator,
        DISPATCHES(*asked).numerator,
        times=Fraction(1, 1000),
    ),
    "brand_match_rate.share": brand_matches,
    "survey_on_time_rate.share": surveys,
    "delegation_completeness.share": over(
        of("claim_delegations", "completed_at", keep=lambda row: row["documents_complete"] is True),
        of("claim_delegations", "completed_at", keep=lambda row: row["documents_complete"] is not None),
    ),
    "paid_within_24h.share": paid_within_24h,
    "claim_severity.mean": over(
        of("claims", "closed_at", "paid_amount", keep=is_paid), of("claims", "closed_at", keep=is_paid)
    ),
    "claim_severity.median": median_paid,
    "payout_ratio.approved_in_period": against_income(APPROVED),
    "payout_ratio.calendar_year": calendar_year,
    "payout_ratio.ex_major": against_income(
        of("claim_approvals", "approved_at", "amount", keep=is_of_no_event)
    ),
    "payout_ratio.net": against_income(net),
    "over_limit_share.share": over(OVER_LIMIT, APPROVED),
    "online_claim_share.count": over(of("claims", "approved_at", keep=is_small_online), SMALL),
    "online_claim_share.amount": over(
        of("claims", "approved_at", "approved_amount", keep=is_small_online),
        of("claims", "approved_at", "approved_amount", keep=is_small),
    ),
    "online_claim_share.as_printed": over(of("claims", "approved_at", keep=is_online), SMALL),
    "approved_amount.amount": APPROVED,
    "paid_amount.amount": PAID,
    "over_limit_amount.amount": OVER_LIMIT,
    "recovered_amount.amount": RECOVERED,
    "channel_share.claims": over(of("claims", "reported_at", keep=is_electronic), CLAIMS),
}

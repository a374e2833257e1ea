"""Customers, once more by hand: who is here, who qualifies, what they hold, what was done to keep them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.projections.metrics.plain import (
    Judge,
    Plain,
    Row,
    Rows,
    amount,
    moment_before,
    ratio,
    start_of,
    within,
)

WORDS = {
    "scheme": ("value", "brand"),
    "bundle": (None, "hard", "soft"),
    "kind": ("cancellation", None),
    "customer_id": (None, "x:0", "x:1", "x:2"),
}
MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)


def own(rows: Rows, fact: str, customer: Row) -> list[Row]:
    return [row for row in rows[fact] if row["customer"] == customer["customer"]]


def registered_by(rows: Rows, moment: datetime) -> list[Row]:
    return [one for one in rows["customers"] if one["registered_at"] and one["registered_at"] < moment]


def is_gone(churns: Iterable[Row], moment: datetime) -> bool:
    """Gone is who left and is not back."""
    return any(
        churn["churned_at"]
        and churn["churned_at"] < moment
        and not (churn["won_back_at"] and churn["won_back_at"] < moment)
        for churn in churns
    )


def here(rows: Rows, moment: datetime) -> list[Row]:
    return [one for one in registered_by(rows, moment) if not is_gone(own(rows, "churns", one), moment)]


def leaves(rows: Rows, customer: Row, start: datetime, end: datetime) -> bool:
    times = [churn["churned_at"] for churn in own(rows, "churns", customer)]
    return any(start <= time < end for time in times if time)


def value_of(rows: Rows, customer: Row, moment: datetime) -> Any:
    """The last class in the scheme `value` before the moment, unless the customer left since."""
    given = [
        (row["classified_at"], n, row["value"])
        for n, row in enumerate(own(rows, "customer_classes", customer))
        if row["scheme"] == "value" and row["classified_at"] and row["classified_at"] < moment
    ]
    if not given:
        return None
    since, _, value = max(given, key=lambda one: one[:2])
    return None if leaves(rows, customer, since, moment) else value


def bundles_of(rows: Rows, customer: Row, moment: datetime) -> set[Any]:
    """The bundles of the contracts that run at the moment."""
    return {
        row["bundle"]
        for row in own(rows, "contracts", customer)
        if row["signed_at"]
        and row["signed_at"] < moment
        and not (row["ended_at"] and row["ended_at"] < moment)
    }


def customers_count(rows: Rows, _: date, end: date) -> Plain:
    return amount(len(here(rows, start_of(end))))


def customers_by_month(rows: Rows, start: date, end: date) -> Plain:
    turns = [date(start.year, month, 1) for month in range(start.month + 1, end.month + 1)]
    return ratio(sum(len(here(rows, start_of(turn))) for turn in turns), len(turns))


def registered(days: Callable[[date, date], int] | None) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        count = len(within(rows["customers"], "registered_at", start, end))
        return amount(count) if days is None else ratio(count, days(start, end))

    return judge


def working_days(start: date, end: date) -> int:
    days = [start + timedelta(days=n) for n in range((end - start).days)]
    return sum(day.weekday() < 5 for day in days)


def cohort(rows: Rows, start: date) -> list[Row]:
    """Whoever had a value in the scheme `value` when the day began."""
    moment = start_of(start)
    return [one for one in registered_by(rows, moment) if value_of(rows, one, moment) is not None]


def cohort_share(rows: Rows, start: date, end: date) -> Plain:
    members = cohort(rows, start)
    kept = [one for one in members if value_of(rows, one, start_of(end)) is not None]
    return ratio(len(kept), len(members))


def cohort_revenue(rows: Rows, start: date, end: date) -> Plain:
    """The period's last month over a month of the year before it, each customer's mean cut to four places."""
    last = date.fromordinal(end.toordinal() - 1).replace(day=1)
    year_before = start.replace(year=start.year - 1)
    now = base = Decimal(0)
    for member in cohort(rows, start):
        usage = [row for row in own(rows, "usage_months", member) if row["period_end"]]
        before = [r for r in usage if r["period_start"] >= year_before and r["period_end"] <= start]
        if before:
            months = sum(max(1, _months(row["period_start"], row["period_end"])) for row in before)
            spent = sum((row["spend"] or Decimal(0) for row in before), Decimal(0))
            base += Decimal(int(spent * 10_000) // months) / 10_000
            latest = [r for r in usage if r["period_start"] >= last and r["period_end"] <= end]
            now += sum((row["spend"] or Decimal(0) for row in latest), Decimal(0))
    return ratio(now, base)


def _months(start: date, end: date) -> int:
    return 12 * (end.year - start.year) + end.month - start.month


def bundle_rate(*any_of: str) -> Judge:
    def judge(rows: Rows, _: date, end: date) -> Plain:
        base = here(rows, start_of(end))
        return ratio(sum(bool(bundles_of(rows, one, start_of(end)) & {*any_of}) for one in base), len(base))

    return judge


def deep_bundle_rate(_: Rows, __: date, ___: date) -> Plain:
    """Nobody has said what deep is."""
    return ratio(0, 0)


def renewal_rate(rows: Rows, start: date, end: date) -> Plain:
    ended = within(rows["contracts"], "ended_at", start, end)
    renewed = [one for one in ended if any(_renews(other, one) for other in rows["contracts"])]
    return ratio(len(renewed), len(ended))


def _renews(other: Row, ended: Row) -> bool:
    return bool(
        other["customer"] == ended["customer"]
        and other["contract_id"] != ended["contract_id"]
        and other["signed_at"]
        and abs(other["signed_at"] - ended["ended_at"]) <= MONTH
    )


def save_rate(rows: Rows, start: date, end: date) -> Plain:
    raised = [
        request
        for request in within(rows["requests"], "raised_at", start, end)
        if request["kind"] == "cancellation" and request["customer_id"] is not None
    ]
    saved = [
        one
        for one in raised
        if not is_gone(
            own(rows, "churns", {"customer": f"customer-{one['customer_id']}"}), one["raised_at"] + QUARTER
        )
    ]
    return ratio(len(saved), len(raised))


def warnings_on_time(rows: Rows, start: date, end: date) -> Plain:
    due = within(rows["warnings"], "due_at", start, end)
    acted = [one for one in due if any(_is_in_time(one, at) for at in _actions(rows, one))]
    return ratio(len(acted), len(due))


def _actions(rows: Rows, warning: Row) -> list[datetime | None]:
    taken = [row["taken_at"] for row in own(rows, "retention_actions", warning)]
    return taken + [row["contacted_at"] for row in own(rows, "contacts", warning)]


def _is_in_time(warning: Row, acted_at: datetime | None) -> bool:
    if acted_at is None or warning["warned_at"] is None:
        return False
    return bool(warning["warned_at"] <= acted_at <= warning["due_at"])


def churn_monthly(rows: Rows, start: date, end: date) -> Plain:
    begin, finish = start_of(start), start_of(end)
    left = [one for one in registered_by(rows, finish) if leaves(rows, one, begin, finish)]
    return ratio(len(left), len(here(rows, begin)) + len(here(rows, finish)), times=2)


def churn_of_all(rows: Rows, _: date, end: date) -> Plain:
    ever = registered_by(rows, moment_before(end) + timedelta(microseconds=1))
    gone = [one for one in ever if is_gone(own(rows, "churns", one), start_of(end))]
    return ratio(len(gone), len(ever))


PLAIN: dict[str, Judge] = {
    "customers.count": customers_count,
    "customers.mean_of_months": customers_by_month,
    "customers.registered": registered(None),
    "customers.per_day": registered(lambda start, end: (end - start).days),
    "customers.per_day_360": registered(lambda start, end: 30 * _months(start, end)),
    "customers.per_working_day": registered(working_days),
    "cohort_retention.share": cohort_share,
    "cohort_retention.revenue": cohort_revenue,
    "bundle_rate.hard": bundle_rate("hard"),
    "bundle_rate.soft": bundle_rate("soft"),
    "bundle_rate.total": bundle_rate("hard", "soft"),
    "bundle_rate.deep": deep_bundle_rate,
    "renewal_rate.share": renewal_rate,
    "save_rate.share": save_rate,
    "warnings_on_time.share": warnings_on_time,
    "churn_rate.monthly": churn_monthly,
    "churn_rate.of_all": churn_of_all,
}

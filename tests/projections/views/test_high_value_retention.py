"""The year's snapshot is kept or lost, in heads and in revenue, and nobody is counted twice."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from projections.views.high_value_retention import HIGH_VALUE_RETENTION
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered, rows_of

MARCH_ENDS = at("2024-03-31T16:00")
Told = dict[str, Any]


def customer(number: int, **columns: Any) -> Told:
    return {"customer": f"customer-x:{number}", "registered_at": at("2023-06-01T00:00")} | columns


def classified(number: int, value: str, when: str = "2023-07-01T00:00", *, version: int = 1) -> Told:
    return {
        "customer": f"customer-x:{number}",
        "version": version,
        "scheme": "value",
        "value": value,
        "classified_at": at(when),
    }


def contract(number: int, bundle: str, *, ended: str | None = None) -> Told:
    return {
        "customer": f"customer-x:{number}",
        "contract_id": bundle,
        "bundle": bundle,
        "signed_at": at("2023-08-01T00:00"),
        "ended_at": at(ended) if ended else None,
    }


def usage(number: int, month: date, spend: int) -> Told:
    end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    named = {"customer": f"customer-x:{number}", "period_start": month, "period_end": end}
    told = at(f"{end.isoformat()}T00:00") - timedelta(hours=9)
    return named | {"spend": Decimal(spend), "first_occurred_at": told, "last_recorded_at": told}


def manager(number: int, role: str, name: str, when: str = "2023-08-01T00:00", *, version: int = 5) -> Told:
    return {
        "customer": f"customer-x:{number}",
        "version": version,
        "role": role,
        "manager_id": name,
        "assigned_at": at(when),
        "first_occurred_at": at(when),
    }


def rule(kind: str, name: str, body: str) -> Told:
    return {
        "organisation": "organisation-x:x",
        "kind": kind,
        "name": name,
        "valid_from": date(2020, 1, 1),
        "body": body,
    }


MID_HIGH = rule("population", "mid_high", '{"values":["mid","high"]}')
BRANCH: dict[str, Any] = {
    "customers": [customer(number, tier="gold", unit="east") for number in range(1, 6)],
    "customer_classes": [
        classified(1, "mid"),
        classified(2, "mid"),
        classified(3, "mid"),
        classified(3, "low", "2024-02-01T00:00", version=2),
        classified(4, "mid", "2024-02-01T00:00"),
        classified(5, "low"),
    ],
    "churns": [{"customer": "customer-x:2", "version": 9, "churned_at": at("2024-02-10T00:00")}],
    "contracts": [
        contract(1, "hard"),
        contract(1, "soft"),
        contract(4, "soft"),
        contract(4, "hard", ended="2024-03-31T15:00"),
    ],
    "usage_months": [
        *(usage(number, date(2023, 12, 1), 100) for number in (1, 2, 3)),
        usage(1, date(2024, 2, 1), 90),
        usage(3, date(2024, 2, 1), 30),
        usage(4, date(2024, 2, 1), 70),
    ],
    "organisation_rules": [MID_HIGH],
}


def retention(**facts: Any) -> list[Told]:
    return rows_of(HIGH_VALUE_RETENTION, as_of=MARCH_ENDS, **BRANCH | facts)


def test_one_is_kept_one_has_left_one_no_longer_qualifies_and_one_is_new() -> None:
    (only,) = retention()
    assert only == {
        "population": "mid_high",
        "value": "mid",
        "tier": "gold",
        "unit": "east",
        "manager_a": None,
        "snapshot_on": date(2024, 1, 1),
        "cohort": 3,
        "kept": 1,
        "left": 1,
        "retention_rate": 1 / 3,
        "with_base": 3,
        "base_spend": Decimal(300),
        "revenue_month": date(2024, 2, 1),
        "spend_now": Decimal(120),
        "revenue_rate": 0.4,
        "customers": 2,
        "hard": 1,
        "soft": 2,
        "bundled": 2,
        "deep": None,
        "hard_rate": 0.5,
        "soft_rate": 1.0,
        "total_rate": 1.0,
        "deep_rate": None,
        "with_manager_a": 0,
        "with_manager_b": 0,
        "with_both": 0,
        "both_managers_rate": 0.0,
    }


def test_deep_is_what_the_organisation_says_it_is() -> None:
    (only,) = retention(organisation_rules=[MID_HIGH, rule("bundle", "deep", '{"all_of":["hard","soft"]}')])
    assert (only["deep"], only["deep_rate"]) == (1, 0.5)


def test_customers_stand_with_the_manager_who_looks_after_them_now() -> None:
    managers = [
        manager(1, "A", "liu"),
        manager(1, "A", "wang", "2024-03-01T00:00", version=6),
        manager(1, "B", "zhao"),
        manager(4, "B", "zhao"),
        manager(2, "A", "sun", "2024-04-01T00:00"),
    ]
    without, wang = retention(manager_assignments=managers)
    assert [(row["manager_a"], row["cohort"], row["kept"]) for row in (without, wang)] == [
        (None, 2, 0),
        ("wang", 1, 1),
    ]
    covered = [(row["with_manager_a"], row["with_manager_b"], row["with_both"]) for row in (without, wang)]
    assert covered == [(0, 1, 0), (1, 1, 1)]
    assert (without["both_managers_rate"], wang["both_managers_rate"]) == (0.0, 1.0)


def test_who_moves_up_is_of_the_snapshot_where_they_were_and_counted_now_where_they_are() -> None:
    classes = [classified(1, "mid"), classified(1, "high", "2024-02-01T00:00", version=2)]
    high, mid = retention(customers=[customer(1)], customer_classes=classes, churns=[])
    assert [(row["value"], row["cohort"], row["kept"], row["customers"]) for row in (high, mid)] == [
        ("high", 0, 0, 1),
        ("mid", 1, 1, 0),
    ]
    assert (high["retention_rate"], mid["hard_rate"]) == (None, None)


@pytest.mark.parametrize(
    ("months", "month", "spend"),
    [
        ([date(2024, 2, 1), date(2024, 3, 1)], date(2024, 3, 1), 20),
        ([date(2024, 2, 1)], date(2024, 2, 1), 10),
        ([date(2024, 1, 1)], None, None),
        ([date(2024, 4, 1)], None, None),
        ([], None, None),
    ],
)
def test_revenue_is_that_of_the_last_month_on_record_unless_it_is_old(
    months: list[date], month: date | None, spend: int | None
) -> None:
    told = [usage(1, first, 10 * place) for place, first in enumerate(months, start=1)]
    (only,) = retention(usage_months=[usage(1, date(2023, 12, 1), 40), *told])
    assert (only["revenue_month"], only["spend_now"]) == (month, None if spend is None else Decimal(spend))
    assert only["revenue_rate"] == (None if spend is None else spend / 40)


def test_in_january_no_month_of_the_year_is_over() -> None:
    (only,) = rows_of(HIGH_VALUE_RETENTION, as_of=at("2024-01-30T16:00"), **BRANCH)
    assert (only["cohort"], only["kept"], only["revenue_month"], only["revenue_rate"]) == (3, 3, None, None)


def test_what_was_told_later_is_not_known_on_the_day() -> None:
    late = {"last_recorded_at": at("2024-04-02T00:00")}
    rows = {**BRANCH, "churns": [BRANCH["churns"][0] | late]}
    then, now = (
        rows_of(HIGH_VALUE_RETENTION, as_of=MARCH_ENDS, known_at=known, **rows) for known in (None, NOW)
    )
    assert [(row["left"], row["kept"]) for (row,) in (then, now)] == [(0, 2), (1, 1)]


@pytest.mark.parametrize("deep", [[], [rule("bundle", "deep", '{"all_of":["hard","soft"]}')]])
def test_the_metrics_say_the_same(deep: list[Told]) -> None:
    managers = [manager(1, "A", "liu"), manager(4, "B", "zhao")]
    facts = BRANCH | {"manager_assignments": managers, "organisation_rules": [MID_HIGH, *deep]}
    reading = ViewReading(source=remembered(**facts), now=NOW, as_of=MARCH_ENDS, known_at=MARCH_ENDS)
    rows = HIGH_VALUE_RETENTION.made(reading)
    assert rows.height == 2
    told = {check.name: check.differences(reading, rows) for check in HIGH_VALUE_RETENTION.reconciliations}
    assert {name for name, differing in told.items() if not differing.is_empty()} == set()
    assert rows.select(*HIGH_VALUE_RETENTION.ranges.values()).row(0) == (True,) * 4
    figure = HIGH_VALUE_RETENTION.figure
    assert (figure.value(rows, reading.day), figure.value(rows.head(0), reading.day)) == (1 / 3, None)


def test_one_head_too_many_is_told_with_its_group() -> None:
    reading = ViewReading(source=remembered(**BRANCH), now=NOW, as_of=MARCH_ENDS, known_at=MARCH_ENDS)
    rows = HIGH_VALUE_RETENTION.made(reading)
    snapshot = HIGH_VALUE_RETENTION.reconciliations[0]
    forged = rows.with_columns(kept=rows["kept"] + 1)
    assert snapshot.differences(reading, forged).to_dicts() == [
        {"population": "mid_high", "value": "mid", "tier": "gold", "in_view": 2.0, "in_metric": 1.0}
    ]

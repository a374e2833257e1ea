"""Customers as they stand, by example: leaving and coming back, populations, bundles, renewals, warnings."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from projections.metrics.answer import Answer, answer
from projections.metrics.derived import customer_standing
from projections.metrics.derived.customer_standing import TooManyCustomers
from projections.metrics.explain import explained_rows
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-12-01T00:00")
QUARTER: dict[str, Any] = {"start": date(2024, 1, 1), "end": date(2024, 4, 1)}
Told = dict[str, Any]


def store(**facts: Sequence[Mapping[str, Any]]) -> Memory:
    frames = {name: frame(name, rows) for name, rows in facts.items()}
    return Memory(frames, latest=at("2024-11-01T00:00"))


def ask(source: Memory, metric: str, **asked: Any) -> list[Answer]:
    return answer(source, Question(metric=metric, **QUARTER | asked), now=NOW)


def value(source: Memory, metric: str, **asked: Any) -> Any:
    (only,) = ask(source, metric, **asked)
    return only.value


def customer(number: int, registered: str | None = "2023-06-01T00:00") -> Told:
    return {"customer": f"customer-x:{number}", "registered_at": at(registered) if registered else None}


def classified(number: int, name: str, when: str, *, scheme: str = "value", version: int = 1) -> Told:
    return {
        "customer": f"customer-x:{number}",
        "version": version,
        "scheme": scheme,
        "value": name,
        "classified_at": at(when),
    }


def churn(number: int, when: str, *, back: str | None = None, version: int = 9) -> Told:
    return {
        "customer": f"customer-x:{number}",
        "version": version,
        "churned_at": at(when),
        "won_back_at": at(back) if back else None,
    }


def contract(number: int, name: str, signed: str, *, ended: str | None = None, **columns: Any) -> Told:
    return {
        "customer": f"customer-x:{number}",
        "contract_id": name,
        "signed_at": at(signed),
        "ended_at": at(ended) if ended else None,
    } | columns


def rule(kind: str, name: str, body: str, valid_from: date = date(2020, 1, 1)) -> Told:
    return {
        "organisation": "organisation-x:x",
        "kind": kind,
        "name": name,
        "valid_from": valid_from,
        "body": body,
    }


MID_HIGH = rule("population", "mid_high", '{"values":["mid","high"]}')


def test_whoever_left_and_came_back_is_a_customer_again_but_of_no_value_until_classified() -> None:
    source = store(
        customers=[customer(1), customer(2), customer(3)],
        customer_classes=[classified(n, "mid", "2023-07-01T00:00") for n in (1, 2, 3)],
        churns=[churn(1, "2024-01-05T00:00", back="2024-02-05T00:00"), churn(2, "2024-01-05T00:00")],
        organisation_rules=[MID_HIGH],
    )
    by_month = [one.value for one in ask(source, "customers", grain="month")]
    assert by_month == [1, 2, 2]
    by_value = {one.by["value"]: one.value for one in ask(source, "customers", by=("value",))}
    assert by_value == {"mid": 1, None: 1}
    assert value(source, "cohort_retention", where={"population": ["mid_high"]}) == 1 / 3


def test_somebody_of_whom_only_the_erasure_is_known_is_no_customer() -> None:
    source = store(customers=[customer(1), customer(2, registered=None)])
    assert value(source, "customers") == 1
    assert value(source, "customers.registered", fill_gaps=True) == 0


def test_a_population_is_what_the_rule_of_its_day_says() -> None:
    source = store(
        customers=[customer(1), customer(2)],
        customer_classes=[
            classified(1, "high", "2023-07-01T00:00"),
            classified(2, "mid", "2023-07-01T00:00"),
        ],
        organisation_rules=[
            MID_HIGH,
            rule("population", "mid_high", '{"values":["high"]}', valid_from=date(2024, 2, 1)),
        ],
    )
    months = ask(source, "customers.mean_of_months", grain="month", where={"population": ["mid_high"]})
    assert [one.value for one in months] == [2, 1, 1]


def test_a_population_may_be_of_another_scheme_and_is_everybody_classified_without_a_rule() -> None:
    rows: dict[str, Any] = {
        "customers": [customer(1), customer(2)],
        "customer_classes": [
            classified(1, "gold", "2023-07-01T00:00", scheme="brand"),
            classified(2, "low", "2023-07-01T00:00"),
        ],
    }
    body = '{"scheme":"brand","values":["gold"]}'
    ruled = store(**rows, organisation_rules=[rule("population", "golden", body)])
    for source, wanted in ((ruled, {"golden": 1, None: 1}), (store(**rows), {"classified": 1, None: 1})):
        told = {one.by["population"]: one.value for one in ask(source, "customers", by=("population",))}
        assert told == wanted


def test_a_lower_class_ends_the_qualification() -> None:
    source = store(
        customers=[customer(1), customer(2)],
        customer_classes=[
            classified(1, "high", "2023-07-01T00:00"),
            classified(2, "high", "2023-07-01T00:00"),
            classified(2, "mid", "2024-01-20T00:00", version=2),
            classified(1, "standard", "2024-02-20T00:00", version=2),
        ],
        organisation_rules=[MID_HIGH],
    )
    assert value(source, "cohort_retention", where={"population": ["mid_high"]}) == 1 / 2


def test_revenue_is_kept_as_the_last_month_over_a_month_of_the_year_before() -> None:
    def used(number: int, start: date, end: date, spend: str) -> Told:
        named = {"customer": f"customer-x:{number}", "period_start": start, "period_end": end}
        return named | {"spend": Decimal(spend)}

    source = store(
        customers=[customer(1), customer(2)],
        customer_classes=[classified(n, "mid", "2023-07-01T00:00") for n in (1, 2)],
        usage_months=[
            used(1, date(2023, 7, 1), date(2023, 12, 1), "500"),
            used(1, date(2023, 12, 1), date(2024, 1, 1), "160"),
            used(1, date(2024, 1, 1), date(2024, 2, 1), "999"),
            used(1, date(2024, 3, 1), date(2024, 4, 1), "55"),
            used(2, date(2024, 3, 1), date(2024, 4, 1), "70"),
        ],
    )
    (kept,) = ask(source, "cohort_retention.revenue")
    assert (kept.numerator, kept.denominator, kept.value, kept.n) == (55, 110, 0.5, 1)


BUNDLED: dict[str, Any] = {
    "customers": [customer(1), customer(2), customer(3), customer(4)],
    "churns": [churn(4, "2024-01-05T00:00")],
    "contracts": [
        contract(1, "a", "2023-06-01T00:00", bundle="hard"),
        contract(1, "b", "2023-06-01T00:00", bundle="soft"),
        contract(2, "a", "2023-06-01T00:00", bundle="soft"),
        contract(3, "a", "2023-06-01T00:00", ended="2024-03-01T00:00", bundle="hard"),
        contract(4, "a", "2023-06-01T00:00", bundle="hard"),
    ],
}


def test_bundles_are_of_contracts_that_run_at_the_periods_end() -> None:
    rates = [value(store(**BUNDLED), f"bundle_rate.{name}") for name in ("hard", "soft", "total")]
    assert rates == [1 / 3, 2 / 3, 2 / 3]


def test_deep_is_what_the_organisation_says_and_null_while_it_says_nothing() -> None:
    said = rule("bundle", "deep", '{"all_of":["hard","soft"]}', valid_from=date(2024, 2, 1))
    ruled = store(**BUNDLED, organisation_rules=[said])
    assert [one.value for one in ask(ruled, "bundle_rate.deep", grain="month")] == [None, 1 / 3, 1 / 3]
    assert value(store(**BUNDLED), "bundle_rate.deep") is None
    rows = explained_rows(
        store(**BUNDLED), Question(metric="bundle_rate", definition="deep", **QUARTER), now=NOW
    )
    assert set(rows["reason"]) == {
        "the organisation has not said what deep is: the rule `bundle` named `deep` is missing"
    }


def test_churn_is_of_the_mean_of_the_base_at_the_beginning_and_the_end() -> None:
    source = store(
        customers=[*(customer(n) for n in range(4)), customer(4, "2024-02-01T00:00")],
        churns=[
            churn(0, "2023-12-01T00:00"),
            churn(1, "2024-01-20T00:00"),
            churn(1, "2024-02-20T00:00", version=10),
            churn(4, "2024-02-20T00:00", back="2024-03-01T00:00"),
        ],
    )
    (churned,) = ask(source, "churn_rate")
    assert (churned.numerator, churned.denominator) == (2, 3 + 3)
    assert churned.value == 2 / 3
    assert value(source, "churn_rate.of_all") == 2 / 5


def test_who_left_is_counted_under_the_value_that_they_left_with() -> None:
    source = store(
        customers=[customer(1), customer(2), customer(3)],
        customer_classes=[
            classified(1, "high", "2023-07-01T00:00"),
            classified(2, "high", "2023-07-01T00:00"),
            classified(3, "standard", "2023-07-01T00:00"),
            classified(2, "mid", "2024-01-10T00:00", version=2),
        ],
        churns=[churn(1, "2024-02-01T00:00"), churn(2, "2023-12-15T00:00")],
        organisation_rules=[MID_HIGH],
    )
    by_value = {
        one.by["value"]: (one.numerator, one.denominator) for one in ask(source, "churn_rate", by=("value",))
    }
    assert by_value == {"high": (1, 1), "standard": (0, 2)}
    (kept,) = ask(source, "churn_rate.of_all", where={"population": ["mid_high"]})
    assert (kept.numerator, kept.denominator) == (2, 2)


def test_a_contract_is_renewed_by_another_within_thirty_days_and_not_by_itself() -> None:
    source = store(
        contracts=[
            contract(1, "a", "2022-01-01T00:00", ended="2024-01-10T00:00"),
            contract(1, "b", "2024-02-09T00:00"),
            contract(2, "a", "2024-01-01T00:00", ended="2024-01-10T00:00"),
            contract(2, "b", "2024-02-09T00:00:00.000001"),
            contract(3, "a", "2022-01-01T00:00", ended="2024-01-10T00:00"),
            contract(3, "b", "2024-01-01T00:00"),
        ]
    )
    assert value(source, "renewal_rate") == 2 / 3


def test_a_request_to_cancel_is_saved_if_the_customer_is_not_gone_ninety_days_later() -> None:
    raised = at("2024-01-10T00:00")
    requests = [
        {
            "request": f"request-x:{n}",
            "kind": kind,
            "customer_id": None if n == 9 else f"x:{n}",
            "raised_at": raised,
        }
        for n, kind in (
            (1, "cancellation"),
            (2, "cancellation"),
            (3, "cancellation"),
            (4, "order"),
            (9, "cancellation"),
        )
    ]
    churns = [
        churn(1, "2024-04-08T23:59"),
        churn(2, "2024-04-09T00:00"),
        churn(3, "2024-02-01T00:00", back="2024-03-01T00:00"),
        churn(4, "2024-02-01T00:00"),
    ]
    assert value(store(requests=requests, churns=churns), "save_rate") == 2 / 3


def test_a_warning_is_acted_on_by_an_action_or_a_contact_until_it_is_due() -> None:
    due = at("2024-02-10T00:00")
    warnings = [
        {"customer": f"customer-x:{n}", "version": 1, "warned_at": at("2024-02-01T00:00"), "due_at": due}
        for n in range(4)
    ]
    source = store(
        warnings=[*warnings, warnings[0] | {"version": 2, "due_at": at("2025-01-01T00:00")}],
        retention_actions=[{"customer": "customer-x:0", "version": 2, "taken_at": due}],
        contacts=[
            {"customer": "customer-x:1", "version": 2, "contacted_at": at("2024-02-05T00:00")},
            {"customer": "customer-x:2", "version": 2, "contacted_at": at("2024-01-31T00:00")},
            {"customer": "customer-x:3", "version": 2, "contacted_at": at("2024-02-10T00:01")},
        ],
    )
    assert value(source, "warnings_on_time") == 2 / 4
    assert ask(source, "warnings_on_time", start=date(2024, 12, 1), end=date(2025, 2, 1)) == []


METRICS_OF_A_MOMENT = (
    "customers",
    "customers.mean_of_months",
    "churn_rate",
    "bundle_rate",
    "cohort_retention.revenue",
)


@pytest.mark.parametrize("metric", METRICS_OF_A_MOMENT)
def test_nothing_is_said_of_a_time_that_is_yet_to_come(metric: str) -> None:
    source = store(customers=[customer(1)])
    assert ask(source, metric, start=date(2025, 1, 1), end=date(2025, 2, 1)) == []


def test_too_many_customers_at_too_many_moments_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_standing, "MOST_ROWS", 180)
    source = store(customers=[customer(1), customer(2)])
    with pytest.raises(TooManyCustomers, match="ask for a coarser grain"):
        ask(source, "customers", grain="day")

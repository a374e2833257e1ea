"""Features say what was known of each customer at a moment, and null where nothing was."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from projections.views.churn.feature_words import FEATURES
from projections.views.churn.features import FEATURES_READ, features, features_in
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-30T16:00")
"""The end of 30 June in China."""
BEGAN = at("2023-06-15T02:00")
ONE = "customer-x:1"
HOUR = timedelta(hours=1)


def told(*, moment: Any = NOW, **facts: list[dict[str, Any]]) -> pl.DataFrame:
    source = Memory({fact: frame(fact, rows) for fact, rows in facts.items()})
    return features(ViewReading(source=source, now=NOW, as_of=moment, known_at=moment))


def registered(number: int = 1, **columns: Any) -> dict[str, Any]:
    """Somebody whose registration was entered an hour after it happened."""
    row = {"customer": f"customer-x:{number}", "registered_at": BEGAN, "first_recorded_at": BEGAN + HOUR}
    return row | columns


def only(**facts: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = told(customers=[registered()], **facts).to_dicts()
    return row


def usage(month: int, spend: int, **columns: Any) -> dict[str, Any]:
    after = date(2024, month + 1, 1)
    return {
        "customer": ONE,
        "period_start": date(2024, month, 1),
        "period_end": after,
        "spend": Decimal(spend),
        "told_at": at(f"2024-0{month}-28T00:00"),
        **columns,
    }


def test_of_a_customer_of_whom_nothing_else_is_told() -> None:
    row = only()
    known = {name: value for name, value in row.items() if value is not None and not name.endswith("_days")}
    assert known == {
        "customer_id": "x:1",
        "has_contract": False,
        "history_declared": False,
        "tenure_months": 12.0,
        "complaints_open": 0.0,
        "dissatisfied_open": 0.0,
    }


def test_whoever_is_gone_erased_or_not_yet_here_has_no_features() -> None:
    rows = told(
        customers=[
            registered(1),
            registered(2),
            registered(3, erased_at=at("2024-05-01T00:00")),
            registered(4, registered_at=None),
            registered(5, registered_at=NOW, first_occurred_at=NOW),
        ],
        churns=[
            {
                "customer": "customer-x:1",
                "version": 2,
                "churned_at": BEGAN,
                "won_back_at": at("2024-01-01T00:00"),
            },
            {"customer": "customer-x:2", "version": 2, "churned_at": at("2024-01-01T00:00")},
        ],
    )
    assert rows["customer_id"].to_list() == ["x:1"]


def test_linked_pseudonyms_are_one_customer() -> None:
    rows = told(
        customers=[registered(1), registered(2)],
        customer_links=[{"customer": "customer-x:1", "version": 2, "to": "x:2", "linked_at": BEGAN}],
        complaints=[
            {"complaint": f"complaint-x:{n}", "customer_id": f"x:{n}", "filed_at": at("2024-06-01T00:00")}
            for n in (1, 2)
        ],
    )
    assert rows.select("customer_id", "complaints_open").rows() == [("x:2", 2.0)]


def test_the_contract_that_ends_next_is_told_of() -> None:
    signed = {"customer": ONE, "signed_at": at("2023-07-30T16:00")}
    row = only(
        contracts=[
            {**signed, "contract_id": "a", "product": "two", "ends_at": at("2025-07-30T16:00")},
            {
                **signed,
                "contract_id": "b",
                "product": "one",
                "bundle": "hard",
                "ends_at": at("2024-07-30T16:00"),
            },
            {**signed, "contract_id": "c", "product": "ended", "ended_at": at("2024-01-01T00:00")},
        ]
    )
    assert row["has_contract"] is True
    found = [row[name] for name in ("contracts", "contract_product", "contract_bundle")]
    assert found == [2.0, "one", "hard"]
    assert (row["contract_ends_in_days"], row["contract_term_months"]) == (30.0, 12.0)


def test_spend_is_told_by_its_level_and_its_trend() -> None:
    row = only(customer_ratings=[], usage_months=[usage(3, 100), usage(4, 100), usage(5, 50, plan="p")])
    assert (row["spend_last_month"], row["spend_mean"], row["spend_trend"]) == (50.0, 83.3333, 0.5)
    assert (row["plan"], row["months_since_usage"], row["volume_trend"]) == ("p", 0.0, None)


def test_complaints_are_counted_by_window_and_the_open_ones() -> None:
    filed = [NOW - timedelta(days=days) for days in (0, 90, 91, 365, 366)]
    rows = [
        {
            "complaint": f"complaint-x:{n}",
            "customer_id": "x:1",
            "filed_at": moment - timedelta(microseconds=n == 0),
        }
        for n, moment in enumerate(filed)
    ]
    row = only(complaints=[{**rows[0], "closed_at": NOW - timedelta(microseconds=1)}, *rows[1:]])
    counted = [row[f"complaints_{name}"] for name in ("open", "90_days", "365_days")]
    assert counted == [3.0, 2.0, 4.0]


def test_silence_is_counted_from_the_customer_s_last_word() -> None:
    outbound = {
        "call": "call-x:1",
        "direction": "outbound",
        "customer_id": "x:1",
        "offered_at": at("2024-06-29T00:00"),
    }
    inbound = {**outbound, "call": "call-x:2", "direction": "inbound", "offered_at": at("2024-06-20T16:00")}
    assert only(calls=[outbound])["days_since_contact"] is None
    row = only(calls=[outbound, inbound])
    assert (row["days_since_contact"], row["calls_90_days"]) == (10.0, 1.0)


def test_points_that_lapse_soon_and_the_tier_of_a_member() -> None:
    lot = {"member": "member-x:1", "customer_id": "x:1", "opened_at": BEGAN}
    lots = [
        {**lot, "lot_id": "a", "balance": Decimal(5), "expires_at": NOW + timedelta(days=89)},
        {**lot, "lot_id": "b", "balance": Decimal(7), "expires_at": NOW + timedelta(days=90)},
    ]
    silver = {"member": "member-x:1", "customer_id": "x:1", "enrolled_at": BEGAN, "enrolled_tier": "silver"}
    moved = silver | {"moved_to": "gold", "moved_at": at("2024-01-01T00:00")}
    closed = moved | {"member": "member-x:2", "closed_at": at("2024-02-01T00:00"), "moved_to": "black"}
    row = only(member_lots=lots, members=[moved, closed])
    assert (row["points_balance"], row["points_lapsing_90_days"], row["member_tier"]) == (12.0, 5.0, "gold")


def test_every_scheme_is_a_feature_by_its_last_value() -> None:
    given = [("value", "low", 1), ("value", "high", 2), ("internet service", "DSL", 1)]
    classes = [
        {
            "customer": ONE,
            "version": n,
            "scheme": scheme,
            "value": value,
            "classified_at": BEGAN + timedelta(days=n),
        }
        for n, (scheme, value, _) in enumerate(given)
    ]
    rows = told(customers=[registered()], customer_classes=classes)
    assert rows.select("class_internet service", "class_value").row(0) == ("DSL", "high")
    assert [one.name for one in features_in(rows)][-2:] == ["class_internet service", "class_value"]


def test_months_with_a_purchase_are_told_of_customers_without_a_contract() -> None:
    bought = [usage(1, 10), usage(2, 0), usage(4, 10)]
    order = {
        "request": "request-x:1",
        "kind": "order",
        "customer_id": "x:1",
        "raised_at": at("2024-04-20T00:00"),
    }
    row = only(usage_months=bought, requests=[order])
    assert (row["purchase_count"], row["purchase_recency_days"], row["purchase_age_days"]) == (
        1.0,
        91.0,
        152.0,
    )


@pytest.mark.parametrize(
    ("happened", "entered_after", "declared"),
    [
        (at("2024-01-01T00:00"), timedelta(), True),
        (at("2024-01-01T00:00") - timedelta(microseconds=1), timedelta(), True),
        (at("2024-01-01T00:00"), timedelta(seconds=9), False),
        (at("2024-01-01T00:00") + timedelta(microseconds=123_456), timedelta(), False),
    ],
    ids=["declared", "a period's last moment", "measured", "a command"],
)
def test_a_declared_entry_time_is_said_of_the_customer(
    happened: datetime, entered_after: timedelta, declared: bool
) -> None:
    complaint = {"complaint": "complaint-x:1", "customer_id": "x:1", "filed_at": happened}
    times = {"first_occurred_at": happened, "first_recorded_at": happened + entered_after}
    assert only(complaints=[complaint | times])["history_declared"] is declared


def test_features_have_names_of_their_own_and_words_in_two_languages() -> None:
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)
    assert len({feature.reason_en for feature in FEATURES}) == len(FEATURES)
    assert not [feature for feature in FEATURES if set("=,") & set(feature.reason_en + feature.reason_zh)]
    assert set(told(customers=[registered()]).columns) > {feature.name for feature in FEATURES}
    assert len(set(FEATURES_READ)) == len(FEATURES_READ)

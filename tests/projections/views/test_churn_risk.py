"""Churn risk has one row per customer, by the model in force that day, and its reasons add up."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings

from domain.organisation.churn_bins import Bin, Calibration, NumberBins, Spread
from domain.organisation.churn_models import (
    AdoptedChurnModel,
    Condition,
    PurchaseHistory,
    RuleScore,
    Scorecard,
)
from projections.views.churn.model import ID
from projections.views.churn.reasons import adds_up, reason_texts
from projections.views.churn_risk import CHURN_RISK
from projections.views.reading import ViewReading
from tests.effort import FACTOR
from tests.projections.logs import Log
from tests.projections.metrics.examples import at
from tests.projections.views.churn.folded import Folded
from tests.projections.views.churn.lives import lives
from tests.projections.views.churn.test_no_leak import BEGAN, recorded_before
from tests.projections.views.given import remembered, rows_of

AS_OF = at("2024-06-30T16:00")
SPREAD = Spread(edges=(), examples=(100,))
CARD = Scorecard(
    base=-1000,
    parts=(
        NumberBins(
            feature="complaints_open", edges=(0.5,), bins=(Bin(-100, 90), Bin(1500, 10)), unknown=Bin(0, 0)
        ),
        NumberBins(
            feature="tenure_months", edges=(12.0,), bins=(Bin(400, 50), Bin(-400, 50)), unknown=Bin(0, 0)
        ),
    ),
    calibration=Calibration(slope=1.0, intercept=0.0),
    spread=SPREAD,
)
HISTORY = PurchaseHistory(
    r=0.25, alpha=100.0, a=0.8, b=2.4, horizon_days=90, base=0, calibration=None, spread=SPREAD
)


def rule(model: Any, *, name: str, valid_from: date, **columns: Any) -> dict[str, Any]:
    body = AdoptedChurnModel(model=model, horizon_days=60, medium_from=0.2, high_from=0.5)
    return {
        "organisation": "organisation-x:x",
        "kind": "churn_model",
        "name": name,
        "valid_from": valid_from,
        "body": msgspec.json.encode(body).decode(),
    } | columns


def customer(number: int, **columns: Any) -> dict[str, Any]:
    row = {"customer": f"customer-x:{number}", "registered_at": at("2022-01-01T00:00")}
    return row | {"first_recorded_at": at("2022-01-01T01:00")} | columns


def contract(number: int) -> dict[str, Any]:
    return {"customer": f"customer-x:{number}", "contract_id": "c", "signed_at": at("2024-01-01T03:00:01")}


def complaint(number: int) -> dict[str, Any]:
    row = {"complaint": f"complaint-x:{number}", "customer_id": f"x:{number}"}
    return row | {"filed_at": at("2024-06-10T02:00"), "first_recorded_at": at("2024-06-10T03:00")}


def bought(number: int, month: int) -> dict[str, Any]:
    return {
        "customer": f"customer-x:{number}",
        "period_start": date(2024, month, 1),
        "period_end": date(2024, month + 1, 1),
        "spend": Decimal(10),
        "told_at": at(f"2024-0{month}-28T00:00"),
    }


def told(*rules: dict[str, Any], **facts: Any) -> list[dict[str, Any]]:
    return rows_of(CHURN_RISK, as_of=AS_OF, organisation_rules=rules, **facts)


def test_without_a_model_the_rule_score_says_that_it_is_one() -> None:
    (row,) = told(customers=[customer(1)], complaints=[complaint(1)])
    assert row == {
        "customer_id": "x:1",
        "horizon_days": 90,
        "probability": 0.130108,
        "band": "low",
        "is_calibrated": False,
        "history_declared": False,
        "model": "rule_score",
        "model_version": None,
        "base_points": -2500,
        "score_points": -1900,
        "reasons": "complaint unresolved=600",
    }


def test_a_scorecard_in_force_scores_whoever_has_a_contract() -> None:
    (row, other) = told(
        rule(CARD, name="contracts", valid_from=date(2024, 6, 30)),
        customers=[customer(1), customer(2)],
        contracts=[contract(1)],
        complaints=[complaint(1)],
    )
    assert (row["model"], row["model_version"], row["is_calibrated"]) == (
        "contracts",
        date(2024, 6, 30),
        True,
    )
    assert (row["probability"], row["band"], row["horizon_days"]) == (0.524979, "high", 60)
    assert row["reasons"] == "complaint unresolved=1500,time as a customer=-400"
    assert (other["model"], other["is_calibrated"]) == ("rule_score", False)


def test_a_purchase_history_scores_whoever_bought_without_a_contract() -> None:
    rows = told(
        rule(HISTORY, name="purchases", valid_from=date(2024, 1, 1)),
        customers=[customer(1), customer(2)],
        usage_months=[bought(1, 1), bought(1, 2)],
    )
    assert [(row["customer_id"], row["model"]) for row in rows] == [
        ("x:1", "purchases"),
        ("x:2", "rule_score"),
    ]


def test_the_model_of_the_day_is_the_one_that_holds_since_the_latest_day_before_it() -> None:
    rules = [
        rule(CARD, name="old", valid_from=date(2024, 1, 1)),
        rule(CARD, name="new", valid_from=date(2024, 6, 1)),
        rule(CARD, name="tomorrow", valid_from=date(2024, 7, 1)),
        rule(CARD, name="withdrawn", valid_from=date(2024, 6, 2)),
        rule(CARD, name="withdrawn", valid_from=date(2024, 6, 3), body="null"),
    ]
    (row,) = told(*rules, customers=[customer(1)], contracts=[contract(1)])
    assert row["model"] == "new"


def test_an_organisation_may_write_its_own_rule_score() -> None:
    own = RuleScore(base=-1000, conditions=(Condition(feature="tenure_months", at_least=1, points=1),))
    (row,) = told(rule(own, name="ours", valid_from=date(2024, 1, 1)), customers=[customer(1)])
    assert (row["model"], row["reasons"], row["is_calibrated"]) == ("ours", "time as a customer=1", False)


def test_declared_history_is_said_on_the_row() -> None:
    declared = customer(1, first_occurred_at=at("2022-01-01T00:00"), first_recorded_at=at("2022-01-01T00:00"))
    rows = told(customers=[declared, customer(2)])
    assert [row["history_declared"] for row in rows] == [True, False]


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_reasons_are_the_greatest_and_the_others_add_up(most: int) -> None:
    points = pl.DataFrame(
        {ID: ["a", "b"], "tenure_months": [5, 0], "balance": [-9, 0], "plan": [7, 0], "contracts": [-1, 0]}
    )
    texts = reason_texts(points, most=most)
    assert texts.to_frame().select(adds_up("reasons")).to_series().to_list() == [2, 0]
    named = ["account balance=-9", "plan=7", "time as a customer=5", "number of contracts=-1"]
    assert (texts[0].split(",")[:most], texts[1]) == (named[:most], None)


def test_a_scheme_s_own_signs_do_not_part_reasons() -> None:
    points = pl.DataFrame({ID: ["a"], "class_paid=how,when": [7], "plan": [-3]})
    texts = reason_texts(points)
    assert texts.to_list() == ["paid how when=7,plan=-3"]
    assert texts.to_frame().select(adds_up("reasons")).item() == 4


def test_whose_leaving_is_told_from_before_the_registration_has_left() -> None:
    registered, left = BEGAN + timedelta(hours=1), BEGAN
    customer = {"customer": "customer-x:3", "registered_at": registered}
    source = remembered(customers=[customer], churns=[{**customer, "version": 2, "churned_at": left}])
    reading = ViewReading(source=source, now=BEGAN + timedelta(days=2))
    rows = CHURN_RISK.made(reading)
    assert rows.is_empty()
    assert CHURN_RISK.reconciliations[0].differences(reading, rows).is_empty()


@settings(max_examples=6 * FACTOR)
@given(log=lives())
def test_every_row_keeps_its_rules_and_what_comes_later_changes_none(log: Log) -> None:
    moment = BEGAN + timedelta(days=200, hours=16)
    now = BEGAN + timedelta(days=2000)
    reading = ViewReading(source=Folded(log), now=now, as_of=moment, known_at=moment)
    rows = CHURN_RISK.made(reading)
    for holds in CHURN_RISK.ranges.values():
        assert rows.filter(~holds).is_empty()
    for one in CHURN_RISK.reconciliations:
        assert one.differences(reading, rows).is_empty()
    before = ViewReading(source=Folded(recorded_before(log, moment)), now=now, as_of=moment, known_at=moment)
    assert CHURN_RISK.made(before).equals(rows)

"""Training gives the same body for the same position, cutoffs and seed, and refuses too few labels."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from polars.testing import assert_frame_equal

from projections.views.churn.monitoring import watch
from projections.views.churn.training import Trained, train
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory
from tests.projections.views.churn.test_labels import envelope as envelope_of

CUSTOMERS = 1_300
BEGAN, ENDED = at("2022-12-31T16:00"), at("2023-12-31T16:00")
CUTOFF = at("2023-11-30T16:00")
TURNS = [CUTOFF - timedelta(days=28 * number) for number in reversed(range(12))]
NOW = at("2024-01-15T00:00")
Rows = dict[str, list[dict[str, Any]]]


def envelope(happened: datetime, recorded: datetime | None = None) -> dict[str, Any]:
    return envelope_of(happened, recorded or happened + timedelta(minutes=5))


def lived() -> Rows:
    """A year of customers who complain, and leave some weeks after it more often than others do."""
    dice = np.random.default_rng(7)
    rows: Rows = {"customers": [], "contracts": [], "complaints": [], "churns": []}
    for number in range(CUSTOMERS):
        one = f"customer-x:{number:03}"
        registered = BEGAN - timedelta(days=int(dice.integers(30, 900)))
        rows["customers"].append({"customer": one, "registered_at": registered, **envelope(registered)})
        signed = {"customer": one, "contract_id": "c", "signed_at": registered}
        if number % 5:
            rows["contracts"].append({**signed, **envelope(registered)})
        for turn in TURNS:
            complains = bool(dice.random() < 0.1)
            filed = turn - timedelta(days=int(dice.integers(1, 9)))
            if complains:
                told = {
                    "complaint": f"complaint-x:{number}/{turn:%m-%d}",
                    "customer_id": one.partition("-")[2],
                }
                rows["complaints"].append({**told, "filed_at": filed, **envelope(filed)})
            if dice.random() < (0.4 if complains else 0.01):
                left = turn + timedelta(days=int(dice.integers(4, 30)))
                rows["churns"].append({"customer": one, "version": 3, "churned_at": left, **envelope(left)})
                break
    last = {"customer": "customer-x:last", "registered_at": ENDED, **envelope(ENDED)}
    rows["customers"].append(last)
    return rows


def trained(rows: Rows, *, now: datetime = NOW, **asked: Any) -> Trained:
    source = Memory({fact: frame(fact, told) for fact, told in rows.items()})
    return train(source, now=now, **{"horizon_days": 28, "gap_days": 3, **asked})


@pytest.fixture(scope="module")
def rows() -> Rows:
    return lived()


@pytest.fixture(scope="module")
def year(rows: Rows) -> Trained:
    return trained(rows)


def test_contract_customers_get_a_scorecard_of_the_latest_known_cutoffs(year: Trained) -> None:
    (card,) = year.models
    assert card.kind == "scorecard"
    assert card.report.cutoffs == tuple(date(2023, 11, 30) - timedelta(days=28 * n) for n in (3, 2, 1, 0))
    training = card.body.training
    assert training is not None
    assert (training.cutoff, training.gap_days, training.position) == (date(2023, 11, 30), 3, 100)
    assert training.examples == card.report.quality.examples == card.report.told.height
    assert training.churned == card.report.quality.churned
    assert training.cutoffs == card.report.cutoffs
    assert not training.history_declared


def test_who_complained_is_told_apart(year: Trained) -> None:
    report = year.models[0].report
    assert (report.quality.auc or 0) > 0.6
    assert report.back_tests["cutoff"].to_list() == [date(2023, 11, 2), date(2023, 11, 30)]
    assert report.back_tests["auc"].min() > 0.55
    assert (report.back_tests["last_cutoff"] + timedelta(days=31) <= report.back_tests["cutoff"]).all()
    assert report.drift["feature"][0] == "score"


def test_bands_are_a_tenth_and_the_next_fifth(year: Trained) -> None:
    body, told = year.models[0].body, year.models[0].report.told
    high = told.filter(told["probability"] >= body.high_from).height / told.height
    assert 0 < body.medium_from < body.high_from < 1
    assert 0.02 < high <= 0.15


def test_whatever_is_recorded_later_changes_no_body_and_no_back_test(rows: Rows, year: Trained) -> None:
    """A leaving and complaints of long ago are on record only now: nobody knew of them at any cutoff."""
    happened, later = at("2023-12-10T00:00"), NOW + timedelta(days=9)
    left = {"customer": "customer-x:001", "version": 9, "churned_at": happened, **envelope(happened, later)}
    complaints = [
        {
            "complaint": f"complaint-x:late/{number}",
            "customer_id": f"x:{number:03}",
            "filed_at": turn,
            **envelope(turn, later),
        }
        for number in range(200)
        for turn in TURNS[-3:]
    ]
    known = {**rows, "churns": [*rows["churns"], left], "complaints": [*rows["complaints"], *complaints]}
    (told,), (was,) = trained(known, now=later).models, year.models
    assert told.body == was.body
    assert_frame_equal(told.report.back_tests, was.report.back_tests)
    assert_frame_equal(told.report.reliability, was.report.reliability)
    assert told.report.quality == was.report.quality


def test_too_few_labels_are_refused_with_how_many_are_needed(rows: Rows) -> None:
    few = {**rows, "churns": rows["churns"][-12:]}
    told = trained(few)
    assert told.models == ()
    assert "are needed" in told.refusals["scorecard"]


def test_no_model_is_learnt_of_customers_who_are_not_there(year: Trained) -> None:
    assert set(year.refusals) == {"purchase_history"}


def test_without_a_known_window_every_model_is_refused(rows: Rows) -> None:
    told = trained(rows, cutoffs=[date(2023, 12, 31)])
    assert told.models == ()
    assert all("choose earlier cutoffs or a shorter horizon" in why for why in told.refusals.values())


def test_a_model_in_force_is_held_to_what_became_of_its_customers(rows: Rows, year: Trained) -> None:
    early = trained(rows, now=at("2023-11-08T00:00")).models[0].body
    rule = {"organisation": "organisation-x:x", "kind": "churn_model", "name": "early"}
    adopted = {**rule, "valid_from": date(2023, 11, 8), "body": msgspec.json.encode(early).decode()}
    told = {**rows, "organisation_rules": [adopted]}
    source = Memory({fact: frame(fact, each) for fact, each in told.items()})
    (card, built_in) = watch(source, now=NOW)
    assert (card.one.name, built_in.one.kind) == ("early", "rule_score")
    assert card.window is not None
    assert card.since is not None
    assert card.window.cutoff == date(2023, 11, 30)
    assert (card.since.auc or 0) > 0.55
    assert card.drift is not None
    assert (built_in.drift, built_in.spread) == (None, None)
    assert card.customers > built_in.customers > 0

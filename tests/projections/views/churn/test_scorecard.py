"""A scorecard's points add up to the score, agree with scikit-learn's pipeline, and tell who will leave."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from domain.organisation.churn_bins import Bin, Calibration, CategoryBins, NumberBins, Spread
from domain.organisation.churn_models import Scorecard
from projections.views.churn.model import NothingToLearnFrom, in_order
from projections.views.churn.scorecard import PENALTY, SCORECARD, left_out_log_odds, weigh
from projections.views.churn.validation import cross_fitted, quality
from tests.pipelines.real_files.given import DATA
from tests.projections.views.churn.examples import FEATURES, contract_customers, feature

TELCO = DATA / "telco_churn" / "Telco-Customer-Churn.csv"
CUSTOMERS = contract_customers()
LEARNING: dict[str, Any] = {"features": FEATURES, "seed": 1, "horizon_days": 60}
NOBODY = Bin(points=0, examples=0)
CARD = Scorecard(
    base=-1000,
    parts=(
        NumberBins(
            feature="months",
            edges=(3.0, 12.5),
            bins=(Bin(700, 1), Bin(100, 1), Bin(-400, 1)),
            unknown=Bin(9, 1),
        ),
        CategoryBins(
            feature="plan",
            bins={"monthly": Bin(250, 1), "yearly": Bin(-250, 1)},
            other=Bin(30, 1),
            unknown=NOBODY,
        ),
    ),
    calibration=Calibration(slope=1.0, intercept=0.0),
    spread=Spread(edges=(), examples=(3,)),
)


@pytest.fixture(scope="module")
def card() -> Scorecard:
    found = SCORECARD.fit(CUSTOMERS, **LEARNING)
    assert isinstance(found, Scorecard)
    return found


def test_each_value_has_the_points_of_its_bin() -> None:
    customers = pl.DataFrame(
        {
            "customer_id": ["low", "edge", "above", "high", "unknown"],
            "months": [0.0, 3.0, 3.01, 13.0, None],
            "plan": ["monthly", "yearly", "unheard of", None, "monthly"],
        }
    )
    scored = SCORECARD.score(CARD, customers)
    assert scored.points.rows() == [
        ("low", 700, 250),
        ("edge", 700, -250),
        ("above", 100, 30),
        ("high", -400, 0),
        ("unknown", 9, 250),
    ]
    assert scored.scores["score"].to_list() == [-50, -550, -870, -1400, -741]
    assert scored.scores["probability"].to_list() == [0.487503, 0.365864, 0.295254, 0.197816, 0.322786]
    assert scored.reasons.filter(customer_id="high").rows() == [("high", "months", -400)]


def test_a_feature_that_is_missing_is_not_known_of_anybody() -> None:
    scored = SCORECARD.score(CARD, pl.DataFrame({"customer_id": ["a"], "months": [1]}))
    assert scored.points.rows() == [("a", 700, 0)]
    none = SCORECARD.score(CARD, pl.DataFrame({"customer_id": []}, schema={"customer_id": pl.String()}))
    assert none.scores.is_empty()
    assert none.reasons.is_empty()


def test_every_customers_points_add_up_to_the_score(card: Scorecard) -> None:
    scored = SCORECARD.score(card, CUSTOMERS)
    added = scored.reasons.group_by("customer_id").agg(pl.col("points").sum())
    both = scored.scores.join(added, on="customer_id", how="left").with_columns(pl.col("points").fill_null(0))
    assert both.height == CUSTOMERS.height
    assert both.filter(pl.col("score") != pl.col("base") + pl.col("points")).is_empty()
    assert both.filter(
        (pl.col("probability") - 1 / (1 + (-pl.col("score") / 1000).exp())).abs() > 1e-6
    ).is_empty()


def test_the_mean_customer_has_points_of_nothing(card: Scorecard) -> None:
    for part in card.parts:
        lying = sum(each.examples for each in part.all_bins)
        assert lying == CUSTOMERS.height
        assert abs(sum(each.points * each.examples for each in part.all_bins)) <= lying / 2


def test_scores_are_those_of_scikit_learns_pipeline_with_the_same_points(card: Scorecard) -> None:
    matrix = _bins(card, CUSTOMERS)
    pipeline = make_pipeline(
        OneHotEncoder(categories=[range(len(part.all_bins)) for part in card.parts]), LogisticRegression()
    ).fit(matrix, CUSTOMERS["churned"])
    points = np.array([each.points for part in card.parts for each in part.all_bins])
    pipeline[-1].coef_, pipeline[-1].intercept_ = points[None, :] / 1000, np.array([card.base / 1000])
    scores = SCORECARD.score(card, CUSTOMERS).scores
    log_odds = scores["score"].to_numpy() / 1000
    assert np.abs(log_odds - pipeline.decision_function(matrix)).max() < 1e-9
    told = pipeline.predict_proba(matrix)[:, 1]
    assert np.abs(scores["probability"].to_numpy() - told).max() <= 5.1e-7


def test_points_are_the_weights_that_scikit_learn_finds_in_whole_thousandths(card: Scorecard) -> None:
    ordered = in_order(CUSTOMERS)
    pipeline = make_pipeline(
        FunctionTransformer(lambda customers: _bins(card, customers)),
        OneHotEncoder(handle_unknown="ignore"),
        LogisticRegression(C=PENALTY, tol=1e-10, max_iter=5000),
    ).fit(ordered, ordered["churned"])
    expected = pipeline.decision_function(ordered) * card.calibration.slope + card.calibration.intercept
    learnt = weigh(ordered, features=FEATURES, seed=1).log_odds(ordered)
    assert np.abs(learnt - pipeline.decision_function(ordered)).max() < 1e-5
    found = SCORECARD.score(card, ordered).scores["score"].to_numpy() / 1000
    assert np.abs(found - expected).max() <= 0.0005 * (len(card.parts) + 1) + 1e-5


def _bins(card: Scorecard, customers: pl.DataFrame) -> Any:
    """Bins as NumPy would have them, one column per part."""
    columns = []
    for part in card.parts:
        told, unknown = customers[part.feature], len(part.all_bins) - 1
        if isinstance(part, NumberBins):
            places = np.searchsorted(part.edges, told.cast(pl.Float64).fill_null(0.0).to_numpy(), side="left")
        else:
            names = [*part.bins]
            places = np.array([names.index(one) if one in names else len(names) for one in told])
        columns.append(np.where(told.is_null().to_numpy(), unknown, places))
    return np.column_stack(columns)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_same_examples_in_any_order_give_the_same_card(card: Scorecard, seed: int) -> None:
    shuffled = CUSTOMERS.sample(fraction=1.0, shuffle=True, seed=seed)
    assert SCORECARD.fit(shuffled, **LEARNING) == card


def test_rare_categories_are_pooled_and_what_says_nothing_is_left_out(card: Scorecard) -> None:
    city = next(part for part in card.parts if part.feature == "city")
    assert isinstance(city, CategoryBins)
    assert [*city.bins] == ["A", "B", "C"]
    assert city.other.examples == CUSTOMERS.filter(city="rare").height
    alike = CUSTOMERS.with_columns(
        months=pl.lit(1), spend=pl.lit(None, pl.Float64), city=pl.lit(None, pl.String)
    )
    assert [part.feature for part in SCORECARD.fit(alike, **LEARNING).parts] == ["complaints", "plan"]


def test_who_was_left_out_of_learning_does_not_change_their_own_score() -> None:
    ordered = in_order(CUSTOMERS)
    turned = ordered.with_columns(
        churned=pl.when(customer_id="c00005").then(~pl.col("churned")).otherwise("churned")
    )
    place = ordered["customer_id"].index_of("c00005")
    assert place is not None
    before, after = (
        left_out_log_odds(rows, features=FEATURES, seed=1, fold=np.arange(rows.height) % 5)
        for rows in (ordered, turned)
    )
    assert before[place] == after[place]
    assert not np.array_equal(before, after)


def test_probabilities_come_true(card: Scorecard) -> None:
    found = quality(cross_fitted(SCORECARD, CUSTOMERS, **LEARNING))
    assert found.auc is not None
    assert found.auc > 0.75
    assert found.calibration_error < 0.04
    told = SCORECARD.score(card, CUSTOMERS).scores["probability"].to_numpy().mean()
    assert abs(told - CUSTOMERS["churned"].to_numpy().mean()) < 0.01


def test_a_feature_that_gives_it_away_is_learnt_without_warnings() -> None:
    given_away = CUSTOMERS.with_columns(plan=pl.when("churned").then(pl.lit("gone")).otherwise("plan"))
    scores = SCORECARD.score(SCORECARD.fit(given_away, **LEARNING), given_away).scores
    told = scores.with_columns(given_away["churned"]).group_by("churned").agg(pl.col("probability").mean())
    assert dict(told.rows())[True] > 0.97
    assert dict(told.rows())[False] < 0.03


@pytest.mark.parametrize(
    ("examples", "wrong"),
    [
        (CUSTOMERS.with_columns(churned=pl.lit(value=False)), "0 of 2000 examples churned; at least 30"),
        (CUSTOMERS.filter("churned").head(40), "40 of 40 examples churned"),
        (CUSTOMERS.with_columns(churned=pl.lit(None, pl.Boolean)), "at least 30"),
        (CUSTOMERS.select("customer_id", "churned"), "no feature tells examples apart"),
    ],
)
def test_too_little_to_learn_from_is_refused(examples: pl.DataFrame, wrong: str) -> None:
    with pytest.raises(NothingToLearnFrom, match=wrong):
        SCORECARD.fit(examples, **LEARNING)


@pytest.mark.skipif(not TELCO.exists(), reason="the telco file is not here")
def test_the_telco_file_is_told_as_well_as_the_bar_asks() -> None:
    told = pl.read_csv(TELCO, null_values=[" "]).rename({"customerID": "customer_id"})
    numbers = ("tenure", "MonthlyCharges", "TotalCharges")
    features = [
        feature(name, "number" if name in numbers else "category")
        for name in told.columns
        if name not in ("customer_id", "Churn")
    ]
    examples = told.with_columns(has_contract=pl.lit(value=True), churned=pl.col("Churn") == "Yes")
    found = quality(cross_fitted(SCORECARD, examples, features=features, seed=0, horizon_days=30))
    assert found.auc is not None
    assert (found.examples, found.churned) == (7043, 1869)
    assert found.auc >= 0.845
    assert found.calibration_error <= 0.02
    assert found.calibration_error_by_width <= 0.02

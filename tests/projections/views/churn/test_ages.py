"""Where nothing happens, a score changes only by what the models in force say of time."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import msgspec
import polars as pl
import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain.organisation.churn_bins import Bin, Calibration, CategoryBins, NumberBins, Spread
from domain.organisation.churn_models import (
    AdoptedChurnModel,
    Condition,
    PurchaseHistory,
    RuleScore,
    Scorecard,
)
from projections.metrics.persons import customer_id, persons
from projections.views.churn.ages import COUNTED_BY_TIME, HEARD_BY, aging, steps_of
from projections.views.churn_risk import CHURN_RISK
from projections.views.reading import ViewReading, customer_column
from projections.views.view import Aged
from tests.effort import FACTOR
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory
from tests.projections.views.given import NOW
from tests.projections.views.plain.random_store import FIRST, STREAMS, store_of

FIRST_DAY = date(2024, 4, 21)
"""After everything that happens in a random store."""
ASKED = (
    *COUNTED_BY_TIME,
    "months_since_usage",
    "points_lapsing_90_days",
    "calls_90_days",
    "cancellations_90_days",
    "complaints_90_days",
    "complaints_365_days",
    "satisfied_share",
    "spend_last_month",
)
EDGES = (-40.5, -1.0, 0.0, 0.5, 3.0, 12.0, 29.9, 60.0, 88.5)
NOTHING = Bin(0, 0)
PURCHASES = PurchaseHistory(
    r=0.25,
    alpha=100.0,
    a=0.8,
    b=2.4,
    horizon_days=90,
    base=0,
    calibration=None,
    spread=Spread(edges=(), examples=(1,)),
)


def a_scorecard(*parts: NumberBins | CategoryBins) -> Scorecard:
    spread = Spread(edges=(), examples=(1,))
    return Scorecard(base=0, parts=parts, calibration=Calibration(slope=1.0, intercept=0.0), spread=spread)


def any_scorecard(dice: Random) -> Scorecard:
    """A few features cut at a few edges, each bin with points of its own."""
    features = dice.sample(ASKED, k=4)
    cuts = [sorted(dice.sample(EDGES, k=3)) for _ in features]
    bins = tuple(Bin(place, 1) for place in range(4))
    return a_scorecard(
        *(
            NumberBins(feature=feature, edges=tuple(edges), bins=bins, unknown=NOTHING)
            for feature, edges in zip(features, cuts, strict=True)
        )
    )


def any_rule_score(dice: Random) -> RuleScore:
    drawn = [(dice.choice(ASKED), dice.choice(EDGES), dice.random() < 0.5) for _ in range(4)]
    return RuleScore(
        base=0,
        conditions=tuple(
            Condition(
                feature=name,
                points=1,
                at_least=edge if is_least else None,
                at_most=None if is_least else edge,
            )
            for name, edge, is_least in drawn
        ),
    )


def in_force(*models: Scorecard | RuleScore | PurchaseHistory) -> pl.DataFrame:
    rows = [
        {
            "organisation": "organisation-x:x",
            "kind": "churn_model",
            "name": f"model {place}",
            "valid_from": date(2023, 1, 1),
            "body": msgspec.json.encode(
                AdoptedChurnModel(model=model, horizon_days=60, medium_from=0.2, high_from=0.5)
            ).decode(),
        }
        for place, model in enumerate(models)
    ]
    return frame("organisation_rules", rows)


def people() -> dict[str, pl.DataFrame]:
    """Everybody is registered and here, and two have a contract: what is told of them scores somebody."""
    known = [
        {"customer": f"customer-{one}", "registered_at": FIRST + timedelta(days=9 * place)}
        for place, one in enumerate(STREAMS)
    ]
    contracts = [
        {
            "customer": f"customer-{one}",
            "contract_id": "c",
            "signed_at": FIRST,
            "ends_at": FIRST + timedelta(days=150 + 40 * place),
        }
        for place, one in enumerate(STREAMS[:2])
    ]
    here = {"customers": frame("customers", known), "churns": frame("churns", [])}
    return here | {"contracts": frame("contracts", contracts)}


def moment_of(store: Memory, day: date) -> ViewReading:
    now = ViewReading(source=store, now=NOW)
    return ViewReading(source=store, now=NOW, as_of=now.begin_of(day + timedelta(days=1)))


def reached(reading: ViewReading, aged: Sequence[Aged]) -> set[str | None]:
    met = set[str | None]()
    for one in aged:
        column = customer_column(one.fact)
        assert column is not None
        rows = reading.facts(one.fact, columns=[column], time=(one.column, one.since, one.until))
        met |= {*rows.select(customer_id("told", column))["told"]}
    return {*persons(reading).everybody([*met])}


def changed(before: pl.DataFrame, after: pl.DataFrame) -> set[str]:
    gone = before.join(after, on=before.columns, how="anti", nulls_equal=True)
    new = after.join(before, on=before.columns, how="anti", nulls_equal=True)
    return {*gone["customer_id"], *new["customer_id"]}


def days_that_matter(store: Memory, models: Sequence[Scorecard | RuleScore], dice: Random) -> list[date]:
    """Days on which, or beside which, time gives a row of one fact another place."""
    steps = steps_of(models)
    ages = {
        ("customers", "registered_at"): [30 * step for step in steps.get("tenure_months", ()) if step > 0],
        ("contracts", "ends_at"): [-step for step in steps.get("contract_ends_in_days", ())],
        ("member_lots", "expires_at"): [0, -90],
        ("usage_months", "told_at"): [400],
        ("calls", "rated_at"): [365],
        ("dissatisfactions", "dissatisfied_at"): [365],
        ("contacts", "contacted_at"): [90],
        ("warnings", "warned_at"): [90],
        **{heard: [90, 365, *steps.get("days_since_contact", ())] for heard in HEARD_BY},
    }
    fact, column = dice.choice([one for one in ages if not store.rows(one[0]).is_empty()] or [*ages])
    begun = {one.date() for one in store.rows(fact)[column].drop_nulls()}
    shifts = [timedelta(days=days + beside) for days in ages[fact, column] for beside in (0, 1)]
    days = [one + shift for one in begun for shift in shifts]
    return sorted(day for day in days if FIRST_DAY <= day < FIRST_DAY + timedelta(days=500))


@settings(max_examples=15 * FACTOR, deadline=None)
@for_any(
    seed=st.integers(0, 2**32),
    is_told_at_random=st.sampled_from((True, False, False)),
    pick=st.integers(0, 10**6),
)
def test_from_one_day_to_the_next_only_what_ages_by_the_models_changes_a_score(
    seed: int, is_told_at_random: bool, pick: int
) -> None:
    dice = Random(seed)
    models = (any_scorecard(dice), any_rule_score(dice))
    tellings = {**store_of(seed, CHURN_RISK.all_facts).tellings, "organisation_rules": in_force(*models)}
    store = Memory(tellings if is_told_at_random else tellings | people())
    days = days_that_matter(store, models, dice) or [FIRST_DAY]
    day = days[pick % len(days)]
    yesterday, today = (moment_of(store, one) for one in (day - timedelta(days=1), day))
    aged = CHURN_RISK.aged(today)
    assert (aged is None) == (day.day == 1)
    if aged is not None:
        assert changed(CHURN_RISK.made(yesterday), CHURN_RISK.made(today)) <= reached(today, aged)


@pytest.mark.parametrize(
    "model",
    [
        a_scorecard(CategoryBins(feature="tenure_months", bins={}, other=NOTHING, unknown=NOTHING)),
        RuleScore(base=0, conditions=(Condition(feature="days_since_contact", points=1, any_of=("3.0",)),)),
    ],
)
def test_where_each_value_of_a_number_has_its_points_everybody_ages(model: Scorecard | RuleScore) -> None:
    assert aging(moment_of(Memory({"organisation_rules": in_force(model)}), date(2024, 5, 2))) is None


def test_steps_are_the_least_whole_numbers_above_an_edge_or_within_a_bound() -> None:
    bins = (Bin(0, 1), Bin(1, 1), Bin(2, 1))
    card = a_scorecard(NumberBins(feature="tenure_months", edges=(2.5, 4.0), bins=bins, unknown=NOTHING))
    conditions = (
        Condition(feature="tenure_months", points=1, at_least=6, at_most=12),
        Condition(feature="days_since_contact", points=1, at_least=6.5),
        Condition(feature="plan", points=1, any_of=("p",)),
    )
    assert steps_of([card, RuleScore(base=0, conditions=conditions), PURCHASES]) == {
        "tenure_months": {3, 5, 6, 13},
        "days_since_contact": {7},
        "plan": set(),
    }

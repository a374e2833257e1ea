"""Who may not see the people behind figures is told nothing about a few of them, by whatever question."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graphql_api.access.people_told_of import people_told_of, sees_people
from graphql_api.access.small_cells import BY_SUBTRACTION, FEWEST_TOLD, TOO_FEW
from projections.metrics.answer import answer
from projections.metrics.definitions import METRICS
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts
from tests.graphql_api.figures.given import Told
from tests.graphql_api.given import NOW, Asking

TWO_DAYS = Question(metric="calls", start=date(2026, 1, 5), end=date(2026, 1, 7))
FIGURES = "numerator denominator value n leftOut suppressed suppressedBecause"
ASKED = 'from: "2026-01-05", to: "2026-01-07"'
GONE = {"numerator": None, "denominator": None, "value": None, "n": 0, "leftOut": 0, "suppressed": True}


def values(asking: Asking, arguments: str, *, selection: str = FIGURES) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = asking.data(f"{{ metrics({arguments}, {ASKED}) {{ {selection} }} }}")[
        "metrics"
    ]
    return rows


def test_a_group_of_a_few_is_withheld_and_so_is_what_would_give_it_away(told: Told) -> None:
    by_hour = values(
        told.club, 'metric: "calls", grain: HOUR, by: ["queue"]', selection=f"startsAt {FIGURES}"
    )
    assert {row["suppressedBecause"] for row in by_hour} == {TOO_FEW}
    assert all({name: row[name] for name in GONE} == GONE for row in by_hour)
    by_day = values(
        told.club, 'metric: "calls", grain: DAY, by: ["queue", "outcome"]', selection="suppressedBecause"
    )
    assert {row["suppressedBecause"] for row in by_day} == {TOO_FEW, BY_SUBTRACTION, None} - {None}


def test_who_sees_the_people_is_told_as_before(told: Told) -> None:
    for arguments in (
        'metric: "calls", grain: HOUR',
        'metric: "calls", grain: DAY, by: ["queue", "outcome"]',
    ):
        rows = values(told.asking, arguments)
        assert all(not row["suppressed"] and row["suppressedBecause"] is None for row in rows)
        assert sum(row["n"] for row in rows) == 30
    assert values(told.club, 'metric: "calls"') == values(told.asking, 'metric: "calls"')


def test_no_figure_of_any_metric_is_about_a_few(told: Told, facts: StoredFacts) -> None:
    for definition in METRICS:
        asked = replace(
            TWO_DAYS, metric=definition.metric, definition=definition.id, grain="day", by=("unit",)
        )
        if "unit" not in definition.dimensions:
            continue
        named = f'metric: "{definition.metric}", definition: "{definition.id}", grain: DAY, by: ["unit"]'
        rows = values(told.club, named, selection="value n suppressed")
        is_seen = sees_people("club_manager", definition, asked)
        answers = answer(facts, asked, now=NOW)
        for row, found in zip(rows, answers, strict=True):
            is_small = 0 < people_told_of(found, definition, asked) < FEWEST_TOLD
            assert row["suppressed"] or is_seen or not is_small
            assert row["suppressed"] or (row["value"], row["n"]) == (found.value, found.n)


def test_the_metrics_of_one_answer_are_withheld_together(told: Told) -> None:
    by_queue = 'by: ["queue"], grain: DAY'
    alone = values(told.club, f'metric: "calls", {by_queue}', selection="value n suppressed")
    assert alone == values(told.asking, f'metric: "calls", {by_queue}', selection="value n suppressed")
    # Of six calls in a queue on a day four are answered, so that two are not.
    both = values(told.club, f'metrics: ["calls", "answer_rate"], {by_queue}', selection="metric suppressed")
    assert [row["suppressed"] for row in both] == [True] * 2 * len(alone)


def test_a_customer_is_one_person_however_many_rows_there_are(told: Told) -> None:
    assert {
        row["suppressedBecause"] for row in values(told.club, 'metric: "calls", by: ["customer_id"]')
    } == {
        TOO_FEW,
        BY_SUBTRACTION,
    }
    narrowed = 'metric: "calls", where: [{dimension: "customer_id", values: ["t:1"]}]'
    assert values(told.club, narrowed) == [{**GONE, "suppressedBecause": TOO_FEW}]
    assert values(told.asking, narrowed)[0]["value"] == 10


def test_what_a_value_stands_beside_is_withheld_alike(told: Told) -> None:
    compared = "value before change relativeChange suppressed suppressedBecause"
    day = 'from: "2026-01-06", to: "2026-01-07", grain: DAY'
    by_queue = f'metric: "calls", {day}, compare: PREVIOUS, by: ["outcome"]'
    rows = told.club.data(f"{{ metrics({by_queue}) {{ {compared} }} }}")["metrics"]
    seen = told.asking.data(f"{{ metrics({by_queue}) {{ {compared} }} }}")["metrics"]
    assert [row["before"] for row in seen] == [4.0, 8.0]
    assert [row["before"] for row in rows] == [None, None]
    assert [row["change"] for row in rows] == [None, None]
    assert {row["suppressedBecause"] for row in rows} == {TOO_FEW, BY_SUBTRACTION}


def test_the_order_by_value_says_nothing_of_what_is_withheld(told: Told) -> None:
    asked = 'metric: "calls", grain: DAY, by: ["queue", "outcome"], orderBy: VALUE_%s'
    up, down = (
        values(told.club, asked % way, selection="periodStart dimension1 dimension2 value")
        for way in ("ASC", "DESC")
    )
    assert [row for row in up if row["value"] is None] == [row for row in down if row["value"] is None]


def test_the_answer_says_how_much_is_withheld(told: Told) -> None:
    query = f'{{ metrics(metric: "calls", {ASKED}, grain: HOUR) {{ value }} meta {{ remarks }} }}'
    few = "fewer than 5 people, or so that none of these can be got by subtraction"
    assert told.club.data(query)["meta"] == [{"remarks": [f"30 of 30 values are withheld: {few}"]}]
    assert told.asking.data(query)["meta"] == [{"remarks": []}]


def test_a_segment_is_counted_to_who_may_list_it(told: Told) -> None:
    asked = 'metric: "complaints", segment: "complains", segmentDay: "2026-01-06"'
    assert values(told.manager, asked) == [{**GONE, "suppressedBecause": TOO_FEW}]
    assert values(told.reader, asked)[0]["value"] == 1
    for field in ("explain", "metricDifference"):
        moments = ', earlier: "2026-01-02", later: "2026-02-03"' if field == "metricDifference" else ""
        query = f"{{ {field}({asked}, {ASKED}{moments}) {{ __typename }} }}"
        assert told.manager.error(query)["extensions"]["code"] == "FORBIDDEN"
        assert told.reader.data(query)


def test_composites_are_withheld_with_what_they_are_of(told: Told) -> None:
    card = 'metric: "scorecard", where: [{dimension: "card", values: ["desk"]}%s]'
    narrow = ', {dimension: "customer_id", values: ["t:1"]}'
    selection = "value numerator parts missing suppressed"
    assert values(told.club, card % narrow, selection=selection) == [
        {"value": None, "numerator": None, "parts": None, "missing": None, "suppressed": True}
    ]
    (whole,) = values(told.club, card % "", selection=selection)
    assert (whole["value"], whole["suppressed"]) == (60, False)
    attained = 'metric: "target_attainment", where: [{dimension: "metric", values: ["answer_rate"]}]'
    january = 'from: "2026-01-01", to: "2026-02-01", grain: MONTH'
    query = f"{{ metrics({attained}, {january}) {{ value suppressed }} }}"
    assert told.club.data(query)["metrics"] == told.asking.data(query)["metrics"]
    assert told.club.data(query)["metrics"][0]["suppressed"] is False


@pytest.mark.parametrize(
    ("arguments", "is_told"),
    [
        ('figure: "30", from: "2026-01-05"', True),
        ('figure: "1", from: "2026-01-05", where: [{dimension: "queue", values: ["motor"]}]', False),
        ('figure: "1", from: "2026-01-05", claim: CHANGE', False),
        ('figure: "0", from: "2026-01-07"', True),
    ],
)
def test_only_wholes_are_audited_by_who_may_not_see_the_people(
    told: Told, arguments: str, is_told: bool
) -> None:
    asked = f'audit(metric: "calls", to: "2026-01-08", {arguments})'
    query = f"{{ {asked} {{ verdict hints reproducedBy {{ definition }} }} }}"
    found = told.club.answer(query)
    assert ("errors" not in found) == is_told
    if is_told:
        assert (found["data"]["audit"]["hints"], found["data"]["audit"]["reproducedBy"]) == ([], [])
    else:
        assert found["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert told.asking.data(query)["audit"]["verdict"]


def test_a_figure_of_a_few_is_not_audited(told: Told) -> None:
    query = '{ audit(metric: "complaints", figure: "1", from: "2026-01-01", to: "2026-02-01") { verdict } }'
    assert told.club.error(query)["extensions"]["code"] == "FORBIDDEN"
    assert told.asking.data(query)["audit"]["verdict"] == "reproduces"

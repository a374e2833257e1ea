"""The catalogue over GraphQL: every definition, and those of some names, words and dimensions."""

import pytest

from graphql_api.app import create_app
from graphql_api.figures.words import Grain
from projections.metrics.definitions import METRICS, find_definition
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.figures.given import Told
from tests.graphql_api.given import NOW, Asking, key_for, started


def test_the_catalogue_lists_every_definition(told: Told) -> None:
    query = """{ metricCatalogue {
      metric definition isDefault nameEn nameZh meaning numerator denominator unit scale direction
      dimensions heldWhole ripeningHours source effectiveFrom effectiveTo
    } }"""
    entries = told.asking.data(query)["metricCatalogue"]
    assert [(entry["metric"], entry["definition"]) for entry in entries] == [
        *((d.metric, d.id) for d in METRICS),
        ("scorecard", "desk"),
    ]
    defaults = [entry["metric"] for entry in entries if entry["isDefault"]]
    assert sorted(defaults) == sorted({d.metric for d in METRICS})
    net = next(entry for entry in entries if entry["definition"] == "net")
    assert net["denominator"] == "offered - abandoned_short"
    assert {"unit.<kind>", "unit.under", "member_tier", "team"} <= set(net["dimensions"])


def names(told: Told, arguments: str) -> list[str]:
    return [
        entry["id"]
        for entry in told.asking.data(f"{{ metricCatalogue({arguments}) {{ id }} }}")["metricCatalogue"]
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('metric: ["answer_rate.agent", "calls"]', {"answer_rate.agent", "calls.count", "calls.per_day"}),
        ('search: "接通率", metric: ["answer_rate", "calls"]', {"answer_rate.line", "answer_rate.agent"}),
        ('metric: ["calls"], dimension: "queue"', {"calls.count", "calls.per_day"}),
        ('metric: ["calls"], dimension: "moon"', set()),
        ('metric: ["nothing"]', set()),
    ],
)
def test_the_catalogue_is_asked_in_parts(told: Told, arguments: str, expected: set[str]) -> None:
    assert expected <= set(names(told, arguments))
    assert bool(names(told, arguments)) == bool(expected)


def test_the_catalogue_comes_page_by_page(told: Told) -> None:
    every = names(told, "limit: 1000")
    assert names(told, "limit: 100, offset: 200") == every[200:300]
    query = "{ metricCatalogue(limit: 3) { id } meta { rowCount total truncated } }"
    assert told.asking.data(query)["meta"] == [{"rowCount": 3, "total": len(METRICS) + 1, "truncated": True}]


def test_an_entry_says_how_its_metric_can_be_asked(told: Told) -> None:
    query = """{ metricCatalogue(metric: ["calls.count", "complaint_rate", "answer_rate.line"]) {
      id grains isCutAsRecorded changeUnit takesSegment facts ripeningHours
    } }"""
    entries = {entry["id"]: entry for entry in told.asking.data(query)["metricCatalogue"]}
    assert entries["calls.count"] == {
        "id": "calls.count",
        "grains": [grain.name for grain in Grain],
        "isCutAsRecorded": False,
        "changeUnit": "calls",
        "takesSegment": True,
        "facts": ["calls"],
        "ripeningHours": None,
    }
    assert entries["answer_rate.line"]["changeUnit"] == "percentage points"
    rate = entries[find_definition("complaint_rate", None).name]
    assert (rate["isCutAsRecorded"], rate["takesSegment"]) == (True, False)
    assert "HOUR" not in rate["grains"]


def test_those_that_a_segment_can_filter_are_those_by_customer(told: Told) -> None:
    filtered, others = (set(names(told, f"takesSegment: {one}")) for one in ("true", "false"))
    assert filtered == {one.name for one in METRICS if "customer_id" in one.dimensions} | {"scorecard.desk"}
    assert filtered | others == {one.name for one in METRICS} | {"scorecard.desk"}


def test_a_score_card_is_an_entry_by_whose_id_it_can_be_asked(told: Told) -> None:
    asked = "id isDefault nameZh meaning numerator unit direction effectiveFrom takesSegment facts"
    (entry,) = told.asking.data(f'{{ metricCatalogue(metric: ["scorecard"]) {{ {asked} }} }}')[
        "metricCatalogue"
    ]
    assert entry.pop("meaning").startswith("The sum of weight × points, by the bands that values lie in, of ")
    assert entry == {
        "id": "scorecard.desk",
        "isDefault": False,
        "nameZh": "评分卡 desk",
        "numerator": "1 answer_rate",
        "unit": "points",
        "direction": "higher",
        "effectiveFrom": "2025-01-01",
        "takesSegment": True,
        "facts": ["calls"],
    }
    for arguments in (
        'search: "评分卡"',
        'metric: ["scorecard.desk"]',
        'metric: ["scorecard"], dimension: "queue"',
    ):
        assert names(told, arguments) == ["scorecard.desk"]
    for arguments in (
        'metric: ["scorecard.moon"]',
        'metric: ["scorecard"], dimension: "moon"',
        'metric: ["calls.count"]',
    ):
        assert "scorecard.desk" not in names(told, arguments)
    january = 'from: "2026-01-01", to: "2026-02-01"'
    shown = "metric definition value parts"
    by_id = f'{{ metrics(metric: "scorecard.desk", {january}) {{ {shown} }} }}'
    by_name = f"""{{ metrics(
      metric: "scorecard", {january}, where: [{{dimension: "card", values: ["desk"]}}]
    ) {{ {shown} }} }}"""
    assert told.asking.data(by_id) == told.asking.data(by_name)
    assert told.asking.data(by_id)["metrics"][0]["value"] == 60


def test_a_store_of_which_nothing_is_told_has_the_definitions(embedded_server: RunningServer) -> None:
    for store in fresh_store(embedded_server):
        with started(create_app(store.settings, clock=lambda: NOW)) as api:
            entries = Asking(api, key_for(store, "marketing")).data("{ metricCatalogue { id } }")
            assert [entry["id"] for entry in entries["metricCatalogue"]] == [one.name for one in METRICS]

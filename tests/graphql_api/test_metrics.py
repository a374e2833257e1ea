"""Metrics over GraphQL: the same answers as the projections give, in flat rows, with coded refusals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.call.commands import AbandonCall, AnswerCall, OfferCall
from domain.customer_service import CustomerService
from graphql_api.app import create_app
from infra.stores import Store
from projections.metrics.answer import answer
from projections.metrics.definitions import METRICS
from projections.metrics.question import Question
from projections.runner.operate import project
from projections.storage.reader import StoredFacts, stored_facts
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import NOW, Asking, key_for, started

DAY = datetime(2026, 1, 5, 4, tzinfo=UTC)
QUEUES = ("motor", "property")


@dataclass(frozen=True)
class Told:
    """A projected store, and those who ask it: somebody of marketing, and a service manager."""

    store: Store
    asking: Asking
    manager: Asking


def tell_calls(store: Store, count: int) -> None:
    """So many calls, an hour apart, every third abandoned after 30 s, the others answered after 10 s."""
    service = CustomerService(store.service_env(), protect=store.keys.protect, clock=lambda: NOW)
    for number in range(count):
        call, at = f"call-bank:{number}", DAY + timedelta(hours=number)
        offered = OfferCall(
            originator_id=call,
            occurred_at=at,
            direction="inbound",
            hotline="95502",
            queue=QUEUES[number % 2],
            channel="phone",
        )
        service.offer_call(offered, idempotency_key=f"offer {number}")
        if number % 3:
            answered = AnswerCall(originator_id=call, occurred_at=at, wait_ms=10_000)
            service.answer_call(answered, idempotency_key=f"answer {number}")
        else:
            abandoned = AbandonCall(originator_id=call, occurred_at=at, wait_ms=30_000)
            service.abandon_call(abandoned, idempotency_key=f"abandon {number}")
    service.close()


@pytest.fixture(scope="module")
def told(embedded_server: RunningServer) -> Iterator[Told]:
    for store in fresh_store(embedded_server):
        tell_calls(store, 30)
        project(store.conninfo)
        with started(create_app(store.settings, clock=lambda: NOW)) as api:
            yield Told(
                store,
                Asking(api, key_for(store, "marketing")),
                Asking(api, key_for(store, "service_manager")),
            )


def test_a_row_says_everything_a_value_rests_on(told: Told) -> None:
    query = """{ metrics(metric: "answer_rate", from: "2026-01-01", to: "2026-02-01", grain: MONTH) {
      metric definition periodStart periodEnd startsAt endsAt dimensions dimension1
      numerator denominator value unit n mature maturesOn leftOut position
    } }"""
    assert told.asking.data(query)["metrics"] == [
        {
            "metric": "answer_rate",
            "definition": "line",
            "periodStart": "2026-01-01",
            "periodEnd": "2026-02-01",
            "startsAt": "2026-01-01T00:00:00+08:00",
            "endsAt": "2026-02-01T00:00:00+08:00",
            "dimensions": {},
            "dimension1": None,
            "numerator": 20,
            "denominator": 30,
            "value": 2 / 3,
            "unit": "share",
            "n": 30,
            "mature": True,
            "maturesOn": None,
            "leftOut": 0,
            "position": 60,
        }
    ]


def test_groups_stand_in_flat_columns_and_in_an_object(told: Told) -> None:
    query = """{ metrics(
      metric: "calls", from: "2026-01-05", to: "2026-01-07", by: ["queue", "outcome"]
      where: [{dimension: "outcome", values: ["answered"]}]
    ) { dimension1 dimension2 dimension3 dimensions value } meta { rowCount total truncated position } }"""
    data = told.asking.data(query)
    assert data["metrics"] == [
        {
            "dimension1": queue,
            "dimension2": "answered",
            "dimension3": None,
            "dimensions": {"queue": queue, "outcome": "answered"},
            "value": 10.0,
        }
        for queue in QUEUES
    ]
    assert data["meta"] == [{"rowCount": 2, "total": 2, "truncated": False, "position": 60}]


@pytest.fixture(scope="module")
def facts(told: Told) -> Iterator[StoredFacts]:
    """The facts that the application reads, in one snapshot for all tests: nobody changes them."""
    with stored_facts(told.store.conninfo) as facts:
        yield facts


GRAINS = ("hour", "day", "total")
BY_GRAIN = f"""query Ask($metric: String!, $definition: String!, $from: DateTime!, $to: DateTime!) {{
  {
    " ".join(
        f"{grain}: metrics(metric: $metric, definition: $definition, from: $from, to: $to,"
        f" grain: {grain.upper()}, fillGaps: true) {{ numerator denominator value n position }}"
        for grain in GRAINS
    )
} }}"""


@pytest.mark.parametrize("definition", METRICS, ids=lambda definition: definition.name)
def test_every_definition_is_answered_as_projections_answer_it_in_every_grain(
    told: Told, facts: StoredFacts, definition: Any
) -> None:
    start, end = datetime(2026, 1, 4, 16, tzinfo=UTC), datetime(2026, 1, 7, 16, tzinfo=UTC)
    asked = {"metric": definition.metric, "definition": definition.id}
    expected = {
        grain: [
            (one.numerator, one.denominator, one.value, one.n, one.position)
            for one in answer(
                facts, Question(**asked, start=start, end=end, grain=grain, fill_gaps=True), now=NOW
            )
        ]
        for grain in GRAINS
    }
    answers = told.asking.data(BY_GRAIN, **asked, **{"from": start.isoformat(), "to": end.isoformat()})
    assert {grain: [tuple(row.values()) for row in rows] for grain, rows in answers.items()} == expected


def test_an_earlier_moment_is_answered_as_it_was(told: Told) -> None:
    query = """{
      by_time: metrics(
        metric: "calls", from: "2026-01-05", to: "2026-02-01", asOf: "2026-01-05T06:00:00Z"
      ) { value }
      by_log: metrics(metric: "calls", from: "2026-01-05", to: "2026-02-01", position: 20) { value position }
    }"""
    assert told.asking.data(query) == {
        "by_time": [{"value": 2}],
        "by_log": [{"value": 10, "position": 20}],
    }


def test_a_day_may_begin_at_another_hour_of_another_zone(told: Told) -> None:
    query = """{ metrics(
      metric: "calls", from: "2026-01-05", to: "2026-01-06", grain: DAY, timeZone: "UTC", dayStart: "05:00"
    ) { startsAt value } }"""
    assert told.asking.data(query)["metrics"] == [{"startsAt": "2026-01-05T05:00:00+00:00", "value": 24}]


def test_a_cut_answer_says_so(told: Told) -> None:
    query = """{
      metrics(metric: "calls", from: "2026-01-05", to: "2026-01-07", grain: HOUR, limit: 3) { value }
    }"""
    answer = told.asking.answer(query)
    assert answer["extensions"]["lists"]["metrics"] == {
        "rowCount": 3,
        "truncated": True,
        "limit": 3,
        "position": 60,
    }


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ('metric: "clals"', "metric"),
        ('metric: "calls", definition: "none"', "definition"),
        ('metric: "calls", by: ["moon"]', "by"),
        ('metric: "calls", by: ["queue", "queue"]', "by"),
        ('metric: "calls", timeZone: "Mars/Olympus"', "timeZone"),
        ('metric: "calls", timeZone: "../etc/passwd"', "timeZone"),
        ('metric: "calls", dayStart: "25:00"', "dayStart"),
        ('metric: "calls", position: -1', "position"),
        ('metric: "calls", position: 61', "position"),
        ('metric: "calls", limit: 10001', "limit"),
        ('metric: "a\\u0000b"', "metric"),
    ],
)
def test_a_question_that_cannot_be_answered_names_its_argument(
    told: Told, arguments: str, argument: str
) -> None:
    error = told.asking.error(f'{{ metrics({arguments}, from: "2026-01-05", to: "2026-01-07") {{ value }} }}')
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


def test_more_periods_than_rows_are_refused_before_anything_is_read(told: Told) -> None:
    error = told.asking.error(
        '{ metrics(metric: "calls", from: "1990-01-01", to: "2026-01-01", grain: HOUR) { value } }'
    )
    assert error["extensions"]["argument"] == "grain"


EXPLAIN = """{
  explain(
    metric: "answer_rate", from: "2026-01-05", to: "2026-01-07", grain: DAY, by: ["queue"], limit: 1000
  ) {
    role reason fact stream key periodStart startsAt dimensions dimension1 dimension2 contribution divisor
    eventTime firstPosition lastPosition
  }
  metrics(metric: "answer_rate", from: "2026-01-05", to: "2026-01-07", grain: DAY, by: ["queue"]) {
    periodStart startsAt dimension1 dimensions numerator denominator
  }
  meta { field rowCount total truncated }
}"""


def test_an_explanation_adds_up_to_the_value_it_explains(told: Told) -> None:
    data = told.manager.data(EXPLAIN)
    for value in data["metrics"]:
        rows = [
            row
            for row in data["explain"]
            if (row["periodStart"], row["dimension1"]) == (value["periodStart"], value["dimension1"])
        ]
        for role in ("numerator", "denominator"):
            assert sum(row["contribution"] for row in rows if row["role"] == role) == value[role]
        assert {row["startsAt"] for row in rows} == {value["startsAt"]}
        assert all(row["dimensions"] == value["dimensions"] for row in rows)
    assert len(data["explain"]) == data["meta"][0]["total"] > len(data["metrics"]) > 1


def test_an_explanation_says_why_a_row_does_not_count(told: Told) -> None:
    rows = told.manager.data(EXPLAIN)["explain"]
    abandoned = next(row for row in rows if row["stream"] == "call-bank:0")
    assert abandoned["role"] == "denominator"
    assert "answered" in abandoned["reason"]
    assert (abandoned["firstPosition"], abandoned["lastPosition"]) == (1, 2)


def test_an_explanation_comes_page_by_page_and_says_so(told: Told) -> None:
    query = """query Page($offset: Int!) {
      explain(metric: "calls", from: "2026-01-05", to: "2026-01-07", limit: 20, offset: $offset) { stream }
      meta { rowCount total truncated }
    }"""
    first, second = (told.manager.data(query, offset=offset) for offset in (0, 20))
    assert first["meta"] == [{"rowCount": 20, "total": 30, "truncated": True}]
    assert second["meta"] == [{"rowCount": 10, "total": 30, "truncated": False}]
    assert len({row["stream"] for row in first["explain"] + second["explain"]}) == 30


def test_single_rows_are_not_for_everybody(told: Told) -> None:
    assert told.asking.error(EXPLAIN)["extensions"]["code"] == "FORBIDDEN"


def test_the_catalogue_lists_every_definition(told: Told) -> None:
    query = """{ metricCatalogue {
      metric definition isDefault nameEn nameZh meaning numerator denominator unit scale direction
      dimensions heldWhole ripeningHours source effectiveFrom effectiveTo
    } }"""
    entries = told.asking.data(query)["metricCatalogue"]
    assert [(entry["metric"], entry["definition"]) for entry in entries] == [
        (d.metric, d.id) for d in METRICS
    ]
    defaults = [entry["metric"] for entry in entries if entry["isDefault"]]
    assert sorted(defaults) == sorted({d.metric for d in METRICS})
    net = next(entry for entry in entries if entry["definition"] == "net")
    assert net["denominator"] == "offered - abandoned_short"
    assert {"unit.<kind>", "unit.under", "member_tier", "team"} <= set(net["dimensions"])


def test_a_kind_of_unit_that_is_not_there_is_refused_by_its_argument(told: Told) -> None:
    query = """{ metrics(metric: "calls", from: "2026-01-05", to: "2026-01-07", by: ["unit.store"],
      where: [{dimension: "unit.under", values: ["u1"]}], tree: TODAY) { value } }"""
    error = told.asking.error(query)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "by"}
    assert error["message"] == "there is no unit of the kind 'store': no unit has a kind yet"


@pytest.fixture
def new_store(embedded_server: RunningServer) -> Iterator[Store]:
    """A store over which no projector has ever run."""
    yield from fresh_store(embedded_server, has_tables=False)


def test_facts_that_are_not_there_yet_are_said_to_be_missing(new_store: Store) -> None:
    with started(create_app(new_store.settings, clock=lambda: NOW)) as api:
        asking = Asking(api, key_for(new_store, "admin"))
        for query in (
            '{ metrics(metric: "calls", from: "2026-01-05", to: "2026-01-07") { value } }',
            "{ calls { id } }",
        ):
            error = asking.error(query)
            assert error["extensions"]["code"] == "NOTHING_PROJECTED"
            assert error["message"] == "there are no facts yet: run `kefu project` first"

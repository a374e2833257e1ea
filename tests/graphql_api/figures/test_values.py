"""Metrics over GraphQL: the same answers as the projections give, in flat rows, with coded refusals."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from graphql_api.app import create_app
from infra.stores import Store
from projections.metrics.answer import answer
from projections.metrics.beside import Beside, ask
from projections.metrics.composites import ask_any
from projections.metrics.definitions import METRICS
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.figures.given import CUSTOMERS, QUEUES, Told, other_events
from tests.graphql_api.given import NOW, Asking, key_for, started

HIGHEST = 60 + len(other_events())
JANUARY = Question(metric="calls", start=date(2026, 1, 1), end=date(2026, 2, 1))
TWO_DAYS = replace(JANUARY, start=date(2026, 1, 5), end=date(2026, 1, 7))


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
            "position": HIGHEST,
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
    assert data["meta"] == [{"rowCount": 2, "total": 2, "truncated": False, "position": HIGHEST}]


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
        "position": HIGHEST,
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
        ('metric: "calls", position: 999', "position"),
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


def test_a_kind_of_unit_that_is_not_there_is_refused_by_its_argument(told: Told) -> None:
    query = """{ metrics(metric: "calls", from: "2026-01-05", to: "2026-01-07", by: ["unit.store"],
      where: [{dimension: "unit.under", values: ["u1"]}], tree: TODAY) { value } }"""
    error = told.asking.error(query)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "by"}
    assert error["message"] == "there is no unit of the kind 'store': no unit has a kind yet"


def test_several_metrics_stand_side_by_side_by_period(told: Told, facts: StoredFacts) -> None:
    query = """{ metrics(
      metrics: ["calls", "answer_rate.agent", "complaints"], from: "2026-01-05", to: "2026-01-07", grain: DAY
      fillGaps: true
    ) { periodStart metric definition value id nameEn } meta { definitions timeZone asOf knownAt } }"""
    data = told.asking.data(query)
    found = [(row["periodStart"], f"{row['metric']}.{row['definition']}") for row in data["metrics"]]
    assert found == [
        (day, name)
        for day in ("2026-01-05", "2026-01-06")
        for name in ("calls.count", "answer_rate.agent", "complaints.count")
    ]
    assert [row["value"] for row in data["metrics"]] == [
        one.value
        for day in (0, 1)
        for metric in ("calls", "answer_rate.agent", "complaints")
        for one in answer(facts, replace(TWO_DAYS, metric=metric, grain="day", fill_gaps=True), now=NOW)[
            day : day + 1
        ]
    ]
    assert data["metrics"][0]["nameEn"] == "Calls"
    assert len({row["id"] for row in data["metrics"]}) == 6
    assert data["meta"] == [
        {
            "definitions": [name for _, name in found[:3]],
            "timeZone": "Asia/Shanghai",
            "asOf": NOW.isoformat(),
            "knownAt": NOW.isoformat(),
        }
    ]


BESIDE = """{ metrics(metric: "answer_rate", from: "2026-01-01", to: "2026-02-01"%s) {
  definition value before beforeStart beforeEnd change changeUnit relativeChange
  target met challenge challengeMet attainment published breaks
} }"""


def shown(source: StoredFacts, question: Question, beside: Beside) -> list[dict[str, Any]]:
    """What the projections say, under GraphQL's names; null for what is not asked."""
    names = {
        "before": "before",
        "beforeStart": "before_start",
        "beforeEnd": "before_end",
        "change": "change",
        "changeUnit": "change_unit",
        "relativeChange": "relative_change",
        "target": "target",
        "met": "met",
        "challenge": "challenge",
        "challengeMet": "challenge_met",
        "attainment": "attainment",
        "published": "published",
        "breaks": "breaks",
    }
    return [
        {
            "definition": one.answer.definition,
            "value": one.answer.value,
            **{shown: one.beside.get(name) for shown, name in names.items()},
        }
        for one in ask(source, question, beside, now=NOW)
    ]


@pytest.mark.parametrize(
    ("arguments", "changes", "beside"),
    [
        ("", {}, {}),
        (", compare: PREVIOUS", {}, {"against": "previous"}),
        (", compare: YEAR, grain: DAY", {"grain": "day"}, {"against": "year"}),
        (", ruling: THEN", {}, {"ruling": "then"}),
        (", ruling: TODAY, compare: PREVIOUS", {}, {"ruling": "today", "against": "previous"}),
        (', by: ["queue"], definition: "agent"', {"by": ("queue",), "definition": "agent"}, {}),
        (', asOf: "2026-01-06"', {"as_of": datetime(2026, 1, 5, 16, tzinfo=UTC)}, {}),
        (', knownAt: "2026-01-06T00:00:00+08:00"', {"known_at": datetime(2026, 1, 5, 16, tzinfo=UTC)}, {}),
    ],
)
def test_what_stands_beside_a_value_is_what_projections_say(
    told: Told, facts: StoredFacts, arguments: str, changes: dict[str, Any], beside: dict[str, Any]
) -> None:
    question = replace(JANUARY, metric="answer_rate", **changes)
    expected = shown(facts, question, Beside(targets=True, breaks=True, **beside))
    assert told.asking.data(BESIDE % arguments)["metrics"] == expected
    assert expected


def test_the_target_and_the_break_are_those_that_were_told(told: Told) -> None:
    then, today = (told.asking.data(BESIDE % f", ruling: {one}")["metrics"] for one in ("THEN", "TODAY"))
    assert [row["definition"] for row in then] == ["line", "agent"]
    (row,) = today
    assert row["breaks"] == ["2026-01-06: definition answer_rate is now agent"]
    (row,) = told.asking.data(BESIDE % "")["metrics"]
    assert (row["target"], row["met"], row["challenge"], row["challengeMet"]) == (0.6, True, 0.7, False)
    assert row["published"] == [{"who": "regulator", "value": 0.66, "rank": 2, "of": 9}]


def test_targets_are_not_looked_for_where_nobody_reads_them(told: Told) -> None:
    query = """{
      shown: metrics(metric: "answer_rate", from: "2026-01-01", to: "2026-02-01") { targeted: target }
      hidden: metrics(metric: "answer_rate", from: "2026-01-01", to: "2026-02-01") { change }
    }"""
    assert told.asking.data(query) == {"shown": [{"targeted": 0.6}], "hidden": [{"change": None}]}


def test_composites_are_asked_like_any_metric(told: Told, facts: StoredFacts) -> None:
    query = """query Ask($metric: String!, $dimension: String!, $of: String!) {
      metrics(
        metric: $metric, from: "2026-01-01", to: "2026-02-01", where: [{dimension: $dimension, values: [$of]}]
      ) { metric definition value unit target missing parts nameEn } }"""
    for metric, dimension, of in (
        ("scorecard", "card", "desk"),
        ("target_attainment", "metric", "answer_rate"),
    ):
        question = replace(JANUARY, metric=metric, where={dimension: [of]})
        (expected,) = ask_any(facts, question, Beside(), now=NOW)
        (row,) = told.asking.data(query, metric=metric, dimension=dimension, of=of)["metrics"]
        assert (row["metric"], row["definition"], row["value"], row["unit"], row["nameEn"]) == (
            metric,
            expected.answer.definition,
            expected.answer.value,
            expected.answer.unit,
            None,
        )
        assert (row["parts"], row["missing"]) == (
            expected.beside.get("parts"),
            expected.beside.get("missing"),
        )


BY_QUEUE = """query Ask($order: ValueOrder!, $offset: Int! = 0, $limit: Int! = 100, $after: String) {
  metrics(
    metrics: ["calls", "answer_rate"], from: "2026-01-05", to: "2026-01-07", grain: DAY, by: ["queue"]
    orderBy: $order, offset: $offset, limit: $limit, after: $after
  ) { id periodStart metric dimension1 value }
  meta { rowCount total truncated }
}"""


@pytest.mark.parametrize("order", ["PERIOD_ASC", "PERIOD_DESC", "VALUE_ASC", "VALUE_DESC"])
def test_rows_stand_in_an_order_that_pages_do_not_change(told: Told, order: str) -> None:
    rows = told.asking.data(BY_QUEUE, order=order)["metrics"]
    key = {"PERIOD": "periodStart", "VALUE": "value"}[order.partition("_")[0]]
    values = [row[key] for row in rows]
    assert values == sorted(values, reverse=order.endswith("DESC"))
    assert len({row["id"] for row in rows}) == len(rows) == 8
    by_offset = [told.asking.data(BY_QUEUE, order=order, offset=at, limit=3) for at in (0, 3, 6)]
    assert [row for page in by_offset for row in page["metrics"]] == rows
    assert [page["meta"][0]["truncated"] for page in by_offset] == [True, True, False]
    behind = told.asking.data(BY_QUEUE, order=order, after=rows[2]["id"], limit=3)
    assert behind["metrics"] == rows[3:6]
    assert behind["meta"] == [{"rowCount": 3, "total": 8, "truncated": True}]


def test_null_is_a_value_that_can_be_kept(told: Told, facts: StoredFacts) -> None:
    query = """{ metrics(
      metric: "calls", from: "2026-01-05", to: "2026-01-07", by: ["customer_id"]
      where: [{dimension: "customer_id", values: [null, "t:2"]}]
    ) { dimension1 value } }"""
    assert told.asking.data(query)["metrics"] == [
        {"dimension1": customer, "value": 10.0} for customer in (None, CUSTOMERS[1])
    ]


OF_SEGMENT = """{ metrics(
  metrics: ["calls", "complaints"], from: "2026-01-05", to: "2026-01-07", grain: DAY, fillGaps: true
  segment: "complains"%s
) { periodStart metric value } }"""


@pytest.mark.parametrize(
    ("arguments", "values", "members_on"),
    [
        ("", {"calls": [0, 6], "complaints": [0, 1]}, None),
        (', segmentDay: "2026-01-06"', {"calls": [4, 6], "complaints": [0, 1]}, date(2026, 1, 6)),
        (', segmentDay: "2026-01-05"', {"calls": [0, 0], "complaints": [0, 0]}, date(2026, 1, 5)),
    ],
)
def test_a_segment_keeps_who_was_in_it_on_the_day(
    told: Told, facts: StoredFacts, arguments: str, values: dict[str, list[int]], members_on: date | None
) -> None:
    """The first customer complains on Tuesday early, so that Monday's calls were of nobody in it."""
    rows = told.asking.data(OF_SEGMENT % arguments)["metrics"]
    question = replace(
        TWO_DAYS, grain="day", fill_gaps=True, where={"segment": ["complains"]}, members_on=members_on
    )
    for metric, expected in values.items():
        assert [row["value"] for row in rows if row["metric"] == metric] == expected
        answers = answer(facts, replace(question, metric=metric), now=NOW)
        assert [one.value for one in answers] == expected


def test_who_was_in_a_segment_is_asked_at_the_moment_of_knowing(told: Told) -> None:
    """Before the complaint was told nobody was in, though the calls of Monday were told by then."""
    rows = told.asking.data(OF_SEGMENT % ', segmentDay: "2026-01-06", knownAt: "2026-01-05T19:00:00Z"')
    assert [row["value"] for row in rows["metrics"] if row["metric"] == "calls"] == [0, 0]


@pytest.mark.parametrize(
    ("arguments", "remarks"),
    [
        ("", []),
        (
            ', segment: "complains"',
            ["segments are stale since 2026-01-07: their later days are not stored yet"],
        ),
        (', knownAt: "2026-02-01"', ["history: declared by calls; its entry times were not measured"]),
    ],
)
def test_what_must_be_known_of_figures_is_remarked(told: Told, arguments: str, remarks: list[str]) -> None:
    query = f"""{{
      metrics(metric: "calls", from: "2026-01-05", to: "2026-01-07"{arguments}) {{ value }}
      explain(metric: "calls", from: "2026-01-05", to: "2026-01-07"{arguments}) {{ stream }}
      meta {{ remarks }}
    }}"""
    assert told.reader.data(query)["meta"] == [{"remarks": remarks}] * 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('metric: "calls", segment: "complain"', "segment 'complain' cannot be asked: there is no segment"),
        ('metric: "calls", segment: "circle"', "segment 'circle' cannot be asked: segments go in a circle"),
        ('metric: "complaint_rate", segment: "complains"', "facts that are not about customers"),
    ],
)
def test_a_segment_that_cannot_be_told_says_why(told: Told, arguments: str, message: str) -> None:
    error = told.asking.error(f'{{ metrics({arguments}, from: "2026-01-05", to: "2026-01-07") {{ value }} }}')
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "segment"}
    assert message in error["message"]


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ('metric: "calls", metrics: ["answer_rate"]', "metrics"),
        ("grain: DAY", "metrics"),
        ("metrics: []", "metrics"),
        ('metrics: ["calls", "calls.count"]', "metrics"),
        ('metrics: ["calls", "answer_rate"], definition: "line"', "definition"),
        ('metric: "calls", segmentDay: "2026-01-05"', "segmentDay"),
        ('metric: "calls", segment: "x", segmentDay: "0001-01-05"', "segmentDay"),
        ('metric: "calls", segment: "x", where: [{dimension: "segment", values: ["y"]}]', "segment"),
        ('metric: "calls", after: "nothing"', "after"),
        ('metric: "calls", offset: -1', "offset"),
        ('metric: "answer_rate", definition: "line", ruling: THEN', "ruling"),
        ('metric: "scorecard"', "where"),
        ('metric: "calls", by: ["customer_id", "agent_id"]', "by"),
    ],
)
def test_what_does_not_go_together_is_refused(told: Told, arguments: str, argument: str) -> None:
    error = told.asking.error(f'{{ metrics({arguments}, from: "2026-01-05", to: "2026-01-07") {{ value }} }}')
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


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

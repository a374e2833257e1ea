"""Rows behind figures over GraphQL: they add up, say why they do not count, and open into their events."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from projections.metrics.answer import answer
from projections.metrics.explain import explain
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts
from tests.graphql_api.figures.given import LATE, Told
from tests.graphql_api.given import NOW

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


OPENED = """{ explain(metric: "answer_rate", from: "2026-01-05", to: "2026-01-07", limit: 100%s) {
  role stream contribution divisor firstPosition lastPosition otherStream
  events { stream topic version position occurredAt recordedAt }
} meta { asOf knownAt timeZone definitions position } }"""

QUESTION = Question(metric="answer_rate", start=date(2026, 1, 5), end=date(2026, 1, 7))


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        ("", {}),
        (', asOf: "2026-01-05T20:00:00Z"', {"as_of": datetime(2026, 1, 5, 20, tzinfo=UTC)}),
        (', knownAt: "2026-02-10T00:00:00Z"', {"known_at": LATE}),
        (", position: 31", {"position": 31}),
        (', segment: "complains"', {"where": {"segment": ["complains"]}}),
    ],
)
def test_every_number_opens_into_its_events_at_any_moment(
    told: Told, facts: StoredFacts, arguments: str, changes: dict[str, Any]
) -> None:
    question = replace(QUESTION, **changes)
    rows = told.reader.data(OPENED % arguments)["explain"]
    (value,) = answer(facts, question, now=NOW)
    for role, figure in (("numerator", value.numerator), ("denominator", value.denominator)):
        assert sum(row["contribution"] for row in rows if row["role"] == role) == figure
    assert len(rows) == explain(facts, question, now=NOW).total
    for row in rows:
        positions = [event["position"] for event in row["events"]]
        assert (positions[0], positions[-1]) == (row["firstPosition"], row["lastPosition"])
        assert {event["stream"] for event in row["events"]} == {row["stream"]}


def test_an_event_says_what_was_told_and_when_but_nothing_of_a_person(told: Told) -> None:
    answer = told.manager.answer(OPENED % "")
    (last,) = (
        row
        for row in answer["data"]["explain"]
        if row["stream"] == "call-bank:29" and row["role"] == "numerator"
    )
    assert last["events"] == [
        {
            "stream": "call-bank:29",
            "topic": topic,
            "version": version,
            "position": 58 + version,
            "occurredAt": "2026-01-06T09:00:00+00:00",
            "recordedAt": recorded_at,
        }
        for version, topic, recorded_at in (
            (1, "call.offered", "2026-01-06T09:00:00+00:00"),
            (2, "call.answered", LATE.isoformat()),
        )
    ]
    assert "secret" not in str(answer)


def test_an_explanation_says_of_which_moments_it_is(told: Told) -> None:
    (meta,) = told.manager.data(OPENED % ', knownAt: "2026-02-10T00:00:00Z", position: 40')["meta"]
    assert meta == {
        "asOf": NOW.isoformat(),
        "knownAt": LATE.isoformat(),
        "timeZone": "Asia/Shanghai",
        "definitions": ["answer_rate.line"],
        "position": 40,
    }


def test_fewer_rows_are_opened_than_listed(told: Told) -> None:
    query = '{ explain(metric: "calls", from: "2026-01-05", to: "2026-01-07", limit: 1001) { %s } }'
    assert len(told.manager.data(query % "stream")["explain"]) == 30
    assert told.manager.error(query % "events { topic }")["extensions"]["argument"] == "limit"

"""What moved a number between two moments of knowing, over GraphQL, as projections tell it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from projections.metrics.difference import moved_known_at
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts
from tests.graphql_api.figures.given import LATE, Told
from tests.graphql_api.given import NOW

EARLIER = datetime(2026, 2, 1, tzinfo=UTC)
LATER = datetime(2026, 2, 20, tzinfo=UTC)
QUESTION = Question(metric="answer_rate", start=date(2026, 1, 5), end=date(2026, 1, 7))
DIFFERENCE = """query Ask($earlier: DateTime = "2026-02-01T00:00:00Z", $moved: Int! = 20) {
  metricDifference(
    metric: "answer_rate", from: "2026-01-05", to: "2026-01-07"
    earlier: $earlier, later: "2026-02-20T00:00:00Z"%s
  ) {
    id metric definition periodStart dimensions valueBefore valueAfter difference unit movedCount
    numeratorBefore numeratorAfter denominatorBefore denominatorAfter
    moved(limit: $moved) {
      role fact stream key before after change shareOfDifference
      events { topic version position occurredAt recordedAt }
    }
  }
  meta { rowCount total truncated definitions position }
}"""


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        ("", {}),
        (", grain: DAY", {"grain": "day"}),
        (', grain: DAY, by: ["queue"]', {"grain": "day", "by": ("queue",)}),
        (', segment: "complains"', {"where": {"segment": ["complains"]}}),
    ],
)
def test_every_period_and_group_says_how_it_moved(
    told: Told, facts: StoredFacts, arguments: str, changes: dict[str, Any]
) -> None:
    rows = told.reader.data(DIFFERENCE % arguments)["metricDifference"]
    expected = moved_known_at(facts, replace(QUESTION, **changes), EARLIER, LATER, now=NOW)
    assert len(rows) == len(expected) == len({row["id"] for row in rows})
    for row, one in zip(rows, expected, strict=True):
        known = one.after or one.before
        assert known is not None
        assert row["dimensions"] == dict(known.by)
        assert (row["difference"], row["movedCount"]) == (one.difference, one.rows.height)
        for side, found in (("Before", one.before), ("After", one.after)):
            assert row[f"numerator{side}"] == (found and found.numerator)
            assert row[f"value{side}"] == (found and found.value)
        assert [moved["key"] for moved in row["moved"]] == one.rows["key"].to_list()


def test_what_moved_is_named_with_what_was_told_in_between(told: Told) -> None:
    answer = told.manager.answer(DIFFERENCE % "")
    (row,) = answer["data"]["metricDifference"]
    assert (row["numeratorBefore"], row["numeratorAfter"], row["denominatorAfter"]) == (19, 20, 30)
    shares = sum(Decimal(str(moved["shareOfDifference"])) for moved in row["moved"])
    assert float(shares) == pytest.approx(row["difference"])
    (moved,) = (one for one in row["moved"] if one["role"] == "numerator")
    assert (moved["stream"], moved["before"], moved["after"], moved["change"]) == ("call-bank:29", 0, 1, 1)
    assert moved["events"] == [
        {
            "topic": "call.answered",
            "version": 2,
            "position": 60,
            "occurredAt": "2026-01-06T09:00:00+00:00",
            "recordedAt": LATE.isoformat(),
        }
    ]
    assert "secret" not in str(answer)
    assert answer["data"]["meta"][0]["definitions"] == ["answer_rate.line"]


def test_where_nothing_moved_nothing_is_named(told: Told) -> None:
    (row,) = told.manager.data(DIFFERENCE % "", earlier="2026-02-15T00:00:00Z")["metricDifference"]
    assert (row["difference"], row["movedCount"], row["moved"]) == (0, 0, [])


def test_differences_and_moved_rows_come_in_parts(told: Told) -> None:
    every = told.manager.data(DIFFERENCE % ", grain: DAY")["metricDifference"]
    part = told.manager.data(DIFFERENCE % ", grain: DAY, limit: 1, offset: 1")
    assert part["metricDifference"] == every[1:]
    assert part["meta"][0]["total"] == 2
    (row,) = told.manager.data(DIFFERENCE % "", moved=0)["metricDifference"]
    assert row["moved"] == []
    (row,) = told.manager.data(DIFFERENCE % ", movedOffset: 1")["metricDifference"]
    assert len(row["moved"]) == row["movedCount"] - 1


@pytest.mark.parametrize(
    ("arguments", "variables", "argument"),
    [
        ("", {"earlier": "2026-03-20T00:00:00Z"}, "later"),
        (", limit: -1", {}, "limit"),
        (", movedOffset: -1", {}, "movedOffset"),
        ("", {"moved": -1}, "limit"),
    ],
)
def test_differences_that_cannot_be_told_name_the_argument(
    told: Told, arguments: str, variables: dict[str, Any], argument: str
) -> None:
    error = told.manager.error(DIFFERENCE % arguments, **variables)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


def test_differences_are_not_for_everybody(told: Told) -> None:
    assert told.asking.error(DIFFERENCE % "")["extensions"]["code"] == "FORBIDDEN"

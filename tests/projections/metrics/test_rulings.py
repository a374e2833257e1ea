"""A series under the definitions that held, under today's, or one carried on, with its breaks told."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from projections.metrics.beside import Beside, RulingAndDefinition, Told, ask
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
QUESTION = Question(metric="answer_rate", start=date(2024, 1, 1), end=date(2024, 4, 1), grain="month")


def ruled(day: date, definition: str, **columns: Any) -> dict[str, Any]:
    return {
        "organisation": "organisation-x:1",
        "kind": "definition",
        "name": "answer_rate",
        "valid_from": day,
        "body": json.dumps(definition),
    } | columns


def memory(*rules: dict[str, Any]) -> Memory:
    """In each of three months one call answered from the queue, and one abandoned before it."""
    rows = [
        row
        for month in (1, 2, 3)
        for row in (
            call(month, offered_at=at(f"2024-0{month}-10T02:00"), queued_at=at(f"2024-0{month}-10T02:00")),
            call(10 + month, offered_at=at(f"2024-0{month}-20T02:00"), outcome="abandoned"),
        )
    ]
    return Memory({"calls": frame("calls", rows), "organisation_rules": frame("organisation_rules", rules)})


def told(source: Memory, beside: Beside, question: Question = QUESTION) -> list[tuple[Any, ...]]:
    return [
        (one.answer.period_start.isoformat(), one.answer.definition, one.answer.value)
        for one in ask(source, question, beside, now=NOW)
    ]


def test_without_a_rule_the_first_definition_holds() -> None:
    assert [definition for _, definition, _ in told(memory(), Beside(ruling="then"))] == ["line"] * 3


def test_a_series_changes_its_definition_where_the_organisation_did() -> None:
    source = memory(ruled(date(2024, 2, 1), "agent"))
    assert told(source, Beside(ruling="then")) == [
        ("2024-01-01", "line", 0.5),
        ("2024-02-01", "agent", 1.0),
        ("2024-03-01", "agent", 1.0),
    ]


def test_a_period_in_which_the_definition_changes_is_told_in_two_parts() -> None:
    source = memory(ruled(date(2024, 2, 15), "agent"))
    assert told(source, Beside(ruling="then")) == [
        ("2024-01-01", "line", 0.5),
        ("2024-02-01", "line", 1.0),
        ("2024-02-15", "agent", None),
        ("2024-03-01", "agent", 1.0),
    ]


def test_todays_rule_goes_back_over_all_of_it() -> None:
    source = memory(ruled(date(2024, 3, 1), "agent"))
    assert {row[1:] for row in told(source, Beside(ruling="today"))} == {("agent", 1.0)}


def test_today_is_the_day_that_is_asked_as_of() -> None:
    source = memory(ruled(date(2024, 3, 1), "agent"))
    earlier = replace(QUESTION, as_of=at("2024-02-25T00:00"))
    assert {row[1] for row in told(source, Beside(ruling="today"), earlier)} == {"line"}


def test_the_old_rule_is_carried_on_by_naming_it() -> None:
    source = memory(ruled(date(2024, 2, 1), "agent"))
    assert {row[1:] for row in told(source, Beside(), replace(QUESTION, definition="line"))} == {
        ("line", 0.5)
    }
    with pytest.raises(RulingAndDefinition, match="leave out"):
        told(source, Beside(ruling="then"), replace(QUESTION, definition="line"))


def test_the_break_is_said_at_its_period_and_not_at_the_first_day() -> None:
    source = memory(ruled(date(2024, 1, 1), "line"), ruled(date(2024, 2, 1), "agent"))
    found: list[Told] = ask(source, QUESTION, Beside(breaks=True), now=NOW)
    assert [one.beside["breaks"] for one in found] == [
        [],
        ["2024-02-01: definition answer_rate is now agent"],
        [],
    ]


def test_a_rule_holds_from_its_own_day_whenever_it_was_told() -> None:
    source = memory(ruled(date(2024, 2, 1), "agent", last_recorded_at=at("2024-05-01T00:00")))
    known = replace(QUESTION, known_at=at("2024-04-15T00:00"), as_of=at("2024-04-15T00:00"))
    assert [row[1] for row in told(source, Beside(ruling="then"), known)] == ["line", "agent", "agent"]

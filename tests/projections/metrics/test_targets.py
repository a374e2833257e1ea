"""Targets and published figures stand beside exactly the answers that they are of."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from projections.metrics.answer import answer
from projections.metrics.beside import Beside
from projections.metrics.composites import CompositeOfNothing, ask_any
from projections.metrics.question import Question
from projections.metrics.score_cards import UnknownScoreCard
from projections.metrics.targets import Aimed, aimed
from tests.projections.metrics.examples import at, call, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
JANUARY = (date(2024, 1, 1), date(2024, 2, 1))
QUESTION = Question(metric="answer_rate", start=JANUARY[0], end=JANUARY[1])
CALLS = [
    *(call(n, queue="vip") for n in range(9)),
    call(9, queue="vip", outcome="abandoned"),
    call(10, queue="other", outcome="abandoned"),
]


def target(value: str, **columns: Any) -> dict[str, Any]:
    return {
        "target": f"target-x:{columns.get('narrowed_to')}",
        "period_start": JANUARY[0],
        "period_end": JANUARY[1],
        "metric": "answer_rate",
        "value": Decimal(value),
        "direction": "higher",
    } | columns


def memory(*targets: dict[str, Any], figures: tuple[dict[str, Any], ...] = (), rules: Any = ()) -> Memory:
    return Memory(
        {
            "calls": frame("calls", CALLS),
            "targets": frame("targets", targets),
            "published_figures": frame("published_figures", figures),
            "organisation_rules": frame("organisation_rules", rules),
        }
    )


def beside(source: Memory, question: Question = QUESTION) -> list[Aimed]:
    return aimed(source, question, answer(source, question, now=NOW), now=NOW)


def test_a_target_reached_exactly_is_met_and_a_challenge_missed() -> None:
    source = memory(target("0.9", narrowed_to="queue=vip", challenge=Decimal("0.95")))
    (one,) = beside(source, replace(QUESTION, where={"queue": ["vip"]}))
    assert one.as_json() == {
        "target": 0.9,
        "met": True,
        "challenge": 0.95,
        "challenge_met": False,
        "attainment": 1.0,
        "published": [],
    }


def test_lower_is_better_where_the_target_says_so() -> None:
    (one,) = beside(memory(target("0.8", direction="lower")))
    assert one.aim is not None
    assert one.aim.is_met(one.answer.value, bound=one.aim.target) is False
    assert one.aim.attained(0.4) == 2.0


@pytest.mark.parametrize(
    "other",
    [
        {"narrowed_to": "queue=other"},
        {"narrowed_to": "not a where"},
        {"period_end": date(2024, 3, 1)},
        {"definition": "agent"},
        {"metric": "service_level"},
        {"unit": "org:1"},
    ],
)
def test_a_target_of_something_else_stands_beside_nothing(other: dict[str, Any]) -> None:
    source = memory(target("0.9", **{"narrowed_to": "queue=vip", **other}))
    (one,) = beside(source, replace(QUESTION, where={"queue": ["vip"]}))
    assert one.aim is None


def test_each_group_has_its_own_target_and_several_values_have_none() -> None:
    source = memory(target("0.9", narrowed_to="queue=vip"), target("0.1", narrowed_to="queue=other"))
    by_queue = {one.answer.by["queue"]: one.aim for one in beside(source, replace(QUESTION, by=("queue",)))}
    assert {queue: aim and aim.target for queue, aim in by_queue.items()} == {
        "vip": Decimal("0.9"),
        "other": Decimal("0.1"),
    }
    (both,) = beside(source, replace(QUESTION, where={"queue": ["vip", "other"]}))
    assert both.aim is None


def test_published_figures_are_named_by_who_printed_them() -> None:
    figure = target("0.8622", who="province", rank=2, of=17)
    figure.pop("direction")
    (one,) = beside(memory(figures=(figure,)))
    assert one.as_json()["published"] == [{"who": "province", "value": 0.8622, "rank": 2, "of": 17}]
    assert one.as_json()["met"] is None


def test_a_target_told_later_is_not_known_before() -> None:
    source = memory(target("0.9", last_recorded_at=at("2024-05-01T00:00")))
    (one,) = beside(source, replace(QUESTION, known_at=at("2024-04-01T00:00")))
    assert one.aim is None


def test_attainment_is_asked_like_a_metric() -> None:
    source = memory(target("0.9", narrowed_to="queue=vip"))
    question = replace(
        QUESTION, metric="target_attainment", where={"metric": ["answer_rate"], "queue": ["vip"]}
    )
    (one,) = ask_any(source, question, Beside(), now=NOW)
    assert (one.answer.definition, one.answer.value) == ("answer_rate.line", 1.0)
    with pytest.raises(CompositeOfNothing, match="say which"):
        ask_any(source, replace(question, where={}), Beside(), now=NOW)


CARD = {
    "parts": [
        {
            "metric": "answer_rate",
            "weight": "0.4",
            "bands": [{"points": "50"}, {"from_value": "0.8", "points": "100"}],
        },
        {"metric": "abandonment_rate", "weight": "0.6", "bands": [{"from_value": "0.1", "points": "10"}]},
    ]
}


def rule(body: Any, **columns: Any) -> dict[str, Any]:
    return {
        "organisation": "organisation-x:1",
        "kind": "score_card",
        "name": "service",
        "valid_from": date(2024, 1, 1),
        "body": json.dumps(body),
    } | columns


def scored(source: Memory, **columns: Any) -> Any:
    question = replace(QUESTION, metric="scorecard", where={"card": ["service"]}, **columns)
    return ask_any(source, question, Beside(), now=NOW)


def test_a_score_card_adds_weighted_points() -> None:
    (one,) = scored(memory(rules=[rule(CARD)]))
    assert one.answer.value == 0.4 * 100 + 0.6 * 10
    assert one.beside["missing"] == []


def test_a_score_card_with_a_part_that_has_no_points_is_null_and_says_which() -> None:
    quiet = scored(memory(rules=[rule(CARD)]), start=date(2024, 3, 1), end=date(2024, 4, 1))
    assert quiet[0].answer.value is None
    assert quiet[0].beside["missing"] == ["answer_rate", "abandonment_rate"]


def test_an_unknown_card_names_those_there_are() -> None:
    with pytest.raises(UnknownScoreCard, match="there are service"):
        ask_any(
            memory(rules=[rule(CARD)]),
            replace(QUESTION, metric="scorecard", where={"card": ["services"]}),
            Beside(),
            now=NOW,
        )

"""Every definition answers what its plain judge says, over random rows of the facts that it reads."""

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.metrics.answer import Answer, answer
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import METRICS
from projections.metrics.explain import explained_rows
from projections.metrics.question import Question
from tests.effort import FACTOR
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.plain import Plain
from tests.projections.metrics.plain.judges import PLAIN, WORDS
from tests.projections.metrics.plain.random_rows import END, NOW, START, facts_behind, memories

JUDGED = [definition for definition in METRICS if definition.name in PLAIN]
LAW = settings(
    max_examples=4 * FACTOR,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def test_every_definition_has_a_judge_and_every_judge_a_definition() -> None:
    assert {definition.name for definition in METRICS} == set(PLAIN)


@pytest.mark.parametrize("definition", JUDGED, ids=lambda definition: definition.name)
@LAW
@given(data=st.data())
def test_a_definition_answers_what_its_judge_says_and_opens_into_its_rows(
    definition: MetricDefinition, data: st.DataObject
) -> None:
    memory = data.draw(memories(facts_behind(definition), WORDS))
    (one,) = answer(memory, question(definition), now=NOW)
    judged = PLAIN[definition.name](rows_in(memory), START, END)
    found = Plain(one.numerator, one.denominator, one.value)
    assert same(found.value, judged.value), (found, judged)
    if definition.statistic is None and definition.formula is None:
        assert same(found.numerator or 0, judged.numerator or 0), (found, judged)
        assert same(found.denominator or 0, judged.denominator or 0), (found, judged)
    check_rows(definition, one, explained_rows(memory, question(definition), now=NOW))


def check_rows(definition: MetricDefinition, one: Answer, rows: pl.DataFrame) -> None:
    """The explanation's rows add up to the answer, or are the ones that a statistic was made of."""
    if definition.statistic is not None:
        assert rows.filter(role="numerator").height == one.n
    elif definition.formula is None:
        for role, figure in (("numerator", one.numerator), ("denominator", one.denominator)):
            told = rows.filter(role=role)
            added = sum(row["contribution"] / row["divisor"] for row in told.iter_rows(named=True))
            assert same(added, figure or 0)


def question(definition: MetricDefinition) -> Question:
    return Question(metric=definition.metric, definition=definition.id, start=START, end=END, fill_gaps=True)


def rows_in(memory: Memory) -> dict[str, list[dict[str, Any]]]:
    return {name: frame.to_dicts() for name, frame in memory.tellings.items()}


def same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-9)

"""Every dimension that a definition lists can be asked of it, and its groups open up into their rows."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.metrics.answer import Answer, answer
from projections.metrics.askable import ANY_KIND, UNDER, askable, can_be_asked, is_held_whole
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import METRICS, find_definition
from projections.metrics.explain import explained_rows
from projections.metrics.explained_roles import group_column
from projections.metrics.measures import DAYS
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.plain.judges import WORDS
from tests.projections.metrics.plain.random_rows import END, NOW, START, facts_behind, memories
from tests.projections.metrics.tree import tree_frames

MIDDLE = at("2024-02-14T00:00")


def joined_facts() -> dict[str, pl.DataFrame]:
    """What the people and units of random rows were: a moved unit, a class, a tier, a place, a link."""
    tree = tree_frames(
        {"a": "store", "b": "district"}, [("a", None, at("2020-01-01T00:00")), ("a", "b", MIDDLE)]
    )
    classes = [
        {"customer": "customer-a", "version": n, "scheme": scheme, "value": "x", "classified_at": MIDDLE}
        for n, scheme in enumerate(("value", "brand", "account_class"))
    ]
    tier = {"member": "member-m", "version": 1, "customer_id": "a", "tier": "gold", "move": "enrolled"}
    place = {"agent": "agent-a", "version": 1, "role": "phone", "team": "1", "moved_at": MIDDLE}
    link = {"customer": "customer-b", "version": 1, "to": "a", "linked_at": MIDDLE}
    return tree | {
        "customer_classes": frame("customer_classes", classes),
        "member_tiers": frame("member_tiers", [tier | {"moved_at": MIDDLE}]),
        "agent_moves": frame("agent_moves", [place]),
        "customer_links": frame("customer_links", [link]),
    }


def asked(definition: MetricDefinition, name: str) -> Question:
    whole = Question(metric=definition.metric, definition=definition.id, start=START, end=END, fill_gaps=True)
    if name == UNDER:
        return replace(whole, where={UNDER: ["b", None]})
    return replace(whole, by=(name.replace(ANY_KIND, "unit.district"),))


def check_group(definition: MetricDefinition, one: Answer, rows: pl.DataFrame) -> None:
    """The rows of a group add up to both of its sides."""
    for role, figure in (("numerator", one.numerator), ("denominator", one.denominator)):
        told = rows.filter(role=role)
        for name, value in one.by.items():
            if role == "numerator" or not is_held_whole(definition, name):
                is_mine = pl.col(group_column(name)).eq_missing(pl.lit(value))
                told = told.filter(is_mine | (pl.col("fact") == DAYS))
        added = sum(
            (Fraction(row["contribution"]) / row["divisor"] for row in told.iter_rows(named=True)),
            Fraction(0),
        )
        assert float(added) == pytest.approx(figure or 0)


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_listed_can_be_asked_and_opened_up(data: st.DataObject) -> None:
    definition = data.draw(st.sampled_from(METRICS))
    name = data.draw(st.sampled_from(askable(definition)))
    drawn = data.draw(memories(facts_behind(definition), WORDS))
    source = Memory(joined_facts() | dict(drawn.tellings), latest=drawn.latest)
    question = asked(definition, name)
    answers = answer(source, question, now=NOW)
    assert answer(source, replace(question, position=100), now=NOW) == answers
    rows = explained_rows(source, question, now=NOW)
    for one in answers:
        if definition.statistic is None and definition.formula is None:
            check_group(definition, one, rows)


def listed(metric: str) -> tuple[str, ...]:
    return askable(find_definition(metric, None))


def test_what_is_joined_stands_after_what_is_declared() -> None:
    joined = listed("service_level")[len(find_definition("service_level", None).dimensions) :]
    assert joined[:3] == ("unit.<kind>", "unit.under", "member_tier")
    assert joined[-2:] == ("role", "team")
    assert listed("complaint_rate")[-3:] == ("unit.<kind>", "unit.under", "account_class")


@pytest.mark.parametrize(
    ("name", "as_filter", "can"),
    [
        ("unit.store", False, True),
        ("unit.", False, False),
        ("unit.under", True, True),
        ("unit.under", False, False),
        ("member_tier", True, True),
        ("shoe_size", False, False),
    ],
)
def test_names_that_can_be_asked(name: str, as_filter: Any, can: Any) -> None:
    assert can_be_asked(find_definition("calls", None), name, as_filter=as_filter) is can

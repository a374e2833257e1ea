"""A definition of a segment is read whole, or refused with the place, the reason and the nearest word."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.organisation.decide import RuleUnreadable, check_readable
from domain.organisation.segment_reading import MOST_DEEP, MOST_PARTS
from domain.organisation.segment_words import COUNTS, FIELDS, SUMS
from domain.organisation.segments import Segment, read_segment
from domain.organisation.written import read_written_rules

LEAVING = {
    "all": [
        {"field": "value_class", "in": ["gold", "platinum"]},
        {"count": "complaints", "where": {"category": "billing"}, "in_last_days": 90, "at_least": 2},
        {"not": {"segment": "on_holiday"}},
    ]
}


def deep(levels: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"field": "brand", "is": "vip"}
    for _ in range(levels):
        condition = {"not": condition}
    return condition


def test_a_definition_is_a_rule_of_the_organisation() -> None:
    (rule,) = read_written_rules(
        {
            "rules": [
                {"kind": "segment", "name": "leaving", "body": {"title": "Leaving", "condition": LEAVING}}
            ]
        }
    )
    read = read_segment(rule.body)
    assert (read.title, list(read.names())) == ("Leaving", ["on_holiday"])


def test_a_rule_that_cannot_be_read_is_not_configured() -> None:
    with pytest.raises(
        RuleUnreadable, match=r"condition.all\[0\].field: 'brnad' is no field: did you mean brand"
    ):
        read_written_rules(
            {
                "rules": [
                    {
                        "kind": "segment",
                        "name": "s",
                        "body": {"condition": {"all": [{"field": "brnad", "is": "vip"}]}},
                    }
                ]
            }
        )


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("gold", "condition: a condition is an object"),
        ({}, "condition: a condition has one of these"),
        (
            {"feild": "brand"},
            "condition: a condition has one of these, and 'feild' is none: did you mean field",
        ),
        ({"any": []}, "condition.any: a list of at least one condition is needed"),
        ({"all": [{"any": {}}]}, r"condition.all\[0\].any: a list of at least one"),
        ({"all": [], "any": []}, "condition: a condition is of one kind, this has all and any"),
        ({"not": {"field": "brand"}}, "condition.not: one of is, in, .* is needed, this has none"),
        ({"field": "brand", "iss": "vip"}, "condition.iss: there is no such word here: did you mean is"),
        ({"field": "brand", "is": 3}, "condition.is: 3 is no text"),
        (
            {"field": "brand", "at_least": 3},
            "condition.at_least: brand is a text, which may be asked by is, in",
        ),
        ({"field": "points_balance", "at_least": "x"}, "condition.at_least: 'x' is no number"),
        ({"field": "churned_at", "at_least": "2024-13-01"}, "condition.at_least: '2024-13-01' is no day"),
        ({"field": "churned_at", "in_last_days": 0}, "condition.in_last_days: a window has 1 to 3660 days"),
        (
            {"count": "calls", "at_least": [1]},
            "condition.at_least: Expected `int | float | null`, got `array`",
        ),
        ({"count": "cals", "at_least": 1}, "condition.count: 'cals' is no count: did you mean calls"),
        ({"sum": "spent", "at_least": 1}, "condition.sum: 'spent' is no sum: did you mean spend"),
        (
            {"count": "calls", "where": {"que": "x"}, "at_least": 1},
            "condition.where.que: calls has no que: did",
        ),
        ({"count": "calls", "where": {"queue": []}, "at_least": 1}, "condition.where.queue: there are 1 to"),
        ({"count": "calls"}, "condition: one of at_least, at_most, between, none is needed, this has none"),
        (
            {"count": "calls", "in_next_days": 3, "none": True},
            "only contracts and warnings have a day that comes",
        ),
        ({"count": "contracts", "in_month": "this", "none": True}, "contracts stand now, and have no window"),
        (
            {"count": "calls", "in_month": "next", "none": True},
            "condition.in_month: Invalid enum value 'next'",
        ),
        (
            {"count": "calls", "in_month": "this", "in_last_days": 3, "none": True},
            "condition: there is one window, not in_last_days and in_month",
        ),
        ({"count": "calls", "between": [3, 1]}, "condition.between: the lower bound comes first"),
        (deep(MOST_DEEP), "conditions lie at most 10 deep"),
        ({"any": [deep(1)] * MOST_PARTS}, "a segment has at most 100 conditions"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(condition: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_segment({"condition": condition})


def test_other_words_beside_the_condition_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown field `colour`"):
        read_segment({"condition": LEAVING, "colour": "red"})


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=8)
        | st.sampled_from([*FIELDS, *COUNTS, *SUMS]),
        lambda parts: (
            st.lists(parts, max_size=3)
            | st.dictionaries(
                st.sampled_from(["all", "any", "not", "field", "count", "sum", "is", "at_least", "where"]),
                parts,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_is_written_is_read_or_refused_by_a_value_error(written: Any) -> None:
    try:
        read = read_segment(json.dumps({"condition": written}))
    except ValueError:
        return
    assert isinstance(read, Segment)
    assert read.read == read_segment({"condition": written}).read


def test_a_withdrawn_segment_needs_no_condition() -> None:
    (rule,) = read_written_rules({"rules": [{"kind": "segment", "name": "s", "body": None}]})
    check_readable(rule)
    assert rule.body == "null"

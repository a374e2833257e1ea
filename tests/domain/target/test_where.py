"""A where is read as dimension=value pairs, and what it cannot be is said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.target.where import read_where

DIMENSIONS = st.sampled_from(["queue", "line", "member_tier", "cause2"])
VALUES = st.text(st.characters(exclude_characters=","), min_size=1).filter(lambda text: text == text.strip())


def test_no_where_is_everything() -> None:
    assert read_where(None) == {}


def test_read_in_the_order_written() -> None:
    assert list(read_where("queue=internal,line=motor=commercial").items()) == [
        ("queue", "internal"),
        ("line", "motor=commercial"),
    ]


@given(st.dictionaries(DIMENSIONS, VALUES, min_size=1))
def test_read_back_as_it_was_joined(narrowed: dict[str, str]) -> None:
    assert read_where(",".join(f"{dimension}={value}" for dimension, value in narrowed.items())) == narrowed


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("", "'' is not dimension=value"),
        ("queue", "'queue' is not dimension=value"),
        ("Queue=a", "'Queue=a' is not dimension=value"),
        ("a=b,", "'' is not dimension=value"),
        ("a=b, c=d", "' c=d' is not dimension=value"),
        ("queue=", "'queue=' has no value, or spaces around it"),
        ("queue= a", "'queue= a' has no value, or spaces around it"),
        ("queue=a,queue=b", "'queue' is told twice"),
    ],
)
def test_refused(where: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        read_where(where)

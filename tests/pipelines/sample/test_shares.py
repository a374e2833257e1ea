"""Shared out, nothing is lost: counts over weights add up, and a deck comes out exactly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sample.shares import Deck, shared_by_name, shares

weights = st.lists(st.floats(min_value=0, max_value=1e6), min_size=1, max_size=20)


@settings(max_examples=50, deadline=None)
@given(total=st.integers(min_value=0, max_value=10**7), weights=weights)
def test_shares_add_up_and_none_is_a_whole_one_off(total: int, weights: list[float]) -> None:
    shared = shares(total, weights)
    assert shared.sum() == total
    whole = sum(weights) or len(weights)
    exact = [total * (weight if sum(weights) else 1) / whole for weight in weights]
    assert all(abs(one - real) < 1.001 for one, real in zip(shared.to_list(), exact, strict=True))


def test_the_largest_remainder_gets_one_more() -> None:
    assert shared_by_name(10, {"a": 1, "b": 1, "c": 1.3}) == {"a": 3, "b": 3, "c": 4}


@settings(max_examples=50, deadline=None)
@given(
    counts=st.dictionaries(st.sampled_from("abcdef"), st.integers(min_value=0, max_value=500), min_size=1),
    hand=st.integers(min_value=1, max_value=200),
)
def test_a_deck_dealt_hand_by_hand_comes_out_exactly(counts: dict[str, int], hand: int) -> None:
    deck = Deck(counts)
    hands = []
    while deck.left:
        hands.append(deck.take(min(hand, deck.left)))
        assert all(taken >= 0 for taken in hands[-1].values())
    assert {name: sum(one[name] for one in hands) for name in counts} == counts or not hands


def test_no_more_is_taken_than_there_is() -> None:
    with pytest.raises(ValueError, match="4 of 3 cards"):
        Deck({"a": 1, "b": 2}).take(4)

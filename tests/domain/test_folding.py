"""Folding is total, follows the order of happening, and leaves out what was taken back."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.envelope import Event
from domain.event import EventVoided, void
from domain.folding import fold_live, live_events
from domain.streams import STREAMS, Stream
from tests.effort import FACTOR
from tests.examples import NOW, YESTERDAY, answered, ended, offered
from tests.given import streams_of

each_stream = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)


@each_stream
def test_any_sequence_of_a_streams_events_gives_a_state_and_the_order_of_arrival_does_not_matter(
    stream: Stream,
) -> None:
    @settings(max_examples=20 * FACTOR, deadline=None)
    @given(
        streams_of(stream.name).flatmap(lambda events: st.tuples(st.just(events), st.permutations(events)))
    )
    def folds_the_same(orders: tuple[list[Event], list[Event]]) -> None:
        one, other = (fold_live(events, initial=stream.initial, evolve=stream.evolve) for events in orders)
        assert type(one) is type(stream.initial)
        assert one == other

    folds_the_same()


@each_stream
def test_events_of_other_streams_change_nothing(stream: Stream) -> None:
    other = next(known for known in STREAMS if known is not stream)

    @settings(max_examples=10, deadline=None)
    @given(streams_of(other.name))
    def change_nothing(events: list[Event]) -> None:
        assert fold_live(events, initial=stream.initial, evolve=stream.evolve) == stream.initial

    change_nothing()


def test_events_are_ordered_by_happening_then_by_telling() -> None:
    late = replace(offered, originator_version=1, occurred_at=NOW)
    early = replace(answered, originator_version=2, occurred_at=YESTERDAY)
    tied = replace(ended, originator_version=3, occurred_at=YESTERDAY)
    assert live_events([tied, late, early]) == [early, tied, late]


def test_a_voided_event_and_its_void_are_left_out() -> None:
    first = replace(offered, originator_version=1)
    second = replace(answered, originator_version=2)
    taken_back = replace(void(second, reason="wrong", now=NOW), originator_version=3)
    assert live_events([first, second, taken_back]) == [first]


def test_a_void_of_a_void_changes_nothing() -> None:
    first = replace(offered, originator_version=1)
    taken_back = replace(void(first, reason="wrong", now=NOW), originator_version=2)
    of_the_void = replace(taken_back, originator_version=3, version=2)
    assert isinstance(of_the_void, EventVoided)
    assert live_events([first, taken_back, of_the_void]) == []


def test_an_event_told_again_after_its_void_stands() -> None:
    first = replace(offered, originator_version=1)
    taken_back = replace(void(first, reason="wrong", now=NOW), originator_version=2)
    again = replace(offered, originator_version=3, occurred_at=first.occurred_at - timedelta(hours=1))
    assert live_events([first, taken_back, again]) == [again]

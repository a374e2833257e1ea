"""Whole streams are folded some at a time: together they are every event once, and none is split."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from projections.runner.build import streams_apart
from tests.projections.facts.given import LAW


@LAW
@given(streams=st.lists(st.integers(0, 9), max_size=40), at_once=st.integers(1, 50))
def test_parts_hold_whole_streams_and_every_event_once(streams: list[int], at_once: int) -> None:
    events = pl.DataFrame(
        {"position": range(len(streams)), "originator_id": [f"member-x:{number}" for number in streams]},
        schema={"position": pl.Int64, "originator_id": pl.String},
    )
    parts = streams_apart(events, at_once=at_once)
    assert pl.concat(parts).sort("position").equals(events)
    seen = [set(part["originator_id"]) for part in parts]
    assert sum(map(len, seen)) == len(set().union(*seen))


def test_few_events_stay_together() -> None:
    events = pl.DataFrame({"originator_id": ["a", "b"]})
    [together] = streams_apart(events, at_once=2)
    assert together is events

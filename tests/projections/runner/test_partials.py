"""Partial rows come back once per key and merged, in the order of the log where a key was told of once."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from projections.facts import SPECS
from projections.facts.fold import empty_rows, fold, merge
from projections.facts.spec import FactSpec
from projections.runner.partials import Partials, told_again
from projections.runner.spill import Memory
from tests.projections.facts.given import LAW, events_of, in_order, logs_of
from tests.projections.logs import Log

CALLS, PURPOSES = SPECS["calls"], SPECS["call_purposes"]
SIZES = st.integers(1, 12)
HELD = st.sampled_from((0, 3_000, 10**7))


def folded_apart(spec: FactSpec, log: Log, size: int) -> list[pl.DataFrame]:
    return [fold(spec, some) for some in events_of(log, spec).iter_slices(size)]


@LAW
@given(
    calls=logs_of(CALLS, voids=False), purposes=logs_of(PURPOSES, voids=False), size=SIZES, held_bytes=HELD
)
def test_rows_are_those_of_one_merge_of_all_whatever_goes_to_disk_and_when(
    calls: Log, purposes: Log, size: int, held_bytes: int
) -> None:
    memory = Memory(held_bytes=held_bytes)
    told = [(CALLS, folded_apart(CALLS, calls, size)), (PURPOSES, folded_apart(PURPOSES, purposes, size))]
    with Partials(CALLS, memory=memory) as one, Partials(PURPOSES, memory=memory) as two:
        for partials, (_, frames) in zip((one, two), told, strict=True):
            for frame in frames:
                partials.add(frame)
            assert sum(held.size for held in memory.spills) <= held_bytes
        for partials, (spec, frames) in zip((one, two), told, strict=True):
            found = pl.concat([empty_rows(spec), *partials.merged()])
            assert in_order(spec, found).equals(
                in_order(spec, merge(spec, pl.concat([empty_rows(spec), *frames])))
            )
            assert partials.rows == sum(frame.height for frame in frames)


def test_rows_told_of_once_keep_the_order_of_the_log() -> None:
    names = [f"call-x:{number}" for number in (5, 3, 9, 1)]
    rows = pl.concat([empty_rows(CALLS), pl.DataFrame({"call": names})], how="diagonal")
    with Partials(CALLS, memory=Memory(held_bytes=0)) as partials:
        for frame in rows.iter_slices(1):
            partials.add(frame)
        assert pl.concat(partials.merged())["call"].to_list() == names


@LAW
@given(frames=st.lists(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 9), max_size=9), max_size=5))
def test_hashes_told_again_are_those_of_several_frames_however_many_are_looked_at_at_once(
    frames: list[list[int]],
) -> None:
    hashes = [pl.Series("hash", sorted(set(frame)), dtype=pl.UInt64) for frame in frames]
    every = [one for frame in hashes for one in frame]
    for at_once in (1, 3, 1_000):
        found = told_again(hashes, at_once=at_once).to_list()
        assert sorted(found) == sorted({one for one in every if every.count(one) > 1})

"""Whatever goes to disk and when, every row comes back once and beside those of its key."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.runner.spill import Memory, Spill

SCHEMA = {"key": pl.String(), "number": pl.Int64()}
FRAMES = st.lists(st.lists(st.sampled_from(("a", "b", "c", "d", None)), max_size=8), max_size=8)


@settings(max_examples=40)
@given(frames=FRAMES, others=FRAMES, held_bytes=st.sampled_from((0, 100, 10**6)))
def test_every_row_comes_back_once_beside_those_of_its_key(
    frames: list[list[str | None]], others: list[list[str | None]], held_bytes: int
) -> None:
    memory = Memory(held_bytes=held_bytes)
    with (
        Spill(by="key", schema=SCHEMA, memory=memory) as one,
        Spill(by="key", schema=SCHEMA, memory=memory) as two,
    ):
        for spill, told in ((one, frames), (two, others)):
            for number, keys in enumerate(told):
                spill.add(pl.DataFrame({"key": keys, "number": [number] * len(keys)}, schema=SCHEMA))
            assert sum(spill.size for spill in memory.spills) <= held_bytes
        for spill, told in ((one, frames), (two, others)):
            found = list(spill.partitions())
            expected = [(key, number) for number, keys in enumerate(told) for key in keys]
            assert (
                sorted(pl.concat(found).rows(), key=str) == sorted(expected, key=str)
                if found
                else not expected
            )
            keys_of = [set(part["key"].to_list()) for part in found]
            assert sum(map(len, keys_of)) == len(set().union(*keys_of))
            assert spill.rows == len(expected)

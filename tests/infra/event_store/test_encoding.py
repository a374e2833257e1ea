"""The versions that follow the highest of their streams, whether or not a stream's events stand together."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.event_store import encoding
from infra.event_store.chunk import EVENTS_SCHEMA
from infra.event_store.encoding import with_versions

STREAMS = ["call-1", "call-2", "", "投诉-1", "d"]
HIGHEST = {"call-1": 4, "": 2**40, "投诉-1": 1}
INTERLEAVED = st.lists(st.sampled_from(STREAMS), max_size=20)
TOGETHER = st.permutations(STREAMS).flatmap(
    lambda streams: st.lists(st.integers(0, 5), min_size=len(streams), max_size=len(streams)).map(
        lambda counts: [one for one, count in zip(streams, counts, strict=True) for _ in range(count)]
    )
)


def events(streams: list[str]) -> pl.DataFrame:
    """An event of each stream named, in this order, its state telling them apart."""
    rows = [(index, stream, "call.offered", str(index).encode()) for index, stream in enumerate(streams)]
    return pl.DataFrame(rows, schema=EVENTS_SCHEMA, orient="row").drop("record")


def highest(streams: pl.Series) -> pl.Series:
    assert streams.is_unique().all()
    return pl.Series("highest", [HIGHEST.get(stream, 0) for stream in streams], pl.Int64)


def obvious_rows(streams: list[str]) -> list[tuple[str, int, str, bytes]]:
    """One by one."""
    version = Counter(HIGHEST)
    rows = []
    for index, stream in enumerate(streams):
        version[stream] += 1
        rows.append((stream, version[stream], "call.offered", str(index).encode()))
    return rows


@settings(deadline=None)
@given(streams=INTERLEAVED | TOGETHER)
def test_versions_follow_the_highest(streams: list[str]) -> None:
    frame = with_versions(events(streams), highest)
    assert frame.columns == ["originator_id", "originator_version", "topic", "state"]
    assert frame.rows() == obvious_rows(streams)


@settings(deadline=None)
@given(streams=TOGETHER)
def test_by_runs_and_by_streams_are_the_same(streams: list[str]) -> None:
    frame = events(streams)
    runs = frame["originator_id"].rle().struct.unnest()
    by_runs, by_streams = encoding._by_runs(frame, runs, highest), encoding._by_streams(frame, highest)
    assert by_runs.dtype == by_streams.dtype == pl.Int64
    assert by_runs.to_list() == by_streams.to_list()


@pytest.mark.parametrize(
    ("streams", "together"), [(["a", "a", "b"], True), (["a", "b", "a"], False)], ids=["together", "apart"]
)
def test_streams_that_stand_together_are_numbered_by_runs(
    streams: list[str], together: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(encoding, "_by_streams" if together else "_by_runs")
    assert with_versions(events(streams), highest).rows() == obvious_rows(streams)

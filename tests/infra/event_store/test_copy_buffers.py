"""The column-wise binary buffers are those that the obvious loop over rows writes."""

import struct
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.event_store import copy_buffers
from infra.event_store.copy_buffers import PositionedRows, copy_rows, text_array, uuid_array

SCHEMA = pl.Schema({"name": pl.String, "version": pl.Int64, "state": pl.Binary, "n": pl.Int32})
ROWS = st.lists(
    st.tuples(
        st.text(),
        st.integers(-(2**63), 2**63 - 1),
        st.binary(),
        st.integers(-(2**31), 2**31 - 1),
    )
)


def obvious_copy_rows(rows: Sequence[tuple[str, int, bytes, int]]) -> bytes:
    return b"".join(
        struct.pack(">h", 4)
        + struct.pack(">i", len(name.encode()))
        + name.encode()
        + struct.pack(">iq", 8, version)
        + struct.pack(">i", len(state))
        + state
        + struct.pack(">ii", 4, n)
        for name, version, state, n in rows
    )


def obvious_array(elements: Sequence[bytes], *, oid: int) -> bytes:
    if not elements:
        return struct.pack(">iii", 0, 0, oid)
    header = struct.pack(">iiiii", 1, 0, oid, len(elements), 1)
    return header + b"".join(struct.pack(">i", len(element)) + element for element in elements)


@given(rows=ROWS)
def test_rows_are_those_of_a_binary_copy(rows: list[tuple[str, int, bytes, int]]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    assert bytes(copy_rows(frame)) == obvious_copy_rows(rows)


@given(rows=ROWS, start=st.integers(0, 3), split=st.integers(0, 3))
def test_rows_of_slices_and_of_joined_frames_are_those_of_their_rows(
    rows: list[tuple[str, int, bytes, int]], start: int, split: int
) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    joined = pl.concat([frame[split:], frame[:split]], rechunk=False)
    assert bytes(copy_rows(joined[start:])) == obvious_copy_rows((rows[split:] + rows[:split])[start:])


def obvious_positioned_rows(rows: Sequence[tuple[str, int, bytes, int]], *, first: int) -> bytes:
    return b"".join(
        struct.pack(">hiq", 5, 8, first + index) + obvious_copy_rows([row])[2:]
        for index, row in enumerate(rows)
    )


@pytest.fixture
def three_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_buffers, "ROWS_AT_ONCE", 3)


@pytest.mark.usefixtures("three_rows_at_once")
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, start=st.integers(0, 3), firsts=st.lists(st.integers(1, 2**62), min_size=1, max_size=3))
def test_positions_are_filled_in_as_often_as_asked(
    rows: list[tuple[str, int, bytes, int]], start: int, firsts: list[int]
) -> None:
    positioned = PositionedRows(pl.DataFrame(rows, schema=SCHEMA, orient="row")[start:])
    for first in firsts:
        assert b"".join(positioned.standing_from(first)) == obvious_positioned_rows(rows[start:], first=first)


@given(texts=st.lists(st.text()))
def test_texts_are_a_text_array(texts: list[str]) -> None:
    expected = obvious_array([text.encode() for text in texts], oid=25)
    assert text_array(pl.Series(texts, dtype=pl.String)) == expected


@given(uuids=st.lists(st.uuids()))
def test_uuids_are_a_uuid_array(uuids: list[object]) -> None:
    values = [uuid.bytes for uuid in uuids]  # type: ignore[attr-defined]
    assert uuid_array(pl.Series(values, dtype=pl.Binary)) == obvious_array(values, oid=2950)

"""Parquet of any content: an account that adds up, or one sentence."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.reading import parquet
from tests.pipelines.ingest.fuzz.harness import COLUMNS, GOOD, NASTY, examples, mutated, rows_of, take

LAYOUT = "{type: parquet}"


def written(rows: list[dict[str, Any]], *, compression: str = "snappy") -> bytes:
    """The rows as bytes, for only these can hold halves of characters."""
    cells = {name: [row[name].encode("utf-8", "surrogatepass") for row in rows] for name in COLUMNS}
    table = pa.table({name: pa.array(column, pa.binary()) for name, column in cells.items()})
    return saved(table, compression=compression)


def saved(table: pa.Table, *, compression: str = "snappy") -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, compression=compression, row_group_size=3)
    return file.getvalue()


@examples(40)
@given(rows=rows_of(), compression=st.sampled_from(["none", "snappy", "gzip", "zstd"]))
def test_nasty_cells(rows: list[dict[str, str]], compression: str) -> None:
    taken = take(written(rows, compression=compression), layout=LAYOUT)
    assert taken.account is not None, taken.fault
    assert taken.account.records == len(rows)


@examples(150)
@given(mutated(rows_of().map(written), tokens=(b"PAR1", b"\x15", b"\xff\xff\xff\xff\x7f")))
def test_mutated_files(content: bytes) -> None:
    take(content, layout=LAYOUT)


def typed(column: pa.Array) -> bytes:
    """Good calls but for one column of a type."""
    count = len(column)
    table = {name: pa.array([cell] * count) for name, cell in GOOD.items() if name != "id"}
    return saved(pa.table({**table, "id": pa.array(map(str, range(count))), "line": column}))


LIMITS = {
    "days": pa.array([-(2**31), -719_529, -719_528, 0, 2_932_896, 2_932_897, 2**31 - 1, None], pa.date32()),
    "milliseconds": pa.array(
        [-(2**62), -62_167_219_200_000, 0, 253_402_300_799_999, 2**62], pa.timestamp("ms")
    ),
    "nanoseconds": pa.array([-(2**63), 1, 2**63 - 1], pa.timestamp("ns", tz="Asia/Shanghai")),
    "times": pa.array([0, 86_399_999_999, 86_400_000_000, -1], pa.int64()).cast(pa.time64("us"), safe=False),
    "floats": pa.array([float("nan"), float("inf"), -0.0, 5e-324, 1.7e308, 0.1]),
    "narrow floats": pa.array([0.1, 65504.0], pa.float32()),
    "decimals": pa.array([10**40, -1, None], pa.decimal256(76, 30)),
    "unsigned": pa.array([0, 2**64 - 1], pa.uint64()),
    "lists": pa.array([[1, None], [], None], pa.list_(pa.int8())),
    "structs": pa.array([{"a": b"\xff"}, {"a": b"x"}, None], pa.struct({"a": pa.binary()})),
    "dictionaries": pa.array(["x", None, "x"]).dictionary_encode(),
    "nothing": pa.nulls(3),
}


@pytest.mark.parametrize("kind", LIMITS)
def test_values_at_the_limits_of_their_types(kind: str) -> None:
    taken = take(typed(LIMITS[kind]), layout=LAYOUT)
    assert taken.account is not None, taken.fault
    assert taken.account.records == len(LIMITS[kind])


@pytest.mark.parametrize(
    "column", [pa.array([1], pa.duration("s")), pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8()))]
)
def test_a_type_without_text_is_refused_by_name(column: pa.Array) -> None:
    assert "has the column 'line' of the type" in take(typed(column), layout=LAYOUT).fault


@pytest.mark.parametrize("cell", NASTY, ids=ascii)
def test_a_nasty_cell_never_spoils_its_neighbours(cell: str) -> None:
    taken = take(written([GOOD, {**GOOD, "id": "2", "line": cell}, {**GOOD, "id": "3"}]), layout=LAYOUT)
    assert taken.account is not None, taken.fault
    assert taken.account.appended >= 2


def test_a_field_of_ten_megabytes() -> None:
    rows = [GOOD, {**GOOD, "id": "2", "line": "险x" * (10 << 18)}, {**GOOD, "id": "3"}]
    taken = take(written(rows), layout=LAYOUT)
    assert taken.account is not None, taken.fault
    assert taken.account.records == 3


@pytest.mark.parametrize("keeps_dictionary", [False, True])
def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch, *, keeps_dictionary: bool) -> None:
    """One long text that every row repeats, in some kilobytes."""
    monkeypatch.setattr(parquet, "MOST_AT_ONCE", 16 << 20)
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 200, pa.int32()), pa.array(["x" * (1 << 18)]))
    table = pa.table({**{name: pa.array([cell] * 200) for name, cell in GOOD.items()}, "line": long})
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd", store_schema=keeps_dictionary)
    assert file.tell() < 1 << 16
    assert "takes more than 16 MiB for the rows 1 to 128" in take(file.getvalue(), layout=LAYOUT).fault

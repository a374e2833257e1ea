"""Parquet as other programs write it: nested columns, odd types, missing ones, and damage."""

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import LINE
from pipelines.ingest.reading import open_records
from pipelines.ingest.reading.arrow_text import as_text
from tests.pipelines.given import CALLS, Desk, desk
from tests.pipelines.ingest.fuzz.harness import plan_of

CALL = {"id": 1, "came": "2026-01-05 09:00:00", "line": "95502", "customer": "C1", "wait": 5}
NESTED = CALLS.replace("customer_id: customer", "customer_id: '\"customer.id\"'")


def calls(folder: Path, table: pa.Table, *, mapping: str = CALLS, group: int = 100) -> Desk:
    made = desk(
        folder, b"", mapping=mapping.replace("zone:", "format: {type: parquet}\nzone:"), name="calls.parquet"
    )
    pq.write_table(table, made.file, row_group_size=group)
    return made


def test_dots_lead_into_structs(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{**CALL, "customer": {"id": "C1"}}, {**CALL, "id": 2, "customer": None}]
    events = calls(tmp_path, pa.Table.from_pylist(rows), mapping=NESTED).told()
    assert [event["customer_id"] for event in events if event["topic"] == "call.offered"] == ["desk:C1", None]


def test_any_cut_into_pieces_gives_the_same_rows(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{**CALL, "id": number} for number in range(9000)])
    made = calls(tmp_path, table, group=1000)
    records = open_records(made.file, plan_of(made.mapping.read_text()))
    pieces = list(records.pieces(lambda: 1000))
    rows = pl.concat(piece.rows for piece in pieces)
    assert rows["id"].to_list() == [str(number) for number in range(9000)]
    assert rows[LINE].to_list() == list(range(1, 9001))
    assert len(pieces) > 2
    assert pieces[-1].ends == records.size


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (
            pa.array([1e16, 1e-7, 0.1, -0.0, 123.0, None]),
            ["10000000000000000", "0.0000001", "0.1", "0", "123", None],
        ),
        (pa.array([0.1], pa.float32()), ["0.1"]),
        (pa.array([1500, -100], pa.int64()).cast(pa.decimal128(22, 3)), ["1500", "-100"]),
        (pa.array([1_769_850_001_500], pa.timestamp("ms")), ["2026-01-31 09:00:01.500"]),
        (pa.array([1_769_850_001], pa.timestamp("s", tz="Asia/Shanghai")), ["2026-01-31 09:00:01+00:00"]),
        (pa.array([32_401], pa.time32("s")), ["09:00:01"]),
        (pa.array([b"a", b"\xff", "客".encode()]), ["a", None, "客"]),
        (pa.array([[1, 2.50], [], None]), ["[1,2.5]", "[]", None]),
        (pa.array([{"a": "x", "b": None}]), ['{"a":"x","b":null}']),
        (pa.array(["a", "a\0"]), ["a", None]),
        (pa.array([2**31 - 1, 0], pa.date32()), [None, "1970-01-01"]),
    ],
    ids=lambda told: str(told.type) if isinstance(told, pa.Array) else "",
)
def test_what_a_cell_says(column: pa.Array, texts: list[str | None]) -> None:
    text, untold = as_text(column)
    assert text.to_list() == texts
    assert untold.to_list() == [one is None and column[place].is_valid for place, one in enumerate(texts)]


def test_columns_are_named_where_one_is_missing(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{"id": 1, "customer": {"id": "C1"}}])
    with pytest.raises(
        FileFault, match=r"has no column 'wait' \(and 2 more\).*its columns are id, customer, customer.id"
    ):
        calls(tmp_path, table, mapping=NESTED).rehearse()


@pytest.mark.parametrize("keep", [0, 3, 100, -1])
def test_damage_is_said_in_a_sentence(keep: int, tmp_path: Path) -> None:
    made = calls(tmp_path, pa.Table.from_pylist([CALL]))
    made.file.write_bytes(made.file.read_bytes()[:keep])
    with pytest.raises(FileFault, match=r"is damaged|is not Parquet"):
        made.rehearse()

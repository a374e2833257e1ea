"""Every form holds the rows of its chunks once and in order, and the same rows are the same bytes."""

import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import zstandard

from pipelines.sample import writing
from pipelines.sample.files import Csv, Excel, Form, NdJson, Parquet, SampleFile
from pipelines.sample.profiles import midnight
from pipelines.sample.writing import SheetFull, nested, write_file

NINE = midnight(date(2025, 1, 1)) + timedelta(hours=9)
ROWS = pl.DataFrame(
    {
        "号": [1, 2, 3, 4],
        "时间": [NINE, None, NINE + timedelta(days=1), None],
        "说": ["早", "", None, "晚"],
    }
)
TEXT = '号,时间,说\n1,2025-01-01 09:00:00,早\n2,,""\n3,2025-01-02 09:00:00,\n4,,晚\n'


def chunks() -> Iterator[pl.DataFrame]:
    yield ROWS.head(3)
    yield ROWS.tail(1)


def write(folder: Path, form: Form) -> bytes:
    told: list[int] = []
    file = SampleFile(name="rows", mapping=Path("rows.yaml"), frames=chunks, form=form)
    written = write_file(file, folder, on_rows=told.append).read_bytes()
    assert told == [3, 1]
    assert write_file(file, folder, on_rows=told.append).read_bytes() == written
    return written


def test_text_in_its_encoding_and_packed(tmp_path: Path) -> None:
    assert write(tmp_path, Csv(encoding="gb18030")).decode("gb18030") == TEXT
    assert gzip.decompress(write(tmp_path, Csv(compression="gzip"))).decode() == TEXT
    assert zstandard.ZstdDecompressor().decompressobj().decompress(
        write(tmp_path, Csv(separator="\t", compression="zstd"))
    ).decode() == TEXT.replace(",", "\t")


def test_one_object_a_line(tmp_path: Path) -> None:
    lines = write(tmp_path, NdJson()).decode().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith('{"号":1,"时间":"2025-01-01')


def test_names_with_dots_become_objects() -> None:
    frame = pl.DataFrame({"id": [1], "who.id": ["C1"], "when": ["now"], "who.tier": [None]})
    assert nested(frame).write_ndjson() == '{"id":1,"who":{"id":"C1","tier":null},"when":"now"}\n'


def test_a_workbook_and_a_parquet_file_keep_numbers_and_times(tmp_path: Path) -> None:
    write(tmp_path, Excel(sheet="明细"))
    read = pl.read_excel(tmp_path / "rows", sheet_name="明细")
    assert read["号"].to_list() == [1, 2, 3, 4]
    assert read["时间"].to_list() == ROWS["时间"].to_list()
    write(tmp_path, Parquet())
    assert pl.read_parquet(tmp_path / "rows").equals(ROWS)


def test_chunks_without_rows_leave_the_header_alone(tmp_path: Path) -> None:
    for chunks_of in ([ROWS.clear(), ROWS], [ROWS, ROWS.clear()], [ROWS.clear(), ROWS.clear()]):
        file = SampleFile(
            name="rows", mapping=Path("rows.yaml"), frames=lambda chosen=chunks_of: iter(chosen), form=Excel()
        )
        write_file(file, tmp_path, on_rows=lambda _rows: None)
        read = pl.read_excel(tmp_path / "rows", raise_if_empty=False, infer_schema_length=0)
        assert read.height == sum(chunk.height for chunk in chunks_of)


def test_a_sheet_that_is_full_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 3)
    with pytest.raises(SheetFull, match="rows would have 4 rows or more, and a sheet holds 3"):
        write(tmp_path, Excel())

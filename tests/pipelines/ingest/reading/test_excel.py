"""Workbooks: which sheet, which rows, what a cell says, and what is no workbook for us."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import LINE
from pipelines.ingest.reading import excel, excel_archive, open_records
from pipelines.ingest.reading.excel import HAS_ERROR
from tests.pipelines.given import CALLS, Desk, desk

HEADER = ("id", "came", "line", "customer", "wait")
CALL = ("1", "2026-01-05 09:00:00", "95502", "C1", 5)


def book(write: Callable[[xlsxwriter.Workbook], Any]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        write(made)
    return file.getvalue()


def calls(folder: Path, write: Callable[[xlsxwriter.Workbook], Any], *, options: str = "") -> Desk:
    """A workbook under CALLS."""
    mapping = CALLS.replace("zone:", f"format: {{type: excel{options}}}\nzone:")
    return desk(folder, book(write), mapping=mapping, name="calls.xlsx")


def one_sheet(*rows: tuple[Any, ...]) -> Callable[[xlsxwriter.Workbook], None]:
    def write(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return write


def read(made: Desk, *, size: int = 1 << 20) -> pl.DataFrame:
    plan = read_mapping(made.mapping)
    return pl.concat(piece.rows for piece in open_records(made.file, plan).pieces(lambda: size))


def test_empty_rows_are_none_and_a_line_is_the_row_of_the_sheet(tmp_path: Path) -> None:
    rows = [(), ("A title",), (), HEADER, (), CALL, ("",), ("2", "never"), (), ("3", *CALL[1:])]
    made = calls(tmp_path, one_sheet(*rows), options=", skip: 2")
    account = made.rehearse().account
    assert [(row.line, row.reason) for row in account.listed_rejects] == [(8, "bad_time")]
    assert account.records == 3
    assert read(made, size=1)[LINE].to_list() == [6, 8, 10]


@pytest.mark.parametrize("sheet", ["二月", 2], ids=["name", "number"])
def test_a_sheet_is_named_or_numbered(sheet: str | int, tmp_path: Path) -> None:
    def write(made: xlsxwriter.Workbook) -> None:
        made.add_worksheet("一月")
        one = made.add_worksheet("二月")
        one.write_row(0, 0, HEADER)
        one.write_row(1, 0, CALL)

    assert calls(tmp_path, write, options=f", sheet: {sheet}").rehearse().account.appended == 1
    options, problem = {
        2: (", sheet: 三月", "has no sheet '三月'; its sheets are 一月, 二月"),
        "二月": ("", "has nothing in its sheet"),
    }[sheet]
    with pytest.raises(FileFault, match=problem):
        calls(tmp_path, write, options=options).rehearse()


def test_columns_are_found_among_empty_and_doubled_ones(tmp_path: Path) -> None:
    wide = one_sheet(("", *HEADER, "", "note", "note"), ("", *CALL, None, "x", "y"))
    assert calls(tmp_path, wide).rehearse().account.appended == 1
    with pytest.raises(FileFault, match="has the column 'wait' more than once"):
        calls(tmp_path, one_sheet((*HEADER, "wait"), CALL)).rehearse()
    with pytest.raises(FileFault, match=r"has no column 'id'.*its columns are number, came"):
        calls(tmp_path, one_sheet(("number", *HEADER[1:]), CALL)).rehearse()


def test_of_many_workbooks_some_are_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "HELD_SHEETS", 0)
    assert calls(tmp_path, one_sheet(HEADER, CALL)).rehearse().account.appended == 1


def test_a_sheet_without_a_header_is_named_by_the_mapping(tmp_path: Path) -> None:
    made = calls(tmp_path, one_sheet(CALL), options=f", header: [{', '.join(HEADER)}]")
    assert made.rehearse().account.appended == 1


def _cells(folder: Path, write: Callable[[Worksheet, Callable[[str], Any]], Any]) -> pl.DataFrame:
    """What is read of cells in the column `line`."""

    def put(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        write(sheet, lambda form: made.add_format({"num_format": form}))

    return read(calls(folder, put))


def test_what_a_cell_says(tmp_path: Path) -> None:
    def write(sheet: Worksheet, _form: Callable[[str], Any]) -> None:
        cells = (
            123.0,
            0.1 + 0.7,
            1e15,
            51767205.9,
            True,
            "007",
            " x ",
            "2026-01-31 00:00:00",
            "51767205.899999999",
            "=1+1",
        )
        for row, cell in enumerate(cells, start=1):
            (sheet.write_string if isinstance(cell, str) else sheet.write)(row, 2, cell)
        sheet.write_formula(11, 2, "=1+1", None, 2)
        sheet.merge_range(11 + 1, 2, 13, 2, "merged")
        sheet.write_string(13, 0, "beside")

    assert _cells(tmp_path, write)["line"].to_list() == [
        *("123", "0.8", "1000000000000000", "51767205.9", "true", "007", " x ", "2026-01-31 00:00:00"),
        *("51767205.899999999", "=1+1", "2", "merged", None),
    ]


MOMENT = datetime(2026, 1, 31, 9, 0, 1)  # noqa: DTZ001 (a workbook knows no zones)
DAY = datetime(2026, 1, 31)  # noqa: DTZ001 (as above)


@pytest.mark.parametrize(
    ("times", "form", "texts"),
    [
        ([DAY, DAY + timedelta(1)], "yyyy-mm-dd", ["2026-01-31", "2026-02-01"]),
        ([DAY, MOMENT], "yyyy-mm-dd hh:mm:ss", ["2026-01-31 00:00:00", "2026-01-31 09:00:01"]),
        ([MOMENT + timedelta(milliseconds=20)], "yyyy-mm-dd hh:mm:ss.000", ["2026-01-31 09:00:01.020"]),
        ([time(9, 0, 1), time(0, 0)], "hh:mm:ss", ["09:00:01", "00:00:00"]),
        ([timedelta(hours=36), timedelta(seconds=1.5)], "[h]:mm:ss", ["36:00:00", "00:00:01.500"]),
    ],
    ids=["days", "moments, one at midnight", "milliseconds", "times of day", "lengths"],
)
def test_times_are_what_their_column_is(
    times: list[Any], form: str, texts: list[str], tmp_path: Path
) -> None:
    def write(sheet: Worksheet, formats: Callable[[str], Any]) -> None:
        style = formats(form)
        for row, moment in enumerate(times, start=1):
            sheet.write_datetime(row, 2, moment, style)
        sheet.write_string(len(times) + 1, 2, "2026-01-31 00:00:00")

    assert _cells(tmp_path, write)["line"].to_list() == [*texts, "2026-01-31 00:00:00"]


OPEN_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>
</office:body></office:document-content>"""
ATTRIBUTES = {"float": "value", "date": "date-value", "time": "time-value", "boolean": "boolean-value"}


def open_document(*rows: list[tuple[str, str]]) -> bytes:
    """A sheet as LibreOffice writes it, of cells with their types, which show something else."""
    told = ""
    for row in rows:
        told += "<table:table-row>"
        for kind, value in row:
            held = "" if kind == "string" else f'office:{ATTRIBUTES[kind]}="{value}"'
            shown = value if kind == "string" else "shown"
            told += f'<table:table-cell office:value-type="{kind}" {held}><text:p>{shown}</text:p>'
            told += "</table:table-cell>"
        told += "</table:table-row>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", OPEN_DOCUMENT.format(rows=told))
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        archive.writestr("META-INF/manifest.xml", manifest)
    return file.getvalue()


def test_an_open_document_says_the_same(tmp_path: Path) -> None:
    header = [("string", name) for name in HEADER]
    cells = [
        ("float", "51767205.9"),
        ("date", "2026-01-05T09:00:00"),
        ("date", "2026-01-05"),
        ("time", "PT09H00M01S"),
        ("boolean", "true"),
    ]
    texts = [("string", "2026-01-05T09:00:00")] * 5
    mapping = CALLS.replace("zone:", "format: {type: excel}\nzone:")
    rows = read(desk(tmp_path, open_document(header, cells, texts), mapping=mapping, name="calls.ods"))
    assert rows.select(HEADER).rows() == [
        ("51767205.9", "2026-01-05 09:00:00", "2026-01-05", "09:00:01", "true"),
        ("2026-01-05T09:00:00",) * 5,
    ]
    assert not rows[HAS_ERROR].any()


def test_an_error_in_a_column_that_is_read_rejects_its_row(tmp_path: Path) -> None:
    def write(sheet: Worksheet, _form: Callable[[str], Any]) -> None:
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_string(2, 2, "good")
        sheet.write_formula(2, 9, "=NA()", None, "#N/A")

    assert _cells(tmp_path, write)[HAS_ERROR].to_list() == [True, False]


def sheet_xml(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook whose first sheet is changed as XML."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.namelist():
            text = source.read(member)
            target.writestr(member, change(text) if member.endswith("sheet1.xml") else text)
    return packed.getvalue()


GOOD = book(one_sheet(HEADER, CALL))


def _lying(content: bytes) -> bytes:
    """An archive whose directory says that its largest member is small."""
    bloated = sheet_xml(content, lambda text: text + b" " * (1 << 20))
    with zipfile.ZipFile(io.BytesIO(bloated)) as archive:
        size = max(one.file_size for one in archive.infolist())
    return bloated.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"id,came\n1,2\n", "is not a workbook"),
        (gzip.compress(GOOD)[:-20], "ends in the middle of its gzip stream"),
        (gzip.compress(b"id,came"), "is not a workbook"),
        (GOOD[:1000], "is damaged"),
        (GOOD[:3000] + b"x" + GOOD[3001:], "is damaged"),
        (b"PK\x03\x04", "is damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "is damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "has a password"),
        (sheet_xml(GOOD, lambda text: text[:300]), "is damaged"),
        (
            sheet_xml(GOOD, lambda text: text.replace(b'r="A1"', b'r="XFD1048576"')),
            "is damaged, or its sheet is larger",
        ),
    ],
    ids=[
        "text",
        "packed and cut",
        "packed text",
        "cut",
        "a byte changed",
        "a mark alone",
        "an old one",
        "password",
        "XML cut",
        "one cell far off",
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(content: bytes, says: str, tmp_path: Path) -> None:
    mapping = CALLS.replace("zone:", "format: {type: excel}\nzone:")
    with pytest.raises(FileFault, match=says):
        desk(tmp_path, content, mapping=mapping, name="calls.xlsx").rehearse()


@pytest.mark.parametrize("is_lying", [False, True])
def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_lying: bool
) -> None:
    monkeypatch.setattr(excel_archive, "MOST_UNPACKED", 1 << 19)
    content = _lying(GOOD) if is_lying else sheet_xml(GOOD, lambda text: text + b" " * (1 << 20))
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileFault, match="unpacks to more than"):
        excel_archive.check_workbook(path)

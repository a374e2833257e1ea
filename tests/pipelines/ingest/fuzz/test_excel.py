"""Workbooks of any content: an account that adds up, or one sentence; a program of its own reads each."""

import io
import zipfile
from functools import cache

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.pipelines.ingest.fuzz.harness import COLUMNS, GOOD, NASTY, examples, mutated, rows_of, take

LAYOUT = "{type: excel}"
XML = (
    *(b'r="C2"', b'r="XFD1048576"', b'r=""', b't="e"', b't="s"', b't="d"', b"<v>", b"</v>", b"<c>", b"&#0;"),
    *(
        b"&amp;",
        b"&lol;",
        b"NaN",
        b"1e999",
        b"-1",
        b"<!DOCTYPE a [",
        b"<row r='9999999'>",
        b"]]>",
        b"\xed\xa0\x80",
    ),
)


def written(rows: list[dict[str, str]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows, start=1):
            for place, name in enumerate(COLUMNS):
                cell = row[name].encode("utf-8", "replace").decode()
                sheet.write_string(number, place, cell)
    return file.getvalue()


@cache
def parts() -> dict[str, bytes]:
    """The members of a small good workbook."""
    with zipfile.ZipFile(io.BytesIO(written([GOOD, {**GOOD, "id": "2"}]))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(member: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts().items():
            archive.writestr(name, content if name == member else text)
    return file.getvalue()


def test_nasty_cells() -> None:
    """All of them at once, and in turn in every column."""
    rows = [
        {**GOOD, "id": str(number), COLUMNS[1 + number % 4]: cell} for number, cell in enumerate(NASTY * 4)
    ]
    taken = take(written(rows), layout=LAYOUT)
    assert taken.account is not None, taken.fault
    assert taken.account.records == len(rows)


@examples(5)
@given(mutated(rows_of().map(written)))
def test_mutated_archives(content: bytes) -> None:
    take(content, layout=LAYOUT)


@examples(5)
@given(
    st.sampled_from(
        ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
    ).flatmap(
        lambda member: st.tuples(st.just(member), mutated(st.builds(lambda: parts()[member]), tokens=XML))
    )
)
def test_mutated_parts_of_a_good_archive(changed: tuple[str, bytes]) -> None:
    take(repacked(*changed), layout=LAYOUT)

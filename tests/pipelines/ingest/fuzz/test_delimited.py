"""CSV and TSV of any content, encoding and packing: an account that adds up, or one sentence."""

import csv
import gzip
import io
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.pipelines.ingest.fuzz.harness import COLUMNS, GOOD, NASTY, examples, mutated, rows_of, take

ENCODINGS = ("utf8", "gb18030", "latin1", "utf16", "utf-16-be", "big5", "shift_jis", "utf-7", "hz", "ascii")
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "not": bytes,
    "gzip": gzip.compress,
    "zstd": zstandard.compress,
}
TYPES = st.sampled_from(["csv", "tsv"])


def written(
    rows: list[dict[str, str]], *, kind: str = "csv", encoding: str = "utf8", quoting: int = 0
) -> bytes:
    """The rows as the csv module writes them; what the encoding lacks becomes a question mark or worse."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text, COLUMNS, delimiter="," if kind == "csv" else "\t", quoting=csv.QUOTE_ALL if quoting else 0
    )
    writer.writeheader()
    writer.writerows(rows)
    errors = "surrogatepass" if encoding.startswith("utf") and encoding != "utf-7" else "replace"
    return text.getvalue().encode(encoding, errors)


@pytest.mark.parametrize("encoding", ENCODINGS)
@examples(12)
@given(rows=rows_of(), kind=TYPES, quoting=st.integers(0, 1), packing=st.sampled_from(list(PACKED)))
def test_nasty_cells(
    encoding: str, rows: list[dict[str, str]], kind: str, quoting: int, packing: str
) -> None:
    content = PACKED[packing](written(rows, kind=kind, encoding=encoding, quoting=quoting))
    taken = take(content, layout=f"{{type: {kind}, encoding: {encoding}}}")
    assert taken.account is not None, taken.fault
    assert taken.account.records == len(rows)


@examples(60)
@given(
    content=mutated(rows_of().map(written), tokens=(b",", b'""', b"\r\n", b"\r", b"\xef\xbb\xbf", b"id")),
    layout=st.sampled_from(["", "{quote: null}", "{encoding: gb18030}", "{encoding: utf16}", "{skip: 1}"]),
)
def test_mutated_text(content: bytes, layout: str) -> None:
    take(content, layout=layout)


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
@examples(20)
@given(data=st.data())
def test_mutated_packing(packing: str, data: st.DataObject) -> None:
    packed = rows_of().map(lambda rows: PACKED[packing](written(rows)))
    take(data.draw(mutated(packed)))


@examples(15)
@given(content=st.binary(max_size=300))
def test_any_bytes_at_all(content: bytes) -> None:
    take(content)
    take(content, layout="{header: [id, came, line, customer, wait]}")


@pytest.mark.parametrize(("column", "quote"), [("line", 1), ("came", 0)])
def test_a_field_of_ten_megabytes(column: str, quote: int) -> None:
    rows = [GOOD, {**GOOD, "id": "2", column: "险x\n"[: 2 + quote] * (10 << 18)}, {**GOOD, "id": "3"}]
    taken = take(gzip.compress(written(rows, quoting=quote), compresslevel=1))
    assert taken.account is not None, taken.fault
    assert taken.account.records == 3


@pytest.mark.parametrize("column", COLUMNS)
def test_nasty_cells_never_spoil_their_neighbours(column: str) -> None:
    cells = [(GOOD[column], cell) for cell in NASTY]
    values = [cell for pair in cells for cell in pair]
    rows = [{**GOOD, "id": str(place), column: value} for place, value in enumerate(values)]
    if column == "id":
        rows = [{**GOOD, "id": value or "x"} for value in values]
    taken = take(written(rows, quoting=1))
    assert taken.account is not None, taken.fault
    assert taken.account.records == len(rows)
    assert taken.account.appended >= len(NASTY)


def test_a_nasty_cell_in_every_place_of_a_row() -> None:
    rows = [{**dict.fromkeys(COLUMNS, cell), "id": "1"} for cell in NASTY]
    for encoding in ENCODINGS:
        taken = take(written(rows, encoding=encoding, quoting=1), layout=f"{{encoding: {encoding}}}")
        assert taken.account is not None, taken.fault
        assert taken.account.records == len(NASTY)

"""NDJSON of any content: an account that adds up, or one sentence; and in bulk what is read with care."""

import gzip
import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.plan import LINE
from pipelines.ingest.reading.json_cells import Unusable, read_record
from pipelines.ingest.reading.json_lines import PROBLEM, Columns, decode_lines
from tests.pipelines.given import CALLS
from tests.pipelines.ingest.fuzz.harness import GOOD, NASTY, examples, mutated, rows_of, take

TOKENS = (
    *(b"{", b"}", b"[", b"]", b":", b",", b"\\", b'\\"', b"\\u", b"\\u0000", b"\\ud800", b"\\udfff\\ud800"),
    *(
        b"NaN",
        b"-Infinity",
        b"null",
        b"true",
        b"1e400",
        b"1.5e-320",
        b"-0.0",
        b"0.1234567890123456789",
        b"01",
    ),
    *(
        b'"id":',
        b'"i\\u0064":',
        b'"wait":',
        b"9" * 400,
        b"[" * 1200,
        b"\r\n",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
    ),
)
NUMBERS = (
    "0",
    "-0",
    "-0.0",
    "1.10",
    "1e3",
    "1E+22",
    "5e-324",
    "1e400",
    "9" * 39,
    "0." + "1" * 30,
    "12345678.123456789",
)


def written(rows: list[dict[str, Any]], *, is_ascii: bool = True) -> bytes:
    lines = [json.dumps(row, ensure_ascii=is_ascii) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


@examples(40)
@given(rows=rows_of(), is_ascii=st.booleans(), is_packed=st.booleans())
def test_nasty_cells(rows: list[dict[str, str]], *, is_ascii: bool, is_packed: bool) -> None:
    content = written(rows, is_ascii=is_ascii)
    taken = take(gzip.compress(content) if is_packed else content, layout="{type: ndjson}")
    assert taken.account is not None, taken.fault
    assert taken.account.records == len(rows)


@examples(80)
@given(mutated(rows_of().map(written), tokens=TOKENS))
def test_mutated_lines(content: bytes) -> None:
    take(content, layout="{type: ndjson}")


VALUES = st.recursive(
    st.none() | st.booleans() | st.sampled_from(NASTY) | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c.d"]), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = ("a", "a.b", "险", "c.d")


@examples(120)
@given(
    mutated(
        st.lists(
            st.dictionaries(st.sampled_from([*NAMES, "x"]), VALUES, max_size=4), min_size=1, max_size=6
        ).map(written),
        tokens=(*TOKENS, *(f'"a":{number}'.encode() for number in NUMBERS)),
    ),
    st.sampled_from([("a", "险"), ("a.b", "c.d"), NAMES]),
)
def test_in_bulk_is_read_what_is_read_with_care(content: bytes, names: tuple[str, ...]) -> None:
    rows = decode_lines(content, Columns(names), first_line=1)
    expected = [
        (number, *_with_care(line, names))
        for number, line in enumerate(content.split(b"\n"), start=1)
        if line.strip(b" \t\r")
    ]
    assert rows.select(LINE, *names, PROBLEM).rows() == expected


def _with_care(line: bytes, names: tuple[str, ...]) -> list[Any]:
    try:
        return [*read_record(line, names), None]
    except Unusable as unusable:
        return [*[None] * len(names), unusable.problem]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_never_another(number: str) -> None:
    lines = f'{{"a": {number}}}\n{{"a": "{number}"}}\n{{"b": [{number}]}}\n'.encode()
    (bulk, text, within) = decode_lines(lines, Columns(("a", "b")), first_line=1).iter_rows(named=True)
    assert pl.Series([bulk["a"]]).str.contains(r"^-?\d+(\.\d*[1-9])?$").all()
    assert float(bulk["a"]) == float(number)
    assert text["a"] == number
    assert within["b"] == f"[{bulk['a']}]"


def test_a_field_of_ten_megabytes_and_lines_that_never_end() -> None:
    rows = [GOOD, {**GOOD, "id": "2", "line": "险x" * (10 << 18)}, {**GOOD, "id": "3"}]
    taken = take(gzip.compress(written(rows), compresslevel=1), layout="{type: ndjson}")
    assert taken.account is not None
    assert taken.account.records == 3
    endless = written([GOOD]) + b'{"id": "' + b"x" * (17 << 20)
    assert "line 2 is longer than 16 MiB" in take(endless, layout="{type: ndjson}").fault


def test_a_bomb_is_read_in_pieces() -> None:
    lines = gzip.compress(written([{**GOOD, "id": "7"}]) * 60_000, compresslevel=1)
    taken = take(
        gzip.compress(lines) if len(lines) > 1 << 20 else lines, layout="{type: ndjson}", mapping=CALLS
    )
    assert taken.account is not None
    assert taken.account.records == 60_000


def test_deep_nesting_rejects_its_line_alone() -> None:
    deep = b'{"id": "2", "line": ' + b'{"a":[' * 50_000 + b"]}" * 50_000 + b"}\n"
    taken = take(written([GOOD]) + deep + written([{**GOOD, "id": "3"}]), layout="{type: ndjson}")
    assert taken.account is not None
    assert [(row.line, row.reason) for row in taken.account.listed_rejects] == [(2, "unreadable")]

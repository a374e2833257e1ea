"""JSON documents of any content: an account that adds up, or one sentence; elements cut where they end."""

import gzip
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.reading.json_list import Structure
from tests.pipelines.ingest.fuzz.harness import GOOD, examples, mutated, rows_of, take
from tests.pipelines.ingest.fuzz.test_ndjson import TOKENS, VALUES

DOCUMENT = "{type: json}"
WITHIN = "{type: json, records: data.calls}"


def written(rows: list[dict[str, str]], *, indent: int | None = None, is_ascii: bool = True) -> bytes:
    return json.dumps(rows, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")


def wrapped(rows: list[dict[str, str]]) -> bytes:
    """A document in which other things have the names of the steps."""
    told = {
        "calls": 1,
        "meta": {"data": {"calls": [1]}, "text": '"data":{"calls":['},
        "data": {"n": 1, "calls": rows},
    }
    return json.dumps(told).encode()


@examples(40)
@given(rows=rows_of(), indent=st.sampled_from([None, 0, 2]), is_ascii=st.booleans(), is_packed=st.booleans())
def test_nasty_cells(
    rows: list[dict[str, str]], *, indent: int | None, is_ascii: bool, is_packed: bool
) -> None:
    content = written(rows, indent=indent, is_ascii=is_ascii)
    taken = take(gzip.compress(content) if is_packed else content, layout=DOCUMENT)
    assert taken.account is not None, taken.fault
    assert taken.account.records == len(rows)


@examples(15)
@given(rows_of())
def test_a_list_within_a_document(rows: list[dict[str, str]]) -> None:
    taken = take(wrapped(rows), layout=WITHIN)
    assert taken.account is not None, taken.fault
    assert taken.account.records == len(rows)


@examples(60)
@given(
    data=st.data(),
    layout=st.sampled_from([DOCUMENT, WITHIN]),
)
def test_mutated_documents(data: st.DataObject, layout: str) -> None:
    write = written if layout == DOCUMENT else wrapped
    take(data.draw(mutated(rows_of().map(write), tokens=TOKENS)), layout=layout)


@examples(60)
@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 1]))
def test_elements_are_cut_where_a_json_reader_cuts_them(elements: list[Any], indent: int | None) -> None:
    text = json.dumps(elements, indent=indent).encode()
    structure = Structure(text[1:])
    closes = structure.closes()
    assert closes == len(text) - 2
    cuts = [-1, *structure.marks[structure.commas & (structure.depths == 0)].tolist(), closes]
    parts = [structure.content[start + 1 : end] for start, end in pairwise(cuts)]
    assert [json.dumps(json.loads(part)) for part in parts if part.strip()] == [
        json.dumps(one) for one in elements
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"[", "ends in the middle of record 1"),
        (b'[{"id": "1"}', "ends in the middle of record 1"),
        (b"[] []", "goes on after its list"),
        (b"7", "does not begin with a list"),
        (b'{"calls": [1]}', "format.records: calls"),
        (b"[[" * 100_000, "ends in the middle of record 1"),
        (b'["' + b"x" * (17 << 20), "record 1 of the list is longer than 16 MiB"),
        (b"PAR1....", "set format.type to parquet"),
    ],
)
def test_what_is_no_list_is_said(content: bytes, says: str) -> None:
    assert says in take(content, layout=DOCUMENT).fault


@pytest.mark.parametrize(
    "element",
    [b"7", b"null", b'"x"', b"[1]", b"NaN", b"{]", b'{"id": 1, "id": 2}', b"\xff", b'{"id": "a\nb"}'],
)
def test_an_element_that_is_no_record_is_rejected_alone(element: bytes) -> None:
    good = written([GOOD])[1:-1]
    taken = take(b"[" + good + b",\n" + element + b"," + good.replace(b'"1"', b'"2"') + b"]", layout=DOCUMENT)
    assert taken.account is not None, taken.fault
    assert [(row.line, row.reason) for row in taken.account.listed_rejects] == [(2, "unreadable")]
    assert taken.account.appended == 2

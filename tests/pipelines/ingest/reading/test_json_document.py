"""JSON documents: where the list is, the number of a record, and pieces of any size."""

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import LINE
from pipelines.ingest.reading import json_list, open_records
from tests.pipelines.given import CALLS, Desk, desk
from tests.pipelines.ingest.fuzz.harness import plan_of

CALL = {"id": 1, "came": "2026-01-05 09:00:00", "line": "95502", "customer": "C1", "wait": 5}


def calls(folder: Path, content: Any, *, options: str = "") -> Desk:
    mapping = CALLS.replace("zone:", f"format: {{type: json{options}}}\nzone:")
    written = content if isinstance(content, bytes) else json.dumps(content).encode()
    return desk(folder, written, mapping=mapping, name="calls.json")


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([CALL]).encode(),
        json.dumps([CALL], indent=2).encode(),
        b"\xef\xbb\xbf \n" + json.dumps([CALL]).encode() + b"\n\n",
        gzip.compress(json.dumps([CALL]).encode()),
        zstandard.compress(json.dumps([CALL]).encode()),
    ],
    ids=["in one line", "indented", "a mark and blanks", "gzip", "zstd"],
)
def test_the_same_call_is_told(content: bytes, tmp_path: Path) -> None:
    (offered, answered) = calls(tmp_path, content).told()
    assert (offered["stream"], answered["wait_ms"]) == ("call-desk:1", 5000)


def test_the_list_may_stand_within_the_document(tmp_path: Path) -> None:
    document = {
        "calls": 5,
        "old": {"calls": [1]},
        "data": {"note": '"calls": [', "calls": [CALL]},
        "more": [2],
    }
    assert calls(tmp_path, document, options=", records: data.calls").rehearse().account.appended == 1
    with pytest.raises(FileFault, match=r"has no list at 'data\.gone'"):
        calls(tmp_path, document, options=", records: data.gone").rehearse()
    with pytest.raises(FileFault, match="is an object, not a list; say where its list is"):
        calls(tmp_path, document).rehearse()


def test_a_list_behind_a_long_one_is_found(tmp_path: Path) -> None:
    document = {"customers": [{"calls": [], "name": "x" * 100}] * 20_000, "calls": [CALL]}
    assert calls(tmp_path, document, options=", records: calls").rehearse().account.appended == 1


def test_any_cut_into_pieces_gives_the_same_records(tmp_path: Path) -> None:
    document = [{**CALL, "id": number, "line": '],"[{'} for number in range(300)]
    made = calls(tmp_path, gzip.compress(json.dumps(document, indent=1).encode()))
    records = open_records(made.file, plan_of(made.mapping.read_text()))
    pieces = list(records.pieces(lambda: 1000))
    rows = pl.concat(piece.rows for piece in pieces)
    assert rows["id"].to_list() == [str(number) for number in range(300)]
    assert rows[LINE].to_list() == list(range(1, 301))
    assert pieces[-1].ends == records.size


def test_a_document_that_is_cut_gives_whole_records_and_then_says_so(tmp_path: Path) -> None:
    made = calls(tmp_path, json.dumps([CALL, {**CALL, "id": 2}]).encode()[:-20])
    pieces = open_records(made.file, plan_of(made.mapping.read_text())).pieces(lambda: 1)
    assert next(pieces).rows["id"].to_list() == ["1"]
    with pytest.raises(FileFault, match="ends in the middle of record 2"):
        list(pieces)


def test_a_record_that_never_ends_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_list, "LONGEST_ELEMENT", 1 << 20)
    with pytest.raises(FileFault, match="record 2 of the list is longer than 1 MiB"):
        calls(tmp_path, json.dumps([CALL]).encode()[:-1] + b', {"id": "' + b"x" * (4 << 20)).rehearse()

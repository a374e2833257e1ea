"""NDJSON as systems write it: what is left out, what is nested, and files that are something else."""

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from pipelines.ingest.faults import FileFault
from pipelines.ingest.reading import ndjson, open_records
from tests.pipelines.given import CALLS, Desk, desk
from tests.pipelines.ingest.fuzz.harness import plan_of

CALL = {"id": 1, "came": "2026-01-05 09:00:00", "line": "95502", "customer": "C1", "wait": 5}
NESTED = CALLS.replace("customer_id: customer", "customer_id: '\"customer.id\"'")


def written(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def calls(folder: Path, content: str | bytes, *, mapping: str = CALLS) -> Desk:
    mapping = mapping.replace("zone:", "format: {type: ndjson}\nzone:")
    return desk(folder, content, mapping=mapping, name="calls.ndjson")


@pytest.mark.parametrize(
    "content",
    [
        written(CALL),
        "\ufeff" + written(CALL),
        written(CALL).replace("\n", "\r\n"),
        written(CALL).rstrip("\n"),
        "\n \n" + written(CALL) + "\n",
        written({**CALL, "id": "1", "wait": 5.0, "note": {"deep": [1, {}]}}),
        gzip.compress(written(CALL).encode()),
        zstandard.compress(written(CALL).encode()),
    ],
    ids=[
        "plain",
        "byte order mark",
        "CRLF",
        "no final newline",
        "blank lines",
        "other types",
        "gzip",
        "zstd",
    ],
)
def test_the_same_call_is_told(content: str | bytes, tmp_path: Path) -> None:
    (offered, answered) = calls(tmp_path, content).told()
    assert (offered["stream"], offered["customer_id"]) == ("call-desk:1", "desk:C1")
    assert answered["wait_ms"] == 5000


def test_what_is_left_out_is_null(tmp_path: Path) -> None:
    never = {name: cell for name, cell in CALL.items() if name != "wait"}
    assert [event["topic"] for event in calls(tmp_path, written(never)).told()] == ["call.offered"]


@pytest.mark.parametrize(
    "customer",
    [{"id": "C1"}, {"id": "C1", "wait": 7, "id2": 1}],
    ids=["alone", "beside the name of another column"],
)
def test_dots_lead_into_objects(customer: dict[str, Any], tmp_path: Path) -> None:
    nested = written(
        {**CALL, "customer": customer}, {**CALL, "id": 2, "customer": None}, {**CALL, "id": 3, "customer": []}
    )
    events = calls(tmp_path, nested, mapping=NESTED).told()
    assert [event["customer_id"] for event in events if event["topic"] == "call.offered"] == [
        "desk:C1",
        None,
        None,
    ]


def test_a_text_where_an_object_is_read_rejects_its_line(tmp_path: Path) -> None:
    lines = written({**CALL, "customer": {"id": "C1"}}, {**CALL, "customer": "C1"})
    assert calls(tmp_path, lines, mapping=NESTED).rejects() == [(2, "unreadable")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("rubbish", "is not JSON (or more than one value)"),
        ('{"id": NaN}', "is not JSON (or more than one value)"),
        ("[1]", "is no JSON object"),
        (
            '{"id": "\\ud800"}',
            "holds half a character or a zero in a column that is read, which no text can have",
        ),
        ('{"id": "1", "\\u0069d": "2"}', "has a column twice"),
        ('{"id": ' + "9" * 500 + "}", "has a number of more than 400 digits; write it as text"),
    ],
)
def test_a_bad_line_is_rejected_alone(line: str, says: str, tmp_path: Path) -> None:
    account = calls(tmp_path, f"{written(CALL)}{line}\n{written({**CALL, 'id': 3})}").rehearse().account
    assert [(row.line, row.detail) for row in account.listed_rejects] == [(2, says)]
    assert account.appended == 2


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (
            {"call_id": 1, **{name: CALL[name] for name in ("came", "line")}},
            r"has no column 'id'.*its columns are",
        ),
        ({**CALL, "Wait": 1, "wait": None}, None),
        ({name: cell for name, cell in CALL.items() if name != "wait"} | {"WAIT": 5}, "did you mean 'WAIT'"),
        ({"colour": "red"}, r"has no column .*its columns are colour"),
    ],
    ids=["no key", "null and another case", "another case", "another table"],
)
def test_a_mapping_that_cannot_mean_the_file_is_told_so(
    record: dict[str, Any], says: str | None, tmp_path: Path
) -> None:
    made = calls(tmp_path, written(record))
    if says is None:
        assert made.rehearse().account.appended == 1
    else:
        with pytest.raises(FileFault, match=says):
            made.rehearse()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PAR1", "set format.type to parquet"),
        (b"[\n{}\n]\n", "is one JSON document"),
        (b'{\n "id": 1\n}\n', "is one JSON document"),
        ('{"id": 1}'.encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_of_another_form_is_told_so(content: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(FileFault, match=says):
        calls(tmp_path, content).rehearse()


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    assert calls(tmp_path, "").rehearse().account.records == 0


def test_any_cut_into_pieces_gives_the_same_lines(tmp_path: Path) -> None:
    made = calls(
        tmp_path, gzip.compress(written(*({**CALL, "id": number} for number in range(300))).encode())
    )
    records = open_records(made.file, plan_of(made.mapping.read_text()))
    pieces = list(records.pieces(lambda: 1000))
    rows = pl.concat(piece.rows for piece in pieces)
    assert rows["id"].to_list() == [str(number) for number in range(300)]
    assert rows["\0line"].to_list() == list(range(1, 301))
    assert len(pieces) > 10
    assert pieces[-1].ends == records.size


def test_a_line_that_never_ends_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "LONGEST_LINE", 1 << 20)
    with pytest.raises(FileFault, match="line 2 is longer than 1 MiB"):
        calls(tmp_path, written(CALL) + '{"id": "' + "x" * (4 << 20)).rehearse()

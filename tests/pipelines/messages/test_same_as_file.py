"""The same record told by file and by message is the same record: same key, content and events."""

import json
from pathlib import Path

import polars as pl

from infra.stores import Store
from tests.pipelines.given import CALLS, desk, log_of
from tests.pipelines.messages.given import CALL_TYPE, MAPPING, call, event, source_of, statuses

RECORDS = [call(1), call(2, customer=None, wait=None), call(3, wait=0), call(4, customer="客户/4")]


def as_csv(records: list[dict[str, object]]) -> str:
    return pl.DataFrame(records, strict=False).write_csv()


def test_what_a_file_told_is_known_when_a_message_tells_it(embedded_store: Store, tmp_path: Path) -> None:
    assert desk(tmp_path, as_csv(RECORDS), mapping=CALLS).ingest(embedded_store).appended == 4
    with source_of(embedded_store, tmp_path, desk=MAPPING) as source:
        assert statuses(source.tell_all([event(record) for record in RECORDS])) == ["known"] * 4
    assert log_of(embedded_store).height == 1 + 4 + 3


def test_what_a_message_told_is_known_when_a_file_tells_it(embedded_store: Store, tmp_path: Path) -> None:
    with source_of(embedded_store, tmp_path, desk=MAPPING) as source:
        answers = source.tell_all([event(record) for record in RECORDS])
    assert [(one["status"], one["events"], one["position"]) for one in answers] == [
        ("appended", 2, 2),
        ("appended", 1, 4),
        ("appended", 2, 5),
        ("appended", 2, 7),
    ]
    by_message = log_of(embedded_store)
    account = desk(tmp_path, as_csv(RECORDS), mapping=CALLS).ingest(embedded_store)
    assert (account.appended, account.known) == (0, 4)
    assert log_of(embedded_store).equals(by_message)


def as_lines(records: list[dict[str, object]]) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


NESTED = CALLS.replace("line = 'test'", "customer = 'test'").replace("line: line", "line: '\"line.number\"'")
VALUES: list[object] = [
    True,
    12.50,
    -0.005,
    1e22,
    0.0,
    " a ",
    99999999999999999999,
    [1, {"a": 2.0}],
    "客服",
    "",
]


def test_whatever_json_holds_is_the_same_cell_in_a_file_of_json(
    embedded_store: Store, tmp_path: Path
) -> None:
    records = [call(place, line={"number": value}) for place, value in enumerate(VALUES)]
    records[-1] |= {"line": {}}
    mapping = NESTED.replace("version: 1\n", "version: 1\nformat: {type: ndjson}\n")
    made = desk(tmp_path, as_lines(records), mapping=mapping, name="calls.ndjson")
    account = made.ingest(embedded_store)
    assert (account.appended, account.reasons) == (len(VALUES) - 1, {"missing_value": 1})
    taking = NESTED.replace("version: 1\n", f"version: 1\nmessages: [{CALL_TYPE}]\n")
    with source_of(embedded_store, tmp_path, desk=taking) as source:
        answers = source.tell_all([event(record) for record in records])
    assert statuses(answers) == [*["known"] * (len(VALUES) - 1), "rejected"]

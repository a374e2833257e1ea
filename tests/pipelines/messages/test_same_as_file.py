"""The same record told by file and by message is the same record: same key, content and events."""

import json
from pathlib import Path

import polars as pl

from infra.stores import Store
from pipelines.messages.cloud_events import BATCH
from tests.pipelines.given import CALLS, desk, log_of
from tests.pipelines.messages.given import MAPPING, call, event, source_of, statuses

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


WRITTEN = {
    "true": "true",
    "12.50": "12.50",
    "-0.5e-2": "-0.005",
    '" a "': "a",
    "99999999999999999999": "99999999999999999999",
}
"""Values in JSON, and the cell of a file that says the same."""


def test_numbers_truths_and_blanks_are_the_text_of_a_cell(embedded_store: Store, tmp_path: Path) -> None:
    rows = [f"{place},2026-01-05 09:00:00,{cell},,10" for place, cell in enumerate(WRITTEN.values())]
    desk(tmp_path, "\n".join(["id,came,line,customer,wait", *rows]), mapping=CALLS).ingest(embedded_store)
    data = [
        f'{{"id": {place}, "came": "2026-01-05 09:00:00", "line": {value}, "customer": null, "wait": 1E1}}'
        for place, value in enumerate(WRITTEN)
    ]
    messages = [json.dumps(event({})).replace('"data": {}', f'"data": {one}') for one in data]
    with source_of(embedded_store, tmp_path, desk=MAPPING) as source:
        answers = source.post(f"[{','.join(messages)}]", media_type=BATCH).json()
    assert statuses(answers) == ["known"] * len(WRITTEN)

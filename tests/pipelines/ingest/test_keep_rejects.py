"""What becomes of rejected rows: kept as they were read, and destroyed with whomever they are about."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.key_store.rejected_rows import RejectedRows, Which
from infra.stores import Store
from tests.pipelines.given import CALLS, LATER, ROWS, desk
from tests.pipelines.ingest.people import CALLERS, FIRST, MSISDN, PEOPLE, SECOND

PEOPLE_HEADER = "phone,joined,name,id_number\n"


def kept(store: Store) -> list[dict[str, Any]]:
    """Line, reason, and the content of every kept row."""
    rows = RejectedRows(store.keys)
    return [
        {"line": row.line, "reason": row.reason, **json.loads(rows.reveal(row.id)[1])}
        for row in rows.listed(Which(), limit=100)
    ]


def lines(store: Store) -> list[int]:
    return [row["line"] for row in kept(store)]


def test_a_rejected_row_is_kept_as_it_was_read(store: Store, tmp_path: Path) -> None:
    rows = f"{PEOPLE_HEADER} {FIRST} ,yesterday,王小明,\n"
    made = desk(tmp_path, rows, mapping=PEOPLE, name="people.csv")
    made.ingest(store)
    [row] = kept(store)
    assert row == {
        "line": 2,
        "reason": "bad_time",
        "detail": "joined 'yesterday' is no time of the form %Y-%m-%d %H:%M:%S",
        "ordinal": None,
        "numbered_by": [],
        "cells": {"phone": FIRST, "joined": "yesterday", "name": "王小明", "id_number": None},
    }
    [listed] = RejectedRows(store.keys).listed(Which(), limit=10)
    assert (listed.mapping, listed.file) == ("desk", str(made.file))


def test_what_is_not_worth_keeping_is_counted_and_not_kept(embedded_store: Store, tmp_path: Path) -> None:
    mapping = CALLS.replace("when: \"line = 'test'\"", "when: \"line = 'test'\", keep: false")
    account = desk(tmp_path, ROWS + "4,soon,95502,C1,5\n", mapping=mapping).ingest(embedded_store)
    assert account.reasons == {"test_call": 1, "bad_time": 1}
    assert [row["reason"] for row in kept(embedded_store)] == ["bad_time"]


def test_every_reason_is_kept_and_the_same_file_again_adds_nothing(store: Store, tmp_path: Path) -> None:
    mapping = CALLS.replace("  - topic: call.offered\n", "  - topic: call.offered\n    when: wait > 0\n")
    rows = ROWS + "4,2027-01-05 09:00:00,95502,C1,5\n5,2026-01-05 09:00:00,95502,C1,x\n6,y\n"
    made = desk(tmp_path, rows, mapping=mapping)
    made.ingest(store)
    first = kept(store)
    assert [(row["line"], row["reason"]) for row in first] == [
        (3, "nothing_told"),
        (4, "test_call"),
        (5, "in_the_future"),
        (6, "bad_value"),
        (7, "too_few_fields"),
    ]
    assert first[3]["cells"]["wait"] == "x"
    made.ingest(store)
    assert kept(store) == first


def test_a_row_without_an_id_is_kept_with_its_ordinal(embedded_store: Store, tmp_path: Path) -> None:
    mapping = CALLS.replace("key: [id]", "key: [line]\nordinal: true")
    rows = ROWS + "4,yesterday,95502,C1,5\n5,2026-01-05 09:00:00,95502,C1,5\n"
    desk(tmp_path, rows, mapping=mapping).ingest(embedded_store)
    assert [(row["line"], row["ordinal"]) for row in kept(embedded_store)] == [(4, "0"), (5, "2")]


def test_a_rejected_row_makes_no_pseudonym_and_no_key(store: Store, tmp_path: Path) -> None:
    rows = f"{PEOPLE_HEADER}{FIRST},yesterday,王小明,1\n{SECOND},2025-01-06 09:00:00,李四,1\n"
    desk(tmp_path, rows, mapping=PEOPLE).ingest(store)
    with store.keys.while_nobody_is_erased() as connection:
        counts = [
            connection.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
            for table in ("alias", "subject_key")
        ]
    assert counts == [(1,), (1,)]
    desk(tmp_path, rows.replace("yesterday", "2025-01-05 09:00:00"), mapping=PEOPLE).ingest(store)
    assert lines(store) == [2]


@pytest.mark.parametrize(
    "row",
    [
        f"{FIRST},yesterday,x,2",
        "137,yesterday,王小明,2",
        "137,yesterday,x,110101199001011234",
        f"137,2025-01-05 09:00:00,x,2,{FIRST}",
        f"137,x,{FIRST},2025-01-05 09:00:00,2,3",
        f"{FIRST},2025-01-05",
    ],
    ids=["personal id", "name", "identity number", "beyond the header", "shifted", "too short"],
)
def test_an_erasure_finds_rows_by_what_they_say_of_the_person(
    row: str, embedded_store: Store, tmp_path: Path
) -> None:
    good = f"{FIRST},2025-01-05 09:00:00,王小明,110101199001011234\n"
    other = f"{SECOND},yesterday,李四,3\n"
    desk(tmp_path, f"{PEOPLE_HEADER}{good}{row}\n{other}", mapping=PEOPLE).ingest(embedded_store)
    is_beyond = row.count(",") == 4
    assert lines(embedded_store) == [3, 4]
    [pseudonym] = embedded_store.keys.pseudonyms(MSISDN, [FIRST])
    embedded_store.keys.destroy([f"p:{pseudonym}"])
    # A cell beyond the last column of the header is not read, and so not kept either.
    assert lines(embedded_store) == ([3, 4] if is_beyond else [4])
    assert FIRST not in json.dumps(kept(embedded_store))


def test_an_erasure_finds_rows_by_an_id_that_is_not_personal(embedded_store: Store, tmp_path: Path) -> None:
    rows = "id,came,line,customer,wait\n1,x,95502,C1,5\n2,x,95502,,5\n3,x,95502,C2,5\n"
    desk(tmp_path, rows).ingest(embedded_store)
    embedded_store.keys.destroy(["desk:C1"])
    assert lines(embedded_store) == [3, 4]


def test_masked_lists_hide_every_cell_of_a_row_that_lost_its_columns(tmp_path: Path) -> None:
    made = desk(tmp_path, f"id,came,phone,wait\n1,x,{FIRST},5,6,7\n2,{FIRST},1,2,3\n", mapping=CALLERS)
    account = made.rehearse(now=LATER).account
    assert account.reasons == {"too_many_fields": 2}
    assert not any(FIRST in row.detail for row in account.listed_rejects)

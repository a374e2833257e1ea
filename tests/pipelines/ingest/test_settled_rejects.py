"""A file that is read again takes out of the rejects what it tells now, and nothing else."""

from pathlib import Path

import pytest

from infra.key_store.rejected_rows import RejectedRows, Which
from infra.stores import Store
from tests.pipelines.given import CALLS, ROWS, desk
from tests.pipelines.ingest.people import FIRST, PEOPLE, SECOND
from tests.pipelines.ingest.test_keep_rejects import PEOPLE_HEADER, kept

HEADER = "id,came,line,customer,wait\n"
BAD = "4,yesterday,95502,C1,5\n5,2026-01-05 09:00:00,95502,C1,x\n"


def places(store: Store) -> list[tuple[int, str]]:
    return [(row["line"], row["reason"]) for row in kept(store)]


def test_a_mended_mapping_leaves_what_is_still_rejected(store: Store, tmp_path: Path) -> None:
    desk(tmp_path, ROWS + BAD).ingest(store)
    assert places(store) == [(4, "test_call"), (5, "bad_time"), (6, "bad_value")]
    mended = CALLS.replace("line = 'test'", "line = 'trial'").replace("types: {wait: integer}\n", "")
    mended = mended.replace("wait * 1000", "CASE WHEN wait <> 'x' THEN 1000 ELSE 1 END")
    desk(tmp_path, ROWS + BAD, mapping=mended).ingest(store)
    assert places(store) == [(5, "bad_time")]


def test_a_mended_file_is_known_by_its_keys_and_not_by_its_lines(
    embedded_store: Store, tmp_path: Path
) -> None:
    desk(tmp_path, HEADER + BAD).ingest(embedded_store)
    [first, _] = RejectedRows(embedded_store.keys).listed(Which(), limit=10)
    # Two good rows more: in line 3, where 5 was rejected, stands another row; 5 is mended; 4 is as it was.
    rows = "6,2026-01-05 09:00:00,95502,C1,1\n7,2026-01-05 09:00:00,95502,C1,1\n"
    again = desk(tmp_path, HEADER + rows + BAD.replace(",x", ",9"))
    again.ingest(embedded_store)
    assert places(embedded_store) == [(4, "bad_time")]
    again.ingest(embedded_store)
    [same] = RejectedRows(embedded_store.keys).listed(Which(), limit=10)
    assert same.id > first.id


def test_another_file_of_the_same_name_takes_nothing_out(embedded_store: Store, tmp_path: Path) -> None:
    desk(tmp_path, HEADER + BAD).ingest(embedded_store)
    desk(tmp_path, f"{HEADER}8,2026-01-06 09:00:00,95502,C1,1\n9,yesterday,95502,C1,5\n").ingest(
        embedded_store
    )
    assert places(embedded_store) == [(2, "bad_time"), (3, "bad_value"), (3, "bad_time")]


def test_a_row_rejected_for_another_reason_is_kept_once(embedded_store: Store, tmp_path: Path) -> None:
    desk(tmp_path, HEADER + BAD).ingest(embedded_store)
    stricter = CALLS.replace("line = 'test'", "line = '95502'")
    desk(tmp_path, HEADER + BAD, mapping=stricter).ingest(embedded_store)
    assert places(embedded_store) == [(2, "test_call"), (3, "test_call")]


def test_a_row_without_a_key_is_known_by_what_it_says(embedded_store: Store, tmp_path: Path) -> None:
    rows = f"{HEADER},yesterday,95502,C1,5\n,today,95502,C1,5\n"
    desk(tmp_path, rows).ingest(embedded_store)
    assert places(embedded_store) == [(2, "missing_key"), (3, "missing_key")]
    stricter = CALLS.replace("line = 'test'", "came = 'today'")
    desk(tmp_path, rows, mapping=stricter).ingest(embedded_store)
    assert places(embedded_store) == [(2, "missing_key"), (3, "test_call")]


@pytest.mark.parametrize("mended", ["came", "customer"], ids=["same key", "another key"])
def test_a_row_without_an_id_is_known_by_its_number(
    mended: str, embedded_store: Store, tmp_path: Path
) -> None:
    numbered = CALLS.replace("key: [id]", "key: [line]\nordinal: true")
    rows = f"{HEADER}1,2026-01-05 09:00:00,95502,C1,5\n4,yesterday,95502,C1,5\n"
    desk(tmp_path, rows, mapping=numbered).ingest(embedded_store)
    # Number 1 among those of the line; among those of the customer it may be any.
    mapping = numbered if mended == "came" else numbered.replace("key: [line]", "key: [line, customer]")
    desk(tmp_path, rows.replace("yesterday", "2026-01-05 09:00:00"), mapping=mapping).ingest(embedded_store)
    assert places(embedded_store) == ([] if mended == "came" else [(3, "bad_time")])


def test_a_person_is_known_by_the_pseudonym_made_meanwhile(embedded_store: Store, tmp_path: Path) -> None:
    mapping = PEOPLE.replace("key: [phone, joined]", "key: [phone]")
    rows = f"{PEOPLE_HEADER}{FIRST},yesterday,王小明,1\n{SECOND},yesterday,李四,1\n"
    desk(tmp_path, rows, mapping=mapping).ingest(embedded_store)
    mended = rows.replace(f"{FIRST},yesterday", f"{FIRST},2025-01-05 09:00:00")
    desk(tmp_path, mended, mapping=mapping).ingest(embedded_store)
    assert places(embedded_store) == [(3, "bad_time")]


def test_kept_rows_that_cannot_be_computed_stop_nothing(embedded_store: Store, tmp_path: Path) -> None:
    desk(tmp_path, HEADER + BAD).ingest(embedded_store)
    # A mapping that reads one column more cannot know it of the rows kept before; the key it knows.
    mapping = CALLS.replace("fields: {wait_ms", "fields: {agent_id: agent, wait_ms")
    mended = "id,came,line,customer,wait,agent\n4,2026-01-05 09:00:00,95502,C1,5,A1\n5,x,95502,C1,1,A1\n"
    desk(tmp_path, mended, mapping=mapping).ingest(embedded_store)
    assert places(embedded_store) == [(3, "bad_time")]

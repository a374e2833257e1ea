"""Personal ids at the door: exchanged once, sealed where a field says so, made only for what is told."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from infra.stores import Store
from pipelines.ingest import chunks
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import MappingFault
from pipelines.ingest.ingest import Watch, ingest
from pipelines.ingest.reading import open_records
from tests.pipelines.given import CALLS, NOW, desk, log_of
from tests.pipelines.ingest.people import CALLERS, CALLERS_ROWS, FIRST, PEOPLE, PEOPLE_ROWS


def test_an_encrypted_field_takes_the_personal_id_itself(store: Store, tmp_path: Path) -> None:
    desk(tmp_path, PEOPLE_ROWS, mapping=PEOPLE).ingest(store)
    desk(tmp_path, CALLERS_ROWS, mapping=CALLERS).ingest(store)
    log = log_of(store)
    assert not log["state"].str.contains(FIRST).any()
    registered, offered = json.loads(log["state"][0]), json.loads(log["state"][2])
    assert registered["customer_id"] == offered["customer_id"]
    assert store.keys.reveal(registered["customer_id"], "phone", registered["phone"]) == FIRST
    assert store.keys.reveal(offered["customer_id"], "caller_number", offered["caller_number"]) == FIRST
    assert store.keys.find("phone", FIRST) == [registered["customer_id"]]


@pytest.mark.parametrize("expression", ["\"'+86' || phone\"", '"CONCAT(phone, name)"'])
def test_an_encrypted_field_takes_no_expression_of_a_personal_id(expression: str, tmp_path: Path) -> None:
    mapping = PEOPLE.replace("phone: phone", f"phone: {expression}")
    with pytest.raises(
        MappingFault, match=r"line 14: phone is encrypted; of a personal id it takes the column"
    ):
        desk(tmp_path, PEOPLE_ROWS, mapping=mapping).rehearse()


def test_the_issuer_of_pseudonyms_is_not_a_source_s(tmp_path: Path) -> None:
    mapping = CALLS.replace("issuer: desk", "issuer: p")
    with pytest.raises(MappingFault, match="'p' is the issuer of pseudonyms"):
        desk(tmp_path, mapping=mapping).rehearse()


def test_files_that_bring_the_same_new_people_at_once_agree_on_them(store: Store, tmp_path: Path) -> None:
    numbers = [f"13800{number:06d}" for number in range(300)]

    def bring(turn: int) -> None:
        rows = "".join(f"{turn}/{number},2025-02-01 09:00:00,{number},1\n" for number in numbers[turn:])
        folder = tmp_path / str(turn)
        folder.mkdir()
        desk(folder, f"id,came,phone,wait\n{rows}", mapping=CALLERS).ingest(store)

    with ThreadPoolExecutor(max_workers=3) as pool:
        list(pool.map(bring, range(3)))
    told = log_of(store).select(
        number=pl.col("originator_id").str.tail(11),
        customer=pl.col("state").str.json_path_match("$.customer_id"),
    )
    assert told["customer"].null_count() == 0
    assert told.unique().height == len(numbers) == told["customer"].n_unique()


def test_rejected_rows_fill_chunks_as_events_do(tmp_path: Path, embedded_store: Store) -> None:
    rows = "id,came,line,customer,wait\n" + "1,yesterday,95502,C1,5\n" * 400
    made = desk(tmp_path, rows)
    plan, heights = read_mapping(made.mapping), list[int]()
    watch = Watch(on_rejects=lambda _path, rejects: heights.append(rejects.height))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "EVENTS_PER_CHUNK", 20)
        patch.setattr(chunks, "FIRST_PIECE", 400)
        patch.setattr(chunks, "SMALLEST_PIECE", 1)
        ingest(open_records(made.file, plan), plan, store=embedded_store, clock=lambda: NOW, watch=watch)
    assert sum(heights) == 400
    assert max(heights) <= 22

"""Kept rows told again: in the log once, and out of the rejects; what is still rejected stays."""

from pathlib import Path

import polars as pl
import pytest

from infra.key_store.rejected_rows import RejectedRows, Which
from infra.stores import Store
from pipelines.ingest import kept_records
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.kept_records import FEWER_COLUMNS, FORMLESS, NO_ORDINAL
from pipelines.ingest.replay import Replayed, rehearse_replay, replay
from pipelines.ingest.replay_report import document_of_replay, lines_of_replay
from tests.pipelines.given import CALLS, LATER, Desk, desk, log_of
from tests.pipelines.ingest.people import CALLERS, FIRST, MSISDN, PEOPLE, SECOND
from tests.pipelines.ingest.test_keep_rejects import PEOPLE_HEADER, kept
from tests.pipelines.ingest.test_releases import NUMBERS, text_of
from tests.pipelines.ingest.test_settled_rejects import BAD, HEADER, places

GERMAN = "{at: came, format: '%d.%m.%Y %H:%M:%S'}"
DAYS = CALLS.replace("{at: came}", GERMAN)
"""Calls as if their source wrote days the German way."""
GOOD = "1,2026-01-05 09:00:00,95502,C1,5\n2,2026-01-05 09:01:00,95502,,\n"


def replayed(made: Desk, store: Store, *, which: Which | None = None, mapping: str | None = None) -> Replayed:
    """What becomes of the one file's rows, by its mapping or another text of it."""
    if mapping is not None:
        made.mapping.write_text(mapping, encoding="utf-8")
    which = which or Which()
    [source] = RejectedRows(store.keys).sources(which)
    return replay(store, source, which=which, plan=read_mapping(made.mapping), clock=lambda: LATER)


def told(store: Store) -> pl.DataFrame:
    """The log but for when it was recorded."""
    state = pl.col("state").str.replace(r'"recorded_at":"[^"]*"', "")
    return log_of(store).select("originator_id", "topic", state).sort(pl.all())


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two rows, so that every replay has several."""
    monkeypatch.setattr(kept_records, "PAGE_ROWS", 2)


def test_rows_are_told_as_a_good_mapping_would_have(store: Store, tmp_path: Path) -> None:
    made = desk(tmp_path, HEADER + GOOD + BAD, mapping=DAYS)
    made.ingest(store)
    assert (len(places(store)), log_of(store).height) == (4, 0)
    again = replayed(made, store, mapping=CALLS)
    total, _, *rows = lines_of_replay(again)
    assert [total, *rows] == [
        f"{made.file}: 4 kept rows = 2 appended + 0 already known + 2 rejected again; 3 events.",
        "  line 4: bad_time: came 'yesterday' is no time of the form %Y-%m-%d %H:%M:%S",
        "  line 5: bad_value: wait 'x' is not a whole number of at most 15 digits",
    ]
    assert places(store) == [(4, "bad_time"), (5, "bad_value")]
    after = told(store)
    assert made.ingest(store).appended == 0
    assert told(store).equals(after)
    assert places(store) == [(4, "bad_time"), (5, "bad_value")]


def test_what_stays_keeps_its_id_and_its_cells(embedded_store: Store, tmp_path: Path) -> None:
    made = desk(tmp_path, HEADER + BAD, mapping=DAYS)
    made.ingest(embedded_store)
    rows = RejectedRows(embedded_store.keys)
    before = rows.listed(Which(), limit=9)
    assert [row.reason for row in before] == ["bad_time", "bad_value"]
    fewer = CALLS.replace("every: {customer_id: customer}\n", "").replace("line = 'test'", "wait = 5")
    again = replayed(made, embedded_store, mapping=fewer)
    after = rows.listed(Which(), limit=9)
    assert [row.reason for row in after] == ["test_call", "bad_value"]
    assert [row._replace(reason="") for row in after] == [row._replace(reason="") for row in before]
    assert [row["cells"]["customer"] for row in kept(embedded_store)] == ["C1", "C1"]
    assert document_of_replay(again)["reasons"] == {"test_call": 1, "bad_value": 1}


def test_only_what_is_asked_for_is_told(embedded_store: Store, tmp_path: Path) -> None:
    made = desk(tmp_path, HEADER + GOOD + BAD, mapping=DAYS)
    made.ingest(embedded_store)
    ids = [row.id for row in RejectedRows(embedded_store.keys).listed(Which(), limit=9)]
    assert replayed(made, embedded_store, mapping=CALLS, which=Which(ids=ids[1:3])).account.records == 2
    assert [line for line, _ in places(embedded_store)] == [2, 4, 5]
    assert replayed(made, embedded_store, which=Which(reason="bad_value")).account.rejected == 1


def test_a_rehearsal_writes_nothing(embedded_store: Store, tmp_path: Path) -> None:
    made = desk(tmp_path, HEADER + GOOD, mapping=DAYS)
    made.ingest(embedded_store)
    before = kept(embedded_store)
    made.mapping.write_text(CALLS)
    [source] = RejectedRows(embedded_store.keys).sources(Which())
    rehearsed = rehearse_replay(
        embedded_store, source, which=Which(), plan=read_mapping(made.mapping), clock=lambda: LATER
    )
    assert lines_of_replay(rehearsed, is_rehearsal=True) == [
        f"{made.file}: 2 kept rows = 2 would be appended + 0 already known; 3 events. Nothing was written."
    ]
    assert (kept(embedded_store), log_of(embedded_store).height) == (before, 0)


def test_a_row_without_an_id_keeps_its_number(embedded_store: Store, tmp_path: Path) -> None:
    numbered = CALLS.replace("key: [id]", "key: [line]\nordinal: true")
    rows = f"{HEADER}1,2026-01-05 09:00:00,95502,C1,5\n2,2026-01-05 09:00:00,95502,C1,x\n"
    made = desk(tmp_path, rows, mapping=numbered)
    made.ingest(embedded_store)
    assert (
        replayed(
            made,
            embedded_store,
            mapping=numbered.replace("integer", "decimal")
            .replace("wait * 1000", "5")
            .replace("types: {wait: decimal}\n", ""),
        ).account.appended
        == 1
    )
    assert made.ingest(embedded_store).known == 2
    assert places(embedded_store) == []


NUMBERED = CALLS.replace("key: [id]", "key: [line]\nordinal: true")
NOBODYS = CALLS.replace("every: {customer_id: customer}\n", "")
LEFT_OUT = {
    "form": (CALLS, "9,2026\n", CALLS, FORMLESS),
    "columns": (NOBODYS, "9,x,95502,C1,1\n", CALLS, FEWER_COLUMNS),
    "another key": (NUMBERED, "9,x,1,C1,1\n", NUMBERED.replace("[line]", "[line, customer]"), NO_ORDINAL),
    "no key": (NUMBERED, "9,x,,C1,1\n", NUMBERED.replace("[line]", "[\"COALESCE(line, '-')\"]"), NO_ORDINAL),
    "numbered now": (CALLS, "9,x,95502,C1,1\n", NUMBERED, NO_ORDINAL),
}
"""By which mapping a row was kept, the row, by which it is told again, and why it cannot be."""


@pytest.mark.parametrize("case", LEFT_OUT)
def test_rows_that_cannot_be_told_again_stay_and_say_why(
    case: str, embedded_store: Store, tmp_path: Path
) -> None:
    mapping, row, mended, why = LEFT_OUT[case]
    made = desk(tmp_path, HEADER + row, mapping=mapping)
    made.ingest(embedded_store)
    before = kept(embedded_store)
    assert lines_of_replay(replayed(made, embedded_store, mapping=mended)) == [
        f"{made.file}: 1 kept row = 0 appended + 0 already known + 1 that cannot be told again; 0 events.",
        f"1 row {why}: ingest the file again.",
    ]
    assert kept(embedded_store) == before


@pytest.mark.parametrize("on_change", ["refuse", "correct"])
def test_a_row_that_was_told_otherwise_meanwhile_is_refused_and_stays(
    on_change: str, embedded_store: Store, tmp_path: Path
) -> None:
    made = desk(tmp_path, HEADER + GOOD, mapping=DAYS)
    made.ingest(embedded_store)
    mapping = f"{CALLS}on_change: {on_change}\n"
    newer = desk(tmp_path, HEADER + GOOD.replace("C1", "C8"), mapping=mapping, name="newer.csv")
    newer.ingest(embedded_store)
    before = told(embedded_store)
    account = replayed(made, embedded_store).account
    assert (account.known, account.refused) == (1, 1)
    assert places(embedded_store) == [(2, "bad_time")]
    assert told(embedded_store).equals(before)


def test_nobody_who_was_erased_comes_back(store: Store, tmp_path: Path) -> None:
    rows = f"{PEOPLE_HEADER}{FIRST},5.1.2025,王小明,1\n{SECOND},6.1.2025,李四,1\n"
    made = desk(tmp_path, rows, mapping=PEOPLE)
    made.ingest(store)
    mended = PEOPLE.replace("{at: joined}", "{date: joined, format: '%d.%m.%Y'}")
    # The number is somebody's by another file, who is erased: the kept row goes with them.
    [pseudonym] = store.keys.pseudonyms(MSISDN, [FIRST])
    store.keys.destroy([f"p:{pseudonym}"])
    account = replayed(made, store, mapping=mended).account
    assert (account.records, account.appended) == (1, 1)
    assert kept(store) == []


def test_a_row_that_names_an_erased_customer_only_now_is_destroyed(
    embedded_store: Store, tmp_path: Path
) -> None:
    nameless = CALLS.replace("every: {customer_id: customer}", "every: {tier: customer}")
    made = desk(tmp_path, HEADER + GOOD.replace("C1", "C7"), mapping=nameless.replace("{at: came}", GERMAN))
    made.ingest(embedded_store)
    assert len(places(embedded_store)) == 2
    embedded_store.keys.destroy(["desk:C7"])
    account = replayed(made, embedded_store, mapping=CALLS).account
    assert account.reasons == {"erased": 1}
    assert (kept(embedded_store), account.appended) == ([], 1)
    assert "C7" not in str(log_of(embedded_store).rows())


def test_releases_are_told_first(embedded_store: Store, tmp_path: Path) -> None:
    rows = text_of([(3, "138", "hello"), (2, "138", "released"), (1, "138", "welcome")])
    made = desk(tmp_path, rows, mapping=NUMBERS.replace("{at: at}", "{at: at, format: '%d.%m.%Y'}"))
    made.ingest(embedded_store)
    assert len(places(embedded_store)) == 3
    assert replayed(made, embedded_store, mapping=NUMBERS).account.appended == 3
    streams = log_of(embedded_store).sort("position").select("topic", "originator_id").rows()
    owners = {topic: {stream for one, stream in streams if one == topic} for topic, _ in streams}
    assert len(owners["customer.contacted"]) == 2
    assert owners["customer.churned"] == owners["customer.number_released"]
    assert made.ingest(embedded_store).known == 3


def test_killed_between_the_append_and_the_deletion_it_is_known(
    embedded_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk(tmp_path, HEADER + GOOD + BAD, mapping=DAYS)
    made.ingest(embedded_store)
    with monkeypatch.context() as patch:
        patch.setattr(RejectedRows, "delete", _power_fails)
        with pytest.raises(ConnectionAbortedError):
            replayed(made, embedded_store, mapping=CALLS)
    assert len(places(embedded_store)) == 4
    before = told(embedded_store)
    assert before.height == 3
    account = replayed(made, embedded_store).account
    assert (account.appended, account.known, account.rejected) == (0, 2, 2)
    assert told(embedded_store).equals(before)


def _power_fails(_rows: RejectedRows, _ids: object) -> int:
    raise ConnectionAbortedError


def test_a_call_of_a_person_is_told_with_the_pseudonym_of_now(embedded_store: Store, tmp_path: Path) -> None:
    late = f"id,came,phone,wait\n1,05.01.2025 09:00:00,{FIRST},5\n"
    made = desk(tmp_path, late, mapping=CALLERS)
    made.ingest(embedded_store)
    mended = CALLERS.replace("{at: came}", GERMAN)
    assert replayed(made, embedded_store, mapping=mended).account.appended == 1
    [pseudonym] = embedded_store.keys.pseudonyms(MSISDN, [FIRST])
    assert pseudonym in str(log_of(embedded_store).rows())

"""Who was erased is not brought back by any file, and the account still adds up."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from infra.key_store.rejected_rows import RejectedRows, Which
from infra.stores import Store
from pipelines.ingest.account import Account
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.ingest import Watch, ingest
from pipelines.ingest.reading import open_records
from pipelines.ingest.report import RejectsFile, lines_of
from tests.pipelines.given import CALLS, LATER, NOW, Desk, desk, log_of
from tests.pipelines.ingest.people import (
    CALLERS,
    CALLERS_ROWS,
    FIRST,
    MSISDN,
    PEOPLE,
    PEOPLE_ROWS,
    SECOND,
)

ALL = Which()


def people(folder: Path, rows: str = PEOPLE_ROWS, *, mapping: str = PEOPLE) -> Desk:
    return desk(folder, rows, mapping=mapping, name="people.csv")


def callers(folder: Path, rows: str = CALLERS_ROWS, *, mapping: str = CALLERS) -> Desk:
    return desk(folder, rows, mapping=mapping)


def counts(account: Account) -> tuple[int, int, int, int]:
    return account.appended, account.known, account.refused, account.rejected


def erase(store: Store, *ids: str) -> None:
    """Destroy the keys of these phones' owners, as an erasure does after it told the log."""
    store.keys.destroy([f"p:{one}" for one in store.keys.pseudonyms(MSISDN, ids)])


def key_rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """What the key store holds about persons."""
    with store.keys.while_nobody_is_erased() as connection:
        return {
            table: connection.execute(f"select * from {table} order by 1").fetchall()  # noqa: S608
            for table in ("alias", "subject_key", "search_term", "rejected_row", "rejected_row_mark")
        }


def test_last_years_file_brings_nobody_back(store: Store, tmp_path: Path) -> None:
    made = people(tmp_path)
    made.ingest(store)
    erase(store, FIRST)
    log, held = log_of(store), key_rows(store)
    account = made.ingest(store, now=LATER)
    assert counts(account) == (0, 1, 0, 1)
    assert account.reasons == {"erased": 1}
    assert log_of(store).equals(log)
    assert key_rows(store) == held


def test_a_new_row_about_an_erased_person_makes_no_key_and_no_pseudonym(store: Store, tmp_path: Path) -> None:
    people(tmp_path).ingest(store)
    erase(store, FIRST)
    held = key_rows(store)
    account = callers(tmp_path).ingest(store)
    assert counts(account) == (2, 0, 0, 1)
    assert {table: len(rows) for table, rows in key_rows(store).items()} == {
        **{table: len(rows) for table, rows in held.items()},
        # The other caller is found by the phone under which they are registered; the third gave none.
        "search_term": len(held["search_term"]),
    }
    assert log_of(store)["originator_id"].to_list()[2:] == [
        "call-desk:2",
        "call-desk:2",
        "call-desk:3",
        "call-desk:3",
    ]


def test_of_an_erased_persons_row_only_the_line_is_shown(store: Store, tmp_path: Path) -> None:
    people(tmp_path).ingest(store)
    erase(store, FIRST)
    made, listed = people(tmp_path), tmp_path / "rejects.csv"
    plan = read_mapping(made.mapping)
    with RejectsFile(listed) as on_rejects:
        account = ingest(
            open_records(made.file, plan),
            plan,
            store=store,
            clock=lambda: LATER,
            watch=Watch(on_rejects=on_rejects),
        )
    [reject] = account.listed_rejects
    assert (reject.line, reject.reason, reject.detail) == (2, "erased", "")
    assert lines_of(account)[1:] == ["Rejected: erased 1.", "  line 2: erased"]
    assert listed.read_text(encoding="utf-8").splitlines()[1] == f'{made.file},2,erased,"",,,,'
    assert RejectedRows(store.keys).listed(ALL, limit=10) == []


@pytest.mark.parametrize(
    "row",
    [
        f"{FIRST},yesterday,王小明,1",
        f"{FIRST},2025-01-05 09:00:00,,1",
        f"{FIRST},2025-01-05 09:00:00,王小明,1,more,and more",
        f"{FIRST}",
    ],
    ids=["bad time", "missing name", "too many fields", "too few fields"],
)
def test_whatever_else_is_wrong_with_the_row_it_is_erased(row: str, store: Store, tmp_path: Path) -> None:
    people(tmp_path).ingest(store)
    erase(store, FIRST)
    account = people(tmp_path, f"phone,joined,name,id_number\n{row}\n").ingest(store)
    assert account.reasons == {"erased": 1}
    assert RejectedRows(store.keys).listed(ALL, limit=10) == []


def test_a_file_of_erased_people_alone_is_no_bad_mapping(store: Store, tmp_path: Path) -> None:
    made = people(tmp_path)
    made.ingest(store)
    erase(store, FIRST, SECOND)
    account = made.ingest(store)
    assert counts(account) == (0, 0, 0, 2)
    assert account.is_any_good


NAMED = CALLS.replace("channel: \"'phone'\"", "channel: \"'phone'\", caller_number: line")


@pytest.mark.parametrize("is_wrong", [False, True], ids=["usable", "rejected for something else"])
def test_a_customer_whose_id_is_not_personal_stays_erased_too(
    is_wrong: bool, store: Store, tmp_path: Path
) -> None:
    made = desk(tmp_path, mapping=NAMED)
    made.ingest(store)
    store.keys.destroy(["desk:C1"])
    kept = RejectedRows(store.keys).listed(ALL, limit=10)
    row = f"9,{'yesterday' if is_wrong else '2026-01-06 09:00:00'},95502,C1,5\n"
    account = desk(tmp_path, f"id,came,line,customer,wait\n{row}", mapping=NAMED, name="new.csv").ingest(
        store
    )
    assert counts(account) == (0, 0, 0, 1)
    assert account.reasons == ({"bad_time": 1} if is_wrong else {"erased": 1})
    assert RejectedRows(store.keys).listed(ALL, limit=10) == kept


def test_a_corrected_row_about_somebody_erased_is_erased(store: Store, tmp_path: Path) -> None:
    correcting = PEOPLE.replace("zone:", "on_change: correct\nzone:")
    mapping = correcting.replace("fields: {name: name,", "fields: {tier: level, name: name,")
    rows = (
        PEOPLE_ROWS.replace("id_number\n", "id_number,level\n")
        .replace("1234\n", "1234,gold\n")
        .replace("5678\n", "5678,tin\n")
    )
    people(tmp_path, rows, mapping=mapping).ingest(store)
    erase(store, FIRST)
    log = log_of(store)
    account = people(tmp_path, rows.replace("gold", "silver"), mapping=mapping).ingest(store)
    assert account.reasons == {"erased": 1}
    assert log_of(store).equals(log)


def test_who_is_erased_while_a_file_goes_in_gets_no_new_key(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure comes between looking people up and sealing their text."""
    people(tmp_path, PEOPLE_ROWS.replace("13900000002", "13700000003")).ingest(store)
    protect_all: Callable[..., list[str | None]] = store.keys.protect_all

    def erased_first(*arguments: object) -> list[str | None]:
        monkeypatch.undo()
        erase(store, FIRST)
        return protect_all(*arguments)

    monkeypatch.setattr(store.keys, "protect_all", erased_first)
    account = callers(tmp_path).ingest(store)
    assert counts(account) == (2, 0, 0, 1)
    assert account.reasons == {"erased": 1}
    offered = log_of(store).filter(pl.col("topic") == "call.offered")["state"].to_list()
    assert all(json.loads(state)["caller_number"] != "" for state in offered)


def test_a_dry_run_knows_nobody_and_opens_no_store(tmp_path: Path) -> None:
    assert people(tmp_path).rehearse(now=NOW).account.appended == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["desk.yaml", "people.csv"]


def test_erased_is_no_reason_of_a_mapping_s_own(tmp_path: Path) -> None:
    from pipelines.ingest.faults import MappingFault  # noqa: PLC0415

    mapping = CALLS.replace("reason: test_call", "reason: erased")
    with pytest.raises(MappingFault, match=r"line 11: 'erased' is what rows about forgotten people"):
        desk(tmp_path, mapping=mapping).rehearse()

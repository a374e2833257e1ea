"""Rejected rows are kept sealed for thirty days, once, and go with whomever they are about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from infra.key_store.rejected_rows import NoSuchRejectError, RejectedRows, Rejects, Which
from infra.stores import Store

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ALL = Which()
SECRETS = "select name from secret where name like 'rejects:%' order by name"


def rejects(
    *contents: str,
    file: str = "in/calls.csv",
    mapping: str = "calls",
    marks: dict[int, bytes] | None = None,
    subjects: dict[int, str] | None = None,
) -> Rejects:
    """Rows from line 2 on, each rejected as bad_time."""
    marks, subjects = marks or {}, subjects or {}
    return Rejects(
        mapping=mapping,
        file=file,
        rows=pl.DataFrame(
            {
                "line": pl.Series(range(2, len(contents) + 2), dtype=pl.Int64),
                "reason": pl.Series(["bad_time"] * len(contents), dtype=pl.String),
                "content": pl.Series([one.encode() for one in contents], dtype=pl.Binary),
            }
        ),
        marks=pl.DataFrame(
            {"place": list(marks), "mark": list(marks.values())},
            schema={"place": pl.UInt32, "mark": pl.Binary},
        ),
        subjects=pl.DataFrame(
            {"place": list(subjects), "subject": list(subjects.values())},
            schema={"place": pl.UInt32, "subject": pl.String},
        ),
    )


def query(store: Store, statement: str) -> list[tuple[object, ...]]:
    with store.keys.while_nobody_is_erased() as connection:
        return connection.execute(statement).fetchall()


def test_what_is_kept_is_listed_without_its_content_and_revealed_alone(store: Store) -> None:
    kept = RejectedRows(store.keys)
    assert kept.keep(rejects("one", "王小明 13800000001"), now=NOW).stored == 2
    first, second = kept.listed(ALL, limit=10)
    assert (second.mapping, second.file, second.line, second.reason) == (
        "calls",
        "in/calls.csv",
        3,
        "bad_time",
    )
    assert second.rejected_at == NOW
    assert kept.reveal(second.id) == (second, "王小明 13800000001".encode())
    assert kept.reveal(first.id)[1] == b"one"


def test_the_database_holds_no_open_content(embedded_store: Store) -> None:
    RejectedRows(embedded_store.keys).keep(rejects("王小明 13800000001"), now=NOW)
    [(row,)] = query(embedded_store, "select r::text from rejected_row r")
    assert "13800000001" not in str(row)
    assert b"13800000001".hex() not in str(row)
    assert query(embedded_store, SECRETS) == [("rejects:2026-03-10",)]


def test_rows_are_chosen_by_mapping_file_and_reason(embedded_store: Store) -> None:
    kept = RejectedRows(embedded_store.keys)
    kept.keep(rejects("a"), now=NOW)
    kept.keep(rejects("b", file="more_calls.csv"), now=NOW)
    kept.keep(rejects("c", mapping="people"), now=NOW)
    found = [
        [kept.reveal(row.id)[1] for row in kept.listed(which, limit=10)]
        for which in (
            Which(mapping="people"),
            Which(file="calls.csv"),
            Which(file="in/calls.csv", mapping="calls"),
            Which(reason="bad_time"),
            Which(reason="other"),
        )
    ]
    assert found == [[b"c"], [b"a", b"c"], [b"a"], [b"a", b"b", b"c"], []]
    assert kept.count(Which(file="calls.csv")) == 2
    assert [row.line for row in kept.listed(ALL, limit=1)] == [2]


def test_the_same_row_of_a_file_is_kept_once(store: Store) -> None:
    kept = RejectedRows(store.keys)
    assert kept.keep(rejects("a", "b"), now=NOW).stored == 2
    assert kept.keep(rejects("a", "B"), now=NOW + timedelta(days=1)).stored == 1
    assert kept.keep(rejects("a", "B", file="another.csv"), now=NOW).stored == 2
    assert kept.count(ALL) == 5


def test_after_thirty_days_rows_and_the_days_secret_are_gone(store: Store) -> None:
    kept = RejectedRows(store.keys)
    kept.keep(rejects("old"), now=NOW)
    kept.keep(rejects("younger"), now=NOW + timedelta(days=1))
    assert kept.prune(now=NOW + timedelta(days=30)) == 0
    assert kept.prune(now=NOW + timedelta(days=31)) == 1
    assert [kept.reveal(row.id)[1] for row in kept.listed(ALL, limit=10)] == [b"younger"]
    assert query(store, SECRETS) == [("rejects:2026-03-11",)]
    assert query(store, "select count(*) from rejected_row_mark") == [(0,)]


def test_a_row_that_is_not_there(embedded_store: Store) -> None:
    with pytest.raises(NoSuchRejectError, match="there is no rejected row 7"):
        RejectedRows(embedded_store.keys).reveal(7)


def test_nothing_to_keep(embedded_store: Store) -> None:
    assert RejectedRows(embedded_store.keys).keep(rejects(), now=NOW).stored == 0
    assert query(embedded_store, SECRETS) == []


def test_an_erasure_takes_the_rows_it_finds_and_no_others(store: Store) -> None:
    keys, kept = store.keys, RejectedRows(store.keys)
    [own, _] = keys.pseudonyms("crm", ["138", "139"])
    keys.protect(f"p:{own}", "phone", "13800000001")
    by_id, by_other = keys.alias_hashes("crm", ["138", "139"])
    [by_phone] = keys.terms("caller_number", ["+86 138 0000 0001"])
    assert by_phone is not None
    marks = {0: by_id, 1: by_phone, 2: by_other}
    kept.keep(
        rejects("id", "phone", "other", "anonymous", "subject", marks=marks, subjects={4: "crm:C1"}), now=NOW
    )
    assert keys.destroy([f"p:{own}"]).rejects == 2
    assert keys.destroy(["crm:C1"]).rejects == 1
    assert [kept.reveal(row.id)[1] for row in kept.listed(ALL, limit=10)] == [b"other", b"anonymous"]


def test_nothing_is_kept_about_somebody_erased(store: Store) -> None:
    keys, kept = store.keys, RejectedRows(store.keys)
    [own] = keys.pseudonyms("crm", ["138"])
    keys.destroy([f"p:{own}", "crm:C1"])
    marks = dict(enumerate(keys.alias_hashes("crm", ["138", "139"])))
    assert (
        kept.keep(rejects("erased", "other", "erased", marks=marks, subjects={2: "crm:C1"}), now=NOW).stored
        == 1
    )
    [row] = kept.listed(ALL, limit=10)
    assert kept.reveal(row.id)[1] == b"other"


def test_rows_are_revealed_after_a_change_of_the_master_key(embedded_store: Store) -> None:
    kept = RejectedRows(embedded_store.keys)
    kept.keep(rejects("a"), now=NOW)
    assert query(embedded_store, SECRETS) == [("rejects:2026-03-10",)]
    [row] = kept.listed(ALL, limit=1)
    embedded_store.keys.rotate(bytes(range(32)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded_store.keys, "_known_master_keys", lambda: [bytes(range(32))])
        assert kept.reveal(row.id)[1] == b"a"


def test_a_renewed_row_keeps_its_id_and_its_day(store: Store) -> None:
    kept = RejectedRows(store.keys)
    kept.keep(rejects("one", "two"), now=NOW)
    [_, second] = kept.listed(ALL, limit=10)
    [alias] = store.keys.alias_hashes("crm", ["138"])
    [own] = store.keys.pseudonyms("crm", ["138"])
    renewed = rejects("two again", marks={0: alias})
    renewed = replace(
        renewed, rows=renewed.rows.with_columns(line=pl.lit(3, pl.Int64), reason=pl.lit("else"))
    )
    kept.renew(renewed, ids=pl.Series([second.id]))
    assert kept.reveal(second.id) == (second._replace(reason="else"), b"two again")
    assert kept.prune(now=NOW + timedelta(days=30)) == 0
    assert store.keys.destroy([f"p:{own}"]).rejects == 1
    kept.renew(renewed, ids=pl.Series([second.id]))
    assert [row.line for row in kept.listed(ALL, limit=10)] == [2]


def test_a_renewed_row_about_somebody_erased_goes(embedded_store: Store) -> None:
    kept = RejectedRows(embedded_store.keys)
    kept.keep(rejects("one", "two"), now=NOW)
    embedded_store.keys.destroy(["crm:C1"])
    ids = pl.Series([row.id for row in kept.listed(ALL, limit=10)])
    kept.renew(rejects("one", "two", subjects={1: "crm:C1"}), ids=ids)
    assert [row.line for row in kept.listed(ALL, limit=10)] == [2]


def test_pages_hold_every_row_of_a_source_once_in_the_order_of_its_file(embedded_store: Store) -> None:
    kept = RejectedRows(embedded_store.keys)
    kept.keep(rejects("a", "b", "c"), now=NOW)
    kept.keep(rejects("a", "B", "C", "D", "E"), now=NOW)
    kept.keep(rejects("x", file="other.csv"), now=NOW)
    [own, other] = kept.sources(ALL)
    assert (own.file, other.file) == ("in/calls.csv", "other.csv")
    assert (kept.source(mapping="calls", file=own.file), kept.source(mapping="calls", file="?")) == (
        own,
        None,
    )
    pages = [page["content"].to_list() for page in kept.pages(own, size=3)]
    assert pages == [[b"a", b"b", b"B"], [b"c", b"C", b"D"], [b"E"]]
    assert kept.count_of(own) == 7
    asked = kept.pages(own, size=9, ids=[2, 7], reason="bad_time")
    assert [page["id"].to_list() for page in asked] == [[2, 7]]
    assert kept.delete([1, 2, 99]) == 2
    assert kept.count_of(own) == 5

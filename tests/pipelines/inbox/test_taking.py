"""Dropped files are taken once and whole, each with a receipt, whatever happens on the way."""

import errno
import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import psycopg
import pytest

from infra.key_store.rejected_rows import RejectedRows, Which
from infra.stores import Store
from pipelines.inbox import taking
from pipelines.inbox.folders import RECEIPT
from pipelines.inbox.rounds import follow
from pipelines.ingest.faults import FileFault
from tests.pipelines.given import CALLS, ROWS, log_of
from tests.pipelines.inbox.given import Drop, aged, drop_into, now
from tests.pipelines.killing import ROOT

BROKEN = "id,came\n1,2026-01-05 09:00:00\n"
HOPELESS = "id,came,line,customer,wait\n1,yesterday,95502,C1,5\n"


@pytest.fixture
def drop(embedded_store: Store) -> Drop:
    return drop_into(embedded_store.settings)


def test_a_file_goes_into_the_log_and_to_done_with_its_receipt(drop: Drop, embedded_store: Store) -> None:
    path = drop.put("calls.csv")
    (taken,) = drop.take()
    assert drop.names() == ["done/calls.csv", f"done/calls.csv{RECEIPT}"]
    receipt = drop.receipt("done/calls.csv")
    account = receipt.pop("account")
    assert {key: account[key] for key in ("path", "records", "appended", "rejected", "events")} == {
        "path": str(path),
        "records": 3,
        "appended": 2,
        "rejected": 1,
        "events": 3,
    }
    assert receipt.pop("taken_at") <= receipt.pop("finished_at")
    # The first event of the store is the zone of its days.
    assert receipt.pop("positions") == {"after": 0, "upto": log_of(embedded_store)["position"].max()}
    assert receipt == {
        "file": "calls.csv",
        "bytes": len(ROWS),
        "sha256": hashlib.sha256(ROWS.encode()).hexdigest(),
        "mapping": "calls",
        "mapping_sha256": hashlib.sha256(CALLS.encode()).hexdigest(),
        "outcome": "done",
        "moved_to": "done/calls.csv",
        "fault": None,
        "broken_rules": {},
    }
    assert taken.path.read_text() == ROWS


def test_a_file_of_the_same_name_overwrites_nothing(drop: Drop) -> None:
    drop.put("calls.csv")
    drop.take()
    drop.put("calls.csv", ROWS.replace("C1", "C9").replace("\n1,", "\n7,"))
    drop.take()
    assert [name for name in drop.names("done") if not name.endswith(RECEIPT)] == ["calls-2.csv", "calls.csv"]
    assert drop.receipt("done/calls-2.csv")["account"]["appended"] == 1


def test_a_half_written_file_is_left(drop: Drop) -> None:
    drop.put("calls.csv.part")
    drop.put("calls.csv")
    assert drop.take(later=timedelta(0)) == []
    assert drop.names() == ["calls.csv", "calls.csv.part"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (BROKEN, "calls.csv: has no column 'wait'"),
        (HOPELESS, "calls.csv: every record is rejected by mapping calls"),
    ],
)
def test_a_failed_file_is_failed_once_and_says_why(rows: str, says: str, drop: Drop) -> None:
    path = drop.put("calls.csv", rows)
    (taken,) = drop.take()
    assert taken.receipt.fault is not None
    assert taken.receipt.fault.startswith(f"{path.parent}/{says}")
    assert drop.receipt("failed/calls.csv")["fault"] == taken.receipt.fault
    assert drop.take() == []
    assert drop.names() == ["failed/calls.csv", f"failed/calls.csv{RECEIPT}"]


def test_a_changed_record_and_a_wrong_mapping_fail_it_too(drop: Drop) -> None:
    drop.put("a.csv")
    drop.put("b.csv", ROWS.replace("C1", "C9"))
    done, refused = drop.take()
    assert done.receipt.fault is None
    assert "1 of its records changed since they were told" in str(refused.receipt.fault)
    drop.mapping.write_text("version: 1\n")
    drop.put("c.csv")
    (wrong,) = drop.take()
    assert str(wrong.receipt.fault).startswith(f"{drop.mapping}, line 1: ")
    assert (wrong.receipt.account, wrong.receipt.outcome) == (None, "failed")


def test_moved_back_it_is_taken_again_and_its_rejects_are_settled(drop: Drop, embedded_store: Store) -> None:
    path = drop.put("calls.csv", HOPELESS)
    drop.take()
    assert RejectedRows(embedded_store.keys).count(Which(file=str(path))) == 1
    drop.mapping.write_text(CALLS.replace("came_at: {at: came}", 'came_at: {at: came, format: "%A"}'))
    (drop.folder / "failed" / "calls.csv").rename(path)
    path.write_text(HOPELESS.replace("yesterday", "2026-01-05 09:00:00"))
    drop.mapping.write_text(CALLS)
    (taken,) = drop.take()
    assert (taken.receipt.outcome, taken.receipt.moved_to) == ("done", "done/calls.csv")
    assert RejectedRows(embedded_store.keys).count(Which()) == 0


@pytest.mark.parametrize("trouble", [psycopg.OperationalError("gone"), OSError(28, "No space left")])
def test_what_is_no_fault_of_the_file_leaves_it_to_be_taken_again(
    trouble: Exception, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.put("calls.csv")

    def away(*_arguments: object, **_options: object) -> None:
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr(taking, "ingest", away)
        with pytest.raises(type(trouble)):
            drop.take()
    assert drop.names() == ["taking/calls.csv"]
    assert drop.take(later=timedelta(seconds=5)) == []
    (taken,) = drop.take()
    assert taken.receipt.moved_to == "done/calls.csv"


def test_a_fault_of_ours_is_loud_and_not_met_for_ever(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.put("calls.csv")

    def surprised(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(taking, "ingest", surprised)
        with pytest.raises(ZeroDivisionError):
            drop.take()
    assert "Kefu failed on it (ZeroDivisionError)" in drop.receipt("failed/calls.csv")["fault"]
    assert drop.take() == []


def test_a_file_that_changes_while_it_is_read_is_taken_again(
    drop: Drop, embedded_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.put("calls.csv", ROWS.removesuffix("3,2026-01-05 09:02:00,test,C2,1\n"))
    real = taking.ingest

    def slow(*arguments: object, **options: object) -> object:
        account = real(*arguments, **options)  # type: ignore[arg-type]
        with (drop.folder / "taking" / "calls.csv").open("a") as file:
            file.write("4,2026-01-05 09:03:00,95502,C1,5\n")
        return account

    with monkeypatch.context() as patch:
        patch.setattr(taking, "ingest", slow)
        assert drop.take() == []
    (taken,) = drop.take()
    assert taken.account is not None
    assert (taken.account.known, taken.account.appended) == (2, 1)


def test_two_takers_take_every_file_once(drop: Drop, embedded_store: Store) -> None:
    for number in range(6):
        drop.put(f"{number}.csv", ROWS.replace("\n1,", f"\n1{number},").replace("\n2,", f"\n2{number},"))
    with ThreadPoolExecutor(max_workers=2) as threads:
        taken = [one for some in threads.map(lambda _: drop.take(), range(2)) for one in some]
    assert sorted(one.receipt.file for one in taken) == [f"{number}.csv" for number in range(6)]
    assert [one.account.appended for one in taken if one.account] == [2] * 6
    assert len([name for name in drop.names("done") if name.endswith(RECEIPT)]) == 6


KILLED_AT = """
import os, signal, sys
from pipelines.inbox import receipts, taking
def kill(*_arguments): os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "rename":
    real = taking.move_with_receipt
    def half(place, receipt):
        (place.taking / receipt.file).rename(place.folder / receipt.moved_to)
        kill()
    taking.move_with_receipt = half
else:
    setattr(taking, sys.argv[1], kill)
from pipelines.cli import main
main(["inbox", "--settle", "0"])
"""


@pytest.mark.parametrize("at", ["move_with_receipt", "rename"])
def test_killed_between_append_and_move_it_is_known_and_has_one_receipt(
    at: str, drop: Drop, embedded_store: Store
) -> None:
    drop.put("calls.csv")
    environ = drop.inbox.settings.environ() | {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED_AT, at], env=environ, check=False, cwd=ROOT)
    assert killed.returncode == -9
    before = log_of(embedded_store).height
    assert before > 3
    taken = drop.take()
    assert log_of(embedded_store).height == before
    assert drop.names() == ["done/calls.csv", f"done/calls.csv{RECEIPT}"]
    account = drop.receipt("done/calls.csv")["account"]
    assert (len(taken), account["known"]) == ((0, 0) if at == "rename" else (1, 2))


def test_what_was_kept_long_enough_is_deleted_with_its_receipt(drop: Drop) -> None:
    drop.put("old.csv")
    drop.put("broken.csv", BROKEN)
    drop.put("young.csv", ROWS.replace("\n1,", "\n8,").replace("\n2,", "\n9,"))
    drop.take()
    # A receipt's time is that of the clock, which the test puts 11 seconds ahead.
    for name in ("done/old.csv", "failed/broken.csv"):
        aged(drop.folder / f"{name}{RECEIPT}", days=31)
    aged(drop.folder / "done" / f"young.csv{RECEIPT}", days=29)
    drop.take()
    assert drop.names() == ["done/young.csv", f"done/young.csv{RECEIPT}"]
    drop.take(later=timedelta(days=2))
    assert drop.names() == []


def test_following_takes_what_comes_and_waits_out_what_is_no_fault(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, seen = Event(), []
    real, fails = taking.ingest, [psycopg.OperationalError("gone")]

    def away_at_first(*arguments: object, **options: object) -> object:
        if fails:
            raise fails.pop()
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "ingest", away_at_first)
    monkeypatch.setattr(stop, "wait", lambda _seconds: None)
    drop.put("calls.csv")
    clock = lambda: now() + timedelta(seconds=11)  # noqa: E731
    for taken in follow(drop.inbox, opened=drop.opened, clock=clock, stop=stop):
        seen.append(type(taken).__name__)
        if seen[-1] == "Taken":
            stop.set()
    assert seen == ["OperationalError", "Taken"]


def test_a_link_put_in_the_place_of_a_file_is_not_followed(drop: Drop, tmp_path: Path) -> None:
    path = drop.put("calls.csv")
    (dropped,) = drop.look().whole
    path.unlink()
    secret = tmp_path / "secret.csv"
    secret.write_text(ROWS)
    path.symlink_to(secret)
    with drop.opened() as store:
        taken = taking.take(dropped, store=store, clock=now)
        assert log_of(store).height == 0
    assert taken is not None
    assert "is no file; links are not followed." in str(taken.receipt.fault)
    assert taken.receipt.sha256 is None


def test_a_name_of_another_encoding_is_taken(drop: Drop) -> None:
    raw = drop.folder / os.fsdecode(b"\xd4\xc2.csv")
    drop.put("calls.csv").rename(raw)
    (taken,) = drop.take()
    assert (taken.receipt.file, taken.receipt.moved_to) == ("__.csv", "done/__.csv")
    assert drop.names() == ["done/__.csv", f"done/__.csv{RECEIPT}"]


@pytest.mark.parametrize("at", ["at once", "in mid-file"])
def test_a_machine_that_cannot_read_is_no_fault_of_the_file(
    at: str, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.put("calls.csv")

    def unread(*_arguments: object, **_options: object) -> None:
        fault = FileFault(path=path, problem="cannot be read: Input/output error.")
        fault.__cause__ = OSError(errno.EIO, "Input/output error")
        if at == "at once":
            raise fault
        raise fault.after(7) from fault

    with monkeypatch.context() as patch:
        patch.setattr(taking, "ingest", unread)
        with pytest.raises(OSError, match="Input/output error"):
            drop.take()
    assert drop.names() == ["taking/calls.csv"]


def test_a_value_that_the_database_refuses_fails_the_file_and_is_not_repeated(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.put("calls.csv")

    def refused(*_arguments: object, **_options: object) -> None:
        raise psycopg.errors.ProgramLimitExceeded("index row of 13800000001 is too large")

    monkeypatch.setattr(taking, "ingest", refused)
    (taken,) = drop.take()
    assert taken.receipt.fault == f"{path}: holds a value that is too large or too odd to be stored."

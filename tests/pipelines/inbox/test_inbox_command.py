"""`kefu inbox`: what is dropped is taken, what fails is said, what waits is named."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from infra.stores import Store
from tests.pipelines.given import ROWS, Ran, kefu
from tests.pipelines.inbox.given import Drop, drop_into
from tests.pipelines.killing import ROOT

LONGEST_WAIT = 60.0


@pytest.fixture
def drop(embedded_store: Store) -> Drop:
    return drop_into(embedded_store.settings)


def ran(drop: Drop, *argv: str) -> Ran:
    environ = drop.inbox.settings.environ() | {"PATH": os.environ["PATH"]}
    return kefu("inbox", *argv, environ=environ)


def test_what_is_there_is_taken_and_its_account_shown(drop: Drop) -> None:
    path = drop.put("a.csv")
    taken = ran(drop, "--settle", "0")
    assert (taken.status, taken.stderr) == (0, "")
    first, *_, last = taken.stdout.splitlines()
    assert first == f"{path}: 3 records = 2 appended + 0 already known + 1 rejected; 3 events."
    assert last == f"Moved to {drop.folder / 'done' / 'a.csv'}"


def test_a_failed_file_and_one_that_waits(drop: Drop) -> None:
    broken, waiting = drop.put("a.csv", "id\n1\n"), drop.put("b.csv")
    drop.put("a.csv.done", "")
    taken = ran(drop, "--format", "json")
    document = json.loads(taken.stdout)
    assert taken.status == 1
    assert [one["outcome"] for one in document["files"]] == ["failed"]
    assert document["waiting"] == [str(waiting)]
    assert taken.stderr.startswith(f"{waiting} is still being written")
    assert document["files"][0]["fault"].startswith(f"{broken}: has no column")


def test_an_empty_inbox_and_a_folder_of_no_mapping(drop: Drop) -> None:
    assert ran(drop).stderr == f"Nothing is in {drop.inbox.root}.\n"
    (drop.inbox.root / "cals").mkdir()
    first, _ = ran(drop).stderr.splitlines()
    assert first.startswith(f"{drop.inbox.root / 'cals'} is not looked into: mapping 'cals' is not in ")


def test_another_folder_may_be_the_inbox(drop: Drop, embedded_store: Store) -> None:
    elsewhere = drop.inbox.root.parent / "elsewhere"
    (elsewhere / "calls").mkdir(parents=True)
    (elsewhere / "calls" / "a.csv").write_text(ROWS)
    taken = ran(drop, "--inbox", str(elsewhere), "--settle", "0")
    assert taken.stdout.splitlines()[-1] == f"Moved to {elsewhere / 'calls' / 'done' / 'a.csv'}"


def test_following_goes_on_until_it_is_told_to_end(drop: Drop) -> None:
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "inbox",
        "--follow",
        "--settle",
        "0",
        "--format",
        "json",
    ]
    environ = drop.inbox.settings.environ() | {"PATH": os.environ["PATH"]}
    with subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + LONGEST_WAIT
        while not drop.folder.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        drop.put("a.csv")
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONGEST_WAIT) == 0
    assert (line["outcome"], line["account"]["appended"]) == ("done", 2)

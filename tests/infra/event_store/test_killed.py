"""A bulk append that is killed and run again leaves each record in the log once, whole and in order."""

import random
import subprocess
import sys
from itertools import islice

import polars as pl

from infra.event_store.log import EventLog
from infra.stores import Store
from tests.infra.event_store.appending_process import CHUNKS, EVENTS, RECORDS

KILLS = 4


def start(store: Store) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.infra.event_store.appending_process", store.conninfo]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def run_and_kill(store: Store, *, after_chunks: int) -> set[int]:
    """The numbers of the chunks acked before SIGKILL, which falls somewhere into the next chunk."""
    with start(store) as process:
        assert process.stdout is not None
        acked = [int(line.split()[0]) for line in islice(process.stdout, after_chunks)]
        process.kill()
        acked += [int(line.split()[0]) for line in process.stdout if line.endswith("\n")]
    return set(acked)


def whole_log(store: Store) -> pl.DataFrame:
    with EventLog(store.conninfo) as log:
        return log.read(0, log.highest())


def test_killed_in_the_middle_and_resumed_each_record_is_there_once(embedded_store: Store) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    choose = random.Random(seed)
    for _ in range(KILLS):
        acked = run_and_kill(embedded_store, after_chunks=choose.randint(1, CHUNKS // 2))
        names = set(whole_log(embedded_store)["originator_id"])
        assert {f"{number}-{index}" for number in acked for index in range(RECORDS)} <= names
    with start(embedded_store) as process:
        assert process.stdout is not None
        assert len(process.stdout.readlines()) == CHUNKS
    assert process.returncode == 0

    log = whole_log(embedded_store)
    assert log.height == CHUNKS * RECORDS * EVENTS
    assert log.select("originator_id", "originator_version").is_unique().all()
    expected = [
        row
        for number in range(CHUNKS)
        for index in range(RECORDS)
        for name in [f"{number}-{index}"]
        for row in [(name, 1, "1"), (name, 2, "2"), ("shared", number * RECORDS + index + 1, name)]
    ]
    assert log.select("originator_id", "originator_version", "state").rows() == expected
    with embedded_store.connect() as connection:
        assert connection.execute("select count(*), sum(n) from append_key").fetchall() == [
            (CHUNKS * RECORDS, CHUNKS * RECORDS * EVENTS)
        ]

"""Sealing is whole or not at all, whoever is killed, and nothing is wrong without segments."""

import logging
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import psycopg
import pytest

from infra.event_store.log import EventLog
from infra.stores import Store
from projections.facts import SPECS
from projections.runner.windows import windows
from projections.segments.folder import UNFINISHED, ranges_in
from projections.segments.place import read_place
from projections.segments.seal import SegmentsUnwritable, seal
from projections.segments.segments import Segments, open_segments
from projections.storage.database import open_database
from tests.infra.event_store.given import record, stored

SPAN = 10
CALLS = tuple(spec for spec in SPECS.values() if spec.stream == "call")
STATE = (
    '{"occurred_at":"2026-01-05T00:00:00.000000Z","recorded_at":"2026-01-05T00:00:00.000000Z","source":"pbx",'
    '"customer_id":"c1","unit":"SH01","queue":"motor"}'
)
ROWS = (
    "insert into stored_events (notification_id, originator_id, originator_version, topic, state)"
    " select n, 'call-x:' || n, 1, 'call.queued', %s from generate_series(1, %s) n"
)


@pytest.fixture
def conninfo(embedded_store: Store) -> str:
    put(embedded_store.conninfo, events=95)
    return embedded_store.conninfo


def put(conninfo: str, *, events: int) -> None:
    with psycopg.connect(conninfo) as connection:
        connection.execute(ROWS, (STATE.encode(), events))


def segments_of(conninfo: str) -> Segments:
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        return open_segments(database, log)


def read_through(conninfo: str) -> pl.DataFrame:
    """Every event of calls as a rebuild reads them."""
    (calls, *_) = CALLS
    found = windows(conninfo, segments_of(conninfo), upto=95, specs=CALLS)
    columns = ["position", "originator_id", "originator_version", "topic", *calls.fields]
    return pl.concat([one.decoded_for(calls, after=0).events.select(columns) for one in found])


def test_closed_ranges_are_sealed_once_and_the_tail_is_left_to_the_log(conninfo: str, tmp_path: Path) -> None:
    before = read_through(conninfo)
    first, again = seal(conninfo, tmp_path / "s", span=SPAN), seal(conninfo, tmp_path / "s", span=SPAN)
    assert (first.ranges, first.events, first.upto) == (9, 90, 90)
    assert again.ranges == 0
    assert segments_of(conninfo).upto == 90
    assert read_through(conninfo).equals(before)


def test_it_seals_up_to_a_position_and_goes_on_from_there(conninfo: str, tmp_path: Path) -> None:
    assert seal(conninfo, tmp_path / "s", span=SPAN, upto=35).upto == 30
    assert segments_of(conninfo).upto == 30
    assert seal(conninfo, tmp_path / "s", span=SPAN).ranges == 6


@pytest.mark.parametrize("harm", ["bytes", "file", "manifest", "folder", "everything"])
def test_what_is_damaged_or_gone_is_read_from_the_log(
    conninfo: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    before = read_through(conninfo)
    seal(conninfo, tmp_path / "s", span=SPAN)
    damage(ranges_in(tmp_path / "s")[3], harm)
    with caplog.at_level(logging.WARNING, logger="kefu.segments"):
        assert read_through(conninfo).equals(before)
        assert read_through(conninfo).equals(before)
    assert len(caplog.records) == (1 if harm in ("bytes", "file") else 0)


def damage(folder: Path, harm: str) -> None:
    (file,) = folder.glob("*.parquet")
    if harm == "bytes":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif harm == "everything":
        shutil.rmtree(folder.parent)
    else:
        {
            "file": file.unlink,
            "manifest": (folder / "manifest.json").unlink,
            "folder": lambda: shutil.rmtree(folder),
        }[harm]()


def test_ranges_of_another_epoch_are_not_read_and_are_made_again(conninfo: str, tmp_path: Path) -> None:
    seal(conninfo, tmp_path / "s", span=SPAN)
    with psycopg.connect(conninfo) as connection:
        connection.execute("update store_meta set value = 'another life' where name = 'epoch'")
    assert segments_of(conninfo).ranges == ()
    assert seal(conninfo, tmp_path / "s", span=SPAN).ranges == 9
    assert {one.manifest.epoch for one in segments_of(conninfo).ranges} == {"another life"}


def test_a_log_that_was_put_back_behind_our_back_is_noticed(conninfo: str, tmp_path: Path) -> None:
    seal(conninfo, tmp_path / "s", span=SPAN)
    with psycopg.connect(conninfo) as connection:
        connection.execute("update stored_events set originator_id = 'call-y:1' where notification_id = 50")
        connection.execute("delete from stored_events where notification_id = 60")
    assert {one.upto for one in segments_of(conninfo).ranges} == {10, 20, 30, 40, 70, 80, 90}


def test_several_may_seal_at_once(conninfo: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: seal(conninfo, tmp_path / "s", span=SPAN), range(4)))
    assert sorted(one.ranges for one in done) == [0, 0, 0, 9]
    for one in segments_of(conninfo).ranges:
        one.check()


SEALING = """
import sys
from pathlib import Path
from projections.segments.seal import seal
print("ready", flush=True)
seal(sys.argv[1], Path(sys.argv[2]), span=10)
"""


def test_a_sealer_that_is_killed_leaves_whole_ranges_only(embedded_store: Store, tmp_path: Path) -> None:
    conninfo, folder = embedded_store.conninfo, tmp_path / "s"
    put(conninfo, events=3_000)
    process = subprocess.Popen([sys.executable, "-c", SEALING, conninfo, str(folder)], stdout=subprocess.PIPE)
    while len(ranges_in(folder)) < 3 and process.poll() is None:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    found = segments_of(conninfo).ranges
    assert len(found) >= 3
    for one in found:
        one.check()
    assert seal(conninfo, folder, span=SPAN, upto=500).upto == 500
    assert segments_of(conninfo).upto >= 500
    assert not list(folder.glob(f"*{UNFINISHED}"))


def test_a_full_disk_is_one_sentence_and_leaves_nothing_half(conninfo: str, tmp_path: Path) -> None:
    with files_of_at_most(1_000), pytest.raises(SegmentsUnwritable, match="the disk is full; make room"):
        seal(conninfo, tmp_path / "s", span=SPAN)
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["lock"]
    assert seal(conninfo, tmp_path / "s", span=SPAN).ranges == 9


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """A file that grows beyond this fails to be written, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_names_are_in_segments_as_in_the_log_and_go_with_their_key(
    embedded_store: Store, tmp_path: Path
) -> None:
    keys, conninfo = embedded_store.keys, embedded_store.conninfo
    ciphertext = keys.protect("crm:1", "name", "Zhang San")
    state = STATE.replace('"queue"', f'"name":"{ciphertext}","queue"').encode()
    event = stored("customer-crm:1", 1, state=state, topic="customer.registered")
    embedded_store.recorder().append([record("r1", event)])
    with EventLog(conninfo) as log:
        seal(conninfo, tmp_path / "s", span=1, upto=log.highest())
    (one,) = (r for r in segments_of(conninfo).ranges if r.manifest.events)
    held = pl.concat(
        [
            one.read(file.topic, ["name", "state"]).select(pl.nth(0).alias("held"))
            for file in one.manifest.files
        ]
    )["held"].item()
    assert ciphertext in held
    assert not any(b"Zhang" in path.read_bytes() for path in (tmp_path / "s").rglob("*") if path.is_file())
    assert keys.reveal_all(["crm:1"], "name", [ciphertext]) == ["Zhang San"]
    keys.destroy({"crm:1"})
    assert keys.reveal_all(["crm:1"], "name", [ciphertext]) == [None]
    with open_database(conninfo) as database:
        assert read_place(database).folder == tmp_path / "s"

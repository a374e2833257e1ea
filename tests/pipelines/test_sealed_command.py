"""`kefu sealed` on a store with a few thousand events, and sealing behind a projector."""

import json
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from infra.stores import Store, open_store
from pipelines.sealing_behind import is_range_closed, sealing_behind
from projections.segments.folder import ranges_in, segments_folder
from projections.segments.segments import sealed_position
from tests.conftest import RunningServer
from tests.infra.backup.given import closed_store
from tests.pipelines.given import kefu
from tests.projections.segments.test_seal import put


@pytest.fixture
def store(embedded_store: Store) -> Store:
    put(embedded_store.conninfo, events=2_500)
    return embedded_store


def said(store: Store, *arguments: str) -> str:
    ran = kefu("sealed", *arguments, environ=store.settings.environ())
    assert ran.status == 0, ran.stderr
    return ran.stdout


def test_ranges_are_sealed_listed_verified_and_dropped(store: Store) -> None:
    assert "Sealed up to position 2,000: 2,000 events in 2 new ranges of 1,000 positions." in said(
        store, "seal", "--span", "1000"
    )
    rows = json.loads(said(store, "list", "--format", "json"))
    assert [(row["after"], row["upto"], row["events"], row["state"]) for row in rows] == [
        (0, 1000, 1000, "sealed"),
        (1000, 2000, 1000, "sealed"),
    ]
    told = "2 sealed ranges with 2,000 events are as they were written and the log tells the same."
    assert told in said(store, "verify", "--against-log")
    shown = kefu("status", "--format", "json", environ=store.settings.environ())
    assert json.loads(shown.stdout)["sealed_upto"] == 2000
    assert "Sealed ranges taken away: 2." in said(store, "drop")
    assert said(store).splitlines()[1:] == []


def test_a_damaged_range_is_told_and_made_again(store: Store) -> None:
    said(store, "seal", "--span", "1000")
    (file,) = ranges_in(segments_folder(store.settings))[1].glob("*.parquet")
    file.write_bytes(file.read_bytes()[:-1])
    ran = kefu("sealed", "verify", environ=store.settings.environ())
    assert ran.status == 1
    assert "1 of 2 sealed ranges are not read" in ran.stderr
    assert "1 new range of" in said(store, "seal", "--span", "1000")
    said(store, "verify")


def test_a_range_that_says_otherwise_than_the_log_is_told(store: Store) -> None:
    said(store, "seal", "--span", "1000")
    with psycopg.connect(store.conninfo) as connection:
        connection.execute("update stored_events set originator_version = 7 where notification_id = 500")
    ran = kefu("sealed", "verify", "--against-log", environ=store.settings.environ())
    assert ran.status == 1
    assert "the log tells call.queued otherwise there" in ran.stderr


def test_a_range_is_sealed_behind_a_projector_when_it_is_closed(store: Store) -> None:
    assert is_range_closed(store.conninfo, span=1_000)
    with sealing_behind(store.conninfo, store.settings, environ={}, span=1_000, every=0.01):
        deadline = time.monotonic() + 60
        while sealed_position(store.conninfo) < 2_000 and time.monotonic() < deadline:
            time.sleep(0.05)
    assert sealed_position(store.conninfo) == 2_000
    assert not is_range_closed(store.conninfo, span=1_000)


def test_a_restore_takes_away_what_was_sealed_in_another_life(
    embedded_server: RunningServer, tmp_path: Path
) -> None:
    with contextmanager(closed_store)(embedded_server) as settings:
        with open_store(settings) as store:
            put(store.conninfo, events=2_500)
            said(store, "seal", "--span", "1000")
        environ = settings.environ()
        assert kefu("backup", tmp_path / "b", environ=environ).status == 0
        assert len(ranges_in(segments_folder(settings))) == 2
        assert kefu("restore", tmp_path / "b", "--replace", environ=environ).status == 0
        assert ranges_in(segments_folder(settings)) == []
        with open_store(settings) as store:
            assert sealed_position(store.conninfo) == 0
            said(store, "seal", "--span", "1000")
            assert sealed_position(store.conninfo) == 2_000


@pytest.mark.parametrize("span", ["10", "many"])
def test_a_span_of_nonsense_is_bad_usage(
    span: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = kefu("sealed", "seal", "--span", span, environ={"KEFU_HOME": str(tmp_path)})
    assert ran.status == 2
    assert "a range has 1000 to 10000000 positions" in capsys.readouterr().err

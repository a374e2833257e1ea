"""A backup is whole, says what is in it, and is no backup until it was read back."""

import json
import resource
import shutil
import stat
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.backup import BackupError, back_up, check, read_manifest
from infra.backup.manifest import MANIFEST
from infra.stores import Store, open_store
from tests.infra.backup.given import Desk, names_revealed, tell
from tests.infra.event_store.given import record, stored


def test_the_manifest_says_what_is_in_the_files(desk: Desk, tmp_path: Path) -> None:
    tell(desk.settings, "ann", "bea", "客")
    manifest = desk.back_up(tmp_path / "b")
    assert manifest == read_manifest(tmp_path / "b")
    assert manifest.events is not None
    assert (manifest.events.rows["stored_events"], manifest.events.rows["append_key"]) == (3, 3)
    assert manifest.keys.rows["subject_key"] == 3
    assert manifest.highest_position == 3
    with open_store(desk.settings) as store:
        assert (manifest.store, manifest.epoch) == (store.settings.store, store.epoch())
    assert {one.name for one in (tmp_path / "b").iterdir()} == {"events.dump", "keys.dump", MANIFEST}
    assert manifest.events.began_at <= manifest.keys.began_at <= manifest.ended_at


def test_only_the_owner_can_read_it(embedded_desk: Desk, tmp_path: Path) -> None:
    embedded_desk.back_up(tmp_path / "b")
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "b").glob("*.dump")}
    assert modes == {"events.dump": 0o600, "keys.dump": 0o600}
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o700


def test_facts_are_left_out_and_stored_views_and_skips_are_kept(desk: Desk, tmp_path: Path) -> None:
    with open_store(desk.settings) as store, store.connect() as connection:
        for table in ("calls_v1", "calls_sums_v12", "calls_v2_rebuild", "calls_views_v1", "view_partition"):
            connection.execute(f"create table {table} (n int)".encode())
        connection.execute("insert into projection_checkpoint (fact, version) values ('calls', 1)")
        connection.execute("insert into projection_skip (fact, position, reason) values ('calls', 1, 'odd')")
    rows = desk.back_up(tmp_path / "b").events
    assert rows is not None
    kept = set(rows.rows)
    assert kept & {"calls_v1", "calls_sums_v12", "calls_v2_rebuild", "projection_checkpoint"} == set()
    assert kept >= {"calls_views_v1", "view_partition", "stored_events", "store_meta"}
    assert rows.rows["projection_skip"] == 1


def test_keys_alone_are_a_short_backup(embedded_desk: Desk, tmp_path: Path) -> None:
    tell(embedded_desk.settings, "ann")
    manifest = embedded_desk.back_up(tmp_path / "k", is_only_keys=True)
    assert (manifest.events, manifest.highest_position) == (None, None)
    assert [one.name for one in (tmp_path / "k").glob("*.dump")] == ["keys.dump"]
    check(tmp_path / "k", manifest, surroundings=embedded_desk.surroundings)


def test_a_backup_is_not_written_over(embedded_desk: Desk, tmp_path: Path) -> None:
    before = embedded_desk.back_up(tmp_path / "b")
    with pytest.raises(BackupError, match="holds a backup already"):
        embedded_desk.back_up(tmp_path / "b")
    assert read_manifest(tmp_path / "b") == before


def test_a_folder_with_other_things_is_left_alone(embedded_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(BackupError, match=r"other things \(letter.txt\)"):
        embedded_desk.back_up(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_what_a_killed_backup_left_is_no_backup_and_is_replaced(embedded_desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    embedded_desk.back_up(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(BackupError, match=r"holds no backup: there is no manifest.json"):
        read_manifest(folder)
    check(folder, embedded_desk.back_up(folder), surroundings=embedded_desk.surroundings)


@pytest.mark.parametrize("file", ["events.dump", "keys.dump"])
@pytest.mark.parametrize("harm", ["cut short", "one bit turned", "gone"])
def test_a_damaged_file_is_found_out(embedded_desk: Desk, tmp_path: Path, file: str, harm: str) -> None:
    tell(embedded_desk.settings, "ann")
    manifest = embedded_desk.back_up(tmp_path / "b")
    _harm(tmp_path / "b" / file, harm)
    with pytest.raises(BackupError, match=file):
        check(tmp_path / "b", manifest, surroundings=embedded_desk.surroundings)


def _harm(file: Path, harm: str) -> None:
    content = bytearray(file.read_bytes())
    if harm == "gone":
        file.unlink()
    elif harm == "cut short":
        file.write_bytes(content[:-1])
    else:
        content[len(content) // 2] ^= 1
        file.write_bytes(content)


def test_a_changed_manifest_is_found_out(embedded_desk: Desk, tmp_path: Path) -> None:
    embedded_desk.back_up(tmp_path / "b")
    file = tmp_path / "b" / MANIFEST
    told = json.loads(file.read_text())
    for changed in ({**told, "highest_position": 1}, {**told, "format": 2}, {"format": 1}, []):
        file.write_text(json.dumps(changed))
        with pytest.raises(BackupError, match=r"manifest.json is damaged"):
            read_manifest(tmp_path / "b")


def test_rows_that_did_not_reach_the_file_are_missed(embedded_desk: Desk, tmp_path: Path) -> None:
    """What is verified is the archive, and not only that its bytes are still the same."""
    tell(embedded_desk.settings, "ann", "bea")
    manifest = embedded_desk.back_up(tmp_path / "b")
    tell(embedded_desk.settings, "cid")
    later = embedded_desk.back_up(tmp_path / "c")
    shutil.copy(tmp_path / "b" / "events.dump", tmp_path / "c" / "events.dump")
    assert manifest.events is not None
    assert later.events is not None
    forged = _replaced(later, bytes=manifest.events.bytes, sha256=manifest.events.sha256)
    with pytest.raises(BackupError, match="holds 1 rows of append_batch, and 2 were there"):
        check(tmp_path / "c", forged, surroundings=embedded_desk.surroundings)


def _replaced(manifest: Any, **values: Any) -> Any:
    fields = {name: getattr(manifest, name) for name in manifest.__struct_fields__}
    events = {name: getattr(manifest.events, name) for name in manifest.events.__struct_fields__}
    return type(manifest)(**{**fields, "events": type(manifest.events)(**{**events, **values})})


def test_a_failing_pg_dump_is_one_sentence_and_no_backup(embedded_desk: Desk, tmp_path: Path) -> None:
    around = replace(embedded_desk.surroundings, environ={"PGOPTIONS": "-c nonsense=1"})
    refusal = r"pg_dump \S+ could not write .*events.dump: .*nonsense"
    with open_store(embedded_desk.settings) as store, pytest.raises(BackupError, match=refusal):
        back_up(store, tmp_path / "b", surroundings=around)
    with pytest.raises(BackupError, match="holds no backup"):
        read_manifest(tmp_path / "b")


def test_a_full_disk_is_one_sentence_and_no_backup(embedded_desk: Desk, tmp_path: Path) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, most))
    try:
        with pytest.raises(BackupError, match=r"events.dump cannot be written: File too large"):
            embedded_desk.back_up(tmp_path / "b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert not (tmp_path / "b" / MANIFEST).exists()


def test_a_backup_during_an_ingest_holds_the_keys_of_all_its_events(desk: Desk, tmp_path: Path) -> None:
    stop = threading.Event()

    def keep_telling() -> None:
        with open_store(desk.settings) as store:
            for number in range(100_000):
                if stop.is_set():
                    return
                _tell_two(store, number)

    teller = threading.Thread(target=keep_telling)
    teller.start()
    try:
        manifests = [desk.back_up(tmp_path / str(number)) for number in range(3)]
    finally:
        stop.set()
        teller.join()
    assert len({one.highest_position for one in manifests}) == 3
    desk.restore(tmp_path / "1")
    revealed = names_revealed(desk.settings)
    assert len(revealed) == manifests[1].highest_position
    assert set(revealed) == {"A NAME"}


def _tell_two(store: Store, number: int) -> None:
    names = (f"a{number}", f"b{number}")
    sealed = store.keys.protect_all(names, "name", ["A NAME", "A NAME"])
    events = [
        stored(f"customer-{name}", 1, state=f'{{"name":"{text}"}}'.encode(), topic="customer.registered")
        for name, text in zip(names, sealed, strict=True)
    ]
    store.recorder().append([record(f"{number}", *events)])

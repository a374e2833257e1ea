"""A restored store is the backed-up one byte for byte, in another epoch, and forgets nobody's erasure."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg import Connection

from infra.backup import BackupError
from infra.backup.manifest import MANIFEST
from infra.backup.names import existing, in_making, replaced
from infra.event_store.record import AlreadyKnown, Appended, Record
from infra.key_store import read_or_make_master_key
from infra.schema import migrations
from infra.settings import Settings
from infra.stores import open_store
from tests.conftest import RunningServer
from tests.infra.backup.given import (
    Desk,
    closed_store,
    contents,
    drop_store,
    maintenance,
    names_revealed,
    tell,
)
from tests.infra.event_store.given import record, stored

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def epoch(settings: Settings) -> str:
    with open_store(settings) as store:
        return store.epoch()


def test_everything_is_there_again_byte_for_byte(desk: Desk, tmp_path: Path) -> None:
    told = tell(desk.settings, "ann", "bea", "客")
    before, was = contents(desk.settings), epoch(desk.settings)
    desk.back_up(tmp_path / "b")
    tell(desk.settings, "late")
    restored = desk.restore(tmp_path / "b")
    assert contents(desk.settings) == before
    assert restored.epoch == epoch(desk.settings) != was
    assert names_revealed(desk.settings) == ["ANN", "BEA", "客"]
    # Told again, a record is known by its key: the secret of the append keys is the same.
    again = tell_again(desk.settings, ["ann", "bea", "客"])
    assert again == [AlreadyKnown(one.positions) for one in told if isinstance(one, Appended)]


def tell_again(settings: Settings, names: list[str]) -> list[object]:
    with open_store(settings) as store:
        return list(store.recorder().append([record(name, stored(f"customer-{name}", 1)) for name in names]))


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "客"]),
        st.binary(max_size=60)
        | st.sampled_from([b"\\.", b"\n\\.\n", b"\\N", b"\x00", b"COPY x FROM stdin;\n"]),
        st.booleans(),
    ),
    max_size=12,
)


@hypothesis_settings(max_examples=3, deadline=None)
@given(told=RECORDS)
def test_any_log_comes_back(
    server: RunningServer, tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, bytes, bool]]
) -> None:
    records = [
        Record(
            events=(stored(stream, version, state=state, topic=f"t.{stream}"),),
            source="bank" if has_key else None,
            parts=(str(version),) if has_key else None,
            content=state if has_key else None,
        )
        for version, (stream, state, has_key) in enumerate(told, start=1)
    ]
    folder = tmp_path_factory.mktemp("backup") / "b"
    for settings in closed_store(server):
        with open_store(settings) as store:
            answers = [store.recorder().append([one])[0] for one in records]
        before = contents(settings)
        Desk(settings=settings).back_up(folder)
        Desk(settings=settings).restore(folder)
        assert contents(settings) == before
        with open_store(settings) as store:
            for one, answer in zip(records, answers, strict=True):
                if one.source is not None and isinstance(answer, Appended):
                    assert store.recorder().append([one]) == [AlreadyKnown(answer.positions)]
        assert contents(settings) == before


def test_positions_that_were_given_are_never_given_again(desk: Desk, tmp_path: Path) -> None:
    tell(desk.settings, "ann")
    desk.back_up(tmp_path / "b")
    lost = [one.positions for one in tell(desk.settings, "bea", "cid") if isinstance(one, Appended)]
    desk.restore(tmp_path / "b")
    [new] = tell(desk.settings, "dan")
    assert isinstance(new, Appended)
    assert lost == [range(2, 3), range(3, 4)]
    assert new.positions == range(4, 5)


def test_a_store_that_is_gone_comes_back(desk: Desk, tmp_path: Path) -> None:
    tell(desk.settings, "ann")
    desk.back_up(tmp_path / "b")
    drop_store(desk.settings)
    desk.restore(tmp_path / "b", may_replace=False)
    assert names_revealed(desk.settings) == ["ANN"]


def test_a_store_comes_back_on_another_server(
    embedded_server: RunningServer, installed_server: RunningServer, tmp_path: Path
) -> None:
    """Both ways: a newer server's dump on an older server, and an older one's on a newer."""
    for here, there in ((embedded_server, installed_server), (installed_server, embedded_server)):
        for settings in closed_store(here):
            tell(settings, "ann")
            before = contents(settings)
            Desk(settings=settings).back_up(tmp_path / here.name)
            for other in closed_store(there):
                moved = replace(other, master_key_file=settings.master_key_file)
                Desk(settings=moved).restore(tmp_path / here.name)
                assert contents(moved) == before


def test_the_programs_of_the_wheel_serve_an_older_server(
    installed_server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.backup.programs.PACKAGED", ())
    for settings in closed_store(installed_server):
        tell(settings, "ann")
        before = contents(settings)
        manifest = Desk(settings=settings).back_up(tmp_path / "b")
        assert manifest.events is not None
        assert manifest.events.major == 18 > int(manifest.events.server.partition(".")[0])
        Desk(settings=settings).restore(tmp_path / "b")
        assert contents(settings) == before


def test_a_backup_by_another_kefu_is_refused(
    embedded_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded_desk.back_up(tmp_path / "b")
    monkeypatch.setattr("infra.backup.sources.migrations", lambda kind: migrations(kind)[:-1])
    with pytest.raises(
        BackupError, match=r"made by another Kefu \(\S+\), whose \S+.sql this one does not have"
    ):
        embedded_desk.restore(tmp_path / "b")


def test_a_store_with_events_is_replaced_only_when_told_to(embedded_desk: Desk, tmp_path: Path) -> None:
    tell(embedded_desk.settings, "ann")
    embedded_desk.back_up(tmp_path / "b")
    before, was = contents(embedded_desk.settings), epoch(embedded_desk.settings)
    with pytest.raises(BackupError, match="is not empty; give --replace"):
        embedded_desk.restore(tmp_path / "b", may_replace=False)
    assert (contents(embedded_desk.settings), epoch(embedded_desk.settings)) == (before, was)


def test_an_empty_store_is_replaced(embedded_desk: Desk, tmp_path: Path) -> None:
    tell(embedded_desk.settings, "ann")
    embedded_desk.back_up(tmp_path / "b")
    empty = replace(embedded_desk.settings, store=f"{embedded_desk.settings.store}_b")
    open_store(empty).close()
    restored = Desk(settings=empty).restore(tmp_path / "b", may_replace=False)
    assert (restored.erased, restored.is_other_store) == (0, False)
    assert names_revealed(empty) == ["ANN"]
    drop_store(empty)


def test_nothing_is_replaced_under_somebody_who_is_connected(desk: Desk, tmp_path: Path) -> None:
    tell(desk.settings, "ann")
    desk.back_up(tmp_path / "b")
    with open_store(desk.settings) as store:
        address = f"{store.conninfo}&application_name=projector"
    with Connection.connect(address, autocommit=True) as other:
        with pytest.raises(
            BackupError, match=r"others are connected .*: projector of .* \(server pids \d+\); stop"
        ):
            desk.restore(tmp_path / "b")
        desk.restore(tmp_path / "b", may_disconnect=True)
        with pytest.raises(Exception, match=r"terminat|closed"):
            other.execute("select 1")
    assert names_revealed(desk.settings) == ["ANN"]


def test_the_wrong_master_key_is_refused_before_anything_is_touched(
    embedded_desk: Desk, tmp_path: Path
) -> None:
    tell(embedded_desk.settings, "ann")
    embedded_desk.back_up(tmp_path / "b")
    before = contents(embedded_desk.settings)
    other = replace(embedded_desk.settings, master_key_file=tmp_path / "other.key")
    with pytest.raises(BackupError, match=r"there is no master key in .*other.key, and no backup holds it"):
        Desk(settings=other).restore(tmp_path / "b")
    assert not (tmp_path / "other.key").exists()
    other.master_key_file.write_text("A" * 43 + "=")
    with pytest.raises(BackupError, match=r"other.key is not the one that the keys of this backup"):
        Desk(settings=other).restore(tmp_path / "b")
    assert contents(embedded_desk.settings) == before
    with maintenance(embedded_desk.settings) as connection:
        assert existing(connection, in_making(embedded_desk.settings)) == []


def test_a_store_that_another_master_key_made_is_not_replaced(embedded_desk: Desk, tmp_path: Path) -> None:
    """Nobody could read who was erased from it."""
    tell(embedded_desk.settings, "ann")
    embedded_desk.back_up(tmp_path / "b")
    other = replace(
        embedded_desk.settings,
        store=f"{embedded_desk.settings.store}_m",
        master_key_file=tmp_path / "m" / "other.key",
    )
    tell(other, "ann")
    here = replace(other, master_key_file=embedded_desk.settings.master_key_file)
    with pytest.raises(BackupError, match="was made with another master key, and who was erased from it"):
        Desk(settings=here).restore(tmp_path / "b")
    assert names_revealed(other) == ["ANN"]
    drop_store(other)


def test_a_backup_outlives_a_rotation_of_the_master_key(embedded_desk: Desk, tmp_path: Path) -> None:
    own = replace(
        embedded_desk.settings,
        store=f"{embedded_desk.settings.store}_r",
        master_key_file=tmp_path / "m" / "first.key",
    )
    tell(own, "ann")
    Desk(settings=own).back_up(tmp_path / "b")
    rotated = replace(own, master_key_file=tmp_path / "n" / "second.key")
    with open_store(own) as store:
        store.keys.rotate(read_or_make_master_key(rotated.master_key_file))
    with pytest.raises(BackupError, match="name the file that is by --master-key"):
        Desk(settings=rotated).restore(tmp_path / "b")
    Desk(settings=rotated).restore(tmp_path / "b", master_key_file=own.master_key_file)
    assert names_revealed(rotated) == ["ANN"]
    drop_store(own)


def test_a_role_that_may_not_make_databases_is_told_so(
    installed_server: RunningServer, tmp_path: Path
) -> None:
    for settings in closed_store(installed_server):
        Desk(settings=settings).back_up(tmp_path / "b")
        with maintenance(settings) as connection:
            connection.execute("drop role if exists clerk")
            connection.execute("create role clerk login")
        assert settings.database_url is not None
        as_clerk = replace(
            settings, database_url=settings.database_url.replace("user=postgres", "user=clerk")
        )
        with pytest.raises(BackupError, match="may not make, rename and drop databases: permission denied"):
            Desk(settings=as_clerk).restore(tmp_path / "b")


def test_newer_keys_bring_newer_erasures(desk: Desk, tmp_path: Path) -> None:
    tell(desk.settings, "ann", "bea")
    desk.back_up(tmp_path / "b")
    with open_store(desk.settings) as store:
        store.keys.destroy(["ann"])
    desk.back_up(tmp_path / "k", is_only_keys=True)
    drop_store(desk.settings)
    desk.restore(tmp_path / "b", keys_folder=tmp_path / "k")
    assert names_revealed(desk.settings) == [None, "BEA"]


def test_keys_that_do_not_fit_the_events_are_refused(embedded_desk: Desk, tmp_path: Path) -> None:
    embedded_desk.back_up(tmp_path / "k", is_only_keys=True)
    embedded_desk.back_up(tmp_path / "b")
    with pytest.raises(BackupError, match="are older than the events"):
        embedded_desk.restore(tmp_path / "b", keys_folder=tmp_path / "k")
    with pytest.raises(BackupError, match="holds keys alone"):
        embedded_desk.restore(tmp_path / "k")
    other = replace(embedded_desk.settings, store=f"{embedded_desk.settings.store}_o")
    Desk(settings=other).back_up(tmp_path / "o", is_only_keys=True)
    with pytest.raises(BackupError, match="those of another store"):
        embedded_desk.restore(tmp_path / "b", keys_folder=tmp_path / "o")
    drop_store(other)


def test_a_damaged_or_unfinished_backup_replaces_nothing(embedded_desk: Desk, tmp_path: Path) -> None:
    tell(embedded_desk.settings, "ann")
    embedded_desk.back_up(tmp_path / "b")
    before = contents(embedded_desk.settings)
    file = tmp_path / "b" / "keys.dump"
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    with pytest.raises(BackupError, match="bytes, and"):
        embedded_desk.restore(tmp_path / "b")
    file.write_bytes(whole)
    (tmp_path / "b" / MANIFEST).unlink()
    with pytest.raises(BackupError, match="holds no backup"):
        embedded_desk.restore(tmp_path / "b")
    assert contents(embedded_desk.settings) == before
    with maintenance(embedded_desk.settings) as connection:
        assert (
            existing(connection, in_making(embedded_desk.settings))
            + existing(connection, replaced(embedded_desk.settings))
            == []
        )

"""A restore that was killed has left the whole old store or the whole new one, and can be finished."""

from pathlib import Path

import pytest

from infra.backup import BackupError, finish_restore, leftovers
from infra.backup.names import drop, existing, in_making, names_of, replaced
from infra.backup.swap import swap, take_restore_lock
from infra.postgres import create_database, open_server
from infra.settings import Settings
from infra.stores import open_store
from tests.infra.backup.given import Desk, contents, destroy_the_erased, maintenance, names_revealed, tell


def copy(settings: Settings, to: Settings) -> None:
    """The store's databases once more under other names."""
    with maintenance(settings) as connection:
        for name, copied in zip(names_of(settings), names_of(to), strict=True):
            create_database(connection, copied, template=name)


def left_by_restores(settings: Settings) -> list[str]:
    return leftovers(settings, server=open_server(settings))


def test_both_databases_change_places_at_once(desk: Desk) -> None:
    settings = desk.settings
    tell(settings, "ann")
    copy(settings, in_making(settings))
    tell(settings, "bea")
    with maintenance(settings) as connection:
        swap(connection, settings, disconnect=False)
        assert existing(connection, in_making(settings)) == []
    assert names_revealed(settings) == ["ANN"]
    assert names_revealed(replaced(settings)) == ["ANN", "BEA"]
    assert left_by_restores(settings) == list(names_of(replaced(settings)))


def test_a_swap_that_fails_half_way_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.backup.swap.TRIES", 1)
    settings = desk.settings
    tell(settings, "ann")
    copy(settings, in_making(settings))
    before = contents(settings)
    events, _ = names_of(in_making(settings))
    # The old names are changed already when the new ones cannot be given.
    refused = pytest.raises(BackupError, match="is never without connections")
    with maintenance(settings) as connection, open_store(in_making(settings)) as other, other.connect():
        with refused:
            swap(connection, settings, disconnect=False)
        assert events in existing(connection, in_making(settings))
        assert existing(connection, replaced(settings)) == []
    assert contents(settings) == before


def test_what_was_being_made_is_dropped(embedded_desk: Desk) -> None:
    tell(embedded_desk.settings, "ann")
    copy(embedded_desk.settings, in_making(embedded_desk.settings))
    assert finish_restore(embedded_desk.settings, reconcile=destroy_the_erased) == list(
        names_of(in_making(embedded_desk.settings))
    )
    assert left_by_restores(embedded_desk.settings) == []
    assert names_revealed(embedded_desk.settings) == ["ANN"]
    assert finish_restore(embedded_desk.settings, reconcile=destroy_the_erased) == []


def test_erasures_up_to_the_last_moment_are_carried_over_when_it_is_finished(desk: Desk) -> None:
    """Killed right after the names changed, and somebody was erased right before."""
    settings = desk.settings
    tell(settings, "ann", "bea")
    copy(settings, in_making(settings))
    with open_store(settings) as store:
        store.keys.destroy(["ann"])
    with maintenance(settings) as connection:
        swap(connection, settings, disconnect=False)
    finish_restore(settings, reconcile=destroy_the_erased)
    assert left_by_restores(settings) == []
    assert names_revealed(settings) == [None, "BEA"]


def test_what_was_replaced_is_never_dropped_when_nothing_took_its_place(embedded_desk: Desk) -> None:
    tell(embedded_desk.settings, "ann")
    with maintenance(embedded_desk.settings) as connection:
        for name, kept in zip(
            names_of(embedded_desk.settings), names_of(replaced(embedded_desk.settings)), strict=True
        ):
            connection.execute(f'alter database {name} rename to "{kept}"'.encode())
    with pytest.raises(BackupError, match=r"is still there as .*-old, .*-old_keys; rename these databases"):
        finish_restore(embedded_desk.settings, reconcile=destroy_the_erased)
    assert names_revealed(replaced(embedded_desk.settings)) == ["ANN"]


def test_the_next_restore_finishes_the_last(embedded_desk: Desk, tmp_path: Path) -> None:
    settings = embedded_desk.settings
    tell(settings, "ann", "bea")
    embedded_desk.back_up(tmp_path / "b")
    copy(settings, in_making(settings))
    with open_store(settings) as store:
        store.keys.destroy(["ann"])
    with maintenance(settings) as connection:
        swap(connection, settings, disconnect=False)
    embedded_desk.restore(tmp_path / "b")
    assert left_by_restores(settings) == []
    assert names_revealed(settings) == [None, "BEA"]


def test_one_restore_at_a_time(embedded_desk: Desk, tmp_path: Path) -> None:
    embedded_desk.back_up(tmp_path / "b")
    with maintenance(embedded_desk.settings) as other:
        take_restore_lock(other, embedded_desk.settings)
        with pytest.raises(BackupError, match=r"another kefu restore of store .* is running"):
            embedded_desk.restore(tmp_path / "b")
        assert drop(other, in_making(embedded_desk.settings)) == []

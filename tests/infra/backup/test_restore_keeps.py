"""What a restore does not undo: erasures, holds, numbers that changed hands, keys that were revoked."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.api_keys import create_key, find_role
from infra.key_store import NoKeyError, UnderLegalHoldError
from infra.stores import open_store
from tests.infra.backup.given import (
    Desk,
    drop_store,
    names_revealed,
    tell,
)

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def test_whoever_was_erased_after_the_backup_does_not_come_back(desk: Desk, tmp_path: Path) -> None:
    tell(desk.settings, "ann", "bea")
    with open_store(desk.settings) as store:
        [pseudonym] = store.keys.pseudonyms("desk", ["139"])
        store.keys.protect(f"p:{pseudonym}", "phone", "13912345678")
    desk.back_up(tmp_path / "b")
    with open_store(desk.settings) as store:
        store.keys.destroy(["ann", f"p:{pseudonym}"])
    restored = desk.restore(tmp_path / "b")
    assert restored.erased == 2
    assert names_revealed(desk.settings) == [None, "BEA"]
    with open_store(desk.settings) as store:
        assert store.keys.pseudonyms("desk", ["139"]) == [None]
        assert store.keys.find("phone", "13912345678") == []
        assert store.keys.unfinished_erasures() == set()
        with pytest.raises(NoKeyError):
            store.keys.reveal("ann", "name", "v1:")


def test_an_erasure_that_was_only_asked_for_is_carried_through(embedded_desk: Desk, tmp_path: Path) -> None:
    tell(embedded_desk.settings, "ann")
    embedded_desk.back_up(tmp_path / "b")
    with open_store(embedded_desk.settings) as store:
        store.keys.request_erasure(["ann"])
    assert embedded_desk.restore(tmp_path / "b").erased == 1
    assert names_revealed(embedded_desk.settings) == [None]


def test_an_erasure_in_another_store_is_none_here(embedded_desk: Desk, tmp_path: Path) -> None:
    tell(embedded_desk.settings, "ann")
    embedded_desk.back_up(tmp_path / "b")
    other = replace(embedded_desk.settings, store=f"{embedded_desk.settings.store}_o")
    tell(other, "ann")
    with open_store(other) as store:
        store.keys.destroy(["ann"])
    restored = Desk(settings=other).restore(tmp_path / "b")
    assert (restored.erased, restored.is_other_store) == (0, True)
    assert names_revealed(other) == ["ANN"]
    drop_store(other)


def test_holds_stand_and_fall_as_they_did_before_the_restore(desk: Desk, tmp_path: Path) -> None:
    tell(desk.settings, "ann", "bea", "cid")
    with open_store(desk.settings) as store:
        store.keys.place_hold("ann", "court, first")
        store.keys.place_hold("bea", "court")
    desk.back_up(tmp_path / "b")
    with open_store(desk.settings) as store:
        store.keys.lift_hold("ann")
        store.keys.place_hold("ann", "court, second")
        store.keys.lift_hold("bea")
        store.keys.place_hold("cid", "tax")
        store.keys.destroy(["bea"])
    desk.restore(tmp_path / "b")
    with open_store(desk.settings) as store:
        assert store.keys.held(["ann", "bea", "cid"]) == {"ann": "court, second", "cid": "tax"}
        with pytest.raises(UnderLegalHoldError):
            store.keys.destroy(["cid"])
    assert names_revealed(desk.settings) == ["ANN", None, "CID"]


def test_who_owns_a_number_stays_as_it_is_known(embedded_desk: Desk, tmp_path: Path) -> None:
    with open_store(embedded_desk.settings) as store:
        [first] = store.keys.pseudonyms("desk", ["139"])
        assert first is not None
        store.keys.protect(f"p:{first}", "phone", "13912345678")
    embedded_desk.back_up(tmp_path / "b")
    with open_store(embedded_desk.settings) as store:
        following = store.keys.release(first, NOW)
        store.keys.destroy([f"p:{first}"])
        known = (store.keys.pseudonyms("desk", ["139"]), store.keys.lapses([first]))
    embedded_desk.restore(tmp_path / "b")
    with open_store(embedded_desk.settings) as store:
        assert (store.keys.pseudonyms("desk", ["139"]), store.keys.lapses([first])) == known
        assert store.keys.release(first, NOW) == following


def test_a_revoked_key_of_the_api_stays_revoked(embedded_desk: Desk, tmp_path: Path) -> None:
    with open_store(embedded_desk.settings) as store, store.connect() as connection:
        old = create_key(connection, role="admin", now=NOW)
        embedded_desk.back_up(tmp_path / "b")
        connection.execute("update api_key set revoked_at = now()")
        new = create_key(connection, role="marketing", now=NOW)
    embedded_desk.restore(tmp_path / "b")
    with open_store(embedded_desk.settings) as store, store.connect() as connection:
        assert find_role(connection, old) is None
        assert find_role(connection, new) == "marketing"

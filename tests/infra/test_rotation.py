"""Another master key opens everything as before, and the old one nothing; a killed rotation is finished."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import Connection

from infra.key_store import MasterKeyError, read_or_make_master_key
from infra.key_store.master_key import next_master_key_file
from infra.rotation import open_keys, rotate_master_key
from infra.settings import Settings
from infra.stores import Store, keys_database, open_store


@pytest.fixture
def own(store: Store, tmp_path: Path) -> Iterator[Store]:
    """A store whose master key no other store of the server has."""
    yield from _store_of(store.settings, tmp_path)


def _store_of(settings: Settings, folder: Path) -> Iterator[Store]:
    own = replace(settings, store=f"{settings.store}_own", master_key_file=folder / "master.key")
    with open_store(own) as opened:
        yield opened


def test_what_was_sealed_opens_as_before_and_the_old_key_opens_nothing(own: Store) -> None:
    file = own.settings.master_key_file
    sealed = own.keys.protect("c1", "name", "王")
    old, append_key = read_or_make_master_key(file), own.append_key
    [rotated] = rotate_master_key(own.server, file)
    assert rotated.database == keys_database(own.settings.store)
    assert rotated.keys >= 3
    assert not own.keys.opens_by(old)
    assert own.keys.opens_by(read_or_make_master_key(file))
    assert not next_master_key_file(file).exists()
    with open_store(own.settings) as again:
        assert again.append_key == append_key
        assert again.keys.reveal("c1", "name", sealed) == "王"
    assert file.stat().st_mode & 0o777 == 0o600


def test_whoever_has_the_store_open_goes_on(own: Store) -> None:
    sealed = own.keys.protect("c1", "name", "王")
    rotate_master_key(own.server, own.settings.master_key_file)
    assert own.keys.reveal("c1", "name", sealed) == "王"
    later = own.keys.protect("c2", "name", "李")
    rotate_master_key(own.server, own.settings.master_key_file)
    with open_store(own.settings) as again:
        assert again.keys.reveal("c2", "name", later) == "李"
    assert own.keys.secret("another") == own.keys.secret("another")


def test_no_event_and_no_ciphertext_is_touched(own: Store) -> None:
    before = own.keys.protect("c1", "name", "王")
    keys = own.keys.subject_keys(["c1"])
    rotate_master_key(own.server, own.settings.master_key_file)
    assert own.keys.subject_keys(["c1"]) == keys
    assert own.keys.reveal("c1", "name", before) == "王"


def test_a_rotation_killed_after_its_commit_is_finished_by_the_next_start(own: Store) -> None:
    file = own.settings.master_key_file
    sealed = own.keys.protect("c1", "name", "王")
    own.keys.rotate(read_or_make_master_key(next_master_key_file(file)))
    to_come = next_master_key_file(file).read_bytes()
    with open_store(own.settings) as again:
        assert again.keys.reveal("c1", "name", sealed) == "王"
    assert file.read_bytes() == to_come
    assert not next_master_key_file(file).exists()


def test_a_rotation_killed_before_its_commit_has_done_nothing_and_may_be_asked_for_again(own: Store) -> None:
    file = own.settings.master_key_file
    before = file.read_bytes()
    to_come = read_or_make_master_key(next_master_key_file(file))
    open_store(own.settings).close()
    assert file.read_bytes() == before
    rotate_master_key(own.server, file)
    assert read_or_make_master_key(file) == to_come
    open_store(own.settings).close()


def test_of_several_stores_some_of_which_were_rotated_all_open(own: Store) -> None:
    file = own.settings.master_key_file
    other = replace(own.settings, store=f"{own.settings.store}_b")
    open_store(other).close()
    own.keys.rotate(read_or_make_master_key(next_master_key_file(file)))
    open_store(other).close()
    assert next_master_key_file(file).exists()
    open_store(own.settings).close()
    assert not next_master_key_file(file).exists()
    open_store(other).close()


def test_stores_of_another_home_are_left_alone(own: Store, store: Store) -> None:
    rotated = rotate_master_key(own.server, own.settings.master_key_file)
    assert [one.database for one in rotated] == [keys_database(own.settings.store)]
    with open_store(store.settings) as again:
        assert again.append_key == store.append_key


def test_without_the_right_key_the_store_stays_shut(own: Store) -> None:
    file = own.settings.master_key_file
    old = file.read_bytes()
    rotate_master_key(own.server, file)
    file.write_bytes(old)
    with pytest.raises(MasterKeyError):
        open_store(own.settings)
    with pytest.raises(MasterKeyError):
        open_keys(own.server.conninfo(keys_database(own.settings.store)), file).secret("append")


def test_a_key_wrapped_by_the_old_master_key_is_worthless_without_it(own: Store) -> None:
    own.keys.protect("c1", "name", "王")
    address = own.server.conninfo(keys_database(own.settings.store))
    with Connection.connect(address) as connection:
        kept = connection.execute("select subject, wrapped_key from subject_key").fetchall()
    rotate_master_key(own.server, own.settings.master_key_file)
    with Connection.connect(address) as connection, connection.transaction():
        for subject, wrapped in kept:
            connection.execute(
                "update subject_key set wrapped_key = %s where subject = %s", (wrapped, subject)
            )
    with open_store(own.settings) as again, pytest.raises(MasterKeyError):
        again.keys.subject_keys(["c1"])

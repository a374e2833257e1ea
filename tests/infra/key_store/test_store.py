"""The key database: whoever asks, a subject has one key, an id one pseudonym, a name one secret."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest

from infra.key_store import KeyStore, MasterKeyError, NoKeyError, UnreadableError, read_or_make_master_key
from infra.stores import Store, keys_database, open_store

SUBJECTS = [f"customer-{number}" for number in range(500)]


def key_stores(store: Store, *, count: int, stack: ExitStack) -> list[KeyStore]:
    """As many processes would open them: nothing shared but the database and the master key."""
    conninfo = store.server.conninfo(keys_database(store.settings.store))
    master_key = read_or_make_master_key(store.settings.master_key_file)
    opened = [KeyStore(conninfo, master_key) for _ in range(count)]
    for keys in opened:
        stack.callback(keys.close)
    return opened


def test_what_is_protected_is_revealed_to_its_subject_and_kind_alone(store: Store) -> None:
    sealed = store.keys.protect("c1", "phone", "13800000000")
    assert "13800000000" not in sealed
    assert store.keys.reveal("c1", "phone", sealed) == "13800000000"
    store.keys.protect("c2", "phone", "x")
    with pytest.raises(UnreadableError):
        store.keys.reveal("c2", "phone", sealed)
    with pytest.raises(UnreadableError):
        store.keys.reveal("c1", "name", sealed)


def test_many_are_protected_in_their_order(store: Store) -> None:
    subjects = ["a", "b", "a", "c"]
    texts = ["one", "two", "three", "四"]
    sealed = store.keys.protect_all(subjects, "narrative", texts)
    assert store.keys.reveal_all(subjects, "narrative", sealed) == texts
    assert store.keys.protect_all([], "narrative", []) == []


def test_protecting_needs_a_subject_for_each_text(embedded_store: Store) -> None:
    with pytest.raises(ValueError, match="zip"):
        embedded_store.keys.protect_all(["a"], "name", ["one", "two"])


def test_keys_are_committed_before_they_are_answered(store: Store) -> None:
    made = store.keys.subject_keys(SUBJECTS)
    with ExitStack() as stack:
        [other] = key_stores(store, count=1, stack=stack)
        assert other.subject_keys(SUBJECTS) == made
    assert len(set(made.values())) == len(SUBJECTS)


def test_keys_made_at_once_in_any_order_agree(store: Store) -> None:
    with ExitStack() as stack:
        opened = key_stores(store, count=4, stack=stack)
        orders = [SUBJECTS, SUBJECTS[::-1], SUBJECTS[250:] + SUBJECTS[:250], SUBJECTS[::2] + SUBJECTS[1::2]]
        with ThreadPoolExecutor(max_workers=4) as pool:
            answers = list(pool.map(KeyStore.subject_keys, opened, orders))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].keys() == set(SUBJECTS)


def test_revealing_makes_no_key(embedded_store: Store) -> None:
    sealed = embedded_store.keys.protect("c1", "name", "王")
    with pytest.raises(NoKeyError, match="no key for c9"):
        embedded_store.keys.reveal("c9", "name", sealed)
    with pytest.raises(NoKeyError):
        embedded_store.keys.reveal("c9", "name", sealed)


def test_of_many_those_without_a_key_stay_closed(embedded_store: Store) -> None:
    sealed = embedded_store.keys.protect("c1", "name", "王")
    assert embedded_store.keys.reveal_all(["c1", "c9", "c1"], "name", [sealed] * 3) == ["王", None, "王"]
    assert embedded_store.keys.reveal_all([], "name", []) == []


def test_pseudonyms_are_random_once_and_the_same_ever_after(store: Store) -> None:
    first = store.keys.pseudonyms("crm", ["13800000000", "13900000000", "13800000000"])
    assert first == store.keys.pseudonyms("crm", ["13800000000", "13900000000", "13800000000"])
    assert first[0] == first[2] != first[1]
    assert all(re.fullmatch("[0-9a-f]{32}", pseudonym) for pseudonym in first)
    assert store.keys.pseudonyms("billing", ["13800000000"]) != first[:1]
    assert store.keys.pseudonyms("crm", []) == []


def test_issuer_and_id_do_not_run_together(embedded_store: Store) -> None:
    [left] = embedded_store.keys.pseudonyms("a|b", ["c"])
    [right] = embedded_store.keys.pseudonyms("a", ["b|c"])
    assert left != right


def test_pseudonyms_made_at_once_agree(store: Store) -> None:
    with ExitStack() as stack:
        opened = key_stores(store, count=4, stack=stack)
        ids = [str(13_800_000_000 + number) for number in range(500)]
        with ThreadPoolExecutor(max_workers=4) as pool:
            answers = list(
                pool.map(lambda keys: dict(zip(ids, keys.pseudonyms("crm", ids), strict=True)), opened)
            )
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0].values())) == len(ids)


def test_a_secret_is_made_once(store: Store) -> None:
    with ExitStack() as stack:
        opened = key_stores(store, count=4, stack=stack)
        with ThreadPoolExecutor(max_workers=4) as pool:
            answers = list(pool.map(lambda keys: keys.secret("fresh"), opened * 4))
    assert len(set(answers)) == 1
    assert len(answers[0]) == 32
    assert store.keys.secret("other") != answers[0]


def test_the_database_holds_no_open_key_and_no_personal_id(embedded_store: Store) -> None:
    keys = embedded_store.keys.subject_keys(["c1"])
    embedded_store.keys.pseudonyms("crm", ["13800000000"])
    secret = embedded_store.keys.secret("append")
    with embedded_store.keys._pool.connection() as connection:
        stored = [
            bytes(value)
            for column, table in [("wrapped_key", "subject_key"), ("alias", "alias"), ("wrapped", "secret")]
            for (value,) in connection.execute(f"select {column} from {table}")  # noqa: S608
        ]
    assert len(stored) >= 3
    assert not any(
        open_text in value for value in stored for open_text in (keys["c1"], secret, b"13800000000")
    )


def test_another_master_key_is_refused_when_the_store_opens(store: Store) -> None:
    lost = replace(store.settings, master_key_file=store.settings.home / "another.key")
    with pytest.raises(MasterKeyError, match="set KEFU_MASTER_KEY_FILE to the file that made them"):
        open_store(lost)

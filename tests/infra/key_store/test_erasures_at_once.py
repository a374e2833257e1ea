"""Whatever runs beside an erasure, no key, alias or search term of the erased is left behind it."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest

from infra.key_store import KeyStore, SubjectErasedError, UnderLegalHoldError
from infra.stores import Store
from tests.infra.key_store.test_store import key_stores

PHONES = [f"1380000{number:04}" for number in range(40)]
ROUNDS = 8


def everything_of(keys: KeyStore) -> dict[str, set[str]]:
    with keys.alone() as connection:
        return {
            table: {row[0] for row in connection.execute(f"select {column} from {table}").fetchall()}  # noqa: S608
            for table, column in (("subject_key", "subject"), ("found_by", "subject"))
        }


def protector(keys: KeyStore, *, seed: int, gate: Barrier) -> Callable[[], None]:
    """Somebody who ingests: pseudonyms, names, phones and anonymous calls, in any order."""
    chance = random.Random(seed)

    def run() -> None:
        gate.wait()
        for turn in range(ROUNDS):
            phones = chance.sample(PHONES, 25)
            pseudonyms = keys.pseudonyms("crm", phones)
            known = [(f"p:{one}", phone) for one, phone in zip(pseudonyms, phones, strict=True) if one]
            subjects, numbers = [one for one, _ in known], [phone for _, phone in known]
            keys.protect_all(subjects, chance.choice(["name", "phone"]), numbers)
            calls = [f"call-{seed}:{turn}.{place}" for place in range(len(phones))]
            keys.protect_all(calls, "caller_number", phones)

    return run


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_left_of_the_erased_whoever_seals_meanwhile(store: Store, seed: int) -> None:
    owners = dict(zip(PHONES, store.keys.pseudonyms("crm", PHONES), strict=True))
    gone = [f"p:{owners[phone]}" for phone in random.Random(seed).sample(PHONES, 15)]
    gate = Barrier(4)
    with ExitStack() as stack:
        opened = key_stores(store, count=4, stack=stack)

        def erase() -> None:
            gate.wait()
            for subject in gone:
                opened[3].request_erasure([subject])
                opened[3].destroy([subject])

        with ThreadPoolExecutor(max_workers=4) as pool:
            runs = [
                pool.submit(protector(keys, seed=seed * 10 + n, gate=gate))
                for n, keys in enumerate(opened[:3])
            ]
            runs.append(pool.submit(erase))
            for run in runs:
                run.result()
    for table, subjects in everything_of(store.keys).items():
        assert subjects.isdisjoint(gone), table
    assert store.keys.protect_all(gone, "name", ["x"] * len(gone)) == [None] * len(gone)
    again = store.keys.pseudonyms("crm", PHONES)
    assert {f"p:{one}" for one in again if one}.isdisjoint(gone)
    assert again.count(None) == len(gone)


def test_a_hold_and_an_erasure_at_once_never_both_succeed(store: Store) -> None:
    subjects = [f"crm:{number}" for number in range(30)]
    store.keys.protect_all(subjects, "name", subjects)
    with ExitStack() as stack:
        [holder, eraser] = key_stores(store, count=2, stack=stack)
        with ThreadPoolExecutor(max_workers=2) as pool:
            held = pool.submit(
                lambda: [_tried(lambda one=one: holder.place_hold(one, "x")) for one in subjects]
            )
            erased = pool.submit(
                lambda: [_tried(lambda one=one: eraser.request_erasure([one])) for one in reversed(subjects)]
            )
            outcomes = list(zip(held.result(), reversed(erased.result()), strict=True))
    assert all(is_held != is_erased for is_held, is_erased in outcomes)


def _tried(act: Callable[[], object]) -> bool:
    try:
        act()
    except (SubjectErasedError, UnderLegalHoldError):
        return False
    return True

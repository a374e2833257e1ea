"""An erasure beside a running ingest: every row is told or rejected, and no key of the erased is left."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.stores import Store
from pipelines.erasure import erase
from pipelines.ingest.account import Account
from tests.pipelines.given import NOW, desk
from tests.pipelines.ingest.people import CALLERS, MSISDN

PHONES = tuple(f"1380000{number:04}" for number in range(60))
CALLS = 30_000


def callers(first: int) -> str:
    rows = [
        f"{number},2025-02-01 09:00:00,{PHONES[number % len(PHONES)]},5"
        for number in range(first, first + CALLS)
    ]
    return "\n".join(["id,came,phone,wait", *rows]) + "\n"


@pytest.mark.parametrize("turn", [1, 2])
def test_no_key_is_left_and_every_row_is_accounted_for(
    embedded_store: Store, tmp_path: Path, turn: int
) -> None:
    store = embedded_store
    gone = [f"p:{one}" for one in store.keys.pseudonyms(MSISDN, PHONES[turn::3])]
    made = desk(tmp_path, callers(0), mapping=CALLERS)
    with ThreadPoolExecutor(max_workers=1) as pool:
        ingesting = pool.submit(made.ingest, store)
        for customer in gone:
            erase(store, [customer], clock=lambda: NOW)
        account: Account = ingesting.result()
    assert account.appended + account.rejected == account.records == CALLS
    assert account.reasons.keys() <= {"erased"}
    assert store.keys.having_keys(gone) == set()
    assert store.keys.erased().issuperset(gone)
    assert not any(store.keys.find("phone", phone) for phone in PHONES[turn::3])
    assert set(store.keys.pseudonyms(MSISDN, PHONES[turn::3])) == {None}
    with store.keys.alone() as connection:
        left = connection.execute("select count(*) from found_by").fetchone()
    assert left == (len(PHONES) - len(gone),)

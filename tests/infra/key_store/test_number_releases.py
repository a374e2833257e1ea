"""Of the releases that the log tells of, those are entered that the key store does not know."""

from datetime import UTC, datetime, timedelta

from infra.key_store.number_releases import Release, unknown_releases
from infra.stores import Store

AT = datetime(2025, 3, 1, tzinfo=UTC)
LATER = AT + timedelta(days=30)


def test_a_release_is_unknown_until_it_is_entered(store: Store) -> None:
    keys = store.keys
    [first, other] = [str(one) for one in keys.pseudonyms("crm", ["138", "139"])]
    told = [Release(other, AT), Release(first, AT), Release(first, LATER)]
    assert unknown_releases(keys, told) == told
    keys.release(first, AT)
    assert unknown_releases(keys, told) == [told[0], told[2]]
    assert unknown_releases(keys, []) == []


def test_the_next_owner_s_release_is_one_of_the_same_number(store: Store) -> None:
    keys = store.keys
    [first] = [str(one) for one in keys.pseudonyms("crm", ["138"])]
    second = keys.release(first, AT)
    told = [Release(first, AT), Release(second, LATER)]
    assert unknown_releases(keys, told) == told[1:]
    keys.release(second, LATER)
    assert unknown_releases(keys, told) == []


def test_of_a_number_without_anybody_left_there_is_nothing_to_know(store: Store) -> None:
    keys = store.keys
    [first] = [str(one) for one in keys.pseudonyms("crm", ["138"])]
    keys.destroy([f"p:{first}"])
    assert unknown_releases(keys, [Release(first, AT), Release("0" * 32, AT)]) == []

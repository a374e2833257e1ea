"""Releases that the log tells of are entered many at a time, and each once."""

from datetime import UTC, datetime, timedelta

from infra.key_store.number_releases import Release, enter_releases
from infra.stores import Store

AT = datetime(2025, 3, 1, tzinfo=UTC)
LATER = AT + timedelta(days=30)


def test_what_the_log_tells_is_entered_once(store: Store) -> None:
    keys = store.keys
    [first, other] = [str(one) for one in keys.pseudonyms("crm", ["138", "139"])]
    told = [Release(other, AT), Release(first, LATER), Release(first, AT), Release(first, AT)]
    assert enter_releases(keys, told) == 3
    lapses = keys.lapses([first, other])
    assert [(one.pseudonym, one.released_at) for one in lapses] == sorted({tuple(one) for one in told})
    assert len({one.next for one in lapses} - {None, first, other}) == 3
    assert enter_releases(keys, told) == enter_releases(keys, []) == 0
    assert keys.lapses([first, other]) == lapses


def test_it_is_as_if_each_were_released_alone(store: Store) -> None:
    keys = store.keys
    [first] = [str(one) for one in keys.pseudonyms("crm", ["138"])]
    keys.release(first, AT)
    assert enter_releases(keys, [Release(first, AT)]) == 0
    assert enter_releases(keys, [Release(first, LATER)]) == 1
    [lapse, later] = keys.lapses([first])
    assert keys.release(first, LATER) == later.next
    assert (lapse.released_at, later.released_at) == (AT, LATER)


def test_the_next_owner_s_release_is_one_of_the_same_number(store: Store) -> None:
    keys = store.keys
    [first] = [str(one) for one in keys.pseudonyms("crm", ["138"])]
    second = keys.release(first, AT)
    told = [Release(first, AT), Release(second, LATER)]
    assert enter_releases(keys, told) == 1
    assert [(one.pseudonym, one.released_at) for one in keys.lapses([first])] == [(first, AT), (first, LATER)]


def test_of_a_number_without_anybody_left_nothing_is_entered(store: Store) -> None:
    keys = store.keys
    [first] = [str(one) for one in keys.pseudonyms("crm", ["138"])]
    keys.destroy([f"p:{first}"])
    assert enter_releases(keys, [Release(first, AT), Release("0" * 32, AT)]) == 0

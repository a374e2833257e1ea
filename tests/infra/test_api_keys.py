"""API keys open their role until they are revoked, and are stored as hashes only."""

from datetime import UTC, datetime

import pytest

from infra.api_keys import (
    ROLES,
    ApiKey,
    KeyHolder,
    UnknownRoleError,
    create_key,
    find_holder,
    find_role,
    list_keys,
    revoke_key,
)
from infra.stores import Store

MADE = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
REVOKED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_new_key_opens_its_role(store: Store) -> None:
    with store.connect() as connection:
        keys = {role: create_key(connection, role=role, now=MADE) for role in ROLES}
        assert {role: find_role(connection, key) for role, key in keys.items()} == {r: r for r in ROLES}


def test_a_key_is_256_random_bits_behind_its_prefix(embedded_store: Store) -> None:
    with embedded_store.connect() as connection:
        keys = [create_key(connection, role="admin", now=MADE) for _ in range(20)]
    assert len({key.split("_", 2)[2] for key in keys}) == 20
    assert {(key[:5], len(key.split("_", 2)[1]), len(key.split("_", 2)[2])) for key in keys} == {
        ("kefu_", 8, 43)
    }


def test_the_database_holds_no_key_only_its_hash(embedded_store: Store) -> None:
    with embedded_store.connect() as connection:
        key = create_key(connection, role="admin", now=MADE)
        stored = connection.execute("select prefix, hash from api_key").fetchall()
    assert [(prefix, len(digest)) for prefix, digest in stored] == [(key[5:13], 32)]
    assert key.encode() not in stored[0][1]


def test_a_revoked_key_opens_nothing(embedded_store: Store) -> None:
    with embedded_store.connect() as connection:
        key = create_key(connection, role="marketing", now=MADE)
        other = create_key(connection, role="bi_reader", now=MADE)
        assert revoke_key(connection, key[5:13], now=REVOKED)
        assert find_role(connection, key) is None
        assert find_role(connection, other) == "bi_reader"


def test_revoking_twice_keeps_the_first_moment(embedded_store: Store) -> None:
    with embedded_store.connect() as connection:
        prefix = create_key(connection, role="marketing", now=MADE)[5:13]
        assert revoke_key(connection, prefix, now=REVOKED)
        assert not revoke_key(connection, prefix, now=datetime(2027, 1, 1, tzinfo=UTC))
        assert list_keys(connection) == [
            ApiKey(prefix=prefix, role="marketing", created_at=MADE, revoked_at=REVOKED)
        ]


def test_what_is_no_key_opens_nothing(embedded_store: Store) -> None:
    with embedded_store.connect() as connection:
        key = create_key(connection, role="admin", now=MADE)
        altered = key[:-1] + ("A" if key[-1] != "A" else "B")
        unknown = "kefu_00000000_" + "A" * 43
        for wrong in ["", "kefu", key[:-1], key + "A", altered, unknown, key.upper(), f" {key}", f"{key}\n"]:
            assert find_role(connection, wrong) is None


def test_a_key_opens_what_it_is_limited_to(store: Store) -> None:
    with store.connect() as connection:
        key = create_key(
            connection, role="account_manager", now=MADE, units=["north", "客服"], manager_id="m7"
        )
        holder = KeyHolder(key[5:13], "account_manager", ("north", "客服"), "m7")
        assert find_holder(connection, key) == holder


def test_an_expired_key_opens_nothing_and_one_that_will_expire_does(embedded_store: Store) -> None:
    over, coming = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
    with embedded_store.connect() as connection:
        expired = create_key(connection, role="admin", now=MADE, expires_at=over, label="for a day")
        good = create_key(connection, role="admin", now=MADE, expires_at=coming)
        assert (find_holder(connection, expired), find_role(connection, good)) == (None, "admin")
        listed = {key.prefix: (key.expires_at, key.label) for key in list_keys(connection)}
    assert listed == {expired[5:13]: (over, "for a day"), good[5:13]: (coming, None)}


def test_an_unknown_role_is_refused(embedded_store: Store) -> None:
    with embedded_store.connect() as connection:
        with pytest.raises(UnknownRoleError, match="no role 'boss'"):
            create_key(connection, role="boss", now=MADE)
        assert list_keys(connection) == []

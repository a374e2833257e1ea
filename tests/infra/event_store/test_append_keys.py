"""Append keys are truncated HMACs that anybody with the key can compute again."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from infra.event_store.append_keys import (
    append_key,
    append_key_list,
    content_key,
    content_key_list,
    truncated_hmac,
)


def test_a_key_is_the_hmac_of_source_and_parts_as_unescaped_json() -> None:
    expected = hmac.digest(b"secret", '["银行","客户","a\\"b"]'.encode(), "sha256")[:16]
    assert append_key(b"secret", "银行", ("客户", 'a"b')) == expected


def test_parts_are_not_run_together() -> None:
    assert append_key(b"secret", "bank", ("a", "bc")) != append_key(b"secret", "bank", ("ab", "c"))


@given(secret=st.binary(max_size=200), message=st.binary(max_size=300))
def test_the_fast_hmac_is_the_standard_one(secret: bytes, message: bytes) -> None:
    assert truncated_hmac(secret)(message) == hmac.digest(secret, message, "sha256")[:16]


def test_many_keys_are_the_keys_of_each() -> None:
    calls, days = ["1", "2"], ["1 May", "2 May"]
    assert append_key_list(b"secret", "bank", [calls, days]) == [
        append_key(b"secret", "bank", ("1", "1 May")),
        append_key(b"secret", "bank", ("2", "2 May")),
    ]
    assert content_key_list(b"secret", [b"x", b"y"]) == [
        content_key(b"secret", b"x"),
        content_key(b"secret", b"y"),
    ]

"""The keyed hashes by which a record is recognised: one of who it is, one of what it said."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

import msgspec

KEY_BYTES = 16
BLOCK_BYTES = 64
INNER_PAD = bytes(byte ^ 0x36 for byte in range(256))
OUTER_PAD = bytes(byte ^ 0x5C for byte in range(256))


def append_key(hmac_key: bytes, source: str, parts: Sequence[str]) -> bytes:
    """Which record this is: 16 bytes of HMAC-SHA-256 over the UTF-8 JSON array `[source, parts…]`."""
    return truncated_hmac(hmac_key)(msgspec.json.encode([source, *parts]))


def content_key(hmac_key: bytes, content: bytes) -> bytes:
    """What the record said: 16 bytes of HMAC-SHA-256 over its content."""
    return truncated_hmac(hmac_key)(content)


def append_key_list(hmac_key: bytes, source: str, columns: Sequence[Iterable[str]]) -> list[bytes]:
    """`append_key` of many records, whose parts are given column by column."""
    digest, encode = truncated_hmac(hmac_key), msgspec.json.Encoder().encode
    return [digest(encode((source, *parts))) for parts in zip(*columns, strict=True)]


def content_key_list(hmac_key: bytes, contents: Iterable[bytes]) -> list[bytes]:
    """`content_key` of many records."""
    return list(map(truncated_hmac(hmac_key), contents))


def truncated_hmac(hmac_key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA-256 (RFC 2104) cut to 16 bytes, with both padded keys hashed once.

    The standard library's `hmac.digest` sets up both hashes again for every message, which costs
    more than hashing a short message does.
    """
    block = (hmac_key if len(hmac_key) <= BLOCK_BYTES else sha256(hmac_key).digest()).ljust(
        BLOCK_BYTES, b"\0"
    )
    inner, outer = sha256(block.translate(INNER_PAD)), sha256(block.translate(OUTER_PAD))

    def digest(message: bytes) -> bytes:
        inside, outside = inner.copy(), outer.copy()
        inside.update(message)
        outside.update(inside.digest())
        return outside.digest()[:KEY_BYTES]

    return digest

"""AES-256-GCM as Kefu uses it: a sealed text, a wrapped key."""

import os
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32
VERSION = "v1:"

KINDS = ("name", "phone", "id_number", "narrative", "caller_number")


class UnreadableError(Exception):
    """A ciphertext is not one of this subject and kind, or was altered."""


def seal(text: str, *, key: bytes, subject: str, kind: str) -> str:
    """`v1:` and base64 of nonce, ciphertext and tag, bound to the subject and the kind."""
    [sealed] = seal_all([text], ciphers=[AESGCM(key)], subjects=[subject], kind=kind)
    assert sealed is not None  # noqa: S101 (there is a cipher)
    return sealed


def seal_all(
    texts: Sequence[str], *, ciphers: Sequence[AESGCM | None], subjects: Sequence[str], kind: str
) -> list[str | None]:
    """Seal many texts of one kind, each for the subject and by the cipher at the same place; None without."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of personal text; the kinds are {', '.join(KINDS)}")
    nonces = os.urandom(NONCE_BYTES * len(texts))
    sealed: list[str | None] = []
    # Every text has its own key: there is nothing to do column by column.
    for place, (text, cipher, subject) in enumerate(zip(texts, ciphers, subjects, strict=True)):
        if cipher is None:
            sealed.append(None)
            continue
        nonce = nonces[place * NONCE_BYTES : (place + 1) * NONCE_BYTES]
        ciphertext = cipher.encrypt(nonce, text.encode(), f"{subject}|{kind}".encode())
        sealed.append(VERSION + b64encode(nonce + ciphertext).decode())
    return sealed


def unseal(sealed: str, *, key: bytes, subject: str, kind: str) -> str:
    """The text again; UnreadableError if it is another's, of another kind, or altered."""
    if not sealed.startswith(VERSION):
        raise UnreadableError(f"a sealed {kind} of {subject} begins with {VERSION!r}, this one does not")
    text = unseal_any(sealed, ciphers={subject: AESGCM(key)}, subjects=[subject], kind=kind)
    if text is None:
        raise UnreadableError(f"this is no {kind} of {subject}, or it was altered")
    return text


def unseal_any(
    sealed: str, *, ciphers: Mapping[str, AESGCM], subjects: Sequence[str], kind: str
) -> str | None:
    """The text again, by the cipher of the first of the subjects for whom it was sealed; None if of none."""
    try:
        payload = b64decode(sealed.removeprefix(VERSION), validate=True)
    except ValueError:
        return None
    for subject in subjects:
        if subject in ciphers:
            with suppress(InvalidTag, ValueError):
                opened = ciphers[subject].decrypt(
                    payload[:NONCE_BYTES], payload[NONCE_BYTES:], f"{subject}|{kind}".encode()
                )
                return opened.decode()
    return None


def wrap(key: bytes, *, master: AESGCM, purpose: str) -> bytes:
    """A key under the master key: nonce, ciphertext and tag, bound to what the key is for."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + master.encrypt(nonce, key, purpose.encode())


def unwrap(wrapped: bytes, *, master: AESGCM, purpose: str) -> bytes:
    """The key again; cryptography's InvalidTag under another master key or purpose."""
    return master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], purpose.encode())

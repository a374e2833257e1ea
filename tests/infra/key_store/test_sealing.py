"""A sealed text opens for its subject and its kind, and for nobody else."""

from base64 import b64decode, b64encode

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from infra.key_store.sealing import KINDS, UnreadableError, seal, unseal, unwrap, wrap

KEY = bytes(range(32))
OTHER_KEY = bytes(32)


@given(text=st.text(), subject=st.text(), kind=st.sampled_from(KINDS))
def test_round_trip(text: str, subject: str, kind: str) -> None:
    assert (
        unseal(seal(text, key=KEY, subject=subject, kind=kind), key=KEY, subject=subject, kind=kind) == text
    )


def test_the_form_is_v1_and_base64_of_nonce_ciphertext_and_tag() -> None:
    sealed = seal("客服", key=KEY, subject="c1", kind="name")
    payload = b64decode(sealed.removeprefix("v1:"), validate=True)
    assert sealed.startswith("v1:")
    assert len(payload) == 12 + len("客服".encode()) + 16
    assert AESGCM(KEY).decrypt(payload[:12], payload[12:], b"c1|name") == "客服".encode()


def test_the_same_text_never_looks_the_same() -> None:
    assert len({seal("same", key=KEY, subject="c1", kind="name") for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("key", "subject", "kind"), [(OTHER_KEY, "c1", "name"), (KEY, "c2", "name"), (KEY, "c1", "phone")]
)
def test_another_key_subject_or_kind_opens_nothing(key: bytes, subject: str, kind: str) -> None:
    sealed = seal("secret", key=KEY, subject="c1", kind="name")
    with pytest.raises(UnreadableError, match=f"no {kind} of {subject}"):
        unseal(sealed, key=key, subject=subject, kind=kind)


def test_a_changed_bit_anywhere_opens_nothing() -> None:
    payload = bytearray(b64decode(seal("secret", key=KEY, subject="c1", kind="name").removeprefix("v1:")))
    for place in range(len(payload)):
        altered = payload.copy()
        altered[place] ^= 1
        with pytest.raises(UnreadableError):
            unseal("v1:" + b64encode(altered).decode(), key=KEY, subject="c1", kind="name")


@pytest.mark.parametrize("sealed", ["", "plain", "v2:AAAA", "v1:", "v1:AAAA", "v1:!!!!"])
def test_what_was_never_sealed_opens_nothing(sealed: str) -> None:
    with pytest.raises(UnreadableError):
        unseal(sealed, key=KEY, subject="c1", kind="name")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="'shoe_size' is no kind"):
        seal("43", key=KEY, subject="c1", kind="shoe_size")


def test_a_wrapped_key_opens_for_its_purpose_alone() -> None:
    wrapped = wrap(KEY, master=AESGCM(OTHER_KEY), purpose="subject|c1")
    assert unwrap(wrapped, master=AESGCM(OTHER_KEY), purpose="subject|c1") == KEY
    with pytest.raises(InvalidTag):
        unwrap(wrapped, master=AESGCM(OTHER_KEY), purpose="subject|c2")
    with pytest.raises(InvalidTag):
        unwrap(wrapped, master=AESGCM(KEY), purpose="subject|c1")

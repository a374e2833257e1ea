"""Personal texts as they are searched for: written one way, and hashed with a key."""

import re
from collections.abc import Callable, Sequence
from unicodedata import decimal, normalize

from msgspec.json import encode

from infra.event_store.append_keys import truncated_hmac

PHONE = "phone"
CLASSES = {"phone": PHONE, "caller_number": PHONE, "id_number": "id_number", "name": "name"}
"""Kinds of personal text that can be searched for; a caller's number is found as a phone is."""

# Whoever dials a mobile number from China leaves the country's prefix off, a handset abroad puts it on, and
# systems record either. Eleven digits from 13 to 19 after 86 are no other country's number.
MOBILE_WITH_COUNTRY = re.compile(r"\+?(?:00)?86(1[3-9]\d{9})")
# Files write 0, 8888 or 00000000 where nobody knows the number: that is no one's, and must join no one.
FEWEST_DIGITS = 5
NOT_DIGITS = {code: None for code in range(128) if not chr(code).isdecimal()}


def search_terms(key: bytes, kind: str, texts: Sequence[str]) -> list[bytes | None]:
    """The keyed hash of each text; None of a kind that is not searched, or of a text that names nobody."""
    if kind not in CLASSES:
        return [None] * len(texts)
    group, write, digest = CLASSES[kind], WRITTEN[CLASSES[kind]], truncated_hmac(key)
    known = {text: digest(encode([group, plain])) for text in set(texts) if (plain := write(text))}
    return [known.get(text) for text in texts]


def written_name(text: str) -> str:
    """Full-width forms, capitals and outer blanks make no difference."""
    return normalize("NFKC", normalize("NFKC", text).casefold()).strip()


def written_phone(text: str) -> str:
    """Digits alone, and a leading +; without China's prefix before a mobile number; empty if nobody's."""
    plain = text.strip() if text.isascii() else _plain_digits(text)
    digits = plain.translate(NOT_DIGITS)
    if len(digits) < FEWEST_DIGITS or len(set(digits)) == 1:
        return ""
    number = "+" + digits if plain.startswith("+") else digits
    mobile = MOBILE_WITH_COUNTRY.fullmatch(number)
    return mobile[1] if mobile else number


def _plain_digits(text: str) -> str:
    """Every script's digits as ASCII ones, and a + that may have been full-width."""
    plain = normalize("NFKC", text).strip()
    return "".join(
        str(decimal(one)) if one.isdecimal() else one for one in plain if one.isdecimal() or one == "+"
    )


def written_id_number(text: str) -> str:
    """Capitals and no blanks."""
    # Once more at the end: a free-standing accent is a blank and an accent, which then joins what is before.
    return normalize("NFKC", "".join(normalize("NFKC", normalize("NFKC", text).upper()).split()))


WRITTEN: dict[str, Callable[[str], str]] = {
    "phone": written_phone,
    "id_number": written_id_number,
    "name": written_name,
}


def subject_mark(key: bytes, subject: str) -> bytes:
    """The keyed hash of a subject itself, which no personal text has."""
    return truncated_hmac(key)(encode(["subject", subject]))

"""Text of any encoding turned into UTF-8 bytes, marked where it cannot be read; guesses at encodings."""

import codecs
import difflib
import re
from encodings import aliases
from typing import Final, Protocol

DAMAGE: Final = "\0"
"""Stands for bytes that are not of a text's encoding; a text that holds it is none that we can read."""

UTF8: Final = "utf-8"
MARKING: Final = "kefu_marks_damage"
NO_ENCODINGS_OF_FILES: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
"""Python calls them text encodings; they are ways to write names and literals."""

BYTE_ORDER_MARKS: Final = (
    (b"\xff\xfe\0\0", "utf32"),
    (b"\0\0\xfe\xff", "utf32"),
    (b"\xff\xfe", "utf16"),
    (b"\xfe\xff", "utf16"),
    (b"\xef\xbb\xbf", "utf8"),
)
HIGH_RUNS = re.compile(rb"[\x80-\xff]+")


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError | UnicodeEncodeError)  # noqa: S101
    return DAMAGE, error.end


# Codecs know handlers of errors by a name only.
codecs.register_error(MARKING, _mark)


def encoding_named(name: str) -> str | None:
    """Python's own name of a text encoding; None if no file can be in it."""
    try:
        found = codecs.lookup(name).name
        if "a,\n".encode(name).decode(name) != "a,\n":
            return None
    except (LookupError, ValueError):
        return None
    if found in NO_ENCODINGS_OF_FILES:
        return None
    return UTF8 if found == "utf-8-sig" else found


def encodings_like(name: str) -> list[str]:
    """Names of encodings that are spelled nearly so, the nearest first."""
    known = sorted(spelled for spelled in {*aliases.aliases, *aliases.aliases.values(), "utf8"})
    near = difflib.get_close_matches(name.lower().replace("-", "_"), known, n=6)
    return [spelled for spelled in near if encoding_named(spelled)][:3]


class Decoder(Protocol):
    """Turns a text, given piece by piece, into UTF-8; DAMAGE stands for what is not of its encoding."""

    def utf8(self, content: bytes, *, is_last: bool) -> bytes: ...


def decoder_of(encoding: str, head: bytes) -> Decoder:
    """The decoder of one text; `head` is its beginning, which may tell the order of its bytes."""
    return _Checker() if encoding == UTF8 else _Recoder(_with_byte_order(encoding, head))


class _Recoder:
    """From any encoding."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)(MARKING)

    def utf8(self, content: bytes, *, is_last: bool) -> bytes:
        # Some codecs give halves of characters that Unicode has only in pairs.
        return self._decoder.decode(content, is_last).encode(UTF8, MARKING)


class _Checker:
    """From UTF-8, which is given as it is where it is whole."""

    def __init__(self) -> None:
        self._cut = b""

    def utf8(self, content: bytes, *, is_last: bool) -> bytes:
        content = self._cut + content
        try:
            _, used = codecs.utf_8_decode(content, "strict", is_last)
            whole = content[:used]
        except UnicodeDecodeError:
            text, used = codecs.utf_8_decode(content, MARKING, is_last)
            whole = text.encode(UTF8)
        self._cut = content[used:]
        return whole


def _with_byte_order(encoding: str, head: bytes) -> str:
    """UTF-16 and UTF-32 without a mark: their order shows where the zeros of plain letters stand."""
    width = {"utf-16": 2, "utf-32": 4}.get(encoding)
    if width is None or encoding_marked(head) == encoding.replace("-", ""):
        return encoding
    return f"{encoding}-{'be' if head[0::width].count(0) > head[width - 1 :: width].count(0) else 'le'}"


def encoding_marked(head: bytes) -> str | None:
    """The encoding that a byte order mark names, as a mapping would say it."""
    return next((name for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), None)


def likely_encoding(head: bytes) -> str | None:
    """What a text that is not of the encoding it should be may be in, as a mapping would say it."""
    if (name := encoding_marked(head)) is not None:
        return name
    zeros = (head[0::2].count(0), head[1::2].count(0))
    if max(zeros) * 4 > len(head):
        return "utf16" if min(zeros) * 8 < max(zeros) else None
    if reads_as(head, UTF8):
        return "utf8"
    runs = HIGH_RUNS.findall(head)
    # Chinese characters are pairs of high bytes; accented letters of one-byte encodings stand alone.
    is_paired = sum(len(run) for run in runs if len(run) > 1) * 2 > sum(map(len, runs))
    if is_paired and reads_as(head, "gb18030"):
        return "gb18030"
    return "cp1252" if not is_paired and reads_as(head, "cp1252") else None


def reads_as(head: bytes, encoding: str) -> bool:
    """Whether the beginning of a text is of an encoding; a character cut at its end is no matter."""
    try:
        return DAMAGE not in codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False

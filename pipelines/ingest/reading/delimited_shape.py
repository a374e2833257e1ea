"""Where the records of a delimited text end and how many fields they have, found without splitting them."""

import re
from dataclasses import dataclass
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipelines.ingest.mapping_file import FormatPart
from pipelines.ingest.reading.decoding import DAMAGE

NEWLINE, RETURN = ord("\n"), ord("\r")
BLANKS = b" \t\r\n"

Places = NDArray[np.int64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One entry for each line of a text that may be a record, blank ones too.

    lines: the line on which it begins, the text's first being 0. fields: how many it has; empty ones beyond
    the header's width are not counted. is_blank: nothing but blanks. is_damaged: holds DAMAGE.
    """

    lines: Places
    fields: Places
    is_blank: NDArray[np.bool_]
    is_damaged: NDArray[np.bool_]


def quotes_seen(content: bytes, layout: FormatPart) -> FormatPart:
    """The layout without quotes where none opens a field, for all of them are letters then (`6" pipe`)."""
    if layout.quote is None:
        return layout
    mark, apart = layout.quote.encode(), layout.character.encode()
    opens = mark in content and (
        content.startswith(mark) or b"\n" + mark in content or apart + mark in content
    )
    return layout if opens else msgspec.structs.replace(layout, quote=None)


def shape_of(content: bytes, layout: FormatPart, *, width: int) -> Shape | None:
    """The shape of whole records; None where a quote stands within a field, and only splitting tells."""
    text = np.frombuffer(content, dtype=np.uint8)
    newlines = np.flatnonzero(text == NEWLINE)
    separators = np.flatnonzero(text == ord(layout.character))
    lines = np.arange(newlines.size + 1)
    quotes = _quotes(content, text, layout)
    if quotes is not None:
        if not _are_regular(text, quotes, layout):
            return None
        is_outside = _parity(text, layout) == 0
        separators = separators[is_outside[separators]]
        ends_record = is_outside[newlines]
        lines = np.concatenate([[0], 1 + np.flatnonzero(ends_record)])
        newlines = newlines[ends_record]
    ends = newlines
    if not content.endswith(b"\n"):
        ends = np.append(newlines, text.size)
    lines = lines[: ends.size]
    before = np.searchsorted(separators, ends)
    fields = np.diff(before, prepend=0) + 1
    unsure = np.flatnonzero((fields == 1) | (fields > width))
    is_blank = np.zeros(ends.size, dtype=np.bool_)
    if unsure.size:
        filled = np.append(0, np.cumsum(_is_filled(text, quotes, layout), dtype=np.uint32))
        starts = np.append(0, ends[:-1] + 1)
        is_blank[unsure] = (fields[unsure] == 1) & (filled[ends[unsure]] == filled[starts[unsure]])
        long = unsure[fields[unsure] > width]
        tails = separators[before[long] - fields[long] + width]
        fields[long] = np.where(filled[ends[long]] == filled[tails], width, fields[long])
    return Shape(lines=lines, fields=fields, is_blank=is_blank, is_damaged=_damaged(content, text, ends))


def _quotes(content: bytes, text: Bytes, layout: FormatPart) -> Places | None:
    if layout.quote is None or layout.quote.encode() not in content:
        return None
    return np.flatnonzero(text == ord(layout.quote))


def _are_regular(text: Bytes, quotes: Places, layout: FormatPart) -> bool:
    """Whether every quote opens a field, closes one, or stands doubled within one."""
    if quotes.size % 2:
        return False
    bounded = np.concatenate([[NEWLINE], text, [NEWLINE, NEWLINE]])
    edges = (ord(layout.character), NEWLINE, ord(layout.quote or ""))
    before, after, beyond = bounded[quotes[0::2]], bounded[quotes[1::2] + 2], bounded[quotes[1::2] + 3]
    ends_line = (after == RETURN) & (beyond == NEWLINE)
    return bool(np.isin(before, edges).all() and (np.isin(after, edges) | ends_line).all())


def _parity(text: Bytes, layout: FormatPart) -> Bytes:
    """1 from an opening quote up to its closing one, else 0."""
    is_quote = (text == ord(layout.quote or "")).view(np.uint8)
    return np.bitwise_xor.accumulate(is_quote)


def _is_filled(text: Bytes, quotes: Places | None, layout: FormatPart) -> NDArray[np.bool_]:
    """Whether a byte is of a field's content: no blank, separator or quote, but for a doubled quote."""
    empty = [*BLANKS, ord(layout.character)]
    if quotes is None:
        return ~np.isin(text, empty)
    filled = ~np.isin(text, [*empty, ord(layout.quote or "")])
    opening = quotes[0::2]
    filled[opening[np.isin(opening - 1, quotes[1::2])]] = True
    return filled


def _damaged(content: bytes, text: Bytes, ends: Places) -> NDArray[np.bool_]:
    is_damaged = np.zeros(ends.size, dtype=np.bool_)
    if DAMAGE.encode() in content:
        is_damaged[np.searchsorted(ends, np.flatnonzero(text == ord(DAMAGE)))] = True
    return is_damaged


def first_record(content: bytes, layout: FormatPart) -> int | None:
    """Where the first record of a text ends, its line break included; None if it does not."""
    found = re.compile(_record(layout.character, layout.quote)).match(content)
    return None if found is None else found.end()


def whole_records(content: bytes, layout: FormatPart) -> int:
    """Where the last whole record of a text ends, its line break included; 0 if none does."""
    found = re.compile(b"(?:%s)*+" % _record(layout.character, layout.quote)).match(content)
    return 0 if found is None else found.end()


@cache
def _record(separator: str, quote: str | None) -> bytes:
    """A pattern for one record, its quotes as the csv module understands them."""
    apart, mark = re.escape(separator.encode()), re.escape((quote or "").encode())
    quoted = b"(?:%s[^%s]*+(?:%s%s[^%s]*+)*+%s|(?!%s))" % ((mark,) * 7) if quote else b""
    field = quoted + b"[^%s\n]*+" % apart
    return b"(?:%s%s)*+%s\n" % (field, apart, field)

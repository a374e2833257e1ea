"""A delimited text cut at ends of records into slices that fit in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipelines.ingest.faults import FileFault
from pipelines.ingest.reading.delimited_header import Table
from pipelines.ingest.reading.delimited_shape import Shape, shape_of, whole_records
from pipelines.ingest.reading.delimited_split import LONGEST_RECORD
from pipelines.ingest.reading.delimited_text import Text, open_text


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Whole records of a text, the line the first begins on, and how far the file on disk is read.

    shape: None where only splitting tells the records. is_open: the last one ends within quotes.
    """

    content: bytes
    shape: Shape | None
    first_line: int
    ends: int
    is_open: bool = False


def slices(table: Table, size: Callable[[], int]) -> Iterator[Slice]:
    """Cut the text at ends of records into pieces of about `size()` bytes, asked anew for each."""
    line, held = table.first_line, b""
    with open_text(table.path, table.encoding) as text:
        _skip(text, table.begins)
        # The longer a record grows, the more is read at once, so that it is not searched too often.
        while read := text.read(max(size(), len(held))):
            held += read
            content, shape = _whole(held, table)
            if not content and len(held) > LONGEST_RECORD:
                raise FileFault(path=table.path, problem=_endless(line))
            if content:
                yield _slice(content, shape, line=line, ends=text.done)
                line += content.count(b"\n")
                held = held[len(content) :]
        if held:
            yield _rest(held, table, line=line, ends=text.done)


def _skip(text: Text, begins: int) -> None:
    while begins > 0:
        begins -= len(text.read(begins))


def _whole(held: bytes, table: Table) -> tuple[bytes, Shape | None]:
    """The whole records at the beginning of what is held, and their shape if it can be seen."""
    cut = _even_quotes(held, table.layout.quote)
    if cut:
        shape = _shape(held[:cut], table)
        if shape is not None:
            return held[:cut], shape
    elif b"\n" not in held:
        return b"", None
    return held[: whole_records(held, table.layout)], None


def _even_quotes(held: bytes, quote: str | None) -> int:
    """The last line break with an even number of quotes before it: the end of a record if all are regular."""
    cut = held.rfind(b"\n") + 1
    if quote is None or cut == 0:
        return cut
    mark = quote.encode()
    quotes = held.count(mark, 0, cut)
    while quotes % 2:
        # A line break within quotes is passed over with all others before the quote that opens them.
        opens = held.rfind(mark, 0, cut)
        before = held.rfind(b"\n", 0, opens) + 1
        quotes -= held.count(mark, before, cut)
        cut = before
    return cut


def _shape(content: bytes, table: Table) -> Shape | None:
    return shape_of(content, table.layout, width=len(table.header))


def _slice(content: bytes, shape: Shape | None, *, line: int, ends: int) -> Slice:
    return Slice(content=content, shape=shape, first_line=line, ends=ends)


def _rest(held: bytes, table: Table, *, line: int, ends: int) -> Slice:
    """The last record of a text that does not end with a line break."""
    is_open = whole_records(held + b"\n", table.layout) <= len(held)
    shape = None if is_open else _shape(held, table)
    return Slice(content=held, shape=shape, first_line=line, ends=ends, is_open=is_open)


def _endless(line: int) -> str:
    return (
        f"the record that begins in line {line} is longer than {LONGEST_RECORD >> 20} MiB; "
        "close its quote, or set format.quote to null if quotes mean nothing in this file."
    )

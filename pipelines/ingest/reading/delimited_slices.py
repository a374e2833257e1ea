"""A delimited text cut at ends of records into slices that fit in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipelines.ingest.faults import FileFault
from pipelines.ingest.mapping_file import FormatPart
from pipelines.ingest.reading.delimited_header import Table
from pipelines.ingest.reading.delimited_shape import Shape, quotes_seen, shape_of, whole_records
from pipelines.ingest.reading.delimited_split import LONGEST_RECORD
from pipelines.ingest.reading.delimited_text import Text, open_text


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Whole records of a text, the line the first begins on, and how far the file on disk is read.

    layout: the file's, without quotes where none opens a field. shape: None where only splitting tells the
    records. is_open: the last one ends within quotes.
    """

    content: bytes
    layout: FormatPart
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
            while whole := _whole(held, table):
                content, layout, shape = whole
                yield Slice(content=content, layout=layout, shape=shape, first_line=line, ends=text.done)
                line += content.count(b"\n")
                held = held[len(content) :]
            if len(held) > LONGEST_RECORD:
                raise FileFault(path=table.path, problem=_endless(line))
        if held:
            yield _rest(held, table, line=line, ends=text.done)


def _skip(text: Text, begins: int) -> None:
    while begins > 0:
        begins -= len(text.read(begins))


def _whole(held: bytes, table: Table) -> tuple[bytes, FormatPart, Shape | None] | None:
    """Whole records at the beginning of what is held, and their shape if it can be seen; None if none is."""
    layout = quotes_seen(held, table.layout)
    cut = _even_quotes(held, layout.quote)
    shape = shape_of(held[:cut], layout, width=len(table.header)) if cut else None
    if shape is None:
        cut = whole_records(held, layout) if b"\n" in held else 0
    return (held[:cut], layout, shape) if cut else None


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


def _rest(held: bytes, table: Table, *, line: int, ends: int) -> Slice:
    """The last record of a text that does not end with a line break."""
    layout = quotes_seen(held, table.layout)
    is_open = whole_records(held + b"\n", layout) <= len(held)
    shape = None if is_open else shape_of(held, layout, width=len(table.header))
    return Slice(content=held, layout=layout, shape=shape, first_line=line, ends=ends, is_open=is_open)


def _endless(line: int) -> str:
    return (
        f"the record that begins in line {line} is longer than {LONGEST_RECORD >> 20} MiB; "
        "close its quote, or set format.quote to null if quotes mean nothing in this file."
    )

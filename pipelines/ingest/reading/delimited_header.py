"""A delimited file opened and checked as a whole: its text, its header, the columns a mapping needs."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.faults import FileFault
from pipelines.ingest.mapping_file import FormatPart
from pipelines.ingest.plan import HIDDEN, Plan
from pipelines.ingest.reading.decoding import DAMAGE, UTF8, encoding_named
from pipelines.ingest.reading.delimited_mistakes import (
    looks_like,
    mistaken_for,
    says_missing,
    shown_encoding,
)
from pipelines.ingest.reading.delimited_shape import first_record
from pipelines.ingest.reading.delimited_split import split_records
from pipelines.ingest.reading.delimited_text import Text, open_text


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file whose header was read; rows begin at byte `begins` of its UTF-8 text, on line `first_line`.

    likely: what the beginning of the file seems to be in, where that is not the mapping's encoding.
    """

    path: Path
    layout: FormatPart
    encoding: str
    likely: str | None
    header: tuple[str, ...]
    columns: dict[str, int]
    begins: int
    first_line: int
    size: int

    @property
    def needed(self) -> int:
        """How many fields a row must have for every column that is read."""
        return max(self.columns.values(), default=0) + 1


def read_header(path: Path, plan: Plan) -> Table:
    """Read the header; FileFault if the file is not the table that the mapping describes."""
    encoding = encoding_named(plan.layout.encoding) or UTF8
    with open_text(path, encoding) as text:
        if problem := mistaken_for(text.raw_head, encoding):
            raise FileFault(path=path, problem=problem)
        opening = _Opening(path=path, text=text, encoding=encoding, plan=plan)
        header, begins = opening.header()
        opening.check_columns(header)
        return Table(
            path=path,
            layout=plan.layout,
            encoding=encoding,
            likely=looks_like(text, encoding) if DAMAGE.encode() in text.head else None,
            header=header,
            columns={name: header.index(name) for name in plan.columns},
            begins=begins,
            first_line=text.head.count(b"\n", 0, begins) + 1,
            size=text.size,
        )


@dataclass(frozen=True, kw_only=True)
class _Opening:
    """The beginning of a file against what its mapping says of it."""

    path: Path
    text: Text
    encoding: str
    plan: Plan

    def header(self) -> tuple[tuple[str, ...], int]:
        """The names of the columns, and where in the text the rows begin."""
        layout, begins = self.plan.layout, self._after_skipped()
        is_empty = not self.text.head[begins:].strip()
        if is_empty and not layout.header:
            raise self._fault("is empty; export it again, with a header line.")
        first, ends = ((), begins) if is_empty else self._first_record(begins)
        if not layout.header:
            return first, ends
        if first == layout.header:
            raise self._fault("begins with its header; set format.skip to 1, or leave format.header out.")
        return layout.header, begins

    def _after_skipped(self) -> int:
        begins, head = 0, self.text.head
        for _ in range(self.plan.layout.skip):
            begins = head.find(b"\n", begins) + 1
            if begins == 0:
                raise self._fault(
                    f"ends before its rows: format.skip says that {self.plan.layout.skip} lines stand before "
                    "them; correct it, or export the file again."
                )
        return begins

    def _first_record(self, begins: int) -> tuple[tuple[str, ...], int]:
        """The first record that is not blank; a quoted name may hold a line break."""
        head = self.text.head
        begins += len(head[begins:]) - len(head[begins:].lstrip(b"\r\n"))
        found = first_record(head[begins:], self.plan.layout)
        if found is None and not self.text.is_whole:
            raise self._fault("has no line break in its first MiB; it is no table of lines.")
        ends = len(head) if found is None else begins + found
        line = head[begins:ends].decode(UTF8)
        if DAMAGE in line:
            raise self._fault(self._says_damaged(line=head.count(b"\n", 0, begins) + 1))
        record, _ = next(split_records(line, self.plan.layout))
        return tuple(name.strip() for name in record), ends

    def _says_damaged(self, *, line: int) -> str:
        if likely := looks_like(self.text, self.encoding):
            return (
                f"is not {shown_encoding(self.encoding)} text, as line {line} shows; it looks like {likely}: "
                f"set format.encoding to {likely}."
            )
        if b"\0" in self.text.raw_head:
            return "is not text (it holds zero bytes); name a CSV or TSV file."
        return (
            f"is not {shown_encoding(self.encoding)} text, as line {line} shows; save it as UTF-8, or set "
            "format.encoding to what it is."
        )

    def check_columns(self, header: tuple[str, ...]) -> None:
        missing = [name for name in self.plan.columns if name not in header]
        if missing:
            raise self._fault(
                says_missing(missing, header=header, text=self.text, plan=self.plan, encoding=self.encoding)
            )
        often = [name for name, count in Counter(header).items() if count > 1 and name in self.plan.columns]
        if often:
            raise self._fault(f"has the column {often[0]!r} more than once; rename one of them.")
        ours = [name for name in header if name.startswith(HIDDEN)]
        if ours:
            raise self._fault(f"has a column with an unusable name, {ours[0]!r}; rename it.")

    def _fault(self, problem: str) -> FileFault:
        return FileFault(path=self.path, problem=problem)

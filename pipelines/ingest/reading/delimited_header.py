"""A delimited file opened and checked as a whole: text, header, separator, the columns a mapping needs."""

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.faults import FileFault
from pipelines.ingest.mapping_file import FormatPart
from pipelines.ingest.plan import HIDDEN, Plan

HEAD_BYTES = 1 << 20
SEPARATORS = {",": "a comma", "\t": "a tab", ";": "a semicolon", "|": "a bar"}
BOM = b"\xef\xbb\xbf"
OTHER_ENCODINGS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "gzip",
}


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file whose header was read; rows begin at byte `begins` on line `first_line`."""

    path: Path
    layout: FormatPart
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
    head, size = _head(path)
    text = _text(path, head)
    record, begins = _first_record(path, text, plan.layout)
    header = tuple(name.strip() for name in record)
    _check_columns(path, header, text, plan)
    offset = len(BOM) if head.startswith(BOM) else 0
    return Table(
        path=path,
        layout=plan.layout,
        header=header,
        columns={name: header.index(name) for name in plan.columns},
        begins=offset + len(text[:begins].encode()),
        first_line=text[:begins].count("\n") + 1,
        size=size,
    )


def _head(path: Path) -> tuple[bytes, int]:
    try:
        if not path.is_file():
            problem = "is a folder; name a file" if path.is_dir() else "is not there; check the name"
            raise FileFault(path=path, problem=f"{problem}.")
        with path.open("rb") as file:
            return file.read(HEAD_BYTES), path.stat().st_size
    except OSError as error:
        raise FileFault(path=path, problem=f"cannot be read: {error.strerror}.") from error


def _text(path: Path, head: bytes) -> str:
    if not head.removeprefix(BOM).strip():
        raise FileFault(path=path, problem="is empty; export it again, with a header line.")
    for mark, name in OTHER_ENCODINGS.items():
        if head.startswith(mark):
            raise FileFault(path=path, problem=f"is {name}, not UTF-8 text; save it as UTF-8 CSV.")
    try:
        # The head may end within a character, which the decoder then keeps to itself.
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError as error:
        problem = (
            f"is not UTF-8 text (byte {error.start} of the file); save it as UTF-8, or name another file."
        )
        raise FileFault(path=path, problem=problem) from error
    if "\0" in text:
        raise FileFault(path=path, problem="is not text (it holds zero bytes); name a CSV or TSV file.")
    return text.removeprefix("\ufeff")


def _first_record(path: Path, text: str, layout: FormatPart) -> tuple[list[str], int]:
    """The header and where it ends in the text; a quoted name may hold a line break."""
    ends = record_end(text, 0, layout.quote)
    if ends is None and len(text.encode()) >= HEAD_BYTES - 8:
        raise FileFault(path=path, problem="has no line break in its first MiB; it is no table of lines.")
    ends = len(text) if ends is None else ends
    return split_lines(text[:ends], layout)[0], ends


def record_end(text: str, start: int, quote: str | None) -> int | None:
    """Where the record that begins at `start` ends, its line break included; None if it does not."""
    position = start
    while (found := text.find("\n", position)) >= 0:
        position = found + 1
        if quote is None or text.count(quote, start, position) % 2 == 0:
            return position
    return None


def split_lines(text: str, layout: FormatPart) -> list[list[str]]:
    """The fields of every record of a text."""
    if layout.quote is None:
        return list(
            csv.reader(io.StringIO(text, newline=""), delimiter=layout.character, quoting=csv.QUOTE_NONE)
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.character, quotechar=layout.quote)
    return list(reader)


def _check_columns(path: Path, header: tuple[str, ...], text: str, plan: Plan) -> None:
    missing = [name for name in plan.columns if name not in header]
    if missing:
        raise FileFault(path=path, problem=_missing(missing, header, text, plan))
    often = [name for name, count in Counter(header).items() if count > 1 and name in plan.columns]
    if often:
        raise FileFault(path=path, problem=f"has the column {often[0]!r} more than once; rename one of them.")
    ours = [name for name in header if name.startswith(HIDDEN)]
    if ours:
        raise FileFault(path=path, problem=f"has a column with an unusable name, {ours[0]!r}; rename it.")


def _missing(missing: list[str], header: tuple[str, ...], text: str, plan: Plan) -> str:
    used = plan.layout.character
    for other, word in SEPARATORS.items():
        names = [name.strip() for name in text.splitlines()[0].split(other)]
        if other != used and all(name in names for name in plan.columns):
            return (
                f"is separated by {word}, not by {SEPARATORS.get(used, repr(used))} as the mapping says "
                f"(found {_count(len(header), 'column')}); set format.separator to {other!r}."
            )
    name = missing[0]
    others = f" (and {_count(len(missing) - 1, 'more')})" if len(missing) > 1 else ""
    return (
        f"has no column {name!r}{others}, which the mapping reads in line {plan.column_lines[name]}; "
        f"its columns are {_listed(header)}."
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 or word == "more" else f"{number} {word}s"


def _listed(header: tuple[str, ...]) -> str:
    shown = ", ".join(header[:20])
    return f"{shown[:500]} …" if len(header) > 20 or len(shown) > 500 else shown

"""What a file seems to be that is not the table its mapping describes, and what to set so that it is."""

import re
from typing import Final

from pipelines.ingest.plan import Plan
from pipelines.ingest.reading.decoding import (
    DAMAGE,
    UTF8,
    decoder_of,
    encoding_marked,
    encoding_named,
    likely_encoding,
    reads_as,
)
from pipelines.ingest.reading.delimited_text import BOM, Text

SEPARATORS = {",": "a comma", "\t": "a tab", ";": "a semicolon", "|": "a bar"}
CANDIDATES = ("utf8", "gb18030", "utf16", "big5", "shift_jis", "cp1252")
SEARCHED_LINES = 100
FOREIGN = re.compile(r"[^\x00-\x7f]")

FIRST_BYTES: Final[dict[bytes, str]] = {
    b"PK\x03\x04": "is a zip archive, as Excel workbooks are; set format.type to excel, or unpack it.",
    b"\xd0\xcf\x11\xe0": "is an Excel workbook of the old kind; set format.type to excel.",
    b"PAR1": "is a Parquet file; set format.type to parquet.",
    b"BZh": "is packed by bzip2; unpack it, or pack it by gzip or zstd.",
    b"\xfd7zXZ\0": "is packed by xz; unpack it, or pack it by gzip or zstd.",
    b"7z\xbc\xaf": "is packed by 7-Zip; unpack it, or pack it by gzip or zstd.",
    b"Rar!": "is packed by RAR; unpack it, or pack it by gzip or zstd.",
}


def mistaken_for(raw_head: bytes, encoding: str) -> str | None:
    """What is wrong with a file by its very first bytes; None if nothing is."""
    for first, problem in FIRST_BYTES.items():
        if raw_head.startswith(first):
            return problem
    named = encoding_marked(raw_head)
    if named is None or encoding.replace("-", "").startswith(named):
        return None
    return f"is {named}, not {shown_encoding(encoding)} text; set format.encoding to {named}."


def shown_encoding(encoding: str) -> str:
    """An encoding as people call it."""
    return "UTF-8" if encoding == UTF8 else encoding


def looks_like(text: Text, encoding: str) -> str | None:
    """The encoding that the beginning of a text seems to be in, if it is not what the mapping says."""
    # Hardly any text of another encoding reads as UTF-8 by chance.
    if encoding != UTF8 and reads_as(text.raw_head, UTF8):
        return "utf8"
    letters = text.head.decode(UTF8)
    if letters.count(DAMAGE) < len(FOREIGN.findall(letters)):
        return None
    likely = likely_encoding(text.raw_head)
    return None if likely is None or encoding_named(likely) == encoding else likely


def says_missing(
    missing: list[str], *, header: tuple[str, ...], text: Text, plan: Plan, encoding: str
) -> str:
    """The sentence about columns that a mapping reads and a header does not have."""
    others = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
    return _told_apart(header, text=text, plan=plan, encoding=encoding) or (
        f"has no column {missing[0]!r}{others}, which the mapping reads in line "
        f"{plan.column_lines[missing[0]]}; its columns are {_listed(header)}."
    )


def _told_apart(header: tuple[str, ...], *, text: Text, plan: Plan, encoding: str) -> str | None:
    lines = text.head.decode(UTF8).splitlines()[:SEARCHED_LINES]
    used, first = plan.layout.character, lines[plan.layout.skip :][:1]
    for other, word in SEPARATORS.items():
        if other != used and first and _has_all(first[0], other, plan):
            return (
                f"is separated by {word}, not by {SEPARATORS.get(used, repr(used))} as the mapping says "
                f"(found {_count(header)}); set format.separator to {other!r}."
            )
    if plan.layout.header:
        return None
    for number, line in enumerate(lines):
        if _has_all(line, used, plan):
            return f"has its header in line {number + 1}; set format.skip to {number}."
    if first and first[0].lstrip()[:1] in {"{", "["}:
        kind = "ndjson" if first[0].lstrip().startswith("{") else "json"
        return f"looks like JSON; set format.type to {kind}."
    return _told_by_encoding(text, plan=plan, encoding=encoding)


def _told_by_encoding(text: Text, *, plan: Plan, encoding: str) -> str | None:
    for name in CANDIDATES:
        other = encoding_named(name) or name
        head = decoder_of(other, text.raw_head).utf8(text.raw_head, is_last=False).removeprefix(BOM)
        lines = head.decode(UTF8).splitlines()[plan.layout.skip :][:1]
        if other != encoding and lines and _has_all(lines[0], plan.layout.character, plan):
            return f"is {name}, and not {shown_encoding(encoding)}; set format.encoding to {name}."
    return None


def _has_all(line: str, separator: str, plan: Plan) -> bool:
    quote = plan.layout.quote or ""
    names = {name.strip().strip(quote) for name in line.split(separator)}
    return names.issuperset(plan.columns)


def _count(header: tuple[str, ...]) -> str:
    return f"{len(header)} column" if len(header) == 1 else f"{len(header)} columns"


def _listed(header: tuple[str, ...]) -> str:
    shown = ", ".join(header[:20])
    return f"{shown[:500]} …" if len(header) > 20 or len(shown) > 500 else shown

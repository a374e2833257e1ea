"""What a mapping says of its file's layout, checked: which keys are of which type, and what they may be."""

from typing import Final

from pipelines.ingest.mapping_file import FormatPart, MappingFile
from pipelines.ingest.plan import HIDDEN
from pipelines.ingest.reading.decoding import encoding_named, encodings_like
from pipelines.ingest.yaml_lines import Lines, Where

DELIMITED = ("separator", "quote", "encoding", "header", "skip")
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "csv": DELIMITED,
    "tsv": DELIMITED,
    "excel": ("sheet", "header", "skip"),
    "ndjson": (),
    "json": ("records",),
    "parquet": (),
}
"""What may be said of each type, beside `nulls`, which may be said of all."""

NO_MARKS = "\r\n\0"


def check_layout(file: MappingFile, lines: Lines) -> None:
    """MappingFault if something is said that means nothing for this type, or cannot be."""
    layout = file.format
    _check_keys(layout, lines)
    _check_marks(layout, lines)
    if encoding_named(layout.encoding) is None:
        near = encodings_like(layout.encoding)
        meant = f"did you mean {' or '.join(near)}" if near else "write utf8, gb18030, utf16, latin1, …"
        raise lines.fault(("format", "encoding"), f"{layout.encoding!r} is no encoding of text; {meant}.")
    if layout.skip < 0:
        raise lines.fault(("format", "skip"), "is below 0; say how many lines stand before the header.")
    _check_header(layout, lines)


def check_header_columns(layout: FormatPart, columns: dict[str, Where], lines: Lines) -> None:
    """MappingFault for a column that the mapping reads and its own header does not name."""
    for name, where in columns.items():
        if layout.header and name not in layout.header:
            problem = f"reads {name!r}, which is not in format.header ({', '.join(layout.header)})."
            raise lines.fault(where, problem)


def _check_keys(layout: FormatPart, lines: Lines) -> None:
    for key in (*DELIMITED, "sheet", "records"):
        if ("format", key) in lines.by_place and key not in KEYS[layout.type]:
            of = " and ".join(kind for kind, keys in KEYS.items() if key in keys)
            problem = (
                f"{key} means nothing for {layout.type}, it is of {of}; leave it out, or set format.type."
            )
            raise lines.fault(("format", key), problem)


def _check_marks(layout: FormatPart, lines: Lines) -> None:
    for key, mark in (("separator", layout.character), ("quote", layout.quote)):
        if mark is not None and (len(mark) != 1 or not mark.isascii() or mark in NO_MARKS):
            problem = f"separator and quote must be one ASCII character each, and {mark!r} is not."
            raise lines.fault(("format", key), problem)
    if layout.character == layout.quote:
        problem = f"separator and quote are both {layout.quote!r}; set quote to null if there is none."
        raise lines.fault(("format", "separator"), problem)


def _check_header(layout: FormatPart, lines: Lines) -> None:
    for place, name in enumerate(layout.header):
        if not name.strip() or name != name.strip() or name.startswith(HIDDEN):
            problem = f"{name!r} is no name of a column; write it without blanks around it."
            raise lines.fault(("format", "header", place), problem)
        if name in layout.header[:place]:
            raise lines.fault(("format", "header", place), f"names {name!r} twice; rename one of them.")

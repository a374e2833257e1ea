"""Records split into fields by the csv module, which takes stray quotes as they are."""

import csv
import io
import re
from collections.abc import Iterator

from pipelines.ingest.mapping_file import FormatPart

LONGEST_RECORD = 16 << 20

# The csv module takes a CR for the end of a line; in a file whose lines end otherwise it is of a cell.
LONE_RETURN = re.compile("\r(?!\r*(?:\n|\\Z))")
NONCHARACTERS = [chr(code) for code in range(0xFDD0, 0xFDF0)]
"""Unicode leaves them to programs for what is nobody else's business."""


def split_records(text: str, layout: FormatPart) -> Iterator[tuple[list[str], int]]:
    """The fields of every record of a text, and how many lines it and those before it have."""
    csv.field_size_limit(LONGEST_RECORD)
    mark = next((mark for mark in NONCHARACTERS if mark not in text), "\r")
    has_returns = LONE_RETURN.search(text) is not None
    lines = io.StringIO(LONE_RETURN.sub(mark, text) if has_returns else text, newline="\n")
    reader = (
        csv.reader(lines, delimiter=layout.character, quoting=csv.QUOTE_NONE)
        if layout.quote is None
        else csv.reader(lines, delimiter=layout.character, quotechar=layout.quote)
    )
    for record in reader:
        yield [field.replace(mark, "\r") for field in record] if has_returns else record, reader.line_num


def is_filled(field: str) -> bool:
    """Whether there is anything but blanks in a field."""
    return bool(field.strip(" \t\r\n"))


def fields_counted(record: list[str], width: int) -> int:
    """How many fields a record has, empty ones beyond the header's width not counted."""
    return len(record) if any(map(is_filled, record[width:])) else min(len(record), width)

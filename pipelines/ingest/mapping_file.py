"""What a mapping file may say, and how it is read."""

import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from pipelines.ingest.yaml_lines import Lines, Where, read_yaml

Sql = str | int | bool | None
"""An expression in Polars SQL over the file's columns and the `let` columns; a plain number is itself."""

CellKind = Literal["integer", "decimal", "date"]

PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")
STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+)\]")


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A piece of a mapping; a key it does not know is a fault."""


class FormatPart(Part, frozen=True, kw_only=True):
    """How the file is laid out; the separator follows from the type if it is not given.

    A compressed file is known by its first bytes. `header` names the columns of a file without a header
    line, `skip` is how many lines or rows stand before the header (or the first row), `nulls` are texts that
    mean nothing. `sheet` is of a workbook, by name or number from 1; `records` the place of the list in a
    JSON document, its steps joined by dots (none: the document is the list).
    """

    type: Literal["csv", "tsv", "excel", "ndjson", "json", "parquet"] = "csv"
    separator: str | None = None
    quote: str | None = '"'
    encoding: str = "utf8"
    header: tuple[str, ...] = ()
    skip: int = 0
    nulls: tuple[str, ...] = ()
    sheet: str | int | None = None
    records: str | None = None

    @property
    def character(self) -> str:
        return self.separator or ("," if self.type == "csv" else "\t")


class TimePart(Part, frozen=True, kw_only=True):
    """A local time told as text, and how it becomes an instant.

    `at` is date and time in one text; `date` and `time` are two; `time` alone needs `near` (the day on
    which it lies closest to another time) or `after` (rolls over midnight when it is earlier than that
    time). `format` is strftime letters, or epoch_s, epoch_ms, epoch_us or excel_day for a number. `absent` is
    true where the text means that it did not happen, as each text of `sentinels` does. `end_of` takes the
    last microsecond of the day or month.
    """

    at: str | None = None
    date: str | None = None
    time: str | None = None
    format: str | None = None
    near: str | None = None
    after: str | None = None
    absent: str | None = None
    sentinels: tuple[str, ...] = ()
    end_of: Literal["day", "month"] | None = None
    zone: str | None = None
    ambiguous: Literal["reject", "earliest", "latest"] = "reject"


class IdPart(Part, frozen=True, kw_only=True):
    """The name of a stream: its kind (where the whole id is wanted), who gave the number, and its parts."""

    parts: tuple[str, ...]
    stream: str | None = None
    issuer: str | None = None


class RejectPart(Part, frozen=True, kw_only=True):
    """Rows that are no records of this kind, and the reason they are listed with.

    Without `keep` they are counted and listed, and not kept for a replay.
    """

    reason: str
    when: str
    keep: bool = True


class EventPart(Part, frozen=True, kw_only=True):
    """One event that a row may tell."""

    topic: str
    occurred_at: str
    stream: IdPart | None = None
    when: str | None = None
    fields: dict[str, Sql | IdPart] = {}


class MappingFile(Part, frozen=True, kw_only=True):
    """A whole mapping file; `messages` are the types of CloudEvents whose data are such records."""

    version: Literal[1]
    source: str
    issuer: str
    zone: str
    key: tuple[str, ...]
    events: tuple[EventPart, ...]
    format: FormatPart = FormatPart()
    issuers: dict[str, str] = {}
    ordinal: bool = False
    messages: tuple[str, ...] = ()
    recorded_at: str | None = None
    types: dict[str, CellKind] = {}
    personal: dict[str, str] = {}
    let: dict[str, str | TimePart] = {}
    rejects: tuple[RejectPart, ...] = ()
    on_change: Literal["refuse", "correct"] = "refuse"
    stream: IdPart | None = None
    every: dict[str, Sql | IdPart] = {}


def read_mapping_file(path: Path) -> tuple[MappingFile, Lines]:
    """Read a mapping; MappingFault names the line of what is missing, unknown or of the wrong kind."""
    value, lines = read_yaml(path)
    if not isinstance(value, dict):
        raise lines.fault(
            (), "is no mapping: it must be a list of `name: value` lines, beginning with version: 1."
        )
    try:
        return msgspec.convert(value, MappingFile), lines
    except msgspec.ValidationError as error:
        where, problem = _place_of(value, str(error))
        raise lines.fault(where, problem) from error


def _place_of(value: dict[str, Any], message: str) -> tuple[Where, str]:
    """Turn msgspec's `… - at `$.events[0].topic`` into a place and a sentence."""
    found = PLACE.search(message)
    text = PLACE.sub("", message)
    if found is None:
        return _unknown_key((), text), f"{text}."
    steps = STEP.finditer(found["path"])
    where: Where = tuple(int(step["index"]) if step["index"] else step["name"] for step in steps)
    if "[...]" in found["path"]:
        where = _widened(value, found["path"])
    return _unknown_key(where, text), f"{text} (at {found['path'].lstrip('.')})."


def _unknown_key(where: Where, text: str) -> Where:
    unknown = re.search(r"unknown field `([^`]+)`", text)
    return (*where, unknown[1]) if unknown else where


def _widened(value: dict[str, Any], path: str) -> Where:
    """Find the entry of a table of names that msgspec only calls `[...]`."""
    head, _, _ = path.lstrip(".").partition("[...]")
    where: Where = tuple(
        int(step["index"]) if step["index"] else step["name"] for step in STEP.finditer(f".{head}")
    )
    table: Any = value
    for step in where:
        table = table[step]
    return next(((*where, name) for name, entry in table.items() if not _fits(entry, where[-1])), where)


def _fits(entry: object, table: str | int) -> bool:
    try:
        msgspec.convert(entry, ENTRIES[str(table)])
    except msgspec.ValidationError:
        return False
    return True


ENTRIES: dict[str, Any] = {
    "types": CellKind,
    "let": str | TimePart,
    "issuers": str,
    "personal": str,
    "every": Sql | IdPart,
    "fields": Sql | IdPart,
}

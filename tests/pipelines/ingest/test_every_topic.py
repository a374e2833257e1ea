"""A row can tell every event of the domain, each reference named as the domain names it."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
import pytest
import yaml

from domain.command_application import OWN_FIELD
from domain.envelope import Event, field_kinds, short_id, stream_of
from domain.topics import EVENTS
from pipelines.ingest.compile_events import GIVEN_BY_INGEST, MADE_BY_US
from pipelines.ingest.identities import PSEUDONYM_ISSUER, STREAM_OF_FIELD, WHOLE_ID_FIELDS
from tests.one_of_each import ONE_OF_EACH
from tests.pipelines.given import LATER, desk

SHORT_ID = re.compile(r"(?P<issuer>[A-Za-z0-9_.]+):(?P<parts>\S+)")
PHONE = "13800000001"
# Whoever appeals is named as the source does: a unit, or a party in a word.
NAMED_FREELY = {"by"}
TOLD_BY_FILES = [event for event in ONE_OF_EACH if event.TOPIC not in MADE_BY_US]


class Row:
    """One row of a file, and how a mapping names its cells."""

    def __init__(self) -> None:
        self.cells: dict[str, str] = {}
        self.personal: dict[str, str] = {}
        self.times: dict[str, dict[str, str]] = {}

    def cell(self, text: str) -> str:
        """A new column with this text."""
        name = f"c{len(self.cells)}"
        self.cells[name] = text
        return name

    def time(self, text: str) -> str:
        """A new let column with this moment."""
        name = f"t{len(self.times)}"
        self.times[name] = {"at": self.cell(text), "format": "%Y-%m-%dT%H:%M:%S%.f%z"}
        return name

    def identity(self, short_id: str) -> dict[str, Any]:
        """The parts of a stream's id, with who gave the number."""
        found = SHORT_ID.fullmatch(short_id)
        assert found is not None
        if found["issuer"] == PSEUDONYM_ISSUER:
            name = self.cell(PHONE)
            self.personal[name] = "msisdn"
            return {"parts": [name]}
        return {
            "issuer": found["issuer"],
            "parts": [self.cell(unquote(part)) for part in found["parts"].split("/")],
        }


def value(row: Row, event: Event, name: str) -> Any:
    """What the mapping says for a field, its text in a new cell of the row."""
    told, kind = getattr(event, name), field_kinds(type(event))[name].kind
    if name in WHOLE_ID_FIELDS:
        stream, _, short = told.partition("-")
        return {"stream": stream, **row.identity(short)}
    if name in STREAM_OF_FIELD:
        return row.identity(told)
    if kind == "time":
        return row.time(told.isoformat())
    if kind == "boolean":
        return f"{row.cell(str(told))} = 'True'"
    return row.cell(str(told))


def mapping_of(event: Event, row: Row) -> str:
    """A mapping that tells the event from the row."""
    given = [name for name in field_kinds(type(event)) if name not in GIVEN_BY_INGEST]
    fields = {name: value(row, event, name) for name in given if getattr(event, name) is not None}
    stream = row.identity(event.originator_id.partition("-")[2])
    happened = row.time(event.occurred_at.isoformat())
    told = {"topic": event.TOPIC, "occurred_at": happened, "stream": stream, "fields": fields}
    key = row.cell("1")
    return yaml.safe_dump(
        {
            "version": 1,
            "source": event.source,
            "issuer": "desk",
            "zone": "UTC",
            "recorded_at": "occurred_at",
            "key": [key],
            "personal": row.personal,
            "let": row.times,
            "events": [told],
        }
    )


@pytest.mark.parametrize("event", TOLD_BY_FILES, ids=lambda event: event.TOPIC)
def test_a_row_tells_it(event: Event, tmp_path: Path) -> None:
    row = Row()
    mapping = mapping_of(event, row)
    made = desk(tmp_path, pl.DataFrame(row.cells).write_csv(), mapping=mapping)
    [told] = made.told(now=LATER)
    read = type(event).from_payload(
        {name: told[name] for name in field_kinds(type(event))},
        originator_id=told["stream"],
        originator_version=1,
    )
    for name in ("originator_id", *field_kinds(type(event))):
        expected, found = getattr(event, name), getattr(read, name)
        if name == OWN_FIELD.get(stream_of(event.originator_id)):
            expected = short_id(event.originator_id)
        if name in event.PERSONAL and expected is not None:
            assert found == "v1:"
        elif isinstance(expected, str) and f"{PSEUDONYM_ISSUER}:" in expected:
            assert re.fullmatch(re.escape(expected[:-32]) + "[0-9a-f]{32}", found)
        elif name != "recorded_at":
            assert found == expected


def test_every_event_but_those_that_we_make_is_told_by_files() -> None:
    assert [type(event) for event in TOLD_BY_FILES] == [
        event_class for event_class in EVENTS if event_class.TOPIC not in MADE_BY_US
    ]


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event.TOPIC)
def test_every_field_that_holds_an_id_names_its_stream(event: Event) -> None:
    texts = {
        name: getattr(event, name) for name, kind in field_kinds(type(event)).items() if kind.kind == "text"
    }
    holding = {name for name, text in texts.items() if text and SHORT_ID.fullmatch(text)} - event.PERSONAL
    assert holding <= STREAM_OF_FIELD.keys() | WHOLE_ID_FIELDS | NAMED_FREELY

"""The envelope: stored bytes, exact decimals and moments, kinds of fields, and the names of streams."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.complaint import ComplaintReplyReviewed
from domain.envelope import (
    Event,
    FieldKind,
    FieldUnstorable,
    field_kinds,
    originator_id,
    short_id,
    stream_of,
)
from domain.topics import EVENTS
from tests.examples import NOW, answered, filed, january, offered
from tests.given import events_of


@pytest.mark.parametrize("event_class", EVENTS, ids=lambda event_class: event_class.TOPIC)
def test_every_event_reads_back_as_it_was_written(event_class: type[Event]) -> None:
    @settings(max_examples=10, deadline=None)
    @given(events_of(event_class))
    def reads_back(event: Event) -> None:
        read = event_class.from_json(
            event.to_json(), originator_id=event.originator_id, originator_version=event.originator_version
        )
        assert read == event

    reads_back()


def test_a_moment_is_stored_in_utc_with_six_places() -> None:
    at_eight_in_shanghai = datetime(2026, 1, 2, 8, tzinfo=timezone(timedelta(hours=8)))
    stored = msgspec.json.decode(replace(answered, occurred_at=at_eight_in_shanghai).to_json())
    assert stored["occurred_at"] == "2026-01-02T00:00:00.000000Z"


def test_a_decimal_is_stored_as_text_with_four_places() -> None:
    stored = [
        msgspec.json.decode(replace(january, value=Decimal(value)).to_json())["value"]
        for value in ("1", "-0.5", "1E+3", "-0", "12345678901234567890.1234")
    ]
    assert stored == ["1.0000", "-0.5000", "1000.0000", "0.0000", "12345678901234567890.1234"]


@pytest.mark.parametrize("value", [Decimal("0.00001"), Decimal("NaN"), Decimal("Infinity")])
def test_a_decimal_that_four_places_cannot_hold_is_refused(value: Decimal) -> None:
    with pytest.raises(FieldUnstorable, match=r"volume.recorded: value"):
        replace(january, value=value).to_json()


def test_a_moment_without_zone_is_refused() -> None:
    naive = datetime(2026, 1, 2)  # noqa: DTZ001  the very thing that is refused
    with pytest.raises(FieldUnstorable, match=r"call.answered: occurred_at"):
        replace(answered, occurred_at=naive).to_json()


def test_a_null_in_a_required_field_is_refused_when_read() -> None:
    poison = answered.to_json().replace(b'"wait_ms":19500', b'"wait_ms":null')
    with pytest.raises(msgspec.ValidationError, match="wait_ms"):
        type(answered).from_json(poison, originator_id="call-a:1", originator_version=1)


def test_text_is_stored_as_utf_8_unescaped() -> None:
    stored = replace(filed, subcategory='晚到/"x"').to_json()
    assert '晚到/\\"x\\"'.encode() in stored


def test_the_stored_fields_are_the_envelope_then_the_payload() -> None:
    assert list(msgspec.json.decode(offered.to_json())) == list(field_kinds(type(offered)))
    assert list(field_kinds(type(answered)).items()) == [
        ("occurred_at", FieldKind("time", required=True)),
        ("recorded_at", FieldKind("time", required=True)),
        ("source", FieldKind("text", required=True)),
        ("customer_id", FieldKind("text", required=False)),
        ("unit", FieldKind("text", required=False)),
        ("agent_id", FieldKind("text", required=False)),
        ("campaign_id", FieldKind("text", required=False)),
        ("tier", FieldKind("text", required=False)),
        ("wait_ms", FieldKind("integer", required=True)),
        ("ring_ms", FieldKind("integer", required=False)),
    ]


def test_kinds_name_decimals_dates_and_booleans() -> None:
    kinds = field_kinds(type(january))
    assert (kinds["value"].kind, kinds["period_start"].kind) == ("decimal", "date")
    reviewed = field_kinds(ComplaintReplyReviewed)
    assert reviewed["accepted"] == FieldKind("boolean", required=True)


def test_a_stream_is_named_by_its_issuer_and_parts() -> None:
    named = originator_id("call", "bank", "AA0101", "33116", "990101")
    assert named == "call-bank:AA0101/33116/990101"
    assert (stream_of(named), short_id(named)) == ("call", "bank:AA0101/33116/990101")


def test_parts_are_percent_encoded() -> None:
    assert originator_id("unit", "desk", "北京/a b") == "unit-desk:%E5%8C%97%E4%BA%AC%2Fa%20b"


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=3))
def test_parts_can_be_told_apart_again(parts: list[str]) -> None:
    named = originator_id("call", "bank", *parts)
    assert [unquote(part) for part in named.removeprefix("call-bank:").split("/")] == parts


@pytest.mark.parametrize(("issuer", "parts"), [("a:b", ("1",)), ("", ("1",)), ("bank", ()), ("bank", ("",))])
def test_an_id_without_issuer_or_parts_is_refused(issuer: str, parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="not an id"):
        originator_id("call", issuer, *parts)


def test_events_are_values() -> None:
    assert replace(answered, occurred_at=NOW) != answered
    assert hash(replace(answered)) == hash(answered)

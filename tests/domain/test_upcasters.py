"""A superseded topic is read as its successor, step by step, by data alone."""

from typing import ClassVar

import msgspec
import pytest

from domain import topics
from domain.envelope import Event
from domain.topics import superseded_topics
from domain.upcasters import Constant, Copy, Recode, Upcaster, upcast_payload
from tests.examples import answered


class ExampleFlowedOut(Event, frozen=True, kw_only=True):
    """What flowed_out would be after two changes."""

    TOPIC: ClassVar[str] = "example.flowed_out/3"

    kind: str
    waited_ms: int
    queue_group: str


FIRST = Upcaster(
    from_topic="example.flowed_out",
    to_topic="example.flowed_out/2",
    fields={"waited_ms": Copy("wait_ms"), "kind": Recode("kind", {"vm": "voicemail"})},
)
SECOND = Upcaster(
    from_topic="example.flowed_out/2",
    to_topic="example.flowed_out/3",
    fields={"queue_group": Constant("all")},
)


def test_fields_are_copied_recoded_and_made_constant() -> None:
    upcast = upcast_payload({"wait_ms": 5, "kind": "vm", "source": "x"}, FIRST)
    assert upcast == {"wait_ms": 5, "waited_ms": 5, "kind": "voicemail", "source": "x"}
    assert upcast_payload(upcast, SECOND) == {**upcast, "queue_group": "all"}


def test_a_value_outside_the_table_stays() -> None:
    assert upcast_payload({"wait_ms": 5, "kind": "overflow"}, FIRST)["kind"] == "overflow"


def test_an_old_field_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="wait_ms"):
        upcast_payload({"kind": "vm"}, FIRST)


def test_old_bytes_of_each_version_are_read_as_the_class_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(topics.TOPICS, ExampleFlowedOut.TOPIC, ExampleFlowedOut)
    readers = superseded_topics((FIRST, SECOND))
    envelope = msgspec.json.decode(answered.to_json())
    oldest = msgspec.json.encode({**envelope, "kind": "vm", "wait_ms": 7})
    newer = msgspec.json.encode({**envelope, "kind": "voicemail", "waited_ms": 7})
    read = [
        readers["example.flowed_out"].from_json(oldest, originator_id="example-a:1", originator_version=4),
        readers["example.flowed_out/2"].from_json(newer, originator_id="example-a:1", originator_version=4),
    ]
    assert read[0] == read[1]
    assert isinstance(read[0], ExampleFlowedOut)
    assert (read[0].kind, read[0].waited_ms, read[0].queue_group) == ("voicemail", 7, "all")

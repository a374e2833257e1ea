"""Every topic is listed, has an example, keeps its golden bytes, and is found by the library."""

from pathlib import Path

import msgspec
import pytest
from eventsourcing.utils import resolve_topic

from domain.envelope import Event
from domain.streams import STREAMS
from domain.topics import EVENTS, TOPICS, register_topics
from tests.one_of_each import ONE_OF_EACH

GOLDEN = Path(__file__).parent.parent / "golden"


def golden(topic: str) -> Path:
    return GOLDEN / f"{topic}.json"


@pytest.mark.parametrize("example", ONE_OF_EACH, ids=lambda event: event.TOPIC)
def test_the_stored_bytes_of_a_topic_never_change(example: Event) -> None:
    assert example.to_json() == golden(example.TOPIC).read_bytes()


@pytest.mark.parametrize("example", ONE_OF_EACH, ids=lambda event: event.TOPIC)
def test_the_golden_bytes_read_back_as_the_example(example: Event) -> None:
    read = TOPICS[example.TOPIC].from_json(
        golden(example.TOPIC).read_bytes(),
        originator_id=example.originator_id,
        originator_version=example.originator_version,
    )
    assert read == example


def test_every_topic_has_golden_bytes_and_every_golden_file_a_topic() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {golden(topic).name for topic in TOPICS}


def test_there_is_one_example_of_each_event_in_the_order_listed() -> None:
    assert [type(example) for example in ONE_OF_EACH] == list(EVENTS)


def test_every_event_class_is_listed() -> None:
    ours = {found for found in subclasses(Event) if found.__module__.startswith("domain.")}
    assert ours == set(EVENTS)


def test_no_two_events_share_a_topic() -> None:
    assert len(TOPICS) == len(EVENTS)


def test_a_topic_is_its_stream_and_what_happened_in_a_stream_that_takes_commands() -> None:
    assert {topic.partition(".")[0] for topic in TOPICS} == {"event", *(stream.name for stream in STREAMS)}


def test_optional_fields_default_to_null() -> None:
    wrong = [
        f"{event.TOPIC}.{field.name}"
        for event in EVENTS
        for field in msgspec.structs.fields(event)
        if not field.required and field.default is not None
    ]
    assert wrong == []


def test_personal_fields_are_text_of_the_event() -> None:
    for event in EVENTS:
        assert set(event.__struct_fields__) >= event.PERSONAL


def test_the_library_finds_every_event_by_its_topic_however_often_registered() -> None:
    register_topics()
    register_topics()
    assert {topic: resolve_topic(topic) for topic in TOPICS} == TOPICS


def subclasses(event_class: type[Event]) -> list[type[Event]]:
    return [deeper for direct in event_class.__subclasses__() for deeper in (direct, *subclasses(direct))]

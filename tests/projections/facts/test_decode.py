"""What the log says is read as the domain reads it; the first event that cannot be read is named."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.call.events import CallAnswered, CallRated
from domain.envelope import Event
from domain.event import EventVoided
from projections.facts.decode import APART, VOIDED_VERSION, Decoded, decode
from projections.facts.spec import ROW_FIELDS, stream_topics
from tests.projections.facts.given import LAW, fields_of_stream
from tests.projections.logs import STREAMS, Log, Logged, as_log_frame, logs, of_stream

AT = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
ROW: dict[str, Any] = {"originator_id": "call-x:1", "originator_version": 1}
TOLD: dict[str, Any] = {**ROW, "occurred_at": AT, "recorded_at": AT, "source": "acd"}
ANSWERED = CallAnswered(**TOLD, wait_ms=5_000)
RATED = CallRated(**TOLD, score=Decimal("4.5"), scale=5)


@pytest.fixture(autouse=True, params=[0, APART], ids=["topics apart", "together"])
def apart(request: pytest.FixtureRequest) -> Iterator[None]:
    """Read each topic by itself, as in a long log, and all together, as in a short one: it is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("projections.facts.decode.APART", request.param)
        yield


def call_log(*states: tuple[str, str]) -> pl.DataFrame:
    """A log of one call with positions 10, 20, 30 …"""
    rows = [(10 * n, "call-x:1", n, topic, state) for n, (topic, state) in enumerate(states, start=1)]
    return pl.DataFrame(rows, schema={**ROW_FIELDS, "state": pl.String()}, orient="row")


def decoded_calls(log: pl.DataFrame) -> Decoded:
    return decode(log, fields=fields_of_stream("call"), topics=stream_topics("call"))


def stored(event: Event, **changed: Any) -> tuple[str, str]:
    """An event's topic and state, some fields of the JSON changed."""
    payload = json.loads(event.to_json()) | changed
    return event.TOPIC, json.dumps(payload, separators=(",", ":"), ensure_ascii=False)


def without(event: Event, field: str) -> tuple[str, str]:
    payload = json.loads(event.to_json())
    del payload[field]
    return event.TOPIC, json.dumps(payload, separators=(",", ":"))


@pytest.mark.parametrize("stream", STREAMS)
def test_every_wanted_field_comes_back_as_it_was_told(stream: str) -> None:
    fields = fields_of_stream(stream)

    @LAW
    @given(log=logs(stream))
    def law(log: Log) -> None:
        decoded = decode(as_log_frame(log), fields=fields, topics=stream_topics(stream))
        expected = [
            {
                "position": position,
                "originator_id": event.originator_id,
                "topic": event.TOPIC,
                "originator_version": event.originator_version,
                **{name: getattr(event, name, None) for name in fields},
                VOIDED_VERSION: event.version if isinstance(event, EventVoided) else None,
            }
            for position, event in log
        ]
        assert decoded.poison is None
        assert decoded.events.to_dicts() == expected

    law()


@LAW
@given(at=st.datetimes(timezones=st.sampled_from([UTC])))
def test_any_time_is_read_to_the_microsecond(at: datetime) -> None:
    told = CallAnswered(**{**TOLD, "occurred_at": at}, wait_ms=0)
    assert decoded_calls(call_log(stored(told))).events["occurred_at"].to_list() == [at]


@LAW
@given(log=logs("call", "complaint"))
def test_the_batch_of_a_stream_is_read_the_same_whole_and_event_by_event(log: Log) -> None:
    frame = as_log_frame(of_stream(log, "call"))
    whole = decoded_calls(frame).events
    one_by_one = [decoded_calls(frame.slice(n, 1)).events for n in range(frame.height)]
    assert whole.equals(pl.concat([decoded_calls(as_log_frame([])).events, *one_by_one]))


def test_an_empty_log_gives_no_events_and_every_column() -> None:
    decoded = decoded_calls(as_log_frame([]))
    assert decoded.poison is None
    assert decoded.events.schema == decoded_calls(call_log(stored(RATED))).events.schema
    assert decoded.events.is_empty()


UNREADABLE: dict[str, tuple[tuple[str, str], str]] = {
    "a required field missing": (without(ANSWERED, "wait_ms"), "required field wait_ms"),
    "a required time missing": (without(ANSWERED, "occurred_at"), "required field occurred_at"),
    "a null in a required field": (stored(ANSWERED, wait_ms=None), "required field wait_ms"),
    "text for an integer": (stored(ANSWERED, wait_ms="5"), "Expected `int`, got `str`"),
    "a fraction for an integer": (stored(ANSWERED, wait_ms=1.5), "Expected `int`, got `float`"),
    "an object for an integer": (stored(ANSWERED, wait_ms={"a": 1}), "Expected `int`, got `object`"),
    "an integer beyond 64 bits": (stored(ANSWERED, wait_ms=2**70), str(2**70)),
    "text for a boolean": (stored(RATED, satisfied="true"), "Expected `bool | null`, got `str`"),
    "words for a decimal": (stored(RATED, score="four"), "Invalid decimal"),
    "JSON cut short": ((ANSWERED.TOPIC, ANSWERED.to_json().decode()[:-3]), "truncated"),
    "two objects": ((ANSWERED.TOPIC, ANSWERED.to_json().decode() * 2), "trailing characters"),
    "nothing": ((ANSWERED.TOPIC, ""), "truncated"),
    "a list": ((ANSWERED.TOPIC, "[]"), "list"),
    "an unknown topic": (("call.sung", ANSWERED.to_json().decode()), "no such topic: call.sung"),
    "a time in words": (stored(ANSWERED, occurred_at="tomorrow"), "datetime"),
    "a day that is none": (stored(ANSWERED, occurred_at="2026-02-30T00:00:00.000000Z"), "datetime"),
    "an hour that is none": (stored(ANSWERED, recorded_at="2026-01-02T25:00:00.000000Z"), "datetime"),
    "a time without zone": (stored(ANSWERED, occurred_at="2026-01-02T03:04:05.000006"), "timezone"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_the_first_unreadable_event_is_named_and_all_before_it_are_read(case: str) -> None:
    unreadable, reason = UNREADABLE[case]
    good = stored(RATED)
    decoded = decoded_calls(call_log(good, good, unreadable, good, unreadable))
    assert decoded.poison is not None
    assert decoded.poison.position == 30
    assert reason in decoded.poison.reason
    assert decoded.events.equals(decoded_calls(call_log(good, good)).events)


def test_of_two_kinds_of_poison_the_earlier_is_named() -> None:
    missing, broken = without(ANSWERED, "wait_ms"), (ANSWERED.TOPIC, "{")
    for first, second in ((missing, broken), (broken, missing)):
        decoded = decoded_calls(call_log(stored(RATED), first, second))
        assert decoded.poison is not None
        assert decoded.poison.position == 20


def test_a_time_with_another_offset_is_the_same_moment() -> None:
    told = stored(ANSWERED, occurred_at="2026-01-02T11:04:05.000006+08:00")
    assert decoded_calls(call_log(told)).events["occurred_at"].to_list() == [AT]


def test_a_void_says_which_version_it_takes_back() -> None:
    void = EventVoided(
        **{**TOLD, "originator_version": 2, "recorded_at": AT + timedelta(days=1)},
        topic="call.answered",
        version=1,
        reason="entered_wrongly",
    )
    decoded = decoded_calls(as_log_frame([Logged(1, ANSWERED), Logged(2, void)]))
    assert decoded.events[VOIDED_VERSION].to_list() == [None, 1]

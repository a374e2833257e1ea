"""Given–when–then: a stream's events, a command, and what it tells; and streams of any events, for laws."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Self, TypeVar

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.command_application import numbered
from domain.envelope import Event, Kind, field_kinds
from domain.errors import DomainError
from domain.event import EventVoided
from domain.folding import fold_live
from domain.organisation.events import OrganisationConfigured
from domain.organisation.rules import RuleBook, read_rules
from domain.streams import Stream
from domain.telling import Command, Situation
from domain.topics import EVENTS
from tests.examples import NOW, STREAM_IDS

Refusal = TypeVar("Refusal", bound=DomainError)

START = datetime(2026, 3, 1, tzinfo=UTC)

VALUES: dict[Kind, SearchStrategy[Any]] = {
    "text": st.sampled_from(["customer", "unit", "arbitration", "overturned", "a", "b", "晚到", ""]),
    "integer": st.integers(min_value=-(2**63), max_value=2**63 - 1) | st.integers(0, 3),
    "boolean": st.booleans(),
    "decimal": st.decimals(min_value=-(10**30), max_value=10**30, places=4) | st.just(Decimal(1)),
    "time": st.datetimes(timezones=st.just(UTC)) | st.just(START),
    "date": st.dates() | st.just(date(2026, 1, 1)),
}


@dataclass(frozen=True, kw_only=True)
class Given:
    """A stream that holds these events, under these rules, beside these others, at this moment."""

    stream: Stream
    events: tuple[Event, ...]
    rules: RuleBook = field(default_factory=RuleBook)
    others: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = NOW

    def under(self, *rules: OrganisationConfigured) -> Self:
        """The same under the organisation's rules."""
        return replace(self, rules=read_rules(rules))

    def beside(self, others: Mapping[str, Any]) -> Self:
        """The same beside other streams that are in these states, by whole stream id."""
        return replace(self, others=others)

    def at(self, now: datetime) -> Self:
        """The same at another moment."""
        return replace(self, now=now)

    def when(self, command: Command) -> tuple[Event, ...]:
        """What the command tells; empty if it is so already."""
        state = fold_live(self.events, initial=self.stream.initial, evolve=self.stream.evolve)
        situation = Situation(now=self.now, rules=self.rules, others=self.others)
        return self.stream.decide(state, command, situation)

    def when_refused(self, command: Command, refusal: type[Refusal]) -> Refusal:
        """The refusal that the command gets."""
        with pytest.raises(refusal) as refused:
            self.when(command)
        return refused.value

    def and_(self, command: Command) -> Self:
        """The same after a command was carried out."""
        return replace(self, events=(*self.events, *numbered(self.when(command), after=len(self.events))))


def given(stream: Stream, *events: Event) -> Given:
    """A stream that holds these events, told in this order."""
    return Given(stream=stream, events=numbered(events, after=0))


def payload(event: Event) -> dict[str, object]:
    """What an event says beside its envelope, nulls left out."""
    shared = set(Event.__struct_fields__)
    fields = msgspec.structs.asdict(event)
    return {name: value for name, value in fields.items() if name not in shared and value is not None}


def said(events: tuple[Event, ...]) -> list[tuple[str, dict[str, object]]]:
    """What a decision told: topic and payload of each event in order."""
    return [(event.TOPIC, payload(event)) for event in events]


@cache
def events_of(event_class: type[Event]) -> SearchStrategy[Event]:
    """Events of one class with any values, often the same ones."""
    stream = event_class.TOPIC.partition(".")[0]
    fields = {
        name: VALUES[kind.kind] if kind.required else st.none() | VALUES[kind.kind]
        for name, kind in field_kinds(event_class).items()
    }
    return st.builds(
        event_class,
        originator_id=st.just(STREAM_IDS[stream]),
        originator_version=st.integers(1, 2**31),
        **fields,
    )


@st.composite
def streams_of(draw: st.DrawFn, stream: str) -> list[Event]:
    """A stream of up to eight events in any sequence: told late, at equal moments, and taken back."""
    drawn = draw(st.lists(st.tuples(_events_in(stream), st.integers(0, 5)), max_size=8))
    return [
        _placed(event, stream, version=version, at=START + timedelta(minutes=minutes))
        for version, (event, minutes) in enumerate(drawn, start=1)
    ]


@cache
def _events_in(stream: str) -> SearchStrategy[Event]:
    topics = (f"{stream}.", EventVoided.TOPIC)
    return st.one_of([events_of(event) for event in EVENTS if event.TOPIC.startswith(topics)])


def _placed(event: Event, stream: str, *, version: int, at: datetime) -> Event:
    placed: dict[str, Any] = {
        "originator_id": STREAM_IDS[stream],
        "originator_version": version,
        "occurred_at": at,
    }
    if isinstance(event, EventVoided):
        placed["version"] = event.version % 8 + 1
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return type(event)(**{**fields, **placed})


@dataclass(frozen=True, kw_only=True)
class CommandExample:
    """A command that is accepted: on its stream's events, under rules, beside events of other streams.

    `again` is what the same command gets right after, under another idempotency key.
    """

    command: Command
    given: tuple[Event, ...] = ()
    others: tuple[Event, ...] = ()
    rules: tuple[OrganisationConfigured, ...] = ()
    again: Literal["already_so", "done", "refused"] = "already_so"

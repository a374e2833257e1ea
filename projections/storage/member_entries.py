"""The points ledger of one member as a list of moves, at any moment that facts can be asked for."""

from datetime import UTC, datetime

from eventsourcing.utils import resolve_topic

from domain.envelope import Event
from domain.folding import live_events
from domain.member.entries import Entry, entries_of
from domain.member.events import MemberEnrolled
from domain.member.terms import terms_of
from domain.topics import register_topics
from projections.storage.reader import StoredFacts
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import rule_book


def member_entries(facts: StoredFacts, reading: ViewReading, member: str) -> list[Entry]:
    """Every move of points of a member's stream before the reading's moment, the earliest first.

    `member` is the whole stream id; the reading has a position.
    """
    events = live_events(_told(facts, reading, member))
    programme = next((event.programme for event in events if isinstance(event, MemberEnrolled)), None)
    return entries_of(events, terms_of(rule_book(reading, "programme", "zone"), programme))


def _told(facts: StoredFacts, reading: ViewReading, member: str) -> list[Event]:
    register_topics()
    assert reading.at_position is not None  # noqa: S101 - whoever asks has resolved it
    rows = facts.log.read_streams([member], reading.at_position)
    events = [
        _event(topic, state, member, version)
        for topic, state, version in rows.select("topic", "state", "originator_version").iter_rows()
    ]
    return [event for event in events if _is_before(event, reading.reference, reading.known_at)]


def _event(topic: str, state: str, stream: str, version: int) -> Event:
    event_class: type[Event] = resolve_topic(topic)
    return event_class.from_json(state.encode(), originator_id=stream, originator_version=version)


def _is_before(event: Event, as_of: datetime, known_at: datetime | None) -> bool:
    """As facts are: a void is of the moment of what it takes back."""
    was_known = known_at is None or event.recorded_at < known_at.astimezone(UTC)
    return was_known and event.occurred_at < as_of.astimezone(UTC)

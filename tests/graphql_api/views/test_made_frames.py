"""Frames made for a moment are kept while they serve, and no more of them than there is room for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from graphql_api.views import made_frames
from graphql_api.views.made_frames import MadeFrames, moment_of
from infra.stores import Store
from projections.facts import SPECS
from projections.storage.database import open_database
from projections.storage.reader import StoredFacts, stored_facts
from projections.storage.tables import create_tables
from projections.views.hot_topics import HOT_TOPICS
from projections.views.reading import ViewReading
from projections.views.view import View
from tests.conftest import RunningServer, fresh_store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def facts(embedded_server: RunningServer) -> Iterator[StoredFacts]:
    for store in fresh_store(embedded_server):
        yield from _facts_of(store)


def _facts_of(store: Store) -> Iterator[StoredFacts]:
    with open_database(store.conninfo) as database:
        create_tables(database, SPECS.values())
    with stored_facts(store.conninfo) as facts:
        yield facts


def counted() -> tuple[View, list[ViewReading]]:
    """A view without rows, and the readings that it was made of."""
    readings: list[ViewReading] = []

    def make(reading: ViewReading) -> pl.DataFrame:
        readings.append(reading)
        return pl.DataFrame(schema=HOT_TOPICS.schema)

    return replace(HOT_TOPICS, make=make), readings


def ask(frames: MadeFrames, facts: StoredFacts, view: View, now: datetime) -> None:
    moment = moment_of(facts, view, now=now, as_of=None, known_at=None, position=None)
    frames.made(facts, view, moment, now=now)


def test_what_was_made_serves_for_a_minute(facts: StoredFacts) -> None:
    (view, readings), frames = counted(), MadeFrames()
    for seconds in (0, 30, 59):
        ask(frames, facts, view, NOW + timedelta(seconds=seconds))
    assert len(readings) == 1
    ask(frames, facts, view, NOW + timedelta(seconds=60))
    assert len(readings) == 2


def test_a_past_moment_is_made_once(facts: StoredFacts) -> None:
    (view, readings), frames = counted(), MadeFrames()
    for days in range(3):
        now = NOW + timedelta(days=days)
        moment = moment_of(facts, view, now=now, as_of=NOW, known_at=NOW, position=0)
        frames.made(facts, view, moment, now=now)
    assert len(readings) == 1


def test_the_frame_asked_for_longest_ago_makes_room(
    facts: StoredFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_frames, "MOST_FRAMES", 2)
    (view, readings), frames = counted(), MadeFrames()
    names = ("one", "two", "three")
    for name in names:
        ask(frames, facts, replace(view, name=name), NOW)
    assert len(frames.kept) == 2
    ask(frames, facts, replace(view, name="one"), NOW)
    assert len(readings) == len(names) + 1

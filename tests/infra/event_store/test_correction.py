"""A changed record is corrected: its old events are voided, the new ones follow, the key remembers both."""

import json
from collections.abc import Iterator

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from infra.event_store.bulk import BulkAppender
from infra.event_store.chunk import Chunk
from infra.event_store.log import EventLog
from infra.stores import Store
from tests.infra.event_store.given import chunk

TOLD = chunk(
    ("a", "x", [("call-1", "offered"), ("call-1", "answered")]),
    ("b", "x", [("call-2", "offered")]),
)
CORRECTED = chunk(
    ("a", "y", [("call-1", "abandoned")]),
    ("b", "x", [("call-2", "offered")]),
    ("c", "x", [("call-3", "offered")]),
)


@pytest.fixture
def appender(store: Store) -> Iterator[BulkAppender]:
    with BulkAppender(store.conninfo) as made:
        yield made


def void(events: pl.DataFrame) -> pl.DataFrame:
    """A void of each event, as little as the store asks of one."""
    state = pl.struct(topic="topic", version="originator_version").struct.json_encode().cast(pl.Binary)
    return events.select("originator_id", topic=pl.lit("event.voided"), state=state)


def log(store: Store) -> list[tuple[str, int, str]]:
    """The log as (stream, version, what is told or which version is voided)."""
    with EventLog(store.conninfo) as reader:
        rows = reader.read(0, reader.highest()).select("originator_id", "originator_version", "state").rows()
    return [
        (stream, version, f"void {json.loads(state)['version']}" if state.startswith("{") else state)
        for stream, version, state in rows
    ]


def keys(store: Store, table: str) -> list[tuple[bytes, int, int]]:
    """A table of keys as (content, first position, n)."""
    query = {
        "append_key": "select k.content, b.base_position + k.ordinal, k.n from append_key k",
        "append_key_history": "select k.content, b.base_position + k.ordinal, k.n from append_key_history k",
    }[table]
    with store.connect() as connection:
        rows = connection.execute(f"{query} join append_batch b using (batch) order by 2".encode()).fetchall()
    return [(content.bytes, first, n) for content, first, n in rows]


def contents(told: Chunk) -> list[bytes]:
    return told.records["content"].to_list()


def test_corrected(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(TOLD))
    answer = appender.correct(CORRECTED, void=void)
    assert answer.status.to_list() == ["corrected", "known", "appended"]
    assert answer.first_position.to_list() == [6, None, 7]
    assert answer.appended == 4
    assert log(store)[3:] == [
        ("call-1", 3, "void 1"),
        ("call-1", 4, "void 2"),
        ("call-1", 5, "abandoned"),
        ("call-3", 1, "offered"),
    ]


def test_the_key_stands_for_the_new_events_and_the_history_for_the_old(
    store: Store, appender: BulkAppender
) -> None:
    appender.append(appender.prepare(TOLD))
    appender.correct(CORRECTED, void=void)
    old, new = contents(TOLD), contents(CORRECTED)
    assert keys(store, "append_key") == [(new[1], 3, 1), (new[0], 6, 1), (new[2], 7, 1)]
    assert keys(store, "append_key_history") == [(old[0], 1, 2)]


def test_corrected_once(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(TOLD))
    appender.correct(CORRECTED, void=void)
    before = log(store)
    assert appender.correct(CORRECTED, void=void).status.to_list() == ["known", "known", "known"]
    assert appender.append(appender.prepare(CORRECTED)).status.to_list() == ["known", "known", "known"]
    assert log(store) == before


def test_corrected_back_voids_only_what_is_in_force(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(TOLD))
    appender.correct(CORRECTED, void=void)
    appender.correct(TOLD, void=void)
    assert log(store)[7:] == [("call-1", 6, "void 5"), ("call-1", 7, "offered"), ("call-1", 8, "answered")]


def test_what_is_voided_already_is_not_voided_again(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(TOLD))
    voided = pl.DataFrame({"originator_id": ["call-1"], "topic": ["call.offered"], "originator_version": [2]})
    by_hand = chunk(("by hand", "x", [("call-1", "")]))
    appender.append(
        appender.prepare(
            Chunk(
                events=by_hand.events.with_columns(**void(voided).select("topic", "state").to_dict()),
                records=by_hand.records,
                mapping="by hand",
            )
        )
    )
    appender.correct(CORRECTED, void=void)
    assert log(store)[3:6] == [("call-1", 3, "void 2"), ("call-1", 4, "void 1"), ("call-1", 5, "abandoned")]


def test_void_is_given_the_events_with_their_records(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(TOLD))
    given: list[pl.DataFrame] = []

    def remember(events: pl.DataFrame) -> pl.DataFrame:
        given.append(events)
        return void(events)

    appender.correct(chunk(("z", "x", []), ("b", "y", [])), void=remember)
    expected = pl.DataFrame(
        {
            "record": [1],
            "position": [3],
            "originator_id": ["call-2"],
            "originator_version": [1],
            "topic": ["call.offered"],
            "state": ["offered"],
        },
        schema_overrides={"record": pl.UInt32},
    )
    assert_frame_equal(given[0], expected)


def test_a_record_corrected_to_nothing_is_voided(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(TOLD))
    answer = appender.correct(chunk(("b", "y", [])), void=void)
    assert (answer.status.to_list(), answer.first_position.to_list()) == (["corrected"], [None])
    assert log(store)[3:] == [("call-2", 2, "void 1")]


def test_only_the_first_of_a_key_in_a_chunk_corrects(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(TOLD))
    twice = chunk(
        ("b", "y", [("call-2", "queued")]),
        ("b", "z", [("call-2", "ended")]),
        ("b", "x", [("call-2", "offered")]),
    )
    assert appender.correct(twice, void=void).status.to_list() == ["corrected", "changed", "changed"]
    assert log(store)[3:] == [("call-2", 2, "void 1"), ("call-2", 3, "queued")]


def test_nothing_changes_when_voiding_fails(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(TOLD))
    before = log(store), keys(store, "append_key")

    def fail(_: pl.DataFrame) -> pl.DataFrame:
        raise ValueError("no such event")

    with pytest.raises(ValueError, match="no such event"):
        appender.correct(CORRECTED, void=fail)
    assert (log(store), keys(store, "append_key")) == before
    assert keys(store, "append_key_history") == []

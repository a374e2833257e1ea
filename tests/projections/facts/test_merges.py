"""Each way of merging, by example: small logs in, whole columns out, as a frame and one event at a time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import polars as pl
import pytest

from domain.call.events import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallOffered,
    CallQueued,
    CallRated,
    CallReviewed,
    CallTransferred,
)
from domain.envelope import Event
from projections.facts import FACTS, SPECS
from projections.facts.fold import empty_rows, fold, merge
from projections.facts.plain import Told, fold_plain
from projections.facts.refold import refold
from projections.facts.row import First, Key, Last, Max, Min, Row, Sum
from projections.facts.spec import FactSpec, spec
from tests.projections.facts.given import events_of, every_fact
from tests.projections.logs import Log, Logged

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Sample(Row, stream="call", name="samples", version=1):
    """One column per way of merging."""

    call: Annotated[str, Key()]
    first_queue: Annotated[str | None, First("call.offered", "call.queued", field="queue")]
    known_queue: Annotated[str | None, First("call.offered", "call.queued", field="queue", present=True)]
    last_queue: Annotated[str | None, Last("call.offered", "call.queued", field="queue")]
    state: Annotated[
        str | None, Last({"call.queued": "waiting", "call.answered": "talking", "call.ended": None})
    ]
    score: Annotated[Decimal | None, Last("call.rated", cleared_by=("call.transferred",))]
    waited_ms: Annotated[int | None, Sum("call.answered", "call.abandoned", field="wait_ms")]
    least_ms: Annotated[int | None, Min("call.answered", "call.abandoned", field="wait_ms")]
    most_ms: Annotated[int | None, Max("call.answered", "call.abandoned", field="wait_ms")]
    weight: Annotated[int | None, Sum({"call.transferred": 2, "call.queued": -1, "call.ended": None})]
    talk_score: Annotated[Decimal | None, Sum("call.reviewed", field="score", where=(("kind", "talk"),))]
    entry_by: Annotated[str | None, First("call.reviewed", field="agent_id", where=(("kind", "entry"),))]


SAMPLES = spec(Sample)
PUBLIC = {column.name for column in SAMPLES.columns} - {"call"}


def told(event_class: type[Event], minute: int, **values: Any) -> Event:
    at = NOON + timedelta(minutes=minute)
    row: dict[str, Any] = {"originator_id": "call-x:1", "originator_version": 1}
    return event_class(**row, **values, occurred_at=at, recorded_at=at, source="acd")


def offered(minute: int, queue: str | None) -> Event:
    return told(CallOffered, minute, direction="inbound", hotline="95502", channel="phone", queue=queue)


def reviewed(minute: int, kind: str, score: str, agent_id: str | None = None) -> Event:
    values = {"kind": kind, "score": Decimal(score), "out_of": Decimal(100), "agent_id": agent_id}
    return told(CallReviewed, minute, **values)


def rated(minute: int, score: int) -> Event:
    return told(CallRated, minute, score=Decimal(score), scale=5)


CASES: dict[str, tuple[list[Event], dict[str, Any]]] = {
    "the first goes by when it happened, not by when it was told": (
        [told(CallQueued, 5, queue="late"), told(CallQueued, 1, queue="early")],
        {
            "first_queue": "early",
            "last_queue": "late",
            "known_queue": "early",
            "state": "waiting",
            "weight": -2,
        },
    ),
    "of two at the same moment the first told is first and the last told is last": (
        [told(CallQueued, 1, queue="one"), told(CallQueued, 1, queue="two")],
        {"first_queue": "one", "last_queue": "two", "known_queue": "one", "state": "waiting", "weight": -2},
    ),
    "a first null stands, unless only present values count": (
        [offered(0, None), told(CallQueued, 1, queue="motor")],
        {
            "first_queue": None,
            "known_queue": "motor",
            "last_queue": "motor",
            "state": "waiting",
            "weight": -1,
        },
    ),
    "a last null stands": (
        [offered(0, "motor"), offered(1, None)],
        {"first_queue": "motor", "known_queue": "motor"},
    ),
    "a literal null clears and adds nothing": (
        [told(CallAnswered, 0, wait_ms=7), told(CallEnded, 1, talk_ms=1)],
        {"state": None, "weight": None, "waited_ms": 7, "least_ms": 7, "most_ms": 7},
    ),
    "what clears is not the last word": (
        [rated(0, 4), told(CallTransferred, 1, to_queue="q"), rated(2, 3)],
        {"score": Decimal(3), "weight": 2},
    ),
    "what clears later clears, even told earlier": (
        [told(CallTransferred, 1, to_queue="q"), rated(0, 4)],
        {"score": None, "weight": 2},
    ),
    "sums, least and most of several topics": (
        [
            told(CallAnswered, 0, wait_ms=0),
            told(CallAbandoned, 1, wait_ms=9),
            told(CallAnswered, 2, wait_ms=4),
        ],
        {"waited_ms": 13, "least_ms": 0, "most_ms": 9, "state": "talking"},
    ),
    "a condition leaves the others out": (
        [reviewed(0, "talk", "0.1"), reviewed(1, "entry", "50", "a7"), reviewed(2, "talk", "0.2")],
        {"talk_score": Decimal("0.3"), "entry_by": "a7"},
    ),
    "a condition that nobody meets leaves null, not zero": (
        [reviewed(0, "coaching", "50", "a7")],
        {"talk_score": None, "entry_by": None},
    ),
}


def log_of(events: list[Event]) -> Log:
    return [Logged(position, event) for position, event in enumerate(events, start=1)]


@pytest.mark.parametrize("case", CASES)
def test_a_column_says_what_its_merge_says(case: str) -> None:
    events, expected = CASES[case]
    log = log_of(events)
    frame = events_of(log, SAMPLES)
    merged = merge(SAMPLES, pl.concat([fold(SAMPLES, frame.slice(n, 1)) for n in range(frame.height)]))
    whole = fold(SAMPLES, frame)
    assert {name: whole.row(0, named=True)[name] for name in PUBLIC} == dict.fromkeys(PUBLIC) | expected
    assert merged.equals(whole)
    assert fold_plain(SAMPLES, {}, [Told(*one) for one in log]) == {("call-x:1",): whole.row(0, named=True)}


def test_a_cleared_column_is_null_with_an_order_key_and_an_untouched_one_without() -> None:
    row = fold(SAMPLES, events_of(log_of([told(CallTransferred, 1, to_queue="q")]), SAMPLES)).row(
        0, named=True
    )
    assert row["score"] is None
    assert (row["order_score_at"], row["order_score_position"]) == (NOON + timedelta(minutes=1), 1)
    assert (row["order_state_at"], row["order_state_position"]) == (None, None)


@every_fact
def test_nothing_folds_and_merges_to_no_rows_with_every_column(spec: FactSpec) -> None:
    nothing = events_of([], spec)
    assert refold(spec, nothing).equals(empty_rows(spec))
    assert merge(spec, empty_rows(spec)).equals(empty_rows(spec))


def test_every_fact_that_is_defined_is_listed() -> None:
    defined = {row for row in Row.__subclasses__() if row.__module__.startswith("projections.facts.")}
    assert defined == set(FACTS)
    assert list(SPECS) == [fact.NAME for fact in FACTS]


def test_a_row_class_that_contradicts_the_domain_is_refused() -> None:
    class Sung(Row, stream="call", name="sung", version=1):
        call: Annotated[str, Key()]
        song: Annotated[str | None, First("call.sung")]

    class Tuned(Row, stream="call", name="tuned", version=1):
        call: Annotated[str, Key()]
        tune: Annotated[str | None, First("call.offered", field="tune")]

    with pytest.raises(TypeError, match=r"no such topics: \['call.sung'\]"):
        spec(Sung)
    with pytest.raises(TypeError, match=r"has the fields \['tune'\]"):
        spec(Tuned)

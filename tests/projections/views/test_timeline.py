"""A timeline tells everything that happened to one person, and nothing of anybody else."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from infra.key_store.sealing import KINDS
from projections.facts import SPECS
from projections.views.reading import ViewReading
from projections.views.timeline import FACTS, TIMELINE, timeline
from projections.views.timeline_moments import MOMENTS, PARENTS
from tests.projections.metrics.examples import at, call, complaint
from tests.projections.views.given import NOW, remembered


def lived(
    customer: str = "x:1",
    *,
    as_of: datetime | None = None,
    limit: int = 100,
    before: datetime | None = None,
    **facts: Any,
) -> list[dict[str, Any]]:
    reading = ViewReading(source=remembered(**facts), now=NOW, as_of=as_of, known_at=as_of)
    return timeline(reading, customer, limit=limit, before=before).to_dicts()


def topics(**facts: Any) -> list[str]:
    return [line["topic"] for line in lived(**facts)]


REGISTERED = {
    "customer": "customer-x:1",
    "registered_at": at("2024-01-01T00:00"),
    "unit": "east",
    "tier": "gold",
}
CALLED = call(
    1,
    customer_id="x:1",
    offered_at=at("2024-01-10T02:00"),
    channel="phone",
    unit="north",
    outcome_at=at("2024-01-10T02:01"),
)
FILED = complaint(
    1, customer_id="x:1", filed_at=at("2024-01-11T02:00"), category="late", subject_id="call-x:1"
)


def test_what_happened_last_comes_first_and_says_what_it_was() -> None:
    assert lived(customers=[REGISTERED], calls=[CALLED], complaints=[FILED]) == [
        {
            "at": at("2024-01-11T02:00"),
            "topic": "complaint.filed",
            "what": "kind external, category late",
            "stream": "complaint-x:1",
            "unit": None,
            "agent_id": None,
            "subject_id": "call-x:1",
        },
        {
            "at": at("2024-01-10T02:01"),
            "topic": "call.outcome",
            "what": "outcome answered, wait ms 10000",
            "stream": "call-x:1",
            "unit": "north",
            "agent_id": None,
            "subject_id": None,
        },
        {
            "at": at("2024-01-10T02:00"),
            "topic": "call.offered",
            "what": "direction inbound, channel phone",
            "stream": "call-x:1",
            "unit": "north",
            "agent_id": None,
            "subject_id": None,
        },
        {
            "at": at("2024-01-01T00:00"),
            "topic": "customer.registered",
            "what": "tier gold",
            "stream": "customer-x:1",
            "unit": "east",
            "agent_id": None,
            "subject_id": None,
        },
    ]


def test_truth_is_told_in_words_and_times_are_local() -> None:
    rated = {"customer": "customer-x:1", "version": 2, "rated_at": at("2024-01-12T00:00"), "satisfied": False}
    warned = {"customer": "customer-x:1", "version": 3, "warned_at": at("2024-01-13T00:00")}
    lines = lived(
        customer_ratings=[rated | {"score": Decimal(2)}],
        warnings=[warned | {"due_at": at("2024-01-14T20:30")}],
    )
    assert [line["what"] for line in lines] == ["due 2024-01-15 04:30", "score 2.0000, not satisfied"]


def test_what_a_stream_of_theirs_tells_elsewhere_is_there_too() -> None:
    given = {
        "complaint": "complaint-x:1",
        "version": 2,
        "to_unit": "west",
        "assigned_at": at("2024-01-12T00:00"),
    }
    other = given | {"complaint": "complaint-x:2"}
    told = topics(complaints=[FILED], complaint_assignments=[given, other])
    assert told == ["complaint.assigned", "complaint.filed"]


def test_linked_pseudonyms_tell_one_life_whichever_is_asked() -> None:
    link = {"customer": "customer-x:2", "version": 2, "to": "x:1", "linked_at": at("2024-02-01T00:00")}
    facts: Any = {
        "customers": [REGISTERED],
        "customer_links": [link],
        "calls": [CALLED | {"customer_id": "x:2"}],
    }
    assert lived("x:1", **facts) == lived("x:2", **facts)
    assert topics(**facts) == ["customer.linked", "call.outcome", "call.offered", "customer.registered"]


def test_whoever_held_the_number_before_is_somebody_else() -> None:
    freed = {"customer": "customer-x:1", "version": 2, "released_at": at("2024-01-05T00:00")}
    assert topics(customers=[REGISTERED], customer_links=[freed], calls=[CALLED]) == [
        "call.outcome",
        "call.offered",
        "customer.number_released",
    ]


def test_a_past_moment_knows_nothing_of_later() -> None:
    lines = lived(as_of=at("2024-01-11T00:00"), customers=[REGISTERED], complaints=[FILED], calls=[CALLED])
    assert [line["topic"] for line in lines] == ["call.outcome", "call.offered", "customer.registered"]


def test_pages_go_on_where_the_last_one_ended_and_split_no_moment() -> None:
    facts: Any = {"customers": [REGISTERED], "complaints": [FILED, FILED | {"complaint": "complaint-x:2"}]}
    first = lived(limit=1, **facts)
    assert [line["stream"] for line in first] == ["complaint-x:1", "complaint-x:2"]
    (last,) = lived(limit=1, before=first[-1]["at"], **facts)
    assert last["topic"] == "customer.registered"
    assert lived(before=last["at"], **facts) == []


def test_nobody_has_no_history() -> None:
    assert lived("x:9", customers=[REGISTERED]) == []


def test_moments_are_columns_and_never_sealed() -> None:
    keys = {"customer", *(SPECS[fact].key_names[0] for fact in PARENTS)}
    for moment in MOMENTS:
        spec = SPECS[moment.fact]
        assert spec.key_names[0] in keys
        assert spec.schema[moment.at] == pl.Datetime("us", "UTC")
        assert {*moment.says} <= set(spec.schema) - {*KINDS}
        assert moment.fact in FACTS


def test_an_empty_timeline_has_its_columns() -> None:
    reading = ViewReading(source=remembered(), now=NOW)
    assert timeline(reading, "x:1").schema == TIMELINE

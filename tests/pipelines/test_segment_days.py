"""A day's segments are what is stored of it, else made now; and whichever it is, they say so."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.complaint import ComplaintFiled
from domain.organisation import OrganisationConfigured
from infra.stores import Store
from pipelines.commands.usage import BadUsage, Failed
from pipelines.segment_days import held_on, state_of
from projections.storage.reader import StoredFacts, stored_facts
from projections.storage.views import refresh_view
from projections.views.segments.day_views import SEGMENT_MEMBERS, SEGMENTS
from tests.projections.logs import Logged
from tests.projections.runner.stored import project_in_batches, put

DAY = date(2024, 3, 10)
ENDS = datetime(2024, 3, 10, 16, tzinfo=UTC)
FILED_AT = datetime(2024, 3, 10, 4, tzinfo=UTC)
COMPLAINED = {"count": "complaints", "in_last_days": 3, "at_least": 1}


def told(stream: str, version: int) -> dict[str, Any]:
    times = dict.fromkeys(("occurred_at", "recorded_at"), FILED_AT)
    return {"originator_id": stream, "originator_version": version, "source": "test", **times}


def segment(version: int, name: str, condition: Any, valid_from: date) -> OrganisationConfigured:
    body = json.dumps({"condition": condition})
    return OrganisationConfigured(
        **told("organisation", version), kind="segment", name=name, valid_from=valid_from, body=body
    )


@pytest.fixture
def store(embedded_store: Store) -> Store:
    """A day is stored with `complained`; `later` was saved after it, and `broken` cannot be evaluated."""
    filed = ComplaintFiled(
        **told("complaint-t:1", 1), customer_id="t:1", kind="external", channel="phone", category="x"
    )
    first = [
        segment(1, "complained", COMPLAINED, DAY),
        segment(2, "broken", {"segment": "nowhere"}, DAY),
        filed,
    ]
    put(embedded_store.conninfo, [Logged(position, event) for position, event in enumerate(first, start=1)])
    project_in_batches(embedded_store.conninfo, 1000)
    for view in (SEGMENT_MEMBERS, SEGMENTS):
        refresh_view(embedded_store.conninfo, view, DAY, now=ENDS)
    put(embedded_store.conninfo, [Logged(4, segment(3, "later", {"not": {"segment": "complained"}}, DAY))])
    project_in_batches(embedded_store.conninfo, 1000)
    return embedded_store


def test_a_day_of_segments_says_what_it_is_or_is_refused(store: Store) -> None:
    """One store serves both: making one costs more than all that is asked of it."""
    with stored_facts(store.conninfo) as source:
        assert_states(source)
        assert_refusals(source)


def assert_states(source: StoredFacts) -> None:
    fresh = held_on(source, ["complained"], None, now=ENDS + timedelta(hours=5))
    assert (fresh.day, fresh.state_of("complained")) == (DAY, "ok")
    assert fresh.members["customer_id"].to_list() == ["t:1"]
    stale = held_on(source, None, None, now=ENDS + timedelta(days=2))
    assert {row["segment"]: row["state"] for row in stale.segments} == {
        "broken": "failed: there is no segment 'nowhere' on 2024-03-10",
        "complained": "stale since 2024-03-11",
        "later": "made now",
    }
    with pytest.raises(Failed, match="segment 'broken' failed on 2024-03-10: there is no segment"):
        state_of(stale, "broken")
    made = held_on(source, ["complained"], DAY + timedelta(days=3), now=ENDS + timedelta(days=9))
    assert (made.state_of("complained"), made.members.height) == ("made now", 0)


def assert_refusals(source: StoredFacts) -> None:
    with pytest.raises(BadUsage, match="cannot be stored before the day ends"):
        held_on(source, ["complained"], DAY + timedelta(days=1), now=ENDS + timedelta(hours=5))
    with pytest.raises(Failed, match="has no definition on 2024-03-09; its first one holds from 2024-03-10"):
        held_on(source, ["complained"], DAY - timedelta(days=1), now=ENDS)
    with pytest.raises(BadUsage, match="there is no segment 'complaind': did you mean complained"):
        held_on(source, ["complaind"], None, now=ENDS)

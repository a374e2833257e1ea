"""A day made from the day before, by those who were touched, is the day made whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from psycopg.sql import SQL, Identifier

from domain.call import CallOffered
from domain.customer import CustomerContacted, CustomerLinked
from domain.envelope import Event
from domain.event import void
from domain.organisation import OrganisationConfigured
from infra.stores import Store
from projections.metrics.persons import customer_id, persons
from projections.storage.database import open_database
from projections.storage.reader import stored_facts
from projections.storage.view_tables import read_view
from projections.storage.views import stored_partition
from projections.storage.views_of_a_day import refresh_views
from projections.views import VIEWS
from projections.views.reading import ViewReading
from projections.views.view import Age, View
from tests.effort import FACTOR
from tests.projections.logs import START, STREAMS, Log, Logged, logs
from tests.projections.runner.stored import empty, project_in_batches, put
from tests.projections.views.spread import spread

NOW = datetime(2027, 1, 1, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 31)
RUNS = ((0, 1, 2, 3), (7, 8, 9, 10), (30, 31, 32, 33))
"""Days refreshed one after the other, as offsets from the first: where windows begin and end."""
WINDOW = 7
OFTEN = (
    "customer.contacted",
    "customer.registered",
    "customer.linked",
    "customer.contract_signed",
    "customer.usage_recorded",
    "customer.rated",
    "call.offered",
    "complaint.filed",
    "complaint.closed",
    "member.enrolled",
    "member.points_earned",
    "event.voided",
)


@dataclass(frozen=True, kw_only=True)
class Recent:
    """How often a person was in touch in the last seven days, and called about anything ever."""

    customer_id: str
    contacts: int
    calls: int
    tier: str | None


def recent(reading: ViewReading) -> pl.DataFrame:
    """The plainest view of its kind: a window, a fact that names its customer, and persons."""
    people = persons(reading)
    contacts = reading.facts("contacts", columns=["contacted_at"]).with_columns(
        customer_id("customer_id", "customer")
    )
    calls = reading.facts("calls", columns=["customer_id", "offered_at", "tier"])
    told = pl.concat(
        [
            contacts.select("customer_id", at="contacted_at", is_call=False, tier=pl.lit(None, pl.String)),
            calls.select("customer_id", at="offered_at", is_call=True, tier="tier"),
        ]
    ).drop_nulls(["customer_id", "at"])
    named = told.with_columns(customer_id=people.of(told, column="customer_id", at="at", show="name"))
    return named.group_by("customer_id").agg(
        contacts=(~pl.col("is_call") & (pl.col("at") >= reading.days_before(WINDOW))).sum(),
        calls=pl.col("is_call").sum(),
        tier=pl.col("tier").max(),
    )


RECENT = View(
    name="recent",
    version=1,
    row=Recent,
    keys=("customer_id",),
    facts=("contacts", "calls", "customer_links"),
    make=recent,
    name_en="recent",
    name_zh="近期",
    ages=(Age(fact="contacts", column="contacted_at", days=WINDOW),),
)
BY_CUSTOMER = (RECENT, *(view for view in VIEWS if view.is_by_customer))


@pytest.fixture
def conninfo(embedded_store: Store) -> str:
    return embedded_store.conninfo


def forget_days(conninfo: str) -> None:
    with open_database(conninfo) as database, database.transaction():
        for table in ("view_partition", *(view.table for view in BY_CUSTOMER)):
            database.run(SQL("drop table if exists {}").format(Identifier(table)))


def tell(conninfo: str, log: Log) -> None:
    put(conninfo, log)
    project_in_batches(conninfo, 1000)


def assert_as_whole(conninfo: str, *views: View, day: date) -> list[int]:
    """Refresh a day, hold it against the views made whole, and say how many rows were made for each.

    All views share one snapshot and what is remembered of it; made whole, each has one of its own.
    """
    outcomes = {one.view.name: one for one in refresh_views(conninfo, views, day, now=NOW)}
    remade = []
    for view in views:
        kept = outcomes[view.name].refreshed
        with stored_facts(conninfo) as source:
            whole = stored_partition(source, view, day, now=NOW)
            stored = read_view(source.database, view, day)
        assert kept is not None, outcomes[view.name].error
        assert stored is not None
        assert_frame_equal(stored, whole.rows)
        assert kept.rows == whole.rows.height
        remade.append(kept.remade)
    return remade


@settings(
    deadline=None,
    derandomize=True,
    max_examples=5 * FACTOR,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    log=logs(*STREAMS, often=OFTEN).map(spread),
    run=st.sampled_from(RUNS),
    cuts=st.lists(st.integers(0, 40), min_size=3, max_size=3).map(sorted),
)
def test_a_day_from_the_day_before_is_the_day_made_whole(
    conninfo: str, monkeypatch: pytest.MonkeyPatch, log: Log, run: tuple[int, ...], cuts: list[int]
) -> None:
    empty(conninfo)
    forget_days(conninfo)
    monkeypatch.setattr("projections.storage.touched.MOST_SHARE", 1_000)
    bounds = [0, *cuts, len(log)]
    for offset, first, end in zip(run, bounds[:-1], bounds[1:], strict=True):
        tell(conninfo, log[first:end])
        assert_as_whole(conninfo, *BY_CUSTOMER, day=FIRST_DAY + timedelta(days=offset))


def a_contact(customer: str, version: int, *, day: int) -> Event:
    return CustomerContacted(
        **told(f"customer-{customer}", version, day=day), channel="phone", purpose="care"
    )


def an_offer(customer: str, version: int, *, day: int) -> Event:
    return CallOffered(
        **told("call-x:1", version, day=day),
        customer_id=customer,
        direction="inbound",
        hotline="1",
        channel="phone",
    )


def told(stream: str, version: int, *, day: int) -> dict[str, Any]:
    at = START + timedelta(days=day)
    return {
        "originator_id": stream,
        "originator_version": version,
        "occurred_at": at,
        "recorded_at": at,
        "source": "test",
    }


def remade_on(conninfo: str, *days: int, events: Sequence[Event] = ()) -> list[int]:
    """How many rows were made on each of these days; `events` are told before the last."""
    remade = []
    for day in days:
        if events and day == days[-1]:
            tell(conninfo, [Logged(100 + place, event) for place, event in enumerate(events)])
        remade += assert_as_whole(conninfo, RECENT, day=FIRST_DAY + timedelta(days=day))
    return remade


@pytest.fixture
def many(conninfo: str) -> str:
    """Ten customers, each contacted once on the first day."""
    contacts = [a_contact(f"x:{number}", 1, day=0) for number in range(10)]
    tell(conninfo, [Logged(position, event) for position, event in enumerate(contacts, start=1)])
    return conninfo


def test_whom_nothing_touches_is_not_made_again(many: str) -> None:
    assert remade_on(many, 0, 1, 2) == [10, 0, 0]


def test_who_was_touched_is_made_again_alone(many: str) -> None:
    assert remade_on(many, 0, 1, events=[a_contact("x:3", 2, day=1)]) == [10, 1]


def test_whom_time_alone_reaches_is_made_again(many: str) -> None:
    tell(many, [Logged(50, a_contact("x:5", 2, day=1))])
    assert remade_on(many, 1, 7, 8) == [10, 10, 1]


def test_who_was_named_before_is_made_again_too(many: str) -> None:
    """Told late, an earlier offer says that the call was another customer's."""
    tell(many, [Logged(50, an_offer("x:1", 1, day=0))])
    late = msgspec.structs.replace(
        an_offer("x:2", 2, day=0), occurred_at=START - timedelta(1), recorded_at=START + timedelta(days=1)
    )
    assert remade_on(many, 0, 1, events=[late]) == [10, 2]


def test_who_was_named_on_the_day_and_is_no_longer_is_made_again(many: str) -> None:
    """A call of the second day is taken back on the third; both are in the log when the second is made."""
    offer = an_offer("x:2", 1, day=1)
    taken = void(offer, reason="entered_wrongly", now=START + timedelta(days=2))
    taken = msgspec.structs.replace(taken, originator_version=2)
    assert remade_on(many, 0, 1, events=[offer, taken]) == [10, 1]


def test_a_link_makes_both_again(many: str) -> None:
    linked = CustomerLinked(**told("customer-x:1", 2, day=1), to="x:2")
    assert remade_on(many, 0, 1, events=[linked]) == [10, 1]


def test_a_rule_that_is_told_makes_everybody_again(many: str) -> None:
    rule = OrganisationConfigured(
        **told("organisation-x", 1, day=1), kind="limit", name="x", valid_from=date(2026, 1, 1), body="1"
    )
    assert remade_on(many, 0, 1, events=[rule]) == [10, 10]


def test_few_rows_of_many_customers_are_made_again_alone(many: str) -> None:
    """One customer of ten has a row; two others are touched, which is more than there are rows."""
    tell(many, [Logged(50, an_offer("x:5", 1, day=0))])
    callers = replace(
        RECENT, name="callers", make=lambda reading: recent(reading).filter(pl.col("calls") > 0)
    )
    first = assert_as_whole(many, callers, day=FIRST_DAY)
    touched = [a_contact("x:3", 2, day=1), a_contact("x:4", 2, day=1)]
    tell(many, [Logged(100 + place, event) for place, event in enumerate(touched)])
    second = assert_as_whole(many, callers, day=FIRST_DAY + timedelta(days=1))
    assert (first, second) == ([1], [0])


def test_a_day_after_a_hole_is_made_whole(many: str) -> None:
    assert remade_on(many, 0, 2) == [10, 10]

"""Views of a day refreshed together are those made one by one, and one that fails stops only its readers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Lock
from time import sleep

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from psycopg.sql import SQL

from domain.customer import CustomerContacted
from infra.stores import Store
from projections.metrics.persons import customer_id
from projections.storage.database import open_database
from projections.storage.reader import NothingProjected, StoredFacts, stored_facts
from projections.storage.view_tables import hash_of_day, read_view, stored_days
from projections.storage.views import refresh_view, stored_partition
from projections.storage.views_of_a_day import NeedsAnother, Outcome, refresh_views
from projections.views import VIEWS
from projections.views.reading import ViewReading
from projections.views.refresh import PartitionDiffers
from projections.views.view import View
from tests.projections.logs import START, Logged
from tests.projections.runner.stored import project_in_batches, put

DAY = START.date()
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Contacted:
    """How often somebody was in touch."""

    customer_id: str
    contacts: int


def contacted(reading: ViewReading) -> pl.DataFrame:
    told = reading.facts("contacts", columns=("contacted_at",))
    named = told.select(customer_id("customer_id", "customer"))
    return named.group_by("customer_id").agg(contacts=pl.len().cast(pl.Int64))


CONTACTED = View(
    name="contacted",
    version=1,
    row=Contacted,
    keys=("customer_id",),
    facts=("contacts",),
    make=contacted,
    name_en="contacted",
    name_zh="联系",
)


def a_view(name: str, *views: View) -> View:
    """As many contacts as all these views together say; the first of all says nothing, and fails."""

    def make(reading: ViewReading) -> pl.DataFrame:
        told = pl.concat([reading.view(view, columns=("contacts",)) for view in views])
        return told.group_by("customer_id").agg(pl.col("contacts").sum())

    return replace(CONTACTED, name=name, views=views, make=make)


def tell(store: Store, *customers: str, after: int = 0) -> None:
    """Each was in touch once, early on the day."""
    contacts = (
        CustomerContacted(
            originator_id=f"customer-{customer}",
            originator_version=place,
            occurred_at=START,
            recorded_at=START,
            source="test",
            channel="phone",
            purpose="care",
        )
        for place, customer in enumerate(customers, start=after + 1)
    )
    put(store.conninfo, [Logged(after + place, event) for place, event in enumerate(contacts, start=1)])
    project_in_batches(store.conninfo, 1000)


def refreshed(store: Store, views: Iterable[View], *, days: int = 0) -> dict[str, Outcome]:
    day = DAY + timedelta(days=days)
    return {made.view.name: made for made in refresh_views(store.conninfo, [*views], day, now=NOW)}


def test_all_views_at_once_are_those_made_one_by_one(embedded_store: Store) -> None:
    tell(embedded_store, "x:1", "x:2")
    for days in (0, 1):
        outcomes = refreshed(embedded_store, VIEWS, days=days)
        assert [view.name for view in VIEWS if outcomes[view.name].error] == []
        day = DAY + timedelta(days=days)
        with stored_facts(embedded_store.conninfo) as source:
            for view in VIEWS:
                stored = read_view(source.database, view, day)
                assert stored is not None
                assert_frame_equal(stored, stored_partition(source, view, day, now=NOW).rows)


def test_a_view_reads_what_was_stored_of_another_while_it_waited(embedded_store: Store) -> None:
    """What is stored of the first view stands, though something else turned up since."""
    tell(embedded_store, "x:1")
    refresh_view(embedded_store.conninfo, CONTACTED, DAY, now=NOW)
    tell(embedded_store, "x:2", after=1)
    twice, thrice = a_view("twice", CONTACTED, CONTACTED), a_view("thrice", CONTACTED)
    outcomes = refreshed(embedded_store, (CONTACTED, twice, replace(thrice, views=(CONTACTED, twice))))
    assert isinstance(outcomes["contacted"].error, PartitionDiffers)
    with open_database(embedded_store.conninfo) as database:
        rows = [read_view(database, view, DAY) for view in (twice, thrice)]
    assert [None if told is None else told.rows() for told in rows] == [[("x:1", 2)], [("x:1", 1)]]


def test_a_view_that_fails_stops_those_that_read_it_and_no_other(embedded_store: Store) -> None:
    tell(embedded_store, "x:1")
    broken = a_view("broken")
    behind = a_view("behind", broken)
    further = a_view("further", behind, CONTACTED)
    outcomes = refreshed(embedded_store, (broken, behind, further, CONTACTED))
    assert [outcomes[name].is_stored for name in ("broken", "contacted")] == [False, True]
    assert isinstance(outcomes["broken"].error, ValueError)
    assert [outcomes[name].error for name in ("behind", "further")] == [
        NeedsAnother("behind", "broken"),
        NeedsAnother("further", "behind"),
    ]
    assert str(outcomes["behind"].error) == "behind is not refreshed: it reads broken, which failed"


def test_a_statement_that_fails_leaves_the_connection_to_the_next_view(embedded_store: Store) -> None:
    tell(embedded_store, "x:1")

    def divide(reading: ViewReading) -> pl.DataFrame:
        assert isinstance(reading.source, StoredFacts)
        return reading.source.database.query(SQL("select 1 / 0"))

    views = (replace(CONTACTED, name="broken", make=divide), CONTACTED)
    outcomes = list(refresh_views(embedded_store.conninfo, views, DAY, now=NOW, at_once=1))
    assert [outcome.is_stored for outcome in outcomes] == [False, True]
    assert "division by zero" in str(outcomes[0].error)


def test_two_views_are_made_at_once(embedded_store: Store) -> None:
    tell(embedded_store, "x:1")
    together = Barrier(2)

    def make(reading: ViewReading) -> pl.DataFrame:
        together.wait(timeout=30)
        return contacted(reading)

    views = [replace(CONTACTED, name=name, make=make) for name in ("one", "other")]
    assert [outcome.error for outcome in refreshed(embedded_store, views).values()] == [None, None]


def test_no_two_large_views_are_made_at_once(embedded_store: Store) -> None:
    tell(embedded_store, "x:1")
    alone = Lock()

    def make(reading: ViewReading) -> pl.DataFrame:
        assert alone.acquire(blocking=False)
        rows = contacted(reading)
        sleep(0.05)
        alone.release()
        return rows

    views = [replace(CONTACTED, name=name, make=make, is_large=True) for name in ("one", "other", "third")]
    assert [outcome.error for outcome in refreshed(embedded_store, views).values()] == [None] * 3


def test_the_hash_of_a_day_is_that_of_its_rows_whether_it_filled_a_table_or_followed(
    embedded_store: Store,
) -> None:
    tell(embedded_store, "x:1", "x:2")
    for days in (0, 1):
        refreshed(embedded_store, (CONTACTED,), days=days)
    with open_database(embedded_store.conninfo) as database:
        noted = stored_days(database, CONTACTED).select("day", "hash", "rows").rows()
        assert noted == [(day, hash_of_day(database, CONTACTED, day), 2) for day, _, _ in noted]
    assert len(noted) == 2


def test_nothing_is_refreshed_before_there_are_facts(embedded_store: Store) -> None:
    with pytest.raises(NothingProjected):
        refreshed(embedded_store, (CONTACTED,))

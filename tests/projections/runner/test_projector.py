"""The projector by example: poison, skips, races, a zone that moves, a corrected call."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from domain.call import CallAnswered, CallHandledFor, CallOffered
from domain.envelope import Event
from domain.event import void
from domain.organisation import OrganisationConfigured
from infra.event_store.log import EventLog
from infra.stores import Store
from projections.facts import SPECS
from projections.runner.operate import NotStoppedThere, project, skip, status
from projections.runner.projector import Projector
from projections.runner.rebuild import RebuildStopped, rebuild
from projections.storage.database import open_database
from projections.storage.reader import NothingProjected, PositionNotReached, stored_facts
from projections.storage.tables import create_tables, drop
from tests.projections.logs import Log, Logged
from tests.projections.runner.stored import assert_same, everything, put, stored_rows, stored_sums

LATE = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
"""The next day already in Shanghai, still the same in UTC."""


def offered(number: int, *, at: datetime = LATE, customer: str | None = None) -> CallOffered:
    return CallOffered(
        originator_id=f"call-t:{number}",
        originator_version=1,
        occurred_at=at,
        recorded_at=at + timedelta(minutes=1),
        source="test",
        customer_id=customer,
        direction="inbound",
        hotline="95502",
        channel="phone",
    )


def answered(number: int, *, at: datetime = LATE) -> CallAnswered:
    return CallAnswered(
        originator_id=f"call-t:{number}",
        originator_version=2,
        occurred_at=at,
        recorded_at=at + timedelta(minutes=1),
        source="test",
        wait_ms=1000,
    )


def numbered(*events: Event, start: int = 1) -> Log:
    return [Logged(position, event) for position, event in enumerate(events, start=start)]


def break_event(store: Store, position: int) -> None:
    with psycopg.connect(store.conninfo) as connection:
        connection.execute(
            "update stored_events set state = '{\"wait_ms\":null}' where notification_id = %s", [position]
        )


def place(store: Store, fact: str) -> tuple[int, int | None]:
    found = next(one for one in status(store.conninfo).facts if one.fact == fact)
    return found.position, found.stopped_at


def test_a_poison_event_stops_its_facts_before_it_and_the_others_go_on(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1), answered(1), offered(2)))
    break_event(embedded_store, 2)
    project(embedded_store.conninfo)
    assert place(embedded_store, "calls") == (1, 2)
    assert place(embedded_store, "complaints") == (3, None)
    stopped = next(one for one in status(embedded_store.conninfo).facts if one.fact == "calls")
    assert stopped.error is not None
    assert "call.answered" in stopped.error or "required" in stopped.error


def test_a_skipped_poison_event_is_left_out_for_good(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1), answered(1), offered(2)))
    break_event(embedded_store, 2)
    project(embedded_store.conninfo)
    assert place(embedded_store, "call_purposes") == (3, None)
    skip(embedded_store.conninfo, fact="calls", position=2, reason="broken at the source")
    project(embedded_store.conninfo)
    assert place(embedded_store, "calls") == (3, None)
    projected = everything(embedded_store.conninfo)
    assert projected["calls"].get_column("outcome").to_list() == [None, None]
    rebuild(embedded_store.conninfo)
    assert_same(everything(embedded_store.conninfo), projected)


def test_only_the_event_at_which_a_fact_stopped_can_be_skipped(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1)))
    project(embedded_store.conninfo)
    with pytest.raises(NotStoppedThere, match="calls is not stopped"):
        skip(embedded_store.conninfo, fact="calls", position=1, reason="no reason")


def test_a_rebuild_over_a_poison_event_leaves_the_served_facts_alone(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1), answered(1)))
    project(embedded_store.conninfo)
    before = everything(embedded_store.conninfo)
    break_event(embedded_store, 2)
    with pytest.raises(RebuildStopped, match="kefu skip calls 2"):
        rebuild(embedded_store.conninfo, ["calls"])
    assert_same(everything(embedded_store.conninfo), before)


def test_two_projectors_at_once_apply_every_batch_once(store: Store) -> None:
    put(store.conninfo, numbered(*(offered(number, customer="c1") for number in range(1, 200))))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(project, [store.conninfo] * 2))
    sums = stored_sums(store.conninfo)["calls"]
    assert stored_rows(store.conninfo)["calls"].height == 199
    assert sums.filter(sums["grouping"] == "all").get_column("inbound_calls").to_list() == [199]
    projected = everything(store.conninfo)
    rebuild(store.conninfo)
    assert_same(everything(store.conninfo), projected)


def test_sums_move_to_the_organisations_days_when_its_zone_moves(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1)))
    project(embedded_store.conninfo)
    assert days(embedded_store) == [date(2026, 3, 2)]
    zone = OrganisationConfigured(
        originator_id="organisation-kefu:o",
        originator_version=1,
        occurred_at=LATE,
        recorded_at=LATE,
        source="command",
        kind="zone",
        name="zone",
        valid_from=date(2026, 1, 1),
        body='"UTC"',
    )
    put(embedded_store.conninfo, numbered(zone, offered(2), start=2))
    project(embedded_store.conninfo)
    assert days(embedded_store) == [date(2026, 3, 1)]


def days(store: Store) -> list[date]:
    cells = stored_sums(store.conninfo)["calls"]
    return sorted(set(cells.get_column("day")))


def test_a_voided_call_is_kept_and_out_of_every_sum_and_known_before(embedded_store: Store) -> None:
    told = offered(1)
    later = LATE + timedelta(days=9)
    taken_back = replace_version(void(told, reason="wrong", now=later), version=2)
    put(embedded_store.conninfo, numbered(told, taken_back))
    project(embedded_store.conninfo)
    assert stored_rows(embedded_store.conninfo)["calls"].get_column("voided").to_list() == [True]
    assert stored_sums(embedded_store.conninfo)["calls"].is_empty()
    with stored_facts(embedded_store.conninfo) as facts:
        assert facts.facts("calls").is_empty()
        assert facts.facts("calls", known_at=later).height == 1


def replace_version(event: Event, *, version: int) -> Event:
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return type(event)(**{**fields, "originator_version": version})


def test_questions_say_what_to_do_before_and_ahead_of_the_facts(embedded_store: Store) -> None:
    with pytest.raises(NothingProjected, match="kefu project"), stored_facts(embedded_store.conninfo):
        pass
    put(embedded_store.conninfo, numbered(offered(1)))
    project(embedded_store.conninfo)
    with (
        stored_facts(embedded_store.conninfo) as facts,
        pytest.raises(PositionNotReached, match="stands at 1"),
    ):
        facts.facts("calls", position=2)


def test_a_fact_rebuilt_alone_leaves_the_others_as_they_are(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1), answered(1)))
    project(embedded_store.conninfo)
    before = everything(embedded_store.conninfo)
    assert rebuild(embedded_store.conninfo, ["calls"]) == 2
    assert_same(everything(embedded_store.conninfo), before)
    assert replace(SPECS["calls"], build="_rebuild").table == "calls_v2_rebuild"


def test_a_fact_that_waited_before_a_poison_does_not_cost_the_others_an_event(embedded_store: Store) -> None:
    purpose = handled_for(1)
    put(embedded_store.conninfo, numbered(offered(1), answered(1), purpose, offered(2)))
    break_event(embedded_store, 2)
    project(embedded_store.conninfo)
    assert place(embedded_store, "call_purposes") == (4, None)
    put(embedded_store.conninfo, numbered(handled_for(2), offered(3), start=5))
    skip(embedded_store.conninfo, fact="calls", position=2, reason="broken at the source")
    project(embedded_store.conninfo)
    rows = stored_rows(embedded_store.conninfo)
    assert (rows["calls"].height, rows["call_purposes"].height) == (3, 2)


def handled_for(number: int) -> CallHandledFor:
    return CallHandledFor(
        originator_id=f"call-t:{number}",
        originator_version=3,
        occurred_at=LATE,
        recorded_at=LATE,
        source="test",
        purpose="claim",
    )


def test_a_new_version_of_a_fact_is_built_before_it_is_served(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1), answered(1)))
    project(embedded_store.conninfo)
    before = everything(embedded_store.conninfo)
    with psycopg.connect(embedded_store.conninfo) as connection:
        connection.execute("alter table calls_v2 rename to calls_v0")
        connection.execute("alter table calls_sums_v2 rename to calls_sums_v0")
        connection.execute("update projection_checkpoint set version = 0 where fact = 'calls'")
    with pytest.raises(NothingProjected), stored_facts(embedded_store.conninfo):
        pass
    project(embedded_store.conninfo)
    assert_same(everything(embedded_store.conninfo), before)


def test_a_projector_goes_on_where_a_rebuild_laid_the_columns_out_otherwise(
    embedded_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    conninfo = embedded_store.conninfo
    with monkeypatch.context() as older, open_database(conninfo) as database:
        older.setattr("projections.storage.tables.ENVELOPE", ())
        for spec in (SPECS["calls"], SPECS["call_purposes"]):
            drop(database, spec.table, spec.sums_table)
        create_tables(database, SPECS.values())
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        projector = Projector(log=log, database=database)
        put(conninfo, numbered(offered(1, customer="c1"), answered(1)))
        projector.catch_up()
        database.commit()
        rebuild(conninfo)
        put(conninfo, numbered(offered(2), answered(2), start=3))
        projector.catch_up()
    projected = everything(conninfo)
    assert projected["calls"].height == 2
    rebuild(conninfo)
    assert_same(everything(conninfo), projected)


def test_a_moment_may_be_given_in_any_zone(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1), answered(1, at=LATE + timedelta(seconds=9))))
    project(embedded_store.conninfo)
    between = (LATE + timedelta(seconds=1)).astimezone(ZoneInfo("Asia/Shanghai"))
    with stored_facts(embedded_store.conninfo) as facts:
        found = facts.facts("calls", as_of=between, time=("offered_at", between - timedelta(days=1), between))
    assert found.get_column("outcome").to_list() == [None]


def test_a_fact_whose_sums_lack_a_measure_is_built_again(embedded_store: Store) -> None:
    put(embedded_store.conninfo, numbered(offered(1), answered(1)))
    project(embedded_store.conninfo)
    before = everything(embedded_store.conninfo)
    with psycopg.connect(embedded_store.conninfo) as connection:
        connection.execute("alter table calls_sums_v2 drop column answered")
    project(embedded_store.conninfo)
    assert_same(everything(embedded_store.conninfo), before)

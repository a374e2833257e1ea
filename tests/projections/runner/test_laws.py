"""The projector's laws on a real PostgreSQL: any split, rebuilt bit for bit, sums of rows, any moment."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from infra.stores import Store
from projections.facts import SPECS
from projections.metrics.contributions import CELL, contributions
from projections.metrics.measures import measures_of
from projections.runner.rebuild import rebuild
from projections.storage.database import open_database
from projections.storage.organisation import organisation_zone
from projections.storage.reader import stored_facts
from projections.storage.tables import sum_types
from tests.effort import FACTOR
from tests.projections.facts.given import by_key, public
from tests.projections.logs import START, STREAMS, TOLD_FROM, Log, logs
from tests.projections.oracle import recount, told_by
from tests.projections.runner.stored import (
    assert_same,
    empty,
    everything,
    project_in_batches,
    put,
)

LAW = settings(
    deadline=None,
    derandomize=True,
    print_blob=True,
    max_examples=6 * FACTOR,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Moment = tuple[datetime | None, datetime | None, int | None]
sizes = st.integers(min_value=1, max_value=30)
moments = st.tuples(
    st.none() | st.sampled_from([START + timedelta(microseconds=n) for n in (0, 1, 10**6)]),
    st.none() | st.sampled_from([TOLD_FROM + timedelta(seconds=n) for n in (0, 7, 20)]),
    st.none() | st.integers(min_value=0, max_value=40),
)


@pytest.fixture
def conninfo(embedded_store: Store) -> str:
    return embedded_store.conninfo


def as_told(conninfo: str, log: Log, size: int) -> None:
    """Fold odd sizes as frames and even sizes one event at a time: the laws hold for both."""
    empty(conninfo)
    put(conninfo, log)
    project_in_batches(conninfo, size, few=0 if size % 2 else 200)


@LAW
@given(log=logs(*STREAMS), size=sizes, moment=moments)
def test_rows_sums_and_any_moment_keep_their_laws_whatever_the_batches_and_a_rebuild_gives_the_same(
    conninfo: str, log: Log, size: int, moment: Moment
) -> None:
    # To project is what costs: each log is told once for all the laws.
    as_told(conninfo, log, size)
    projected = everything(conninfo)
    assert_rows_are_what_a_clerk_would_write(projected, log)
    assert_sums_are_the_group_by_of_the_rows(projected, conninfo)
    assert_a_moment_equals_folding_the_log_told_by_then(conninfo, log, moment)
    rebuild(conninfo)
    assert_same(everything(conninfo), projected)


def assert_rows_are_what_a_clerk_would_write(projected: dict[str, pl.DataFrame], log: Log) -> None:
    written = recount(log)
    for name, spec in SPECS.items():
        rows = public(by_key(spec, projected[name]), without=("has_void",))
        assert rows == public(written[name], without=("has_void",))


def assert_sums_are_the_group_by_of_the_rows(projected: dict[str, pl.DataFrame], conninfo: str) -> None:
    with open_database(conninfo) as database:
        zone = organisation_zone(database)
    for name in filter(sum_types, SPECS):
        sums = projected[f"{name} sums"]
        cells = contributions(name, projected[name], zone=zone).select(sum_types(name).keys()).sort(CELL)
        numbers = [column for column in cells.columns if column not in CELL]
        as_text = pl.col(numbers).cast(pl.Decimal(38, 4))
        assert cells.with_columns(as_text).equals(sums.with_columns(as_text))
        assert measures_of(name)


def assert_a_moment_equals_folding_the_log_told_by_then(conninfo: str, log: Log, moment: Moment) -> None:
    as_of, known_at, position = moment
    written = recount(told_by(log, as_of=as_of, known_at=known_at, position=position))
    with stored_facts(conninfo) as facts:
        reached = min(facts.position(name) for name in SPECS)
        position = None if position is None else min(position, reached)
        for name, spec in SPECS.items():
            found = facts.facts(name, as_of=as_of, known_at=known_at, position=position)
            rows = public(by_key(spec, found), without=("has_void",))
            live = {key: row for key, row in written[name].items() if not row["voided"]}
            assert rows == public(live, without=("has_void",))

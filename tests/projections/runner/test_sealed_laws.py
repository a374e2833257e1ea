"""With sealed segments everything is as without: rebuilt rows and sums, and every past moment."""

from datetime import date
from itertools import count, product
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings

from infra.stores import Store
from projections.facts import SPECS
from projections.metrics.contributions import contributions
from projections.metrics.measures import GROUPINGS, grouping_name, measures_of
from projections.runner.rebuild import rebuild
from projections.segments.seal import seal
from projections.storage.moments import Moment
from projections.storage.reader import StoredFacts, stored_facts
from tests.effort import FACTOR
from tests.projections.logs import STREAMS, Log, logs
from tests.projections.runner.stored import assert_same, everything
from tests.projections.runner.test_laws import LAW, as_told, moments, sizes
from tests.projections.runner.test_laws import Moment as LogMoment

FOLDERS = count()
DAYS = ((None, None), (date(2026, 1, 31), date(2026, 2, 1)))
"""Every day, and the day before the one on which most of a random log happens."""
SUMMED = [name for name in SPECS if measures_of(name) and name in GROUPINGS]


@pytest.fixture
def conninfo(embedded_store: Store) -> str:
    return embedded_store.conninfo


@pytest.fixture
def always_from_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few streams straddle, they are looked for in sealed ranges."""
    monkeypatch.setattr("projections.storage.reader.FEW_STREAMS", 0)
    monkeypatch.setattr("projections.storage.reader.EVENTS_SCANNED_PER_LOOK_UP", 10**9)


def seal_anew(conninfo: str, folder: Path) -> None:
    seal(conninfo, folder / str(next(FOLDERS)), span=7)


@settings(LAW, max_examples=2 * FACTOR)
@given(log=logs(*STREAMS), size=sizes, moment=moments)
@pytest.mark.usefixtures("always_from_segments")
def test_any_moment_a_rebuild_and_past_sums_are_the_same_from_sealed_ranges(
    conninfo: str,
    tmp_path: Path,
    log: Log,
    size: int,
    moment: LogMoment,
) -> None:
    as_told(conninfo, log, size)
    projected = everything(conninfo)
    with stored_facts(conninfo) as facts:
        at = reachable(facts, moment)
        from_log = {name: rows_at(facts, name, at) for name in SPECS}
    seal_anew(conninfo, tmp_path)
    with stored_facts(conninfo) as facts:
        for name in SPECS:
            assert rows_at(facts, name, at).equals(from_log[name]), name
        for name in SUMMED:
            assert_sums_of_rows(facts, name, at)
    rebuild(conninfo)
    assert_same(everything(conninfo), projected)


def reachable(facts: StoredFacts, moment: LogMoment) -> Moment:
    as_of, known_at, position = moment
    reached = min(facts.position(name) for name in SPECS)
    return Moment(as_of, known_at, None if position is None else min(position, reached))


def rows_at(facts: StoredFacts, name: str, at: Moment) -> pl.DataFrame:
    found = facts.facts(name, as_of=at.as_of, known_at=at.known_at, position=at.position)
    return found.sort(SPECS[name].key_names)


def assert_sums_of_rows(facts: StoredFacts, name: str, at: Moment) -> None:
    cells = contributions(name, rows_at(facts, name, at), zone=facts.zone)
    for (start, end), grouping in product(DAYS, GROUPINGS[name]):
        found = facts.past_sums(name, grouping, start, end, **vars(at))
        if found is not None:
            asked = (pl.col("day") >= (start or date.min)) & (pl.col("day") < (end or date.max))
            expected = cells.filter(asked, grouping=grouping_name(grouping)).rename(
                dict(zip(("v1", "v2"), grouping, strict=False))
            )
            keys = [*grouping, "day"]
            told = expected.select(pl.col(column).cast(dtype) for column, dtype in found.schema.items())
            assert found.sort(keys).equals(told.sort(keys)), (name, grouping)

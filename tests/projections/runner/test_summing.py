"""Sums added up as rows come are those of all rows at once, with neighbours in other frames too."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.facts import SPECS
from projections.metrics.contributions import CELL, contributions
from projections.runner.summing import Cells
from tests.projections.facts.given import LAW

CALLS = SPECS["calls"]
ZONE = "Asia/Shanghai"
START = datetime(2026, 3, 1, tzinfo=UTC)
CALL = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from(("a", "b", None)),
        "offered_at": st.integers(0, 20).map(lambda days: START + timedelta(days=days)) | st.none(),
        "direction": st.sampled_from(("inbound", "outbound")),
        "outcome": st.sampled_from(("answered", "abandoned", None)),
        "queue": st.sampled_from(("x", "y", None)),
        "unit": st.sampled_from(("u", None)),
        "wait_ms": st.integers(0, 30_000) | st.none(),
        "voided": st.booleans(),
    }
)


def rows_of(calls: list[dict[str, object]]) -> pl.DataFrame:
    keyed = [{"call": f"call-x:{number}"} | call for number, call in enumerate(calls)]
    return pl.concat(
        [pl.DataFrame(schema=CALLS.schema), pl.DataFrame(keyed, schema_overrides=CALLS.schema)],
        how="diagonal",
    )


@LAW
@given(
    calls=st.lists(CALL, min_size=1, max_size=30),
    size=st.integers(1, 9),
    many=st.booleans(),
    to_disk=st.booleans(),
)
def test_cells_are_those_of_all_rows_at_once(
    calls: list[dict[str, object]], size: int, many: bool, to_disk: bool
) -> None:
    rows = rows_of(calls)
    expected = contributions("calls", rows, zone=ZONE)
    with pytest.MonkeyPatch.context() as patch:
        if many:
            patch.setattr("projections.metrics.contributions.STACKED_AT_MOST", 0)
            patch.setattr("projections.runner.summing.CELLS_APART", 0)
        if to_disk:
            patch.setattr("projections.runner.summing.NEIGHBOURS_HELD_BYTES", 0)
        cells = Cells(CALLS, zone=ZONE)
        with cells.spill:
            for some in rows.iter_slices(size):
                cells.add(some)
            found = cells.total()
    assert found is not None
    columns = expected.columns
    assert found.select(columns).sort(CELL).equals(expected.sort(CELL))

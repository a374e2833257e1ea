"""Sums kept by retraction equal the group-by of all rows, whatever is edited, neighbours included."""

from datetime import timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from projections.metrics.contributions import CELL, contributions, drop_unmoved
from projections.metrics.measures import neighbours_of
from projections.metrics.neighbours import reach
from projections.metrics.retraction import sum_changes, windows_to_fetch
from tests.projections.metrics.examples import SHANGHAI, at, call, frame

START = at("2024-01-01T00:00")

Edit = dict[str, Any]


def edit(**columns: Any) -> Edit:
    return columns


edits: st.SearchStrategy[list[list[Edit]]] = st.lists(
    st.lists(
        st.builds(
            edit,
            number=st.integers(0, 7),
            customer_id=st.sampled_from([None, "ann", "bo"]),
            direction=st.sampled_from(["inbound", "inbound", "outbound"]),
            outcome=st.sampled_from([None, "answered", "abandoned", "flowed_out"]),
            queue=st.sampled_from([None, "motor", "property"]),
            half_days=st.integers(0, 40),
            voided=st.sampled_from([False, False, False, True]),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda made: made["number"],
    ),
    max_size=6,
)


def row(made: Edit) -> Edit:
    columns = {name: value for name, value in made.items() if name not in ("number", "half_days")}
    return call(made["number"], offered_at=START + timedelta(days=made["half_days"] / 2), **columns)


def inside(windows: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """What the runner fetches: rows whose customer and time lie in a window."""
    return (
        rows.join(windows, left_on="customer_id", right_on="key", how="inner")
        .filter(pl.col("offered_at").is_between("from", "to"))
        .select(rows.columns)
    )


@given(edits)
@settings(max_examples=60, deadline=None)
def test_kept_sums_equal_the_group_by_of_all_rows(batches: list[list[Edit]]) -> None:
    table: dict[int, Edit] = {}
    sums = contributions("calls", frame("calls", []), zone=SHANGHAI)
    for batch in batches:
        stored = frame("calls", list(table.values()))
        old = frame("calls", [table[made["number"]] for made in batch if made["number"] in table])
        new = frame("calls", [row(made) for made in batch])
        windows = windows_to_fetch("calls", old=old, new=new)
        assert windows is not None
        delta = sum_changes("calls", old=old, new=new, fetched=inside(windows, stored), zone=SHANGHAI)
        sums = pl.concat([sums, delta]).group_by(CELL).agg(pl.all().sum())
        table |= {made["number"]: row(made) for made in batch}
    afresh = contributions("calls", frame("calls", list(table.values())), zone=SHANGHAI)
    assert_frame_equal(drop_unmoved(sums), afresh, check_row_order=False, check_column_order=False)


def test_a_repeat_takes_back_the_earlier_call_that_stood_resolved() -> None:
    first = call(1, customer_id="ann", offered_at=START)
    again = call(2, customer_id="ann", offered_at=START + timedelta(days=7))
    stored, new = frame("calls", [first]), frame("calls", [again])
    delta = sum_changes("calls", old=frame("calls", []), new=new, fetched=stored, zone=SHANGHAI)
    moved = delta.filter(grouping="all").sort("day").select("answered", "not_repeated_7d").rows()
    assert moved == [(0, -1), (1, 1)]


def test_unchanged_rows_move_nothing() -> None:
    rows = frame("calls", [call(1, customer_id="ann")])
    assert sum_changes("calls", old=rows, new=rows, fetched=rows, zone=SHANGHAI).is_empty()


def test_facts_without_neighbours_fetch_nothing() -> None:
    assert windows_to_fetch("complaints", old=frame("complaints", []), new=frame("complaints", [])) is None


def test_anonymous_callers_reach_nobody() -> None:
    windows = windows_to_fetch("calls", old=frame("calls", []), new=frame("calls", [call(1)]))
    assert windows is not None
    assert windows.is_empty()


def test_windows_that_overlap_are_one() -> None:
    spec = neighbours_of("calls")
    assert spec is not None
    days = [0, 10, 40]
    rows = frame("calls", [call(d, customer_id="ann", offered_at=START + timedelta(days=d)) for d in days])
    spans = [(end - start).days for start, end in reach(rows, spec).select("from", "to").rows()]
    assert spans == [24, 14]

"""Contributions are a group-by of live rows, one set of cells per declared grouping."""

from decimal import Decimal

import polars as pl
from polars.testing import assert_frame_equal

from projections.metrics import contributions as subject
from projections.metrics.contributions import CELL, contributions, difference
from projections.metrics.measures import GROUPINGS, MEASURES, grouping_name, sum_columns
from tests.projections.metrics.examples import SHANGHAI, at, call, frame, volume


def cell(cells: pl.DataFrame, grouping: str, *values: str | None) -> pl.DataFrame:
    """The cells of one grouping and its values."""
    wanted = [pl.col(f"v{place}").eq_missing(pl.lit(value)) for place, value in enumerate(values, start=1)]
    return cells.filter(pl.col("grouping") == grouping, *wanted)


def test_a_call_counts_once_in_every_grouping() -> None:
    cells = contributions("calls", frame("calls", [call(1, queue="motor", unit="east")]), zone=SHANGHAI)
    assert set(cells["grouping"]) == {grouping_name(grouping) for grouping in GROUPINGS["calls"]}
    assert cells["offered"].to_list() == [1] * len(GROUPINGS["calls"])
    assert cell(cells, "queue,unit", "motor", "east")["answered_wait_ms"].to_list() == [10_000]


def test_the_day_is_the_local_one() -> None:
    rows = frame(
        "calls", [call(1, offered_at=at("2024-01-31T15:59")), call(2, offered_at=at("2024-01-31T16:00"))]
    )
    days = cell(contributions("calls", rows, zone=SHANGHAI), "all").sort("day")["day"]
    assert [str(day) for day in days] == ["2024-01-31", "2024-02-01"]


def test_a_missing_value_is_a_dimension_value_of_its_own() -> None:
    rows = frame("calls", [call(1), call(2, queue="motor")])
    assert cell(contributions("calls", rows, zone=SHANGHAI), "queue", None)["offered"].to_list() == [1]


def test_voided_rows_and_rows_without_the_time_add_nothing() -> None:
    rows = frame("calls", [call(1, voided=True), call(2, offered_at=None)])
    assert contributions("calls", rows, zone=SHANGHAI).is_empty()


def test_a_row_counts_in_rows_once_per_time_it_has() -> None:
    complaint = {
        "complaint": "complaint-x:1",
        "filed_at": at("2024-01-01T00:00"),
        "closed_at": at("2024-01-01T01:00"),
    }
    cells = cell(contributions("complaints", frame("complaints", [complaint]), zone=SHANGHAI), "all")
    assert cells.select("complaints", "closed_complaints", "rows").row(0) == (1, 1, 2)


def test_volumes_are_exact_decimals_and_name_their_period_s_end() -> None:
    rows = frame("volumes", [volume("waybills", at("2024-01-01T00:00"), at("2024-02-01T00:00"), 7)])
    cells = cell(contributions("volumes", rows, zone=SHANGHAI), "period_end", "2024-02-01")
    assert cells.select("waybills", "copies").row(0) == (Decimal(7), Decimal(0))


def test_columns_are_those_of_the_stored_sums() -> None:
    for fact in GROUPINGS:
        cells = contributions(fact, frame(fact, []), zone=SHANGHAI)
        assert cells.columns == [*CELL, *(name for name, _ in sum_columns(fact)), "rows"]


def test_many_rows_are_grouped_one_by_one_with_the_same_result_as_stacked(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    rows = frame("calls", [call(n, queue="ab"[n % 2], unit="xyz"[n % 3]) for n in range(20)])
    stacked = contributions("calls", rows, zone=SHANGHAI)
    monkeypatch.setattr(subject, "STACKED_AT_MOST", 1)
    assert_frame_equal(contributions("calls", rows, zone=SHANGHAI), stacked, check_row_order=False)


def test_a_difference_names_only_the_cells_that_move() -> None:
    before = contributions("calls", frame("calls", [call(1, queue="a"), call(2, queue="b")]), zone=SHANGHAI)
    after = contributions("calls", frame("calls", [call(1, queue="a"), call(2, queue="c")]), zone=SHANGHAI)
    moved = difference(before, after).filter(grouping="queue").sort("v1")
    assert moved.select("v1", "offered", "rows").rows() == [("b", -1, -1), ("c", 1, 1)]


def test_measure_names_are_unique() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)

"""The newspaper's complaints go round their loop until it is closed, and its requests end or stay open."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.sample.newspaper_hotline import counts
from pipelines.sample.newspaper_hotline.stations import CODES
from tests.pipelines.sample.answered import ask, memory_of, only
from tests.pipelines.sample.given import Told, request_for, told, written

NEWSPAPER = "newspaper_hotline"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    request = request_for(tmp_path_factory.mktemp("newspaper"), scale="1/4")
    return {one.path.name.partition(".")[0]: told(one) for one in written(NEWSPAPER, request)}


def test_every_loop_is_closed_once_and_after_its_follow_ups(year: dict[str, Told], tmp_path: Path) -> None:
    kinds = request_for(tmp_path, scale="1/4").scaled_parts(counts.COMPLAINTS)
    follow_ups, filed = year["follow_ups"], year["complaints"].count("complaint.filed")
    assert filed == sum(kinds.values()) == 2_400
    assert (
        follow_ups.count("complaint.closed") == follow_ups.of("complaint.closed")["originator_id"].n_unique()
    )
    assert follow_ups.count("complaint.closed") == filed
    assert follow_ups.count("complaint.follow_up_recorded", with_whom="unit") == filed
    reopened = follow_ups.count("complaint.reopened")
    assert reopened == kinds["settled_later"] + 3 * kinds["repeat"]
    assert follow_ups.count("complaint.follow_up_recorded", reached="false") == 2 * kinds["unreached"]


def test_a_repeated_complaint_in_a_grave_category_is_malignant(year: dict[str, Told], tmp_path: Path) -> None:
    kinds = request_for(tmp_path, scale="1/4").scaled_parts(counts.COMPLAINTS)
    classed = year["follow_ups"].of("complaint.reclassified", "severity")
    assert classed.height == kinds["repeat"]
    categories = year["complaints"].of("complaint.filed", "category")
    together = classed.join(categories, on="originator_id")
    assert 0 < (together["severity"] == "malignant").sum() < classed.height
    assert together.filter((pl.col("severity") == "malignant") != (pl.col("category") == "theft")).is_empty()


def test_copies_are_told_by_station_and_month(year: dict[str, Told], tmp_path: Path) -> None:
    copies = year["copies"].of("volume.recorded", "unit", "value", "period_start")
    assert copies.height == 12 * len(CODES)
    assert copies["value"].cast(pl.Float64).sum() == request_for(tmp_path, scale="1/4").scaled(
        12 * counts.COPIES
    )
    filed = set(year["complaints"].of("complaint.filed", "unit")["unit"])
    assert filed <= set(copies["unit"])


def test_penalties_are_made_and_not_always_enforced(year: dict[str, Told]) -> None:
    penalties = year["penalties"]
    assert penalties.count("complaint.penalty_imposed") == 155
    assert penalties.count("complaint.penalty_imposed", enforced="true") == 116


YEAR = {"start": date(2025, 1, 1), "end": date(2026, 1, 1)}


def test_requests_of_four_kinds_are_ended_or_open(year: dict[str, Told]) -> None:
    requests = year["requests"]
    store = memory_of([requests], "requests")
    kinds = {one.by["kind"]: one.value for one in ask(store, "requests", by=("kind",), **YEAR)}
    assert kinds == {kind: count // 4 for kind, count in counts.REQUESTS.items()}
    outcomes = {one.by["outcome"]: one.value for one in ask(store, "requests", by=("outcome",), **YEAR)}
    returned = only(store, "request_return_rate", **YEAR)
    assert (only(store, "requests", **YEAR).value, returned.denominator) == (10_500, 10_500)
    ended = outcomes["fulfilled"] + outcomes["cancelled"] + (returned.numerator or 0)
    assert 0.99 * 10_500 < ended < 10_500
    assert returned.numerator == requests.count("request.returned")
    assert set(requests.rejects) == {"no_request"}


def test_requests_are_on_time_by_their_due_moments(year: dict[str, Told]) -> None:
    requests = year["requests"]
    store = memory_of([requests], "requests")
    due = requests.of("request.raised", "due_at").drop_nulls()
    done = due.join(requests.of("request.fulfilled", "occurred_at"), on="originator_id", how="left")
    gone = done.join(
        requests.of("request.cancelled", "occurred_at"), on="originator_id", how="left", suffix="_cancelled"
    ).filter((pl.col("occurred_at_cancelled") >= pl.col("due_at")).fill_null(value=True))
    on_time = only(store, "requests_on_time", **YEAR | {"end": date(2026, 3, 1)})
    in_time = gone.filter(pl.col("occurred_at") <= pl.col("due_at")).height
    assert (on_time.numerator, on_time.denominator) == (in_time, gone.height)


def test_nothing_happens_after_the_year(year: dict[str, Told]) -> None:
    assert max(one.days()[1] for one in year.values()) < "2025-12-31T16:00"

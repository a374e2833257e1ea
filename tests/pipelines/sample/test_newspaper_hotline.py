"""The newspaper's complaints go round their loop until it is closed, and its requests end or stay open."""

from pathlib import Path

import polars as pl
import pytest

from pipelines.sample.newspaper_hotline import counts
from pipelines.sample.newspaper_hotline.stations import CODES
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


def test_requests_of_four_kinds_are_ended_or_open(year: dict[str, Told]) -> None:
    requests = year["requests"]
    raised = requests.count("request.raised")
    assert raised == 10_500
    kinds = requests.of("request.raised", "kind")["kind"].value_counts()
    assert dict(kinds.iter_rows()) == {kind: count // 4 for kind, count in counts.REQUESTS.items()}
    ends = sum(requests.count(f"request.{end}") for end in ("fulfilled", "returned", "cancelled"))
    assert 0.99 * raised < ends < raised
    assert set(requests.rejects) == {"no_request"}


def test_nothing_happens_after_the_year(year: dict[str, Told]) -> None:
    assert max(one.days()[1] for one in year.values()) < "2025-12-31T16:00"

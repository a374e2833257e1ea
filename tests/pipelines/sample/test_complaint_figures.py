"""The insurer's petitions and the newspaper's complaints, asked of the metrics."""

from collections import Counter
from datetime import date
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.sample.newspaper_hotline import counts
from tests.pipelines.sample.answered import ask, memory_of, only
from tests.pipelines.sample.given import SHARED_FIGURES, Told, request_for, told, written
from tests.projections.metrics.memory import Memory

YEAR = {"start": date(2025, 1, 1), "end": date(2026, 1, 1)}
FACTS = ("complaints", "complaint_penalties", "complaint_turns", "volumes")


@pytest.fixture(scope="module")
def petitions(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    """The insurer's, at scale 1."""
    request = request_for(tmp_path_factory.mktemp("insurer"))
    files = written("insurer_hotline", request, only="petitions")
    return memory_of(map(told, files), *FACTS)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """The newspaper's files at a quarter."""
    request = request_for(tmp_path_factory.mktemp("paper"), scale="1/4")
    return {
        name: told(one)
        for name in ("complaints", "follow_ups", "penalties", "copies")
        for one in written("newspaper_hotline", request, only=name)
    }


@pytest.fixture(scope="module")
def hotline(paper: dict[str, Told]) -> Memory:
    return memory_of(paper.values(), *FACTS)


@pytest.fixture(scope="module")
def printed() -> Any:
    if not SHARED_FIGURES.exists():
        pytest.skip(f"there is no {SHARED_FIGURES}")
    return yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))["insurer_hotline"]


def told_by(store: Memory, metric: str, dimension: str, **asked: Any) -> dict[str | None, Any]:
    found = ask(store, metric, **YEAR, by=(dimension,), **asked)
    return {one.by[dimension]: one.numerator for one in found}


def test_petitions_by_channel(petitions: Memory, printed: Any) -> None:
    wanted = printed["petitions"]
    assert only(petitions, "complaints", **YEAR).numerator == wanted["total"]
    assert told_by(petitions, "complaints", "channel") == {
        "hotline": wanted["hotline"],
        "12378": wanted["regulator"],
        "headquarters": wanted["headquarters"],
    }


def test_petitions_handled_and_in_progress(petitions: Memory, printed: Any) -> None:
    wanted = printed["petitions"]
    assert only(petitions, "complaints.closed", **YEAR).numerator == wanted["handled"]
    assert only(petitions, "complaints.open", **YEAR).numerator == wanted["in_progress"]


def test_what_the_regulator_said(petitions: Memory, printed: Any) -> None:
    wanted = dict(printed["petitions"]["regulator_outcomes"])
    upheld = wanted.pop("judged_valid")
    assert only(petitions, "complaint_rate.upheld_per_policies", **YEAR).numerator == upheld
    outcomes = told_by(petitions, "complaints", "resolved_outcome", where={"channel": ["12378"]})
    del wanted["judged_valid_ambiguous"]
    assert outcomes == wanted
    said = told_by(petitions, "complaints", "regulator_outcome", where={"channel": ["12378"]})
    assert said == {"withdrawn": wanted["satisfied_and_withdrawn"], "upheld": upheld}


def test_staff_penalised_for_petitions(petitions: Memory, printed: Any) -> None:
    assert only(petitions, "penalty_amount.count", **YEAR).numerator == printed["staff"]["penalised"]


def test_penalties_by_station_made_and_enforced(hotline: Memory, paper: dict[str, Told]) -> None:
    imposed = paper["penalties"].of("complaint.penalty_imposed", "unit", "amount", "enforced")
    amounts = imposed.with_columns(pl.col("amount").cast(pl.Float64))
    for definition, rows in (
        ("amount", amounts),
        ("enforced", amounts.filter(pl.col("enforced") == "true")),
    ):
        by_station = dict(rows.group_by("unit").agg(pl.col("amount").sum()).iter_rows())
        wanted = {unit: by_station.get(unit, 0) for unit in amounts["unit"]}
        assert told_by(hotline, f"penalty_amount.{definition}", "unit") == wanted
    assert only(hotline, "penalty_amount.count", **YEAR).numerator == 155
    assert only(hotline, "penalty_amount.enforced_count", **YEAR).numerator == 116


def test_complaints_by_station_per_copies_taken(hotline: Memory, paper: dict[str, Told]) -> None:
    filed = Counter(paper["complaints"].of("complaint.filed", "unit")["unit"])
    taken = paper["copies"].of("volume.recorded", "unit", "value")
    copies = dict(taken.group_by("unit").agg(pl.col("value").cast(pl.Float64).sum()).iter_rows())
    rates = ask(hotline, "complaint_rate.recorded_per_copies", **YEAR, by=("unit",))
    assert {one.by["unit"]: one.value for one in rates} == {
        unit: pytest.approx(filed[unit] / copies[unit] * 10_000) for unit in copies
    }


def test_repeat_and_malignant_complaints(hotline: Memory, paper: dict[str, Told]) -> None:
    classed = Counter(paper["follow_ups"].of("complaint.reclassified", "severity")["severity"])
    for metric, word in (("repeat_rate.class", "repeat"), ("malignant_rate", "malignant")):
        rate = only(hotline, metric, **YEAR)
        assert (rate.numerator, rate.denominator) == (classed[word], sum(counts.COMPLAINTS.values()) / 4)
        assert classed[word] > 0


def test_nothing_is_open_when_every_loop_is_closed(hotline: Memory) -> None:
    assert ask(hotline, "complaints.open", **YEAR) == []
    reopened = ask(hotline, "complaints.open", **YEAR, grain="day")
    assert max(one.numerator or 0 for one in reopened) > 0

"""The inbound centre divides to the printed values, and its agents' days are those of its calls."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.sample.life_inbound_centre import counts
from tests.pipelines.sample.given import SHARED_FIGURES, Told, request_for, told, written

CENTRE = "life_inbound_centre"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    request = request_for(tmp_path_factory.mktemp("centre"), scale="1/20")
    return {one.path.name.partition(".")[0]: told(one) for one in written(CENTRE, request)}


@pytest.fixture(scope="module")
def printed() -> Any:
    if not SHARED_FIGURES.exists():
        pytest.skip(f"there is no {SHARED_FIGURES}")
    return yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))[CENTRE]


def test_counts_divide_to_the_printed_values(year: dict[str, Told], printed: Any) -> None:
    calls, kpis = year["calls"], {one["metric"]: one for one in printed["kpis"]}
    answered, offered = calls.count("call.answered"), calls.count("call.offered")
    assert round(100 * answered / offered, 2) == kpis["answer_rate"]["value"]
    assert (
        calls.total("call.answered", "wait_ms") / answered == 1_000 * kpis["average_speed_of_answer"]["value"]
    )
    rated = calls.count("call.rated")
    satisfied = calls.count("call.rated", satisfied="true")
    assert round(100 * satisfied / rated, 2) == kpis["satisfaction"]["value"]
    assert answered / year["agent_days"].count("agent.day_recorded") == kpis["calls_per_agent_day"]["value"]
    targets = year["targets"].of("target.set", "metric", "target", "direction")
    for metric, target, direction in targets.select("metric", "target", "direction").iter_rows():
        sign, wanted = kpis[metric]["target"].split()
        assert direction == {">=": "higher", "<=": "lower"}[sign]
        assert float(target) == float(wanted) / (100 if metric in {"answer_rate", "satisfaction"} else 1)


def test_staff_are_those_printed(tmp_path: Path, printed: Any) -> None:
    (one,) = written(CENTRE, request_for(tmp_path), only="staff")
    staff = told(one)
    assert staff.of("agent.joined")["originator_id"].is_unique().all()
    agents = staff.count("agent.joined", role="agent")
    assert agents - staff.count("agent.left") == printed["staff"]["available"]
    assert printed["staff"]["net_change_to_november"] == counts.LEFT - counts.JOINED
    assert staff.count("agent.joined", role="team_lead") == printed["staff"]["team_leads"]
    assert staff.count("agent.joined", role="trainee", trainee="true") == printed["staff"]["trainees"]


def test_an_agents_day_is_that_of_the_calls_taken(year: dict[str, Told]) -> None:
    days = year["agent_days"].of("agent.day_recorded", "handling_ms", "talk_ms", "available_ms", "login_ms")
    sums = days.select(pl.exclude("originator_id").cast(pl.Int64)).sum().row(0, named=True)
    ended = year["calls"]
    assert sums["talk_ms"] == ended.total("call.ended", "talk_ms")
    parts = sum(ended.total("call.ended", name) for name in ("talk_ms", "hold_ms", "wrap_up_ms"))
    assert sums["handling_ms"] == parts
    assert sums["handling_ms"] + sums["available_ms"] == sums["login_ms"]


def test_counts_are_in_proportion_and_in_the_eleven_months(year: dict[str, Told], tmp_path: Path) -> None:
    request = request_for(tmp_path, scale="1/20")
    offered = year["calls"].count("call.offered")
    assert offered == request.scaled(sum(counts.CALLS.values()))
    assert year["calls"].count("call.abandoned") == request.scaled_parts(counts.CALLS)["abandoned"]
    assert not [name for name, one in year.items() if one.rejects]
    assert year["calls"].days()[1] < "2025-11-30T16:00"

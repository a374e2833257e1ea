"""The figures of calls, stores, ratings and staff that reports print come out of the samples' events."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.sample.life_inbound_centre import counts
from tests.pipelines.sample.answered import ask, memory_of, only
from tests.pipelines.sample.given import SHARED_FIGURES, request_for, told, written
from tests.projections.metrics.memory import Memory

ELEVEN_MONTHS = {"start": date(2025, 1, 1), "end": date(2025, 12, 1)}
HALF_YEAR = {"start": date(2025, 1, 1), "end": date(2025, 7, 1)}


@pytest.fixture(scope="module")
def printed() -> Any:
    if not SHARED_FIGURES.exists():
        pytest.skip(f"there is no {SHARED_FIGURES}")
    return yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))


def facts_of(organisation: str, folder: Path, files: dict[str, tuple[str, ...]], *, scale: str) -> Memory:
    """The facts that each of these files is read for."""
    request = request_for(folder, scale=scale)
    chosen = [told(one) for name in files for one in written(organisation, request, only=name)]
    return memory_of(chosen, *(fact for facts in files.values() for fact in facts))


def percent(memory: Memory, metric: str, **asked: Any) -> float:
    value = only(memory, metric, **asked).value
    assert value is not None
    return round(100 * value, 2)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    files = {"calls": ("calls",), "agent_days": ("agent_days",)}
    return facts_of("life_inbound_centre", tmp_path_factory.mktemp("centre"), files, scale="1/20")


def test_the_centre_meets_its_printed_kpis(centre: Memory, printed: Any) -> None:
    kpis = {one["metric"]: one["value"] for one in printed["life_inbound_centre"]["kpis"]}
    assert percent(centre, "answer_rate", **ELEVEN_MONTHS) == kpis["answer_rate"]
    assert percent(centre, "satisfaction.rated_calls", **ELEVEN_MONTHS) == kpis["satisfaction"]
    for metric in ("average_speed_of_answer", "calls_per_agent_day"):
        assert only(centre, metric, **ELEVEN_MONTHS).value == kpis[metric]


def test_all_login_time_of_the_centre_is_handling_or_waiting_for_calls(centre: Memory) -> None:
    shares = {
        name: only(centre, name, **ELEVEN_MONTHS).value
        for name in ("occupancy", "occupancy.login", "utilisation.login", "talk_utilisation.login")
    }
    assert shares["utilisation.login"] == 1
    assert shares["occupancy"] == shares["occupancy.login"]
    assert 0 < (shares["talk_utilisation.login"] or 0) < (shares["occupancy.login"] or 0) < 1


def test_the_centres_staff_are_those_printed(tmp_path: Path, printed: Any) -> None:
    staff = printed["life_inbound_centre"]["staff"]
    memory = facts_of("life_inbound_centre", tmp_path, {"staff": ("agents",)}, scale="1")
    at_the_end = {one.by["role"]: one.value for one in ask(memory, "agents", by=("role",), **ELEVEN_MONTHS)}
    assert at_the_end == {
        "agent": staff["available"],
        "team_lead": staff["team_leads"],
        "quality_reviewer": staff["quality_reviewers"],
        "consultant": staff["consultation"],
        "trainee": staff["trainees"],
    }
    agents = {"where": {"role": ["agent"]}}
    before = only(memory, "agents", start=date(2024, 12, 1), end=date(2025, 1, 1), **agents).value
    assert before == staff["available"] + staff["net_change_to_november"]
    leavers = ask(memory, "agent_attrition", by=("tenure",), **agents, **ELEVEN_MONTHS)
    by_tenure = {one.by["tenure"]: one.numerator for one in leavers}
    assert by_tenure["over_a_year"] == staff["left_with_over_a_year"]
    assert sum(number or 0 for number in by_tenure.values()) == counts.LEFT
    assert {one.denominator for one in leavers} == {before + staff["available"]}


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    files = {
        "inspections": ("unit_inspections",),
        "ratings": (),
        "surveys": ("customer_ratings", "organisation_rules"),
        "line_calls": ("calls",),
    }
    return facts_of("mobile_operator", tmp_path_factory.mktemp("branch"), files, scale="1")


def test_the_branchs_stores_and_ratings_are_those_printed(branch: Memory, printed: Any) -> None:
    figures, stores = printed["mobile_operator"], printed["mobile_operator"]["stores"]
    shopping = {"kind": ["mystery_shopping"]}
    assert percent(branch, "inspection_score", where=shopping, **ELEVEN_MONTHS) == stores["mystery_shopper"]
    assert percent(branch, "satisfaction.mutual", **ELEVEN_MONTHS) == stores["mutual_evaluation"]
    for survey, figure in (
        ("phone_callback", stores["phone_callback_satisfaction"]),
        ("complaint", figures["complaint_satisfaction"]["value"]),
    ):
        asked = {"where": {"survey": [survey]}, **ELEVEN_MONTHS}
        assert percent(branch, "satisfaction.survey", **asked) == figure


def test_the_branchs_lines_are_resolved_at_once_as_printed(branch: Memory, printed: Any) -> None:
    figures = printed["mobile_operator"]["first_contact_resolution"]
    asked = {"grain": "month", "where": {"line": figures["lines"]}, **ELEVEN_MONTHS}
    values = [one.value for one in ask(branch, "first_contact_resolution.declared", **asked)]
    assert (values[0], values[-1]) == (figures["january"] / 100, figures["now"] / 100)
    by_line = ask(branch, "first_contact_resolution.declared", by=("line",), **ELEVEN_MONTHS)
    assert {one.by["line"] for one in by_line} == set(figures["lines"])


def test_the_carriers_staff_hotline_is_answered_below_its_target(tmp_path: Path, printed: Any) -> None:
    memory = facts_of("freight_carrier", tmp_path, {"calls": ("calls",)}, scale="1/20")
    answered = percent(memory, "answer_rate", where={"hotline": ["staff"]}, **HALF_YEAR)
    assert answered == 88
    assert answered < printed["freight_carrier"]["internal_complaints"]["hotline_answer_rate_target"]

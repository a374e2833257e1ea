"""The insurer's events give the printed counts at scale 1, whatever the seed, and in proportion otherwise."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.sample.insurer_hotline import counts
from pipelines.sample.insurer_hotline.stretches import MOST_CALLS, stretches
from projections.metrics.audit.findings import Finding
from tests.pipelines.sample.answered import ask, memory_of, only
from tests.pipelines.sample.given import SHARED_FIGURES, Told, request_for, told, written
from tests.pipelines.sample.verdicts import assert_as_wanted, found_of, key, printed_audits
from tests.projections.metrics.memory import Memory

INSURER = "insurer_hotline"
TOLD_AT_SCALE_1 = (
    "calls",
    "claims",
    "delegated_surveys",
    "callbacks",
    "petitions",
    "quality_reviews",
    "staff",
)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """Every calibrated file of a year at scale 1."""
    request = request_for(tmp_path_factory.mktemp("insurer"))
    return {name: told(one) for name in TOLD_AT_SCALE_1 for one in written(INSURER, request, only=name)}


@pytest.fixture(scope="module")
def printed() -> Any:
    if not SHARED_FIGURES.exists():
        pytest.skip(f"there is no {SHARED_FIGURES}")
    return yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))[INSURER]


def test_calls_are_those_printed(year: dict[str, Told], printed: Any) -> None:
    calls = year["calls"]
    answered, offered = calls.count("call.answered"), calls.count("call.offered")
    assert answered == printed["calls"]["received"]
    assert round(100 * answered / offered, 2) == printed["calls"]["answer_rate"]
    assert (
        calls.total("call.answered", "ring_ms") / answered == 1_000 * printed["calls"]["average_ring_seconds"]
    )
    purposes = {
        "report_claim": printed["claim_reports"]["total"],
        "consultation": printed["consultations"],
        "complaint": printed["complaint_calls"],
    }
    assert {purpose: calls.count("call.handled_for", purpose=purpose) for purpose in purposes} == purposes
    assert calls.count("call.handled_for") == 159_017
    talk = calls.of("call.ended", "talk_ms").join(
        calls.of("call.handled_for", "purpose").filter(pl.col("purpose") == "report_claim"),
        on="originator_id",
    )
    mean = talk["talk_ms"].cast(pl.Int64).sum() / talk.height / 1_000
    assert round(mean, 2) == printed["calls"]["report_call_average_talk_seconds"]


YEAR = {"start": date(2025, 1, 1), "end": date(2026, 1, 1)}


@pytest.fixture(scope="module")
def claims(year: dict[str, Told], tmp_path_factory: pytest.TempPathFactory) -> Memory:
    """What the claims department asks about, with the branches, which say whose a delegation is."""
    [units] = written(INSURER, request_for(tmp_path_factory.mktemp("units")), only="units")
    files = [year["claims"], year["delegated_surveys"], told(units)]
    return memory_of(files, "claims", "claim_dispatches", "claim_delegations", "unit_moves")


def test_claims_are_those_printed(claims: Memory, printed: Any) -> None:
    reports = printed["claim_reports"]
    by_line = {one.by["line"]: one.value for one in ask(claims, "claims", by=("line",), **YEAR)}
    assert by_line == {
        "motor_compulsory": reports["motor"]["compulsory"]["total"],
        "motor_commercial": reports["motor"]["commercial"]["total"],
        "personal": reports["personal"]["total"],
        "property": reports["property"]["total"],
    }
    assert only(claims, "claims", **YEAR).value == reports["total"]
    seconds = only(claims, "dispatch_response_seconds", **YEAR).value
    assert seconds == printed["dispatch_response_seconds"]["now"]


def test_reports_a_day_are_those_printed_over_360_days(claims: Memory, printed: Any) -> None:
    means = printed["daily_means_printed"]
    motor = ["motor_compulsory", "motor_commercial"]
    wanted = {
        (*motor, "personal", "property"): means["reports"],
        tuple(motor): means["motor"],
        ("motor_compulsory",): means["compulsory"],
        ("motor_commercial",): means["commercial"],
        ("personal",): means["personal"],
    }
    for base, agrees in (("claims.per_day_360", True), ("claims.per_day", False)):
        found = {lines: only(claims, base, where={"line": list(lines)}, **YEAR).value for lines in wanted}
        rounded = {lines: round(value or 0) for lines, value in found.items()}
        assert (rounded == wanted) is agrees


def test_delegated_surveys_are_those_printed(claims: Memory, printed: Any) -> None:
    surveys = printed["delegated_surveys"]
    by: dict[str, Any] = {"by": ("relation", "direction"), **YEAR}
    found = {
        (one.by["relation"], one.by["direction"]): one for one in ask(claims, "survey_on_time_rate", **by)
    }
    for direction in ("received", "sent"):
        one, wanted = found["inter_branch", direction], surveys[f"inter_branch_{direction}"]
        assert (one.numerator, one.denominator) == (wanted["on_time"], wanted["count"])
        assert round(100 * (one.value or 0), 2) == wanted["rate"]
    within = found["intra_province", "intra_province"]
    assert (within.denominator, round(100 * (within.value or 0), 2)) == (1_780, 82.25)
    assert found["no_branch_region", "sent"].denominator == surveys["no_branch_regions"]


def test_quarters_of_surveys_within_the_province_are_those_printed(claims: Memory, printed: Any) -> None:
    where: dict[str, list[str | None]] = {"direction": ["intra_province"]}
    found = ask(claims, "survey_on_time_rate", grain="quarter", where=where, **YEAR)
    told = [
        {"count": one.denominator, "rate": round(100 * (one.value or 0), 2), "on_time": one.numerator}
        for one in found
    ]
    assert told == [
        {**quarter, "rate": pytest.approx(quarter["rate"], abs=0.011)}
        for quarter in printed["delegated_surveys"]["intra_province"]["quarters"]
    ]


def test_callbacks_are_those_printed(year: dict[str, Told], printed: Any) -> None:
    callbacks, wanted = year["callbacks"], printed["callbacks"]
    assert callbacks.count("callback.attempted") == wanted["attempted"]
    assert callbacks.count("callback.answered") == wanted["valid"]
    assert callbacks.count("callback.answered", satisfied="true") == wanted["satisfied"]
    assert callbacks.count("callback.answered", satisfied="false") == wanted["dissatisfied"]
    reasons = set(callbacks.of("callback.answered", "reason")["reason"].drop_nulls())
    assert reasons == {reason.replace(" ", "_") for reason in wanted["reasons"]}
    assert callbacks.count("callback.found", finding="no_service_card") == wanted["no_service_card"]


def test_petitions_are_those_printed(year: dict[str, Told], printed: Any) -> None:
    petitions, wanted = year["petitions"], printed["petitions"]
    channels = {"hotline": "hotline", "12378": "regulator", "headquarters": "headquarters"}
    for channel, name in channels.items():
        assert petitions.count("complaint.filed", channel=channel) == wanted[name]
    assert petitions.count("complaint.filed") == wanted["total"]
    assert petitions.count("complaint.closed") == wanted["handled"]
    for outcome in ("satisfied_and_withdrawn", "no_agreement", "dissatisfied_with_payment_delay"):
        assert petitions.count("complaint.resolved", outcome=outcome) == wanted["regulator_outcomes"][outcome]
    upheld = petitions.count("complaint.arbitrated", outcome="upheld")
    assert upheld == wanted["regulator_outcomes"]["judged_valid"]
    assert petitions.count("complaint.penalty_imposed") == printed["staff"]["penalised"]


def test_reviews_and_staff_are_those_printed(year: dict[str, Told], printed: Any) -> None:
    scores = (
        year["quality_reviews"]
        .of("call.reviewed", "kind", "score")
        .with_columns(pl.col("score").cast(pl.Float64))
    )
    talk = scores.filter(pl.col("kind") == "talk")["score"].mean()
    assert round(float(str(talk)), 2) == printed["calls"]["quality_score"]
    assert round(float(str(scores["score"].mean())), 2) == printed["calls"]["overall_score"]
    left, start = year["staff"].count("agent.left"), "2024-12-31T16:00"
    joined = year["staff"].of("agent.joined", "occurred_at").filter(pl.col("occurred_at") >= start).height
    assert joined - left == printed["staff"]["change"]


@pytest.fixture(scope="module")
def memory(year: dict[str, Told]) -> Memory:
    """What a service manager asks about, as facts."""
    files = (year[name] for name in ("calls", "callbacks", "quality_reviews", "staff"))
    return memory_of(
        files, "calls", "call_purposes", "call_reviews", "callbacks", "callback_findings", "agents"
    )


@pytest.mark.parametrize(
    ("metric", "where", "figure"),
    [
        ("calls", {"outcome": ["answered"]}, 138_634),
        ("answer_rate", {}, 98.22),
        ("average_ring_seconds", {}, 1.2),
        ("average_talk_seconds.purposes", {"purpose": ["report_claim"]}, 97.23),
        ("calls.purposes", {"purpose": ["report_claim"]}, 83_574),
        ("calls.purposes", {"purpose": ["consultation"]}, 74_832),
        ("calls.purposes", {"purpose": ["complaint"]}, 611),
        ("calls.purposes", {}, 159_017),
        ("calls.per_day", {"outcome": ["answered"]}, 379.82),
        ("calls.per_day_360", {"outcome": ["answered"]}, 385.09),
        ("quality_score", {"kind": ["talk"]}, 98.72),
        ("quality_score", {}, 98.15),
        ("callbacks", {}, 25_860),
        ("valid_callback_rate", {}, 84.42),
        ("satisfaction", {}, 99.49),
        ("satisfaction.callback_dissatisfied", {}, 0.51),
        ("finding_rate.findings", {"finding": ["no_service_card"]}, round(100 * 627 / 21_832, 2)),
    ],
)
def test_metrics_give_the_printed_figures(
    metric: str, where: dict[str, list[str | None]], figure: float, memory: Memory
) -> None:
    found = only(memory, metric, where=where, **YEAR)
    assert found.value is not None
    assert round(found.value * (100 if found.unit == "share" else 1), 2) == figure


def test_valid_callbacks_are_those_printed(memory: Memory) -> None:
    satisfied = only(memory, "satisfaction.callback", **YEAR)
    assert (satisfied.numerator, satisfied.denominator) == (21_720, 21_832)
    tried = only(memory, "valid_callback_rate", **YEAR)
    assert (tried.numerator, tried.denominator) == (21_832, 25_860)


def test_the_headcount_falls_as_printed(memory: Memory, printed: Any) -> None:
    before, after = (
        only(memory, "agents", start=day, end=day + timedelta(days=1)).value
        for day in (date(2024, 12, 31), date(2025, 12, 31))
    )
    assert before is not None
    assert after is not None
    assert after - before == printed["staff"]["change"]
    gone = only(memory, "agent_attrition", **YEAR)
    assert (gone.numerator, gone.denominator) == (counts.LEFT, before + after)


@pytest.fixture(scope="module")
def findings(
    memory: Memory, claims: Memory, year: dict[str, Told], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Finding]:
    """What an audit finds of the printed figures."""
    petitions = memory_of([year["petitions"]], "complaints")
    facts = Memory({**memory.tellings, **claims.tellings, **petitions.tellings})
    return found_of(INSURER, facts, year=2025, folder=tmp_path_factory.mktemp("figures"))


@pytest.mark.parametrize("wanted", printed_audits(INSURER), ids=lambda wanted: wanted["figure"])
def test_a_printed_figure_gets_its_verdict(wanted: dict[str, Any], findings: dict[str, Finding]) -> None:
    assert_as_wanted(findings[key(wanted["figure"])], wanted)


def test_everything_happens_in_the_year(year: dict[str, Told]) -> None:
    for name, one in year.items():
        first, last = one.days()
        assert last < "2025-12-31T16:00", name
        assert first >= "2024-12-31T16:00" or name == "staff", name


def test_a_small_year_is_in_proportion_whatever_the_seed(tmp_path: Path) -> None:
    request = request_for(tmp_path, scale="1/40", seed=8)
    year = {one.path.name.partition(".")[0]: told(one) for one in written(INSURER, request)}
    kinds = request.scaled_parts(counts.CALLS)
    assert year["calls"].count("call.offered") == request.scaled(sum(counts.CALLS.values())) == 3_529
    assert year["calls"].count("call.abandoned") == kinds["abandoned"]
    reports = sum(kinds[kind] for kind in counts.REPORTS)
    assert year["claims"].count("claim.reported") == reports == pytest.approx(83_574 / 40, abs=1)
    assert year["callbacks"].count("callback.attempted") == request.scaled(25_860)
    assert year["petitions"].count("complaint.filed") == request.scaled(610)
    on_time = _delegations(year["delegated_surveys"]).group_by("relation").agg(pl.sum("on_time"))
    assert dict(on_time.iter_rows())["no_branch_region"] == request.scaled(91)
    steps = year["claim_steps"]
    assert 0 < steps.count("claim.paid") < steps.count("claim.approved", final="true") < reports
    assert year["key_customers"].count("customer.registered") == 100
    rejects = {name: set(one.rejects) for name, one in year.items() if one.rejects}
    assert rejects == {"calls": {"test_call"}, "claims": {"missing_key"}}


def test_a_seed_writes_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    first, again, other = (
        [
            one
            for file in ("staff", "calls", "callbacks")
            for one in written(INSURER, request_for(tmp_path / name, scale="1/400", seed=seed), only=file)
        ]
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    for one, two, third in zip(first, again, other, strict=True):
        assert one.path.read_bytes() == two.path.read_bytes() != third.path.read_bytes()


def test_ten_million_calls_are_made_in_parts_that_fit_in_memory(tmp_path: Path) -> None:
    parts = stretches(request_for(tmp_path, scale="71"))
    assert sum(sum(part.calls) for part in parts) == 71 * sum(counts.CALLS.values())
    assert max(sum(part.calls) for part in parts) <= MOST_CALLS
    assert [day for part in parts for day in part.days] == sorted(
        {day for part in parts for day in part.days}
    )
    assert all(one.claims_before + one.claims == two.claims_before for one, two in pairwise(parts))


def _delegations(file: Told) -> pl.DataFrame:
    """[relation, from_unit, to_unit, occurred_at, due_at (local), on_time]."""
    fields = ("delegation_id", "relation", "from_unit", "to_unit", "occurred_at", "due_at")
    done = file.of("claim.delegation_completed", "delegation_id", "occurred_at").rename(
        {"occurred_at": "done"}
    )
    local = pl.col("occurred_at", "due_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6fZ", time_zone="UTC")
    rows = file.of("claim.delegated", *fields).join(done, on="delegation_id", how="left")
    on_time = (pl.col("done") <= pl.col("due_at")).fill_null(value=False)
    return rows.with_columns(on_time=on_time).with_columns(local.dt.convert_time_zone("Asia/Shanghai"))

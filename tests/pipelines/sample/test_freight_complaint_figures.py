"""At scale 1 the carrier's complaints give the figures of its half-year report, asked of the metrics."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.sample.freight_carrier.hotline import month_of_calls
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.request import Request
from tests.pipelines.sample.answered import ask, memory_of, only
from tests.pipelines.sample.given import SHARED_FIGURES, Told
from tests.pipelines.sample.told import told_by
from tests.projections.metrics.examples import SCHEMAS
from tests.projections.metrics.memory import Memory

YEAR = 2014
HALF_YEAR = {"start": date(YEAR, 1, 1), "end": date(YEAR, 7, 1)}
JUNE = {"start": date(YEAR, 6, 1), "end": date(YEAR, 7, 1)}
EXTERNAL = {"kind": ["external"]}
LATE = {"category": ["late_shipment"]}
READ = ("complaints", "staff_complaints", "complaint_liability", "complaint_stages", "waybills")

pytestmark = pytest.mark.skipif(not SHARED_FIGURES.exists(), reason=f"there is no {SHARED_FIGURES}")


@pytest.fixture(scope="module")
def printed() -> Any:
    return yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))["freight_carrier"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    request = Request(year=YEAR, seed=7, scale=Fraction(1), out=tmp_path_factory.mktemp("carrier"))
    files = {file.key: file for file in ORGANISATIONS["freight_carrier"].files(request)}
    told = [told_by(files[name], request.out) for name in READ]
    as_text = [frame.with_columns(pl.col("state").cast(pl.String)) for frame in told]
    facts = memory_of(
        (Told(events=events, rejects=[]) for events in as_text),
        "complaints",
        "complaint_liabilities",
        "complaint_stages",
        "volumes",
    )
    return Memory({**facts.tellings, "calls": calls_of_june(request)})


def calls_of_june(request: Request) -> pl.DataFrame:
    """June's calls as rows of the fact: their numbers, and who pressed the complaint key."""
    told = month_of_calls(request, 6).select(
        call="call-hotline:" + pl.col("number").cast(pl.String),
        direction=pl.lit("inbound"),
        key_presses=pl.col("pressed").cast(pl.Int64),
        offered_at=pl.datetime(YEAR, 6, 15, time_zone="UTC"),
        first_occurred_at=pl.datetime(YEAR, 6, 15, time_zone="UTC"),
        voided=pl.lit(value=False),
    )
    nothing = pl.DataFrame(schema=dict(SCHEMAS["calls"]))
    return pl.concat([nothing, told.cast({"offered_at": pl.Datetime("us", "UTC")})], how="diagonal_relaxed")


def by_party(store: Memory, metric: str, **asked: Any) -> Mapping[str | None, float | None]:
    found = ask(store, metric, **HALF_YEAR, by=("party",), **asked)
    return {one.by["party"]: one.value for one in found}


def test_complaints_per_waybills(printed: Any, store: Memory) -> None:
    rates = printed["complaints_per_10k_waybills"]
    quarter = only(store, "complaint_rate", start=date(YEAR, 4, 1), end=date(YEAR, 7, 1), where=EXTERNAL)
    assert quarter.value is not None
    assert round(quarter.value, 2) == rates["implied_q2"]
    spring = only(store, "complaint_rate", start=date(YEAR, 4, 1), end=date(YEAR, 6, 1), where=EXTERNAL)
    assert spring.value == rates["implied_april_may"]


def test_share_of_timeliness_complaints(printed: Any, store: Memory) -> None:
    told = ask(store, "complaint_share", **HALF_YEAR, by=("category",), where=EXTERNAL)
    shares = {one.by["category"]: round(100 * (one.value or 0), 1) for one in told}
    assert shares["late_shipment"] == printed["complaints_per_10k_waybills"]["timeliness_share"]
    assert sum(one.value or 0 for one in told) == pytest.approx(1)


def test_liable_parties_after_appeal(printed: Any, store: Memory) -> None:
    wanted = printed["complaints_per_10k_waybills"]["liable"]
    leading = by_party(store, "complaint_share.party_leading")
    assert {party: round(100 * (value or 0), 1) for party, value in leading.items()} == {
        party: wanted[party] for party in ("operations", "sales", "group")
    }
    assert sum(value or 0 for value in by_party(store, "complaint_share.party_as_attributed").values()) == 1


def test_key_presses_of_june_never_attributed(printed: Any, store: Memory) -> None:
    hidden = printed["hidden_complaints_june"]
    rate = only(store, "hidden_complaint_rate", **JUNE)
    assert rate.numerator == hidden["unattributed"]
    assert rate.value is not None
    assert round(100 * rate.value) == hidden["share_of_key_presses"]


def test_both_bases_restate_sixty_nine_under_the_peers_rule(printed: Any, store: Memory) -> None:
    restated = printed["hidden_complaints_june"]["restated_per_10k_under_peer_rule"]
    pressed = only(store, "complaint_rate.key_pressed_per_waybills", **JUNE)
    assert pressed.value is not None
    assert round(pressed.value) == restated
    assert pressed.denominator == pytest.approx(1_887_000, rel=1e-4)
    hidden = only(store, "hidden_complaint_rate", **JUNE).numerator or 0
    recorded = printed["complaints_per_10k_waybills"]["implied_q2"]
    assert hidden / (restated - recorded) * 10_000 == pytest.approx(2_256_000, rel=1e-3)


def test_staff_complaints_resolved_within_a_day(printed: Any, store: Memory) -> None:
    within = only(store, "internal_resolution_24h", **HALF_YEAR)
    assert (within.numerator, within.denominator) == (2_586, 3_600)
    assert 100 * (within.value or 0) < printed["internal_complaints"]["resolved_within_24h_target"]


def test_the_old_rule_on_measured_stages_blames_who_was_blamed(store: Memory) -> None:
    anew = only(store, "attributed_complaints.positive_overrun", **HALF_YEAR, where=LATE)
    then = only(store, "attributed_complaints.attributed", **HALF_YEAR, where=LATE)
    assert anew.numerator == then.numerator


def test_under_the_new_rule_somebody_answers_for_every_late_shipment(store: Memory) -> None:
    late = only(store, "complaints", **HALF_YEAR, where=LATE).numerator
    assert only(store, "attributed_complaints.own_overrun", **HALF_YEAR, where=LATE).numerator == late
    shares = by_party(store, "complaint_share.party_own_overrun", where=LATE)
    assert sum(value or 0 for value in shares.values()) == pytest.approx(1)
    assert set(shares) == {"operations", "sales", "group"}


def test_the_new_rule_raises_the_rate_as_attributed(store: Memory) -> None:
    old, new = (
        only(store, f"complaint_rate.{rule}_per_waybills", **HALF_YEAR).value
        for rule in ("positive_overrun", "own_overrun")
    )
    assert old is not None
    assert new is not None
    assert new > old

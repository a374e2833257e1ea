"""At scale 1 the carrier's events give the counts of its half-year report, and the rates that follow."""

from datetime import datetime
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.sample.freight_carrier.courses import with_courses
from pipelines.sample.freight_carrier.hotline import month_of_calls
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.request import Request
from tests.pipelines.sample.given import SHARED_FIGURES
from tests.pipelines.sample.told import fields_of, told_by

FILES = ORGANISATIONS["freight_carrier"].files

YEAR = 2014
MONEY = pl.Decimal(20, 4)

pytestmark = pytest.mark.skipif(not SHARED_FIGURES.exists(), reason=f"there is no {SHARED_FIGURES}")


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    figures: dict[str, Any] = yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))["freight_carrier"]
    return figures


@pytest.fixture(scope="module")
def request_at_full_scale(tmp_path_factory: pytest.TempPathFactory) -> Request:
    return Request(year=YEAR, seed=7, scale=Fraction(1), out=tmp_path_factory.mktemp("carrier"))


class Files:
    """What each file tells, read when first asked for."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._told: dict[str, pl.DataFrame] = {}

    def told(self, name: str) -> pl.DataFrame:
        if name not in self._told:
            [file] = [file for file in FILES(self._request) if file.key == name]
            self._told[name] = told_by(file, self._request.out)
        return self._told[name]

    def events(self, name: str, topic: str, **dtypes: Any) -> pl.DataFrame:
        return fields_of(self.told(name), topic, **dtypes)


@pytest.fixture(scope="module")
def files(request_at_full_scale: Request) -> Files:
    return Files(request_at_full_scale)


@pytest.fixture(scope="module")
def filed(files: Files) -> pl.DataFrame:
    """External complaints with the local month of filing."""
    filed = files.events(
        "complaints", "complaint.filed", occurred_at=pl.String, category=pl.String, call_id=pl.String
    )
    return filed.with_columns(month=month_of("occurred_at"))


@pytest.fixture(scope="module")
def standing(files: Files) -> pl.DataFrame:
    """The leading party of the last attribution of each complaint, where no ruling took it away."""
    parties = files.events(
        "complaint_liability",
        "complaint.liability_attributed",
        occurred_at=pl.String,
        attribution_id=pl.String,
        party=pl.String,
        share=pl.Int64,
    )
    rulings = files.events("complaint_liability", "complaint.arbitrated", outcome=pl.String)
    overturned = rulings.filter(pl.col("outcome") == "overturned")["originator_id"]
    last = parties.sort("occurred_at", "share").group_by("originator_id", maintain_order=True).last()
    is_left = pl.col("originator_id").is_in(overturned.implode()) & pl.col("attribution_id").str.ends_with(
        "-1"
    )
    return last.filter(~is_left)


@pytest.fixture(scope="module")
def waybills(files: Files) -> pl.DataFrame:
    """Waybills by month."""
    volumes = files.events("waybills", "volume.recorded", period_start=pl.String, value=pl.String)
    return volumes.group_by(month=pl.col("period_start").str.slice(5, 2).cast(pl.Int8)).agg(
        pl.col("value").cast(MONEY).sum()
    )


@pytest.fixture(scope="module")
def approved(files: Files) -> pl.DataFrame:
    """Final approvals with their reports and the moments of closing."""
    approvals = files.events(
        "claim_approvals", "claim.approved", amount=pl.String, over_limit_amount=pl.String, final=pl.Boolean
    ).filter("final")
    reports = files.events(
        "claim_reports",
        "claim.reported",
        occurred_at=pl.String,
        channel=pl.String,
        customer_class=pl.String,
        event_code=pl.String,
    ).rename({"occurred_at": "reported_at"})
    closed = files.events("claim_settlements", "claim.closed", occurred_at=pl.String)
    return (
        approvals.join(reports, on="originator_id")
        .join(closed.rename({"occurred_at": "closed_at"}), on="originator_id")
        .with_columns(
            pl.col("amount", "over_limit_amount").cast(MONEY).cast(pl.Float64),
            days=(moment("closed_at") - moment("reported_at")).dt.total_seconds() / 86_400,
            month=month_of("closed_at"),
        )
    )


def moment(column: str) -> pl.Expr:
    return pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_zone="UTC")


def month_of(column: str) -> pl.Expr:
    return moment(column).dt.convert_time_zone("Asia/Shanghai").dt.month()


def per_ten_thousand(filed: pl.DataFrame, waybills: pl.DataFrame, *, months: tuple[int, ...]) -> float:
    base = waybills.filter(pl.col("month").is_in(months))["value"].sum()
    return filed.filter(pl.col("month").is_in(months)).height / float(base) * 10_000


def test_complaints_per_waybills(printed: Any, filed: pl.DataFrame, waybills: pl.DataFrame) -> None:
    rates = printed["complaints_per_10k_waybills"]
    assert round(per_ten_thousand(filed, waybills, months=(4, 5, 6)), 2) == rates["implied_q2"]
    assert per_ten_thousand(filed, waybills, months=(4, 5)) == rates["implied_april_may"]


def test_share_of_timeliness_complaints(printed: Any, filed: pl.DataFrame) -> None:
    late = filed.filter(pl.col("category") == "late_shipment").height
    wanted = printed["complaints_per_10k_waybills"]["timeliness_share"]
    assert round(100 * late / filed.height, 1) == wanted


def test_liable_parties_after_appeal(printed: Any, standing: pl.DataFrame) -> None:
    liable = printed["complaints_per_10k_waybills"]["liable"]
    counted = dict(standing["party"].value_counts().iter_rows())
    shares = {party: round(100 * count / standing.height, 1) for party, count in counted.items()}
    assert shares == {party: liable[party] for party in ("operations", "sales", "group")}


def test_key_presses_of_june_never_attributed(
    printed: Any, filed: pl.DataFrame, files: Files, request_at_full_scale: Request, waybills: pl.DataFrame
) -> None:
    hidden = printed["hidden_complaints_june"]
    blamed = files.told("complaint_liability")["originator_id"].unique()
    attributed = filed.filter(
        pl.col("originator_id").is_in(blamed.implode()), pl.col("call_id").is_not_null()
    )
    calls = attributed["call_id"].str.strip_prefix("hotline:")
    pressed = month_of_calls(request_at_full_scale, 6).filter("pressed")
    unattributed = pressed.filter(~pl.col("number").is_in(calls.implode())).height
    assert unattributed == hidden["unattributed"]
    assert round(100 * unattributed / pressed.height) == hidden["share_of_key_presses"]
    june = float(waybills.filter(pl.col("month") == 6)["value"].sum())
    assert round(pressed.height / june * 10_000) == hidden["restated_per_10k_under_peer_rule"]


def test_approved_amounts(printed: Any, approved: pl.DataFrame) -> None:
    claims = printed["claims"]
    assert approved["amount"].sum() == claims["approved"]
    assert approved["over_limit_amount"].sum() == claims["over_limit"]["amount"]
    over_limit = float(approved["over_limit_amount"].sum()) / float(approved["amount"].sum())
    assert round(100 * over_limit, 2) == claims["over_limit"]["share"]
    assert approved.filter(pl.col("event_code").is_not_null())["amount"].sum() == claims["major_accident"]


def test_small_claims(printed: Any, approved: pl.DataFrame) -> None:
    claims = printed["claims"]
    small = approved.filter(pl.col("amount") < 1000)
    assert small.group_by("month").len()["len"].to_list() == [claims["below_1000_per_month"]] * 6
    assert round(100 * small.height / approved.height, 1) == claims["below_1000_share"]
    online = small.filter(pl.col("channel") == "online").height
    assert round(100 * online / small.height) == claims["online_share"]["now"]


def test_days_from_report_to_closing(printed: Any, approved: pl.DataFrame) -> None:
    days = printed["claims"]["cycle_days"]
    small, large = approved.filter(pl.col("amount") < 1000), approved.filter(pl.col("amount") >= 1000)
    means = [round(float(frame["days"].sum()) / frame.height, 1) for frame in (approved, small, large)]
    assert means == [days["all"], days["below_1000"], days["above_1000_implied"]]


def test_classes_of_customers(printed: Any, approved: pl.DataFrame) -> None:
    claims, total = printed["claims"], approved["amount"].sum()
    by_class = dict(approved.group_by("customer_class").agg(pl.col("amount").sum()).iter_rows())
    assert by_class["key_account"] == claims["key_accounts"]["approved"]
    # Key accounts are contract customers too; what is of no class keeps the two shares from reaching 100 %.
    contract = by_class["contract"] + by_class["key_account"]
    assert round(100 * contract / total, 2) == claims["contract_share"]
    assert round(100 * by_class["casual"] / total, 2) == claims["casual_share"]


def test_payout_ratio_comes_out_of_insured_income(printed: Any, files: Files, approved: pl.DataFrame) -> None:
    claims = printed["claims"]
    income = files.events(
        "income",
        "volume.recorded",
        measure=pl.String,
        customer_class=pl.String,
        period_start=pl.String,
        value=pl.String,
    ).with_columns(pl.col("value").cast(MONEY).cast(pl.Float64))
    now = income.filter(pl.col("period_start").str.starts_with(str(YEAR)))
    insured = now.filter(pl.col("measure") == "insured_income")
    key = insured.filter(pl.col("customer_class") == "key_account")["value"].sum()
    revenue = now.filter(pl.col("measure") == "revenue", pl.col("customer_class") == "key_account")[
        "value"
    ].sum()
    ratio = float(approved["amount"].sum()) / float(insured["value"].sum())
    assert round(100 * ratio, 2) == claims["payout_ratio_exact"]
    assert key == claims["key_accounts"]["insured_income"]
    assert round(100 * float(key) / float(revenue), 2) == claims["key_accounts"]["insured_share"]


def test_staff_complaints_and_calls_miss_their_targets(printed: Any, files: Files) -> None:
    internal = printed["internal_complaints"]
    told = files.told("staff_complaints")
    filed = fields_of(told, "complaint.filed", occurred_at=pl.String)
    resolved = fields_of(told, "complaint.resolved", occurred_at=pl.String)
    both = filed.join(resolved, on="originator_id", suffix="_resolved")
    in_time = both.filter(
        (moment("occurred_at_resolved") - moment("occurred_at")).dt.total_hours() < 24
    ).height
    assert in_time == 2_586
    assert 100 * in_time / filed.height < internal["resolved_within_24h_target"]


def test_everything_is_over_before_the_rules_of_august(request_at_full_scale: Request) -> None:
    moments = with_courses(request_at_full_scale).select(pl.col(pl.Datetime))
    assert max(moments.max().row(0)) < datetime(YEAR, 8, 11)  # noqa: DTZ001  local, as the desk writes it

"""At scale 1 the carrier's events give the counts of its half-year report, and the rates that follow."""

from datetime import datetime
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.sample.freight_carrier.courses import with_courses
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


def test_everything_is_over_before_the_rules_of_august(request_at_full_scale: Request) -> None:
    moments = with_courses(request_at_full_scale).select(pl.col(pl.Datetime))
    assert max(moments.max().row(0)) < datetime(YEAR, 8, 11)  # noqa: DTZ001  local, as the desk writes it

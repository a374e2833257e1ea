"""Australian injury claims: the shipped mapping tells what actuaries print of the file."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from domain.claim import ClaimClosed, ClaimPaid, ClaimReported
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import log_of
from tests.pipelines.real_files.given import (
    DATA,
    about,
    counts,
    months_between,
    rounded,
    take_in,
    told,
)

FILE = DATA / "injury_claims" / "ausautoBI8999.csv"
ZONE = "Australia/Sydney"

pytestmark = about(FILE)


@pytest.fixture(scope="module")
def store(embedded_server: RunningServer) -> Iterator[Store]:
    for opened in fresh_store(embedded_server):
        assert counts(take_in(FILE, "injury_claims", store=opened)) == (22_036, 22_036, 0, 0)
        yield opened


@pytest.fixture(scope="module")
def claims(store: Store) -> pl.DataFrame:
    """One row per claim: loss_on, reported_at, settled_at, amount."""
    log = log_of(store)
    reported = told(log, ClaimReported, zone=ZONE).select(
        "originator_id", "loss_on", reported_at="occurred_at"
    )
    paid = told(log, ClaimPaid, zone=ZONE).select("originator_id", "amount")
    closed = told(log, ClaimClosed, zone=ZONE).select("originator_id", settled_at="occurred_at")
    for other in (paid, closed):
        reported = reported.join(other, on="originator_id", validate="1:1")
    return reported


def test_every_row_is_a_claim_of_its_own(claims: pl.DataFrame) -> None:
    assert (claims.height, claims["originator_id"].n_unique()) == (22_036, 22_036)


def test_what_was_paid(claims: pl.DataFrame) -> None:
    total = claims["amount"].sum()
    assert round(Decimal(total) / claims.height, 2) == Decimal("38367.22")
    assert rounded(claims["amount"].median(), 2) == Decimal("13853.86")


def test_how_late_it_was_reported(claims: pl.DataFrame) -> None:
    lag = claims.select(months_between("loss_on", "reported_at")).to_series()
    assert rounded(lag.mean(), 4) == Decimal("9.2888")


def test_how_long_it_took_to_settle(claims: pl.DataFrame) -> None:
    months = claims.select(months_between("reported_at", "settled_at")).to_series()
    assert rounded(months.mean(), 4) == Decimal("17.0353")
    assert (months.median(), months.quantile(0.9)) == (14, 36)
    assert rounded(100 * (months <= 12).sum() / months.len(), 3) == Decimal("46.238")


@pytest.mark.parametrize(("day", "open_then"), [(date(1996, 7, 1), 7_524), (date(1999, 1, 1), 735)])
def test_what_was_open_at_the_end_of_a_day(day: date, open_then: int, claims: pl.DataFrame) -> None:
    as_of = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(ZONE))
    assert claims.filter(pl.col("reported_at") < as_of, pl.col("settled_at") >= as_of).height == open_then


def test_a_second_time_every_claim_is_known(store: Store) -> None:
    position = log_of(store)["position"].max()
    assert counts(take_in(FILE, "injury_claims", store=store)) == (22_036, 0, 22_036, 0)
    assert log_of(store)["position"].max() == position

"""Australian injury claims: by its mapping and by metrics, what actuaries print of the file."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import log_of
from tests.pipelines.real_files.given import DATA, about, counts, rounded, take_in
from tests.pipelines.sample.answered import memory_of, only
from tests.pipelines.sample.given import Told
from tests.projections.metrics.memory import Memory

FILE = DATA / "injury_claims" / "ausautoBI8999.csv"
ZONE = "Australia/Sydney"

pytestmark = about(FILE)


@pytest.fixture(scope="module")
def store(embedded_server: RunningServer) -> Iterator[Store]:
    for opened in fresh_store(embedded_server):
        assert counts(take_in(FILE, "injury_claims", store=opened)) == (22_036, 22_036, 0, 0)
        yield opened


@pytest.fixture(scope="module")
def claims(store: Store) -> Memory:
    told = log_of(store).select("topic", "originator_id", pl.col("state").cast(pl.String))
    memory = memory_of([Told(events=told, rejects=[])], "claims", "claim_payments")
    return Memory(memory.tellings, zone=ZONE)


def value(claims: Memory, metric: str, **asked: date) -> float:
    """What a metric says of all the years of the file, or of some other time."""
    found = only(claims, metric, **({"start": date(1989, 7, 1), "end": date(2000, 1, 1)} | asked)).value
    assert found is not None
    return found


def test_every_row_is_a_claim_of_its_own(claims: Memory) -> None:
    assert (value(claims, "claims"), claims.tellings["claims"].height) == (22_036, 22_036)


def test_what_was_paid(claims: Memory) -> None:
    assert rounded(value(claims, "claim_severity.mean"), 2) == Decimal("38367.22")
    assert rounded(value(claims, "claim_severity.median"), 2) == Decimal("13853.86")
    assert value(claims, "paid_amount") == 22_036 * value(claims, "claim_severity.mean")


def test_how_late_it_was_reported(claims: Memory) -> None:
    assert rounded(value(claims, "claim_report_lag_months"), 4) == Decimal("9.2888")


def test_how_long_it_took_to_settle(claims: Memory) -> None:
    assert rounded(value(claims, "claim_cycle_months"), 4) == Decimal("17.0353")
    assert (value(claims, "claim_cycle_months.median"), value(claims, "claim_cycle_months.p90")) == (14, 36)
    assert rounded(100 * value(claims, "rolling_closure_rate"), 3) == Decimal("46.238")


def test_where_every_claim_is_closed_the_estimate_is_the_median(claims: Memory) -> None:
    cycles = claims.tellings["claims"].select(pl.col("closed_at") - pl.col("reported_at")).to_series()
    middle = cycles.sort().to_list()[22_036 // 2 - 1]
    assert value(claims, "claim_cycle_days.survival") == middle / timedelta(days=1)


@pytest.mark.parametrize(("day", "open_then"), [(date(1996, 7, 1), 7_524), (date(1999, 1, 1), 735)])
def test_what_was_open_at_the_end_of_a_day(day: date, open_then: int, claims: Memory) -> None:
    tomorrow = day + timedelta(days=1)
    assert value(claims, "claims.open", start=day, end=tomorrow) == open_then
    assert only(claims, "claim_cycle_days.open_age", start=day, end=tomorrow).n == open_then


def test_a_second_time_every_claim_is_known(store: Store) -> None:
    position = log_of(store)["position"].max()
    assert counts(take_in(FILE, "injury_claims", store=store)) == (22_036, 0, 22_036, 0)
    assert log_of(store)["position"].max() == position

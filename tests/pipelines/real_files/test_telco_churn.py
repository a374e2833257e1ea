"""A telecom's customers: the shipped mapping tells who left, by contract, and what everybody was charged."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from domain.customer import (
    CustomerChurned,
    CustomerContractEnded,
    CustomerContractSigned,
    CustomerRegistered,
    CustomerUsageRecorded,
)
from infra.stores import Store
from projections.metrics.answer import Answer, answer
from projections.metrics.question import Question
from projections.runner.operate import project
from projections.storage.reader import stored_facts
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import log_of
from tests.pipelines.real_files.given import DATA, NOW, about, counts, rounded, take_in, told

FILE = DATA / "telco_churn" / "Telco-Customer-Churn.csv"
ZONE = "America/Los_Angeles"
DESCRIBED, DAY_AFTER = date(2017, 10, 1), date(2017, 10, 2)
BEGAN_IN_SEPTEMBER, BEGAN_ON_THE_DAY = 613, 11
"""Customers for one month, and for none: of the latter it is not told what they were charged."""

pytestmark = about(FILE)


@pytest.fixture(scope="module")
def store(embedded_server: RunningServer) -> Iterator[Store]:
    for opened in fresh_store(embedded_server):
        assert counts(take_in(FILE, "telco_churn", store=opened)) == (7_043, 7_043, 0, 0)
        yield opened


@pytest.fixture(scope="module")
def log(store: Store) -> pl.DataFrame:
    return log_of(store)


@pytest.fixture(scope="module")
def file() -> pl.DataFrame:
    return pl.read_csv(FILE, infer_schema=False)


def test_everybody_is_registered_and_has_a_contract(log: pl.DataFrame) -> None:
    registered = told(log, CustomerRegistered, zone=ZONE)
    signed = told(log, CustomerContractSigned, zone=ZONE)
    assert registered["originator_id"].n_unique() == signed["originator_id"].n_unique() == 7_043
    assert signed["bundle"].value_counts().filter(bundle="hard")["count"].item() == 1_473 + 1_695


def test_how_many_left(log: pl.DataFrame) -> None:
    churned = told(log, CustomerChurned, zone=ZONE)
    assert (churned.height, churned["originator_id"].n_unique()) == (1_869, 1_869)
    assert rounded(100 * churned.height / 7_043, 3) == Decimal("26.537")
    assert told(log, CustomerContractEnded, zone=ZONE).height == 1_869


@pytest.fixture(scope="module")
def projected(store: Store) -> Store:
    project(store.conninfo)
    return store


def churned(store: Store, definition: str, end: date, *, by: tuple[str, ...] = ()) -> list[Answer]:
    """The churn from September on, asked of the facts."""
    question = Question(
        metric="churn_rate", definition=definition, start=date(2017, 9, 1), end=end, zone=ZONE, by=by
    )
    with stored_facts(store.conninfo) as facts:
        return answer(facts, question, now=NOW)


def test_who_left_of_all_ever_registered(projected: Store) -> None:
    (of_all,) = churned(projected, "of_all", DAY_AFTER)
    assert (of_all.numerator, of_all.denominator) == (1_869, 7_043)
    assert rounded(100 * (of_all.value or 0), 3) == Decimal("26.537")


def test_who_left_by_contract(projected: Store) -> None:
    by_contract = {
        one.by["product"]: rounded(100 * (one.value or 0), 2)
        for one in churned(projected, "of_all", DAY_AFTER, by=("product",))
    }
    assert by_contract == {
        "Month-to-month": Decimal("42.71"),
        "One year": Decimal("11.27"),
        "Two year": Decimal("2.83"),
    }


def test_who_left_in_the_month_over_the_mean_of_its_beginning_and_end(projected: Store) -> None:
    (monthly,) = churned(projected, "monthly", DESCRIBED)
    here_by_october = 7_043 - BEGAN_ON_THE_DAY
    both = (here_by_october - BEGAN_IN_SEPTEMBER) + (here_by_october - 1_869)
    assert (monthly.numerator, monthly.denominator) == (1_869, both)
    assert monthly.value == 2 * 1_869 / both


def test_the_fact_counts_them_as_the_log_does(projected: Store) -> None:
    with stored_facts(projected.conninfo) as facts:
        customers = facts.facts("customers", columns=("customer", "registered_at", "churned_at"))
    assert (customers.height, customers["churned_at"].count()) == (7_043, 1_869)
    assert customers["churned_at"].drop_nulls().unique().to_list() == [
        datetime(2017, 10, 1, 6, 59, 59, 999_999, tzinfo=UTC)
    ]


def test_what_was_charged_adds_up_to_the_totals(log: pl.DataFrame, file: pl.DataFrame) -> None:
    usage = told(log, CustomerUsageRecorded, zone=ZONE)
    total = file.select(pl.col("TotalCharges").str.strip_chars().replace("", None).cast(pl.Decimal(38, 4)))
    assert total.null_count().item() == 11
    assert usage["spend"].sum() == total.sum().item()
    assert usage.filter(pl.col("spend") < 0).is_empty()


def test_how_long_they_had_been_customers(log: pl.DataFrame, file: pl.DataFrame) -> None:
    began = told(log, CustomerRegistered, zone=ZONE).select(
        pl.col("originator_id").str.strip_prefix("customer-telco:").alias("customerID"),
        tenure=12 * (2017 - pl.col("occurred_at").dt.year().cast(pl.Int64))
        + 10
        - pl.col("occurred_at").dt.month(),
    )
    both = file.select("customerID", told=pl.col("tenure").cast(pl.Int64)).join(began, on="customerID")
    assert both.height == 7_043
    assert both.filter(pl.col("told") != pl.col("tenure")).is_empty()


def test_a_second_time_every_customer_is_known(store: Store, log: pl.DataFrame) -> None:
    assert counts(take_in(FILE, "telco_churn", store=store)) == (7_043, 0, 7_043, 0)
    assert log_of(store)["position"].max() == log["position"].max()

"""A month of consumer complaints: the shipped mapping tells what became of each, metrics count them."""

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from domain.complaint import (
    ComplaintAssigned,
    ComplaintFiled,
    ComplaintFollowUpRecorded,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintResolved,
)
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import kefu, log_of
from tests.pipelines.real_files.given import DATA, MAPPINGS, about, counts, take_in, told

FILE = DATA / "consumer_complaints" / "Consumer_Complaints_2016-09.csv"
ZONE = "America/New_York"

pytestmark = about(FILE)


@pytest.fixture(scope="module")
def store(embedded_server: RunningServer) -> Iterator[Store]:
    for opened in fresh_store(embedded_server):
        mapping = MAPPINGS / "consumer_complaints.yaml"
        ran = kefu("ingest", FILE, "--mapping", mapping, environ=opened.settings.environ())
        assert f"{FILE}: 349 records = 349 appended + 0 already known + 0 rejected" in ran.stdout
        assert kefu("project", environ=opened.settings.environ()).status == 0
        yield opened


@pytest.fixture(scope="module")
def log(store: Store) -> pl.DataFrame:
    return log_of(store)


@pytest.fixture(scope="module")
def file() -> pl.DataFrame:
    return pl.read_csv(FILE, infer_schema=False)


SEPTEMBER, AUTUMN = ("2016-09-01", "2016-10-01"), ("2016-09-01", "2016-12-01")


def answered(store: Store, metric: str, *question: str, period: tuple[str, str]) -> pl.DataFrame:
    """What `kefu metric` says of a period."""
    start, end = period
    options = ("--from", start, "--to", end, "--format", "json")
    ran = kefu("metric", metric, *question, *options, environ=store.settings.environ())
    return pl.read_json(ran.stdout.encode())


def asked(store: Store, *question: str) -> list[tuple[str, int]]:
    """What `kefu metric complaints` counts in September, by whatever it was asked by."""
    rows = answered(store, "complaints", *question, period=SEPTEMBER)
    by = question[-1] if question else "metric"
    by = "by_unit" if by == "unit" else by
    return sorted(rows.select(by, pl.col("numerator").cast(pl.Int64)).rows())


def counted(file: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    """How many rows of the file say what."""
    return sorted(file[column].value_counts().cast({"count": pl.Int64}).rows())


def test_the_metric_counts_every_complaint_of_the_month(store: Store) -> None:
    assert asked(store) == [("complaints", 349)]


def test_the_metric_by_product_and_channel_is_what_the_file_says(store: Store, file: pl.DataFrame) -> None:
    assert asked(store, "--by", "line") == counted(file, "Product")
    assert asked(store, "--by", "channel") == [
        ("hotline", 17),
        ("letter", 7),
        ("online", 314),
        ("referral", 11),
    ]


def test_companies_are_the_units_that_answer(store: Store, log: pl.DataFrame, file: pl.DataFrame) -> None:
    by_company = asked(store, "--by", "unit")
    assert len({company for company, _ in by_company}) == 107
    assert sorted(count for _, count in by_company) == sorted(count for _, count in counted(file, "Company"))
    assert told(log, ComplaintAssigned, zone=ZONE)["to_unit"].n_unique() == 107


def test_days_are_the_files_own(log: pl.DataFrame, file: pl.DataFrame) -> None:
    for event_class, column in (
        (ComplaintFiled, "Date received"),
        (ComplaintAssigned, "Date sent to company"),
    ):
        days = told(log, event_class, zone=ZONE)["occurred_at"].dt.strftime("%m/%d/%Y")
        assert sorted(days) == sorted(file[column])
    assert told(log, ComplaintFiled, zone=ZONE)["occurred_at"].dt.date().min() == date(2016, 9, 12)


def test_every_answer_was_in_time(log: pl.DataFrame) -> None:
    due = told(log, ComplaintAssigned, zone=ZONE).select("originator_id", "due_at")
    replied = told(log, ComplaintReplied, zone=ZONE).join(due, on="originator_id", validate="1:1")
    assert replied.height == 349
    in_time = pl.col("occurred_at") <= pl.col("due_at")
    assert replied.filter(in_time).height == 349


def test_the_metric_says_that_every_answer_was_in_time(store: Store) -> None:
    on_time = answered(store, "complaints_on_time", period=AUTUMN)
    assert on_time.select("numerator", "denominator", "value").rows() == [(349, 349, 1.0)]


def test_shares_by_issue_are_those_of_the_file(store: Store, file: pl.DataFrame) -> None:
    issues = dict(counted(file, "Issue"))
    shares = answered(store, "complaint_share", "--by", "category", period=SEPTEMBER)
    assert dict(shares.select("category", "value").rows()) == {
        issue: count / 349 for issue, count in issues.items()
    }


def test_first_replies_took_as_long_as_the_file_says(store: Store, log: pl.DataFrame) -> None:
    filed = told(log, ComplaintFiled, zone=ZONE).select("originator_id", filed_at="occurred_at")
    replied = told(log, ComplaintReplied, zone=ZONE).join(filed, on="originator_id", validate="1:1")
    hours = (replied["occurred_at"] - replied["filed_at"]).dt.total_milliseconds().mean()
    (value,) = answered(store, "first_reply_hours", period=AUTUMN)["value"]
    assert isinstance(hours, float)
    assert value == pytest.approx(hours / 3_600_000)


def test_what_was_disputed_is_open_and_nothing_is_closed(store: Store) -> None:
    still_open = answered(store, "complaints", "--definition", "open", period=AUTUMN)
    assert still_open["numerator"].to_list() == [349]
    disputed = answered(store, "complaints", "--by", "resolved_outcome", period=SEPTEMBER)
    unsettled = disputed.filter(pl.col("resolved_outcome").is_null())["numerator"].to_list()
    assert unsettled == [69 + 41]


def test_what_the_companies_answered(log: pl.DataFrame, file: pl.DataFrame) -> None:
    resolved = told(log, ComplaintResolved, zone=ZONE)
    assert resolved.height == 349 - 69
    said = file.filter(pl.col("Company response to consumer") != "In progress")
    assert counted(resolved, "outcome") == counted(said, "Company response to consumer")


def test_who_disputed_was_not_content(log: pl.DataFrame) -> None:
    follow_ups = told(log, ComplaintFollowUpRecorded, zone=ZONE)
    assert follow_ups["resolved"].to_list() == [False] * 41
    assert told(log, ComplaintReopened, zone=ZONE).height == 41


def test_a_second_time_every_complaint_is_known(store: Store, log: pl.DataFrame) -> None:
    assert counts(take_in(FILE, "consumer_complaints", store=store)) == (349, 0, 349, 0)
    assert log_of(store)["position"].max() == log["position"].max()

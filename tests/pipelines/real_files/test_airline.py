"""A frequent-flyer programme of two years: points, members and tiers as its files say, overdrafts and all."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from domain.broken_rules import broken_rules
from domain.customer import CustomerRegistered
from domain.member import MemberClosed, MemberEnrolled, MemberPointsEarned, MemberPointsRedeemed
from domain.organisation.rules import RuleBook, read_rules
from domain.streams import MEMBER
from domain.topics import TOPICS
from infra.stores import Store
from projections.metrics.answer import Answer, answer
from projections.metrics.question import Question
from projections.runner.operate import project
from projections.storage.reader import StoredFacts, stored_facts
from projections.views.ledger_proof import unproven
from projections.views.member_standings import MEMBER_STANDINGS
from projections.views.point_redemption import POINT_REDEMPTION
from projections.views.points_liability import POINTS_LIABILITY
from projections.views.reading import ViewReading
from projections.views.view import View
from tests.conftest import RunningServer, fresh_store
from tests.examples import rule
from tests.pipelines.given import log_of
from tests.pipelines.real_files.given import DATA, NOW, about, counts, rounded, take_in, told

FOLDER = DATA / "airline_loyalty"
FLIGHTS, MEMBERS = FOLDER / "Customer Flight Activity.csv", FOLDER / "Customer Loyalty History.csv"
ZONE = "America/Toronto"

OVERDRAFT = '{"tiers": [{"name": "Star"}, {"name": "Nova"}, {"name": "Aurora"}], "overdraft": true}'

pytestmark = about(FLIGHTS)


def reads_nobody(_ids: tuple[str, ...], _at: datetime) -> dict[str, Any]:
    """A membership is judged by itself."""
    return {}


@pytest.fixture(scope="module")
def store(embedded_server: RunningServer) -> Iterator[Store]:
    for opened in fresh_store(embedded_server):
        assert counts(take_in(MEMBERS, "airline_members", store=opened)) == (16_737, 16_737, 0, 0)
        months = take_in(FLIGHTS, "airline_loyalty", store=opened)
        assert counts(months) == (405_624, 207_632, 0, 197_992)
        assert months.reasons == {"no_points": 197_992}
        yield opened


@pytest.fixture(scope="module")
def log(store: Store) -> pl.DataFrame:
    return log_of(store)


@pytest.fixture(scope="module")
def earned(log: pl.DataFrame) -> pl.DataFrame:
    return told(log, MemberPointsEarned, zone=ZONE)


@pytest.fixture(scope="module")
def redeemed(log: pl.DataFrame) -> pl.DataFrame:
    return told(log, MemberPointsRedeemed, zone=ZONE)


@pytest.fixture(scope="module")
def balances(log: pl.DataFrame, earned: pl.DataFrame, redeemed: pl.DataFrame) -> pl.DataFrame:
    """One row per member: member, earned, redeemed, balance, tier."""
    enrolled = told(log, MemberEnrolled, zone=ZONE).select("originator_id", "tier")
    for events, name in ((earned, "earned"), (redeemed, "redeemed")):
        sums = events.group_by("originator_id").agg(pl.col("points").sum().alias(name))
        enrolled = enrolled.join(sums, on="originator_id", how="left", validate="1:1")
    whole = enrolled.with_columns(pl.col("earned", "redeemed").fill_null(Decimal(0)))
    member = pl.col("originator_id").str.strip_prefix("member-airline:")
    return whole.select(
        "earned", "redeemed", "tier", member=member, balance=pl.col("earned") - pl.col("redeemed")
    )


@pytest.fixture(scope="module")
def facts(store: Store) -> Iterator[StoredFacts]:
    project(store.conninfo)
    with stored_facts(store.conninfo) as opened:
        yield opened


def asked(facts: StoredFacts, metric: str, *, by: tuple[str, ...] = ()) -> list[Answer]:
    """All that happened, in Toronto's days: members may have enrolled from 2012 on."""
    question = Question(metric=metric, start=date(2012, 1, 1), end=date(2019, 1, 1), by=by, zone=ZONE)
    return answer(facts, question, now=NOW)


def test_what_was_earned_and_redeemed(earned: pl.DataFrame, redeemed: pl.DataFrame) -> None:
    given, spent = earned["points"].sum(), redeemed["points"].sum()
    assert (given, spent) == (Decimal("50172736.25"), Decimal(12_451_388))
    assert rounded(100 * Decimal(spent) / Decimal(given), 4) == Decimal("24.8170")


def test_every_row_is_a_lot_and_a_redemption_of_its_own(earned: pl.DataFrame, redeemed: pl.DataFrame) -> None:
    assert (earned.height, redeemed.height) == (207_632, 24_181)
    assert earned.select("originator_id", "lot_id").n_unique() == 207_632
    assert redeemed.select("originator_id", "redemption_id").n_unique() == 24_181
    assert redeemed["originator_id"].n_unique() == 11_560


def test_a_months_points_happen_at_its_last_microsecond(earned: pl.DataFrame) -> None:
    at = earned["occurred_at"].unique().sort()
    assert at.len() == 24
    assert at.dt.offset_by("1us").dt.strftime("%d %H:%M:%S%.6f").unique().to_list() == ["01 00:00:00.000000"]


def test_the_closing_balance_of_every_member(balances: pl.DataFrame) -> None:
    sums = dict.fromkeys(("earned", "redeemed", "balance"), pl.Decimal(38, 4))
    reference = pl.read_csv(FOLDER / "reference_balances.csv", schema_overrides={"member": pl.String, **sums})
    both = reference.join(balances, on="member", suffix="_told", validate="1:1")
    assert both.height == reference.height == 16_737
    for name in ("earned", "redeemed", "balance", "tier"):
        assert both.filter(pl.col(name) != pl.col(f"{name}_told")).is_empty(), name
    assert balances["balance"].sum() == Decimal("37721348.25")


def test_who_is_above_at_and_below_zero(balances: pl.DataFrame) -> None:
    balance = balances["balance"]
    assert ((balance > 0).sum(), (balance == 0).sum(), (balance < 0).sum()) == (15_024, 1_501, 212)


def test_whoever_ends_below_zero_broke_a_rule_of_the_ledger(
    log: pl.DataFrame, balances: pl.DataFrame
) -> None:
    below = balances.filter(pl.col("balance") < 0)["member"]
    strictly, leniently = RuleBook(), read_rules([rule("programme", "airline", OVERDRAFT)])
    for stream in ("member-airline:" + below).to_list():
        events = [
            TOPICS[row["topic"]].from_json(
                row["state"].encode(), originator_id=stream, originator_version=row["originator_version"]
            )
            for row in log.filter(originator_id=stream).iter_rows(named=True)
        ]
        broken = broken_rules(events, stream=MEMBER, rules=strictly, read=reads_nobody)
        assert {one.rule for one in broken} == {"redemptions_stay_within_the_balance"}
        assert broken_rules(events, stream=MEMBER, rules=leniently, read=reads_nobody) == ()


def test_members_by_tier_and_how_many_cancelled(log: pl.DataFrame) -> None:
    enrolled, closed = told(log, MemberEnrolled, zone=ZONE), told(log, MemberClosed, zone=ZONE)
    assert dict(enrolled["tier"].value_counts().iter_rows()) == {
        "Star": 7_637,
        "Nova": 5_671,
        "Aurora": 3_429,
    }
    assert (closed.height, rounded(100 * closed.height / enrolled.height, 4)) == (2_067, Decimal("12.3499"))
    assert told(log, CustomerRegistered, zone=ZONE)["customer_id"].n_unique() == 16_737
    assert (
        enrolled["campaign_id"].value_counts().filter(campaign_id="airline:2018%20Promotion")["count"].item()
        == 971
    )


@pytest.mark.parametrize(
    ("metric", "value", "n"),
    [
        ("points_earned", 50_172_736.25, 207_632),
        ("points_redeemed", 12_451_388, 24_181),
        ("points_outstanding.vintage", 37_721_348.25, 207_632 + 212),
        ("points_outstanding.at_end", 37_721_348.25, 207_632 - 24_181),
        ("members.redeeming", 11_560, 24_181),
        ("members.enrolled", 16_737, 16_737),
        ("members.closed", 2_067, 2_067),
        ("members.count", 16_737 - 2_067, 16_737 - 2_067),
    ],
)
def test_a_metric_is_the_files_figure(facts: StoredFacts, metric: str, value: float, n: int) -> None:
    [told_by_facts] = asked(facts, metric)
    assert (told_by_facts.value, told_by_facts.n) == (value, n)


@pytest.mark.parametrize(
    ("metric", "percent"),
    [
        ("redemption_rate.period", "24.8170"),
        ("redemption_rate.vintage", "24.8170"),
        ("unspent_ratio", "75.1830"),
        ("members.closed_share", "12.3499"),
    ],
)
def test_a_share_is_the_files_figure(facts: StoredFacts, metric: str, percent: str) -> None:
    [told_by_facts] = asked(facts, metric)
    assert rounded(100 * Decimal(str(told_by_facts.value)), 4) == Decimal(percent)


def test_members_by_tier_are_the_files_figures(facts: StoredFacts) -> None:
    by_tier = {
        one.by["enrolled_tier"]: one.value for one in asked(facts, "members.enrolled", by=("enrolled_tier",))
    }
    assert by_tier == {"Star": 7_637, "Nova": 5_671, "Aurora": 3_429}


def test_lots_add_up_to_every_members_reference_balance(facts: StoredFacts) -> None:
    lots = facts.facts("member_lots", columns=("earned", "drawn", "balance"))
    sums = lots.group_by(member=pl.col("member").str.strip_prefix("member-airline:")).agg(
        pl.col("earned", "balance").sum(), redeemed=pl.col("drawn").sum()
    )
    amounts = dict.fromkeys(("earned", "redeemed", "balance"), pl.Decimal(38, 4))
    reference = pl.read_csv(
        FOLDER / "reference_balances.csv", schema_overrides={"member": pl.String, **amounts}
    )
    both = reference.join(sums, on="member", how="left", suffix="_of_lots").fill_null(0)
    for name in amounts:
        assert both.filter(pl.col(name) != pl.col(f"{name}_of_lots")).is_empty(), name
    owed = lots.filter(pl.col("lot_id") == "overdraft", pl.col("balance") < 0)
    assert (owed.height, (both["balance_of_lots"] > 0).sum()) == (212, 15_024)


@pytest.fixture(scope="module")
def at_the_end(facts: StoredFacts) -> ViewReading:
    """The files as they stood when 2018 was over in Toronto."""
    end = datetime(2019, 1, 1, 5, tzinfo=UTC)
    return ViewReading(source=facts, now=NOW, as_of=end, known_at=end)


def differences(reading: ViewReading, view: View, rows: pl.DataFrame) -> dict[str, list[Any]]:
    found = {one.name: one.differences(reading, rows).rows() for one in view.reconciliations}
    return {name: differs for name, differs in found.items() if differs}


def test_the_views_of_points_say_what_the_files_say(at_the_end: ViewReading) -> None:
    redeemed, lots = POINT_REDEMPTION.made(at_the_end), POINTS_LIABILITY.made(at_the_end)
    assert (redeemed["points"].sum(), redeemed["redemptions"].sum()) == (12_451_388, 24_181)
    assert redeemed["first_redeemers"].sum() == 11_560
    given, spent = lots["earned"].sum(), lots["drawn"].sum()
    assert (given, lots["lots"].sum()) == (Decimal("50172736.25"), 207_632)
    assert rounded(100 * Decimal(spent) / Decimal(given), 4) == Decimal("24.8170")
    assert lots["balance"].sum() == Decimal("37721348.25")
    assert differences(at_the_end, POINT_REDEMPTION, redeemed) == {}
    assert differences(at_the_end, POINTS_LIABILITY, lots) == {}


def test_the_ledger_of_every_member_is_proven(at_the_end: ViewReading) -> None:
    assert unproven(at_the_end).is_empty()


def test_members_standing_say_who_has_what_and_who_cancelled(at_the_end: ViewReading) -> None:
    standing = MEMBER_STANDINGS.made(at_the_end)
    amounts = dict.fromkeys(("earned", "redeemed", "balance"), pl.Decimal(38, 4))
    reference = pl.read_csv(
        FOLDER / "reference_balances.csv", schema_overrides={"member": pl.String, **amounts}
    )
    named = standing.with_columns(member=pl.col("member_id").str.strip_prefix("airline:"))
    both = reference.join(named, on="member", how="left", suffix="_in_view", validate="1:1")
    assert both.height == standing.height == 16_737
    for name in ("earned", "redeemed", "balance", "tier"):
        assert both.filter(pl.col(name).ne_missing(pl.col(f"{name}_in_view"))).is_empty(), name
    closed = standing["closed_at"].count()
    assert (closed, rounded(100 * closed / standing.height, 4)) == (2_067, Decimal("12.3499"))


def test_a_second_time_every_record_is_known(store: Store, log: pl.DataFrame) -> None:
    assert counts(take_in(MEMBERS, "airline_members", store=store)) == (16_737, 0, 16_737, 0)
    assert counts(take_in(FLIGHTS, "airline_loyalty", store=store)) == (405_624, 0, 207_632, 197_992)
    assert log_of(store)["position"].max() == log["position"].max()

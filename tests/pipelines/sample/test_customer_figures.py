"""The branch's printed figures of customers come out of their metrics, a tenth of it being printed alike."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.organisation import read_organisation
from pipelines.sample.organisations import ORGANISATIONS
from projections.views.high_value_retention import HIGH_VALUE_RETENTION
from tests.pipelines.sample.answered import memory_of, only
from tests.pipelines.sample.given import NOW, SHARED_FIGURES, request_for, told, written
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory

BRANCH = "mobile_operator"
TENTH = 10
ELEVEN_MONTHS: dict[str, Any] = {"start": date(2025, 1, 1), "end": date(2025, 12, 1)}
BUNDLED = {"hard": "hard", "soft": "soft", "total": "bundled"}
MID_HIGH: dict[str, Any] = {"where": {"population": ["mid_high"]}}
CUSTOMERS: dict[str, tuple[str, ...]] = {
    "customers": ("customers",),
    "values": ("customer_classes",),
    "departures": ("churns",),
    "contracts": ("contracts",),
}
CAMPAIGNS = {
    "campaigns": ("campaigns",),
    "assignments": ("campaign_assignments",),
    "contacts": ("contacts", "callbacks", "callback_attempts"),
    "departures": ("churns",),
    "complaints": ("complaints",),
}


@pytest.fixture(scope="module")
def printed() -> Any:
    if not SHARED_FIGURES.exists():
        pytest.skip(f"there is no {SHARED_FIGURES}")
    return yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))[BRANCH]


def facts_of(folder: Path, files: dict[str, tuple[str, ...]]) -> Memory:
    """The facts that each of these files is read for, and the branch's rules."""
    request = request_for(folder, scale=f"1/{TENTH}")
    chosen = [told(one) for name in files for one in written(BRANCH, request, only=name)]
    facts = dict.fromkeys(fact for facts in files.values() for fact in facts)
    return Memory({**memory_of(chosen, *facts).tellings, "organisation_rules": rules()})


def rules() -> pl.DataFrame:
    shipped = read_organisation(ORGANISATIONS[BRANCH].rules)
    told_rules = [rule._asdict() | {"organisation": "organisation-x:x"} for rule in shipped]
    return frame("organisation_rules", told_rules)


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    return facts_of(tmp_path_factory.mktemp("branch"), CUSTOMERS)


@pytest.fixture(scope="module")
def campaigns(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    return facts_of(tmp_path_factory.mktemp("campaigns"), CAMPAIGNS)


def percent(memory: Memory, metric: str, **asked: Any) -> float:
    value = only(memory, metric, **ELEVEN_MONTHS, **asked).value
    assert value is not None
    return round(100 * value, 1)


def test_the_monthly_mean_of_customers_of_middle_and_high_value(branch: Memory, printed: Any) -> None:
    by_population = only(branch, "customers.mean_of_months", **ELEVEN_MONTHS, **MID_HIGH)
    by_value = only(branch, "customers.mean_of_months", **ELEVEN_MONTHS, where={"value": ["mid", "high"]})
    assert by_population.value == by_value.value
    # Arrivals and departures of a tenth are rounded month by month.
    assert round(by_value.value or 0) == printed["mid_high_customers"]["monthly_mean"] / TENTH


def test_who_was_of_middle_or_high_value_on_the_snapshot_day_and_still_is(
    branch: Memory, printed: Any
) -> None:
    wanted = printed["mid_high_customers"]["snapshot_retention"]
    assert percent(branch, "cohort_retention", **MID_HIGH) == wanted


def test_the_view_of_retention_says_at_the_end_of_november_what_the_report_prints(
    branch: Memory, printed: Any
) -> None:
    november_ends = datetime(2025, 11, 30, 16, tzinfo=UTC)
    rows = HIGH_VALUE_RETENTION.rows(branch, now=NOW, as_of=november_ends)
    mid_high = rows.filter(pl.col("population") == "mid_high").drop("population")
    sums = {
        name: int(mid_high[name].sum()) for name in ("cohort", "kept", "customers", "hard", "soft", "bundled")
    }
    wanted = printed["mid_high_customers"]
    assert round(100 * sums["kept"] / sums["cohort"], 1) == wanted["snapshot_retention"]
    rates = {name: round(100 * sums[part] / sums["customers"], 1) for name, part in BUNDLED.items()}
    assert rates == {name: wanted["bundle"][name] for name in BUNDLED}


def test_bundles_of_customers_of_middle_and_high_value(branch: Memory, printed: Any) -> None:
    bundle = printed["mid_high_customers"]["bundle"]
    rates = {name: percent(branch, f"bundle_rate.{name}", **MID_HIGH) for name in ("hard", "soft", "total")}
    assert rates == {name: bundle[name] for name in rates}
    assert round(rates["hard"] + rates["soft"] - rates["total"], 1) == 35.8


def test_deep_bundles_are_not_said_to_be_anything(branch: Memory) -> None:
    deep = only(branch, "bundle_rate.deep", **ELEVEN_MONTHS, **MID_HIGH)
    assert (deep.value, deep.denominator) == (None, 0)


def test_sensitive_customers_cared_for_and_who_took_part(campaigns: Memory, printed: Any) -> None:
    care = only(campaigns, "campaign_response_rate", **ELEVEN_MONTHS, where={"campaign_id": ["crm:HD01"]})
    register = printed["register"]
    assert (care.denominator, care.numerator) == (
        register["sensitive_customers_cared_for"] / TENTH,
        register["took_part"] / TENTH,
    )


def test_awareness_of_advantages_and_of_interaction(campaigns: Memory, printed: Any) -> None:
    register = printed["register"]
    shares = [
        percent(campaigns, "awareness_rate", where={"campaign_id": [name]})
        for name in ("crm:HD03", "crm:HD04")
    ]
    assert shares == [register["advantage_awareness"], register["interaction_awareness"]]


def test_how_often_customers_were_informed(tmp_path: Path, printed: Any) -> None:
    notices = facts_of(tmp_path, {"notices": ("contacts", "callbacks", "callback_attempts")})
    informed = only(notices, "contacts_per_customer", **ELEVEN_MONTHS)
    assert informed.numerator == printed["register"]["informed"] / TENTH
    assert only(notices, "over_contacted_share", **ELEVEN_MONTHS).value == 0


def test_the_uplift_of_the_offer_lies_within_its_interval(campaigns: Memory) -> None:
    asked: dict[str, Any] = ELEVEN_MONTHS | {"where": {"campaign_id": ["crm:HD02"]}}
    lower, uplift, upper = (
        only(campaigns, f"campaign_uplift.{name}", **asked).value
        for name in ("lower_95", "points", "upper_95")
    )
    assert lower is not None
    assert uplift is not None
    assert upper is not None
    assert lower < uplift < upper

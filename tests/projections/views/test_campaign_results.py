"""What came of a campaign is told arm by arm, once the time is over in which it may still come."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from projections.metrics.catalogue.uplift import newcombe
from projections.views.campaign_results import CAMPAIGN_RESULTS
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered, rows_of

ASSIGNED = at("2024-01-10T02:00")
MATURE = at("2024-04-09T16:00")
Told = dict[str, Any]


def told(row: Told, when: datetime) -> Told:
    return row | {"first_occurred_at": when, "last_recorded_at": when}


def assigned(number: int, arm: str | None, when: datetime = ASSIGNED, **columns: Any) -> Told:
    named = {"customer": f"customer-x:{number}", "campaign_id": "crm:g1", "arm": arm}
    return told(named | {"assigned_at": when} | columns, when)


def contact(number: int, when: datetime, campaign: str | None = "crm:g1") -> Told:
    named = {"customer": f"customer-x:{number}", "version": 7, "channel": "phone", "purpose": "offer"}
    return told(named | {"contacted_at": when, "campaign_id": campaign}, when)


def churn(number: int, when: datetime) -> Told:
    return told({"customer": f"customer-x:{number}", "version": 9, "churned_at": when}, when)


def complaint(number: int, when: datetime) -> Told:
    return told({"complaint": f"complaint-x:{number}", "customer_id": f"x:{number}", "filed_at": when}, when)


def rule(name: str, days: int) -> Told:
    return {
        "organisation": "organisation-x:x",
        "kind": "campaign_window",
        "name": name,
        "valid_from": date(2020, 1, 1),
        "body": str(days),
    }


def later(days: int) -> datetime:
    return ASSIGNED + timedelta(days=days)


OFFER: dict[str, Any] = {
    "campaigns": [{"campaign": "campaign-crm:g1", "kind": "offer"}],
    "campaign_assignments": [
        assigned(1, "treated", responded_at=later(3)),
        assigned(2, "treated", responded_at=later(90)),
        assigned(3, "treated"),
        assigned(4, "control"),
        assigned(5, "control"),
    ],
    "contacts": [
        contact(1, later(1)),
        contact(1, later(2)),
        contact(2, later(-1)),
        contact(3, later(1), None),
        contact(5, later(4)),
    ],
    "churns": [churn(3, later(90)), churn(4, later(10))],
    "complaints": [complaint(1, later(5)), complaint(2, later(-5))],
}


def results(as_of: datetime = MATURE, **facts: Any) -> list[Told]:
    return rows_of(CAMPAIGN_RESULTS, as_of=as_of, **OFFER | facts)


def test_the_treated_against_those_left_alone() -> None:
    control, treated = results()
    lower, upper = newcombe(
        {
            "campaign_treated": 3,
            "campaign_treated_kept": 3,
            "campaign_control": 2,
            "campaign_control_kept": 1,
        }
    ) or (None, None)
    assert lower is not None
    assert upper is not None
    assert treated == {
        "campaign_id": "crm:g1",
        "arm": "treated",
        "kind": "offer",
        "first_assigned_on": date(2024, 1, 10),
        "last_assigned_on": date(2024, 1, 10),
        "window_days": 90,
        "is_mature": True,
        "matures_on": date(2024, 4, 9),
        "assigned": 3,
        "contacted": 1,
        "responded_so_far": 1,
        "judged": 3,
        "responded": 1,
        "response_rate": 1 / 3,
        "kept": 3,
        "kept_rate": 1.0,
        "complaints": 1,
        "complaints_per_customer": 1 / 3,
        "uplift_points": 50.0,
        "uplift_lower_points": round(100 * lower, 6),
        "uplift_upper_points": round(100 * upper, 6),
    }
    assert (control["arm"], control["contacted"], control["kept"]) == ("control", 1, 1)
    assert (control["uplift_points"], control["uplift_lower_points"]) == (None, None)


def test_until_the_window_is_over_nothing_is_judged_and_the_row_says_until_when() -> None:
    _, treated = results(at("2024-04-09T15:59"))
    assert (treated["is_mature"], treated["judged"], treated["responded_so_far"]) == (False, 0, 1)
    assert (treated["matures_on"], treated["response_rate"]) == (date(2024, 4, 9), None)
    assert treated["uplift_points"] is None


def test_who_was_assigned_later_is_judged_later() -> None:
    rows = [*OFFER["campaign_assignments"], assigned(6, "treated", at("2024-01-10T16:00"))]
    _, treated = results(campaign_assignments=rows)
    assert (treated["assigned"], treated["judged"], treated["is_mature"]) == (4, 3, False)
    assert (treated["last_assigned_on"], treated["matures_on"]) == (date(2024, 1, 11), date(2024, 4, 10))


@pytest.mark.parametrize(("days", "responded", "kept"), [(3, 0, 3), (4, 1, 3), (91, 2, 2)])
def test_the_window_is_the_organisation_s(days: int, responded: int, kept: int) -> None:
    _, treated = results(later(200), organisation_rules=[rule("any", 30), rule("crm:g1", days)])
    assert (treated["window_days"], treated["responded"], treated["kept"]) == (days, responded, kept)


def test_every_treated_arm_has_its_own_uplift() -> None:
    rows = [assigned(1, "gift"), assigned(2, "call"), assigned(3, "control"), assigned(4, None)]
    told_arms = {row["arm"]: row["uplift_points"] for row in results(campaign_assignments=rows, churns=[])}
    assert told_arms == {"call": 0.0, "gift": 0.0, "control": None, None: None}


def test_a_campaign_is_shown_whole_for_a_year_after_its_last_assignment() -> None:
    rows = [assigned(1, "treated", at("2023-01-10T02:00")), assigned(2, "treated", at("2023-05-31T02:00"))]
    still, gone = (
        results(as_of, campaign_assignments=rows)
        for as_of in (at("2024-05-29T16:00"), at("2024-05-30T16:00"))
    )
    assert [(row["assigned"], row["first_assigned_on"]) for row in still] == [(2, date(2023, 1, 10))]
    assert gone == []


def test_an_attempt_to_call_back_for_the_campaign_is_a_contact() -> None:
    attempt = {"callback": "callback-x:1", "version": 2, "attempted_at": later(1)}
    scheduled = {"callback": "callback-x:1", "customer_id": "x:3", "campaign_id": "crm:g1"}
    _, treated = results(contacts=[], callback_attempts=[told(attempt, later(1))], callbacks=[scheduled])
    assert treated["contacted"] == 1


def test_what_was_told_later_is_not_known_on_the_day() -> None:
    late = [churn(1, later(20)) | {"last_recorded_at": later(100)}]
    then = results(churns=late)[1]
    now = rows_of(CAMPAIGN_RESULTS, as_of=MATURE, known_at=NOW, **OFFER | {"churns": late})[1]
    assert (then["kept"], now["kept"]) == (3, 2)


@pytest.mark.parametrize("days", [30, 90, 100])
@pytest.mark.parametrize("after", [5, 60, 95, 120])
def test_the_metrics_say_the_same(after: int, days: int) -> None:
    rows = [*OFFER["campaign_assignments"], assigned(6, "gift", later(2)), assigned(7, None)]
    facts = OFFER | {"campaign_assignments": rows, "organisation_rules": [rule("any", days)]}
    moment = later(after).replace(hour=16)
    reading = ViewReading(source=remembered(**facts), now=NOW, as_of=moment, known_at=moment)
    made = CAMPAIGN_RESULTS.made(reading)
    assert made["assigned"].sum() == 7
    checks = {check.name: check.differences(reading, made) for check in CAMPAIGN_RESULTS.reconciliations}
    assert {name for name, differing in checks.items() if not differing.is_empty()} == set()
    held = made.select(pl.all_horizontal(*CAMPAIGN_RESULTS.ranges.values()).alias("held"))["held"]
    assert held.all()


def test_a_forged_row_is_found_by_every_reconciliation() -> None:
    reading = ViewReading(source=remembered(**OFFER), now=NOW, as_of=MATURE, known_at=MATURE)
    made = CAMPAIGN_RESULTS.made(reading)
    forged = made.with_columns(pl.col("responded", "kept", "complaints") + 1)
    assert all(
        not check.differences(reading, forged).is_empty()
        for check in CAMPAIGN_RESULTS.reconciliations
        if check.name != "uplift"
    )
    uplift = CAMPAIGN_RESULTS.reconciliations[-1]
    lost = made.with_columns(kept=pl.when(arm="treated").then(2).otherwise("kept"))
    assert uplift.differences(reading, lost).height == 1
    figure = CAMPAIGN_RESULTS.figure
    assert (figure.value(made, reading.day), figure.value(made.head(0), reading.day)) == (1 / 3, None)


def test_without_campaigns_there_is_nothing() -> None:
    assert rows_of(CAMPAIGN_RESULTS) == []

"""A warning says what was done about it and whether in time; facts warn by themselves too."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from projections.views.early_warnings import EARLY_WARNINGS
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered, rows_of
from tests.projections.views.warnings_told import (
    TODAY,
    Told,
    action,
    before,
    churn,
    contact,
    contract,
    told,
    usage,
    warning,
)


def warned(as_of: datetime = TODAY, **facts: Any) -> list[Told]:
    return rows_of(EARLY_WARNINGS, as_of=as_of, **facts)


def test_the_first_action_after_a_warning_answers_it() -> None:
    (only,) = warned(
        warnings=[warning(1, 20, due=15, unit="east", agent_id="desk:liu", tier="gold")],
        retention_actions=[action(1, 21), action(1, 16, version=6), action(1, 15)],
        contacts=[contact(1, 15.5), contact(2, 19)],
    )
    assert only == {
        "customer_id": "x:1",
        "warning": "competitor_contact x:1 #1",
        "kind": "competitor_contact",
        "is_recorded": True,
        "warned_at": before(20),
        "due_at": before(15),
        "unit": "east",
        "agent_id": "desk:liu",
        "tier": "gold",
        "status": "acted_on",
        "is_in_time": True,
        "acted_at": before(16),
        "action": "retention_action",
        "action_kind": "credit",
        "outcome": "accepted",
        "acted_by": "desk:liu",
    }


@pytest.mark.parametrize(
    ("due", "contacted", "status", "in_time"),
    [
        (5, 10, "acted_on", True),
        (5, 5, "acted_on", True),
        (5, 4, "acted_on", False),
        (5, None, "overdue", False),
        (0.001, None, "overdue", False),
        (0, None, "open", None),
        (-5, None, "open", None),
        (-5, 3, "acted_on", True),
        (None, None, "open", None),
        (None, 3, "acted_on", None),
    ],
)
def test_a_contact_answers_too_and_the_due_moment_judges(
    due: float | None, contacted: float | None, status: str, in_time: bool | None
) -> None:
    contacts = [] if contacted is None else [contact(1, contacted)]
    (only,) = warned(warnings=[warning(1, 20, due=due)], contacts=contacts)
    assert (only["status"], only["is_in_time"]) == (status, in_time)
    wanted = (None, None) if contacted is None else ("contact", "phone")
    assert (only["action"], only["action_kind"]) == wanted


def test_answered_ones_are_shown_for_ninety_days_and_open_ones_for_a_year() -> None:
    warnings = [
        warning(1, 89.5),
        warning(2, 90.5),
        warning(3, 90.5),
        warning(4, 364.5),
        warning(5, 365.5),
        warning(6, 120, due=89.5),
        warning(7, 400, due=89.5),
        warning(8, 120, due=90.5),
    ]
    answered = [contact(number, 80) for number in (1, 2, 6, 7, 8)]
    rows = warned(warnings=warnings, contacts=answered)
    assert [row["customer_id"][-1] for row in rows] == ["1", "3", "4", "6", "7"]


def test_who_has_left_is_no_longer_open() -> None:
    old, recent = warning(1, 200), warning(2, 20, due=10)
    (only,) = warned(warnings=[old, recent], churns=[churn(1, 5), churn(2, 15)])
    assert (only["customer_id"], only["status"], only["is_in_time"]) == ("x:2", "left", False)


def test_a_contract_is_warned_of_thirty_local_days_before_its_end() -> None:
    ends = at("2024-04-30T03:00")
    facts: Told = {"contracts": [contract(1, "K1", signed=700, ends=-30) | {"ends_at": ends}]}
    (only,) = warned(**facts)
    shown = {name: only[name] for name in ("warning", "is_recorded", "warned_at", "due_at", "unit", "status")}
    assert shown == {
        "warning": "contract_ending x:1 K1",
        "is_recorded": False,
        "warned_at": at("2024-03-30T16:00"),
        "due_at": ends,
        "unit": "east",
        "status": "open",
    }
    assert warned(as_of=at("2024-03-30T16:00"), **facts) == []


@pytest.mark.parametrize(
    ("contracts", "status"),
    [
        ([("K1", 700, 10, None)], "overdue"),
        ([("K1", 700, 10, 10)], "overdue"),
        ([("K1", 700, 10, 45)], None),
        ([("K1", 700, 10, None), ("K2", 12, -700, None)], "settled"),
        ([("K1", 700, 10, None), ("K2", 50, -700, None)], "overdue"),
        ([("K1", 700, 59, None)], "overdue"),
        ([("K1", 700, 60.5, None)], None),
        ([("K1", 700, -31, None)], None),
        ([("K1", 5, -2, None)], "open"),
    ],
)
def test_what_becomes_of_an_ending_contract(
    contracts: list[tuple[str, float, float, float | None]], status: str | None
) -> None:
    rows = [
        contract(1, name, signed=signed, ends=ends, ended=ended) for name, signed, ends, ended in contracts
    ]
    found = [row["status"] for row in warned(contracts=rows) if row["warning"].endswith("K1")]
    assert found == ([] if status is None else [status])


def test_an_open_complaint_warns_until_it_is_closed() -> None:
    def complaint(number: int, closed: float | None, who: str | None = "x:1") -> Told:
        named = {"complaint": f"complaint-x:{number}", "customer_id": who, "filed_at": before(9)}
        return told(named | {"closed_at": None if closed is None else before(closed)}, before(9))

    rows = warned(complaints=[complaint(1, None), complaint(2, 3), complaint(3, None, who=None)])
    assert [(row["warning"], row["warned_at"], row["status"]) for row in rows] == [
        ("complaint_open x:1 complaint-x:1", before(9), "open")
    ]


MONTHS = [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)]
VALUED: Told = {
    "customers": [told({"customer": "customer-x:1", "registered_at": before(900)}, before(900))],
    "customer_classes": [
        told(
            {"customer": "customer-x:1", "version": 2, "scheme": "value", "value": "mid"}
            | {"classified_at": before(800)},
            before(800),
        )
    ],
}


@pytest.mark.parametrize(
    ("spends", "falls"),
    [
        ([100, 100, 100, 74], True),
        ([100, 100, 100, 75], False),
        ([100, 100, 74], False),
        ([130, 100, 70, 70], True),
    ],
)
def test_spend_has_fallen_below_three_quarters_of_three_months(spends: list[int], falls: bool) -> None:
    months = [usage(1, month, spend) for month, spend in zip(MONTHS[-len(spends) :], spends, strict=True)]
    rows = warned(usage_months=months, **VALUED)
    assert [(row["warning"], row["warned_at"]) for row in rows] == (
        [("usage_falling x:1 2024-02-01", at("2024-02-29T16:00"))] if falls else []
    )


def test_a_fall_is_of_customers_in_a_population_who_are_here_and_news_for_a_while() -> None:
    months = [usage(1, month, spend) for month, spend in zip(MONTHS, [100, 100, 100, 10], strict=True)]
    assert len(warned(usage_months=months, **VALUED)) == 1
    assert warned(usage_months=months, customers=VALUED["customers"]) == []
    assert warned(usage_months=months, **VALUED, churns=[churn(1, 5)]) == []
    still, gone = at("2024-04-14T16:00"), at("2024-04-15T16:00")
    assert [len(warned(as_of=day, usage_months=months, **VALUED)) for day in (still, gone)] == [1, 0]
    without_a_month = [months[0], *months[2:]]
    assert warned(usage_months=without_a_month, **VALUED) == []


@pytest.mark.parametrize(("days", "kind", "rows"), [(40, "contract_ending", 1), (52, "contract_ending", 2)])
def test_facts_are_silent_where_a_source_warned(days: float, kind: str, rows: int) -> None:
    mine = warning(1, days, kind=kind)
    assert len(warned(warnings=[mine], contracts=[contract(1, "K1", signed=700, ends=-9.5)])) == rows
    other = warning(1, days, kind="silent")
    assert len(warned(warnings=[other], contracts=[contract(1, "K1", signed=700, ends=-9.5)])) == 2


def test_linked_pseudonyms_are_shown_as_one_person() -> None:
    link = {"customer": "customer-x:2", "version": 1, "to": "customer-x:1", "linked_at": before(90)}
    rows = warned(warnings=[warning(1, 5), warning(2, 4)], customer_links=[told(link, before(90))])
    assert [(row["customer_id"], row["warning"]) for row in rows] == [
        ("x:1", "competitor_contact x:1 #1"),
        ("x:1", "competitor_contact x:2 #1"),
    ]


def test_what_was_told_later_is_not_known_on_the_day() -> None:
    late = [contact(1, 15) | {"last_recorded_at": TODAY + timedelta(days=1)}]
    facts: Told = {"warnings": [warning(1, 20, due=10)], "contacts": late}
    (then,) = warned(**facts)
    (now,) = rows_of(EARLY_WARNINGS, as_of=TODAY, known_at=NOW, **facts)
    assert (then["status"], now["status"]) == ("overdue", "acted_on")


def test_the_metric_says_the_same_and_the_erased_stay_in_it() -> None:
    warnings = [
        warning(1, 20, due=15),
        warning(2, 100, due=60, kind="silent"),
        warning(3, 20, due=-5),
        warning(4, 20, due=10),
        warning(5, 20),
        warning(6, 120, due=95),
    ]
    erased = [told({"customer": "customer-x:4", "erased_at": before(1)}, before(1))]
    source = remembered(
        warnings=warnings, contacts=[contact(1, 16), contact(4, 12), contact(2, 50)], customers=erased
    )
    reading = ViewReading(source=source, now=NOW, as_of=TODAY, known_at=TODAY)
    rows = EARLY_WARNINGS.made(reading)
    assert "x:4" not in rows["customer_id"].to_list()
    assert rows.select(pl.all_horizontal(*EARLY_WARNINGS.ranges.values()).alias("held"))["held"].all()
    (check,) = EARLY_WARNINGS.reconciliations
    assert check.differences(reading, rows).is_empty()
    forged = rows.with_columns(is_in_time=pl.col("is_in_time") & False)
    assert check.differences(reading, forged).to_dicts() == [
        {"kind": "competitor_contact", "in_view": 1.0, "in_metric": 2.0}
    ]
    figure = EARLY_WARNINGS.figure
    assert (figure.value(rows, reading.day), figure.value(rows.head(0), reading.day)) == (1 / 3, None)

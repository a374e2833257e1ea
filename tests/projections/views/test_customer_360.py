"""The 360 view knows of each person what the facts tell of their pseudonyms, and of nobody else."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from projections.metrics.persons import persons
from projections.views.customer_360 import CUSTOMER_360
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at, call, complaint
from tests.projections.metrics.memory import Memory
from tests.projections.views.given import NOW, remembered, rows_of
from tests.projections.views.plain.customer_360 import Plain
from tests.projections.views.plain.random_store import LATE, store_of

ENDS = at("2024-05-31T16:00")
"""The end of 31 May 2024 in Shanghai."""


def customer(number: int, **columns: Any) -> dict[str, Any]:
    """Somebody registered in the east on New Year's Day."""
    registered = {"registered_at": at("2024-01-01T00:00"), "unit": "east", "tier": "gold"}
    return {"customer": f"customer-x:{number}"} | registered | columns


def seen(*, as_of: datetime = ENDS, **facts: Any) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in rows_of(CUSTOMER_360, as_of=as_of, **facts)}


def one(**facts: Any) -> dict[str, Any]:
    return seen(customers=[customer(1)], **facts)["x:1"]


def told(row: dict[str, Any]) -> dict[str, Any]:
    """What a row says beyond nothing."""
    return {name: value for name, value in row.items() if value not in (None, 0, False)}


def linked(number: int, to: int) -> dict[str, Any]:
    return {
        "customer": f"customer-x:{number}",
        "version": 9,
        "to": f"x:{to}",
        "linked_at": at("2024-02-01T00:00"),
    }


def consent(number: int, **columns: Any) -> dict[str, Any]:
    said = {"customer": f"customer-x:{number}", "version": 1, "purpose": "any", "granted": True}
    return said | {"changed_at": at("2024-01-02T00:00")} | columns


def released(number: int, moment: str) -> dict[str, Any]:
    return {"customer": f"customer-x:{number}", "version": 8, "released_at": at(moment)}


def test_who_only_registered_is_a_customer_of_whom_nothing_else_is_known() -> None:
    assert told(one()) == {
        "customer_id": "x:1",
        "unit": "east",
        "tier": "gold",
        "is_customer": True,
        "registrations": 1,
        "registered_at": at("2024-01-01T00:00"),
    }


def test_who_has_a_stream_and_never_registered_is_listed_and_no_customer() -> None:
    classified = {"customer": "customer-x:7", "version": 1, "scheme": "relation", "value": "prospect"}
    row = seen(customer_classes=[classified | {"classified_at": at("2024-01-05T00:00")}])["x:7"]
    assert (row["is_customer"], row["relation"]) == (False, "prospect")


def test_linked_pseudonyms_are_one_person_under_the_name_that_they_lead_to() -> None:
    rows = seen(
        customers=[customer(1), customer(2, registered_at=at("2024-03-01T00:00"), unit="west", tier=None)],
        customer_links=[linked(1, to=2)],
        calls=[call(1, customer_id="x:1", offered_at=at("2024-05-31T02:00"))],
        complaints=[complaint(1, customer_id="x:2", filed_at=at("2024-05-20T02:00"))],
    )
    row = rows.pop("x:2")
    assert rows == {}
    assert (row["registrations"], row["unit"], row["tier"]) == (2, "west", "gold")
    assert row["registered_at"] == at("2024-01-01T00:00")
    assert (row["calls_30_days"], row["complaints_90_days"], row["open_complaints"]) == (1, 1, 1)


def test_a_number_that_was_given_back_inherits_nothing() -> None:
    signed = {"customer": "customer-x:1", "contract_id": "c", "signed_at": at("2024-04-02T00:00")}
    rows = seen(
        customers=[customer(1)],
        customer_links=[released(1, "2024-04-01T00:00")],
        contracts=[signed],
        calls=[
            call(1, customer_id="x:1", offered_at=at("2024-03-31T02:00")),
            call(2, customer_id="x:1", offered_at=at("2024-05-30T02:00")),
        ],
    )
    assert (rows["x:1"]["registered_at"], rows["x:1"]["contracts"], rows["x:1"]["calls_90_days"]) == (
        None,
        1,
        1,
    )


def test_nobody_is_listed_under_a_number_that_nobody_holds() -> None:
    assert seen(customers=[customer(1)], customer_links=[released(1, "2024-04-01T00:00")]) == {}


def test_whoever_is_erased_is_left_out() -> None:
    assert seen(customers=[customer(1, erased_at=at("2024-05-01T00:00"))]) == {}


def test_who_left_under_one_of_two_pseudonyms_is_still_here() -> None:
    gone = customer(1, churned_at=at("2024-05-01T00:00"), churn_reason="price")
    row = seen(customers=[gone, customer(2)], customer_links=[linked(1, to=2)])["x:2"]
    assert (row["is_customer"], row["registrations"], row["churned_at"]) == (True, 1, None)
    alone = seen(customers=[gone])["x:1"]
    assert (alone["is_customer"], alone["churned_at"], alone["churn_reason"]) == (
        False,
        at("2024-05-01T00:00"),
        "price",
    )


def test_a_value_ends_by_leaving_and_other_classes_do_not() -> None:
    given = [
        {"customer": "customer-x:1", "version": number, "scheme": scheme, "value": "a"}
        | {"classified_at": at("2024-02-01T00:00")}
        for number, scheme in enumerate(("value", "brand"))
    ]
    left = {"customer": "customer-x:1", "version": 5, "churned_at": at("2024-03-01T00:00")}
    row = one(customer_classes=given, churns=[left])
    assert (row["value_class"], row["brand"]) == (None, "a")


@pytest.mark.parametrize(("days_ago", "in_30", "in_90"), [(29, 1, 1), (30, 0, 1), (89, 0, 1), (90, 0, 0)])
def test_a_window_is_so_many_whole_local_days(days_ago: int, in_30: int, in_90: int) -> None:
    offered = at("2024-05-30T16:00") - timedelta(days=days_ago)
    row = one(calls=[call(1, customer_id="x:1", offered_at=offered)])
    assert (row["calls_30_days"], row["calls_90_days"], row["last_inbound_at"]) == (in_30, in_90, offered)


def test_what_happens_later_is_not_known_yet() -> None:
    late = [call(1, customer_id="x:1", offered_at=ENDS)]
    assert one(calls=late)["calls_30_days"] == 0
    assert (
        seen(as_of=ENDS + timedelta(days=1), customers=[customer(1)], calls=late)["x:1"]["calls_30_days"] == 1
    )


def test_the_contract_that_ends_next_is_shown() -> None:
    ends = {"a": "2024-05-01T00:00", "b": "2024-09-01T00:00", "c": "2024-07-01T00:00"}
    signed = [
        {"customer": "customer-x:1", "contract_id": name, "product": name, "ends_at": at(end)}
        | {"signed_at": at("2024-01-02T00:00")}
        for name, end in ends.items()
    ]
    row = one(contracts=signed)
    assert (row["contracts"], row["product"], row["contract_ends_at"]) == (3, "c", at("2024-07-01T00:00"))


def test_spend_is_that_of_the_latest_months_recorded() -> None:
    spent = {1: "70", 2: "10.5", 3: "20", 4: "30"}
    months = [
        {"customer": "customer-x:1", "period_start": date(2024, month, 1), "spend": Decimal(spend)}
        | {"period_end": date(2024, month + 1, 1)}
        for month, spend in spent.items()
    ]
    row = one(usage_months=months)
    assert row["last_usage_month"] == date(2024, 4, 1)
    assert (row["spend_last_month"], row["spend_mean_3_months"]) == (Decimal(30), Decimal("20.1666"))


def test_a_contact_that_repeats_an_attempt_is_counted_once() -> None:
    moment = at("2024-05-20T02:00")
    attempt = {"callback": "callback-x:1", "version": 2, "customer_id": "x:1", "attempted_at": moment}
    repeat = {"customer": "customer-x:1", "version": 3, "channel": "callback", "contacted_at": moment}
    row = one(callback_attempts=[attempt], contacts=[repeat])
    assert (row["outbound_contacts_30_days"], row["last_contacted_at"]) == (1, moment)


def test_a_warning_is_open_until_somebody_acts() -> None:
    warned = {"customer": "customer-x:1", "version": 2, "warned_at": at("2024-05-20T00:00")}
    acted = {"customer": "customer-x:1", "version": 3, "taken_at": at("2024-05-21T00:00")}
    assert one(warnings=[warned])["open_warnings"] == 1
    assert one(warnings=[warned], retention_actions=[acted])["open_warnings"] == 0


def test_points_expire_within_90_days_from_tomorrow_on() -> None:
    days = {"today": 0, "tomorrow": 1, "last": 90, "later": 91}
    lots = [
        {"member": "member-x:1", "lot_id": name, "customer_id": "x:1", "opened_at": at("2024-01-02T00:00")}
        | {"balance": Decimal(10 + number), "expires_at": at("2024-05-31T15:59") + timedelta(days=number)}
        for name, number in days.items()
    ]
    row = one(member_lots=lots)
    assert (row["points_balance"], row["points_expiring_90_days"]) == (Decimal(222), Decimal(111))


def test_the_last_word_on_marketing_or_on_anything_stands() -> None:
    words = [("marketing", True), ("any", False), ("survey", True)]
    said = [
        consent(1, version=day, purpose=purpose, granted=granted, changed_at=at(f"2024-05-0{day}T00:00"))
        for day, (purpose, granted) in enumerate(words, start=1)
    ]
    assert one(consents=said)["consent_marketing"] is False


MOMENTS = ("2024-04-20T16:00", "2024-07-05T16:00", "2025-02-10T16:00")


@settings(max_examples=30)
@for_any(st.integers(0, 2**32), st.sampled_from(MOMENTS).map(at))
def test_every_row_is_what_is_found_by_hand(seed: int, moment: datetime) -> None:
    store = store_of(seed, CUSTOMER_360.facts)
    rows = {row["customer_id"]: row for row in CUSTOMER_360.rows(store, now=NOW, as_of=moment).to_dicts()}
    plain = Plain({fact: store.rows(fact).to_dicts() for fact in CUSTOMER_360.facts}, moment).view()
    assert rows == plain


@settings(max_examples=8)
@for_any(st.integers(0, 2**32), st.sampled_from(MOMENTS).map(at))
def test_a_person_s_row_comes_from_their_own_rows(seed: int, moment: datetime) -> None:
    store = store_of(seed, CUSTOMER_360.facts)
    reading = ViewReading(source=store, now=NOW, as_of=moment)
    whole = CUSTOMER_360.made(reading)
    for name in whole["customer_id"]:
        alone = CUSTOMER_360.made(reading.only({name, *_pseudonyms(store, name)}))
        assert alone.filter(customer_id=name).equals(whole.filter(customer_id=name))


def _pseudonyms(store: Memory, name: str) -> set[str]:
    return {one for one in persons(ViewReading(source=store, now=NOW)).everybody([name]) if one}


def test_ranges_hold_and_reconciliations_find_a_row_too_many() -> None:
    source = remembered(
        customers=[customer(1), customer(2), customer(3, erased_at=LATE)],
        customer_links=[linked(1, to=2)],
        complaints=[complaint(1, customer_id="x:3"), complaint(2, customer_id="x:4")],
        consents=[consent(4)],
    )
    reading = ViewReading(source=source, now=NOW, as_of=ENDS, known_at=ENDS)
    rows = CUSTOMER_360.made(reading)
    assert all(rows.select(rule.all()).item() for rule in CUSTOMER_360.ranges.values())
    wrong = rows.with_columns(pl.col("registrations", "complaints_365_days") + 1)
    for check in CUSTOMER_360.reconciliations:
        assert check.differences(reading, rows).is_empty()
        assert check.differences(reading, wrong).height == 1

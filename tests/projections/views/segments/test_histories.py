"""Membership at any instant is what a plain reading of the events says, and so is every stored day."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.periods import moment
from projections.views.reading import TICK, ViewReading
from projections.views.segments.day_views import SEGMENT_MEMBERS
from projections.views.segments.memberships import memberships
from tests.projections.views.segments.histories import CUSTOMERS, START, histories, remembered
from tests.projections.views.segments.plain import SHANGHAI, Told, day_of, is_in

DAYS = [date(2024, 1, 29) + timedelta(days=number) for number in range(24)]
END = START + timedelta(days=24)
ONE = st.sampled_from(
    [
        {"field": "value_class", "is": "gold"},
        {"field": "value_class", "is_null": True},
        {"field": "consent_marketing", "is": False},
        {"field": "is_customer", "is": True},
        {"field": "points_balance", "at_least": 10},
        {"field": "points_balance", "between": [0, 9.5]},
        {"field": "churned_at", "in_last_days": 3},
        {"count": "complaints", "at_least": 1},
        {"count": "complaints", "in_last_days": 4, "at_least": 2},
        {"count": "complaints", "where": {"category": "bill"}, "in_last_days": 2, "none": True},
        {"count": "complaints", "where": {"category": ["bill", "speed"]}, "in_month": "this", "at_most": 1},
        {"count": "calls", "in_month": "previous", "between": [1, 1]},
        {"count": "calls", "in_last_days": 1, "at_least": 1},
        {"count": "contracts", "at_least": 1},
        {"count": "contracts", "in_next_days": 3, "at_least": 1},
        {"sum": "spend", "in_month": "previous", "at_least": 7.25},
        {"sum": "spend", "in_last_days": 6, "at_most": 6},
    ]
)
CONDITIONS = st.recursive(
    ONE,
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda several: {"all": several}),
        st.lists(parts, min_size=1, max_size=3).map(lambda several: {"any": several}),
        parts.map(lambda part: {"not": part}),
    ),
    max_leaves=4,
)


def rule(name: str, condition: Any, *, valid_from: date = date(1900, 1, 1)) -> dict[str, Any]:
    body = json.dumps({"condition": condition})
    return {"kind": "segment", "name": name, "valid_from": valid_from, "body": body, "last_position": 1}


def instants(log: Sequence[Told]) -> list[datetime]:
    """Before, at and after whatever happens, comes due, or turns midnight."""
    met = {moment(day, zone=SHANGHAI) for day in DAYS} | {told.at for told in log}
    met |= {told.said["ends_at"] for told in log if told.said.get("ends_at")}
    return sorted(one + shift for one in met for shift in (-TICK, timedelta(0)) if START <= one + shift < END)


@settings(max_examples=30, deadline=None)
@given(log=histories(), condition=CONDITIONS, known_after=st.sampled_from([0, 30, 24 * 60]))
def test_whoever_is_in_at_an_instant_is_in_by_the_plain_rule(
    log: list[Told], condition: dict[str, Any], known_after: int
) -> None:
    known_at = START + timedelta(hours=24 * 5 + known_after)
    reading = ViewReading(source=remembered(log, rule("s", condition)), now=END, as_of=END, known_at=known_at)
    told = memberships(reading)
    assert told.failures == {}
    live = [one for one in log if one.is_live(known_at=known_at)]
    rows = told.intervals.select("customer_id", "entered_at", "left_at").rows()
    for at in instants(log):
        expected = [customer for customer in CUSTOMERS if is_in(condition, customer, at, live)]
        found = sorted(who for who, entered, left in rows if entered <= at and (left is None or at < left))
        assert found == expected, at


@settings(max_examples=30, deadline=None)
@given(log=histories(), condition=CONDITIONS)
def test_what_moved_somebody_is_an_event_of_that_moment_or_the_time(
    log: list[Told], condition: dict[str, Any]
) -> None:
    reading = ViewReading(source=remembered(log, rule("s", condition)), now=END, as_of=END, known_at=END)
    live = [one for one in log if one.is_live(known_at=END)]
    turns = {moment(day, zone=SHANGHAI) for day in DAYS} | {one.said.get("ends_at") for one in live}
    for row in memberships(reading).intervals.to_dicts():
        mine = {one.at for one in live if one.customer == row["customer_id"]}
        for side in ("entered", "left"):
            at, by = row[f"{side}_at"], row[f"{side}_by"]
            assert (by is None) == (at is None)
            assert at is None or (at in mine if by == "event" else at in turns)
            assert by != "event" or row[f"{side}_topic"] is not None


@settings(max_examples=20, deadline=None)
@given(log=histories(), condition=CONDITIONS, day=st.sampled_from(DAYS))
def test_a_day_is_who_was_in_at_its_last_microsecond_as_known_then(
    log: list[Told], condition: dict[str, Any], day: date
) -> None:
    ends = moment(day + timedelta(days=1), zone=SHANGHAI)
    source = remembered(log, rule("s", condition))
    rows = SEGMENT_MEMBERS.rows(source, now=END, as_of=ends, known_at=ends)
    live = [one for one in log if one.is_live(known_at=ends) and one.at < ends]
    assert rows["customer_id"].to_list() == [
        customer for customer in CUSTOMERS if is_in(condition, customer, ends - TICK, live)
    ]
    assert all(day_of(entered) <= day for entered in rows["entered_at"])

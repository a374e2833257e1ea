"""Definitions change, name each other and fail one by one; people are joined, erased, and change numbers."""

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from domain.organisation.segment_words import COUNTS, FIELDS, PREFIXES, SUMS
from projections.facts import SPECS
from projections.views.reading import ViewReading
from projections.views.segments.daily import DAILY
from projections.views.segments.definitions import Unreadable
from projections.views.segments.fields import FIELDS as READ_FIELDS
from projections.views.segments.fields import PREFIXES as READ_PREFIXES
from projections.views.segments.memberships import members_at, memberships
from projections.views.segments.questions import became, overlap, sizes, stale_since
from projections.views.segments.sources import SOURCES
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered
from tests.projections.views.segments.test_histories import rule

COMPLAINED = {"count": "complaints", "in_last_days": 10, "at_least": 1}


def complaint(number: int, customer: str, when: str) -> dict[str, Any]:
    return {"complaint": f"complaint-x:{number}", "customer_id": customer, "filed_at": at(when)}


def reading_of(*rules: dict[str, Any], as_of: datetime = NOW, **facts: list[dict[str, Any]]) -> ViewReading:
    source = remembered(organisation_rules=[*rules], **facts)
    return ViewReading(source=source, now=NOW, as_of=as_of, known_at=as_of)


def moves(reading: ViewReading, name: str = "s", **options: Any) -> list[tuple[Any, ...]]:
    told = memberships(reading, [name], **options)
    assert told.failures == {}
    columns = ("customer_id", "entered_at", "entered_by", "left_at", "left_by")
    return told.intervals.sort("customer_id", "entered_at").select(columns).rows()


def test_a_new_definition_moves_whoever_fits_only_one_of_them() -> None:
    rules = [
        rule("s", COMPLAINED, valid_from=date(2024, 1, 1)),
        rule("s", {"field": "value_class", "is": "gold"}, valid_from=date(2024, 2, 1)),
        {"kind": "segment", "name": "s", "valid_from": date(2024, 3, 1), "body": "null"},
    ]
    gold = {"customer": "customer-g", "version": 1, "scheme": "value", "value": "gold"}
    reading = reading_of(
        *rules,
        complaints=[complaint(1, "c", "2024-01-30T00:00"), complaint(2, "g", "2024-01-30T00:00")],
        customer_classes=[gold | {"classified_at": at("2024-01-01T00:00")}],
    )
    february, march = at("2024-01-31T16:00"), at("2024-02-29T16:00")
    assert moves(reading) == [
        ("c", at("2024-01-30T00:00"), "event", february, "definition"),
        ("g", at("2024-01-30T00:00"), "event", march, "definition"),
    ]


def test_today_s_definition_may_be_asked_for_all_time() -> None:
    rules = [
        rule("s", {"field": "brand", "is": "vip"}, valid_from=date(2024, 1, 1)),
        rule("s", COMPLAINED, valid_from=date(2024, 5, 1)),
    ]
    reading = reading_of(*rules, complaints=[complaint(1, "c", "2023-06-01T00:00")])
    assert moves(reading) == []
    entered, left = at("2023-06-01T00:00"), at("2023-06-10T16:00")
    assert moves(reading, ruling="today") == [("c", entered, "event", left, "time")]


def test_a_segment_that_fails_takes_no_other_down() -> None:
    unknown = {"kind": "segment", "name": "old", "valid_from": date(2024, 1, 1)}
    reading = reading_of(
        rule("s", COMPLAINED),
        rule("a", {"segment": "b"}),
        rule("b", {"not": {"segment": "a"}}),
        unknown | {"body": '{"condition":{"field":"shoe_size","is":"44"}}'},
        complaints=[complaint(1, "c", "2024-05-31T00:00")],
    )
    told = memberships(reading)
    assert told.at(reading)["segment"].to_list() == ["s"]
    assert told.failures["a"] == "segments go in a circle: a > b > a"
    assert (
        "the definition of 'old' from 2024-01-01: condition.field: 'shoe_size' is no field"
        in told.failures["old"]
    )


def test_who_is_in_is_asked_by_name() -> None:
    reading = reading_of(rule("s", COMPLAINED), complaints=[complaint(1, "c", "2024-05-31T00:00")])
    assert members_at(reading, "s").to_list() == ["c"]
    with pytest.raises(Unreadable, match="there is no segment 'ss': did you mean s"):
        members_at(reading, "ss")


def test_linked_pseudonyms_are_one_person_under_one_name() -> None:
    two = {"count": "complaints", "in_last_days": 10, "at_least": 2}
    reading = reading_of(
        rule("s", two),
        complaints=[complaint(1, "a", "2024-05-30T00:00"), complaint(2, "b", "2024-05-31T00:00")],
        customer_links=[
            {"customer": "customer-a", "version": 1, "to": "customer-b", "linked_at": at("2024-05-31T12:00")}
        ],
    )
    assert moves(reading) == [("b", at("2024-05-31T00:00"), "event", None, None)]


def test_whoever_gives_the_number_back_leaves_and_the_next_holder_begins_anew() -> None:
    given_back = at("2024-05-20T00:00")
    reading = reading_of(
        rule("s", {"count": "complaints", "at_least": 1}),
        complaints=[complaint(1, "a", "2024-05-01T00:00"), complaint(2, "a", "2024-05-30T00:00")],
        customer_links=[{"customer": "customer-a", "version": 1, "released_at": given_back}],
    )
    assert moves(reading) == [
        ("a", at("2024-05-01T00:00"), "event", given_back, "event"),
        ("a", at("2024-05-30T00:00"), "event", None, None),
    ]


def test_whoever_is_erased_leaves() -> None:
    erased = {
        "customer": "customer-a",
        "registered_at": at("2024-01-01T00:00"),
        "erased_at": at("2024-05-01T00:00"),
    }
    reading = reading_of(rule("s", {"count": "complaints", "none": True}), customers=[erased])
    assert moves(reading) == [("a", at("2024-01-01T00:00"), "event", at("2024-05-01T00:00"), "event")]


def test_sizes_go_up_by_who_entered_and_down_by_who_left() -> None:
    filed = [complaint(1, "a", "2024-05-01T02:00"), complaint(2, "b", "2024-05-02T02:00")]
    reading = reading_of(rule("s", COMPLAINED), complaints=filed)
    days = [date(2024, 5, day) for day in (1, 2, 3, 11, 12)]
    told = sizes(memberships(reading).intervals, reading, days).select("size", "entered", "left").rows()
    assert told == [(1, 1, 0), (2, 1, 0), (2, 0, 0), (1, 0, 1), (0, 0, 1)]


def test_overlaps_are_counted_for_every_pair() -> None:
    members = pl.DataFrame(
        [("a", "1"), ("a", "2"), ("b", "2"), ("b", "3")], schema=["segment", "customer_id"], orient="row"
    )
    assert overlap(members, ["a", "b", "c"]).rows() == [
        ("a", "a", 2, 2, 1.0),
        ("a", "b", 1, 3, 1 / 3),
        ("a", "c", 0, 2, 0.0),
        ("b", "b", 2, 2, 1.0),
        ("b", "c", 0, 2, 0.0),
        ("c", "c", 0, 0, None),
    ]


def test_what_became_of_members_adds_up_to_them() -> None:
    filed = [
        complaint(n, who, f"2024-05-0{day}T02:00")
        for n, (who, day) in enumerate(zip("abcde", "12345", strict=True))
    ]
    again = [complaint(8, "a", "2024-05-20T02:00"), complaint(9, "b", "2024-05-11T01:00")]
    left = {"customer": "customer-c", "version": 1, "churned_at": at("2024-05-08T00:00")}
    back = {"customer": "customer-d", "version": 1, "churned_at": at("2024-05-08T00:00")}
    reading = reading_of(
        rule("s", COMPLAINED),
        complaints=[*filed, *again],
        churns=[left, back | {"won_back_at": at("2024-05-09T00:00")}],
    )
    told = became(memberships(reading), reading, "s", day=date(2024, 5, 5), later=date(2024, 5, 20))
    assert dict(told.rows()) == {"still_in": 1, "back_in": 1, "left": 1, "churned": 1, "won_back": 1}


@pytest.mark.parametrize(
    ("last_day", "stale"),
    [(None, None), (date(2024, 5, 31), None), (date(2024, 5, 29), date(2024, 5, 30))],
)
def test_stored_days_that_end_too_early_are_stale(last_day: date | None, stale: date | None) -> None:
    assert stale_since(last_day, reading=reading_of()) == stale


def test_every_word_of_definitions_is_read_somewhere_and_nothing_else_is() -> None:
    assert set(FIELDS) == READ_FIELDS.keys() | DAILY.keys()
    assert set(PREFIXES) == set(READ_PREFIXES)
    assert {*COUNTS, *SUMS} == SOURCES.keys() - {"calls_by_outcome"}


@pytest.mark.parametrize("name", [*COUNTS, *SUMS])
def test_every_source_can_be_narrowed_by_all_that_it_says(name: str) -> None:
    kind, known = ("count", COUNTS[name]) if name in COUNTS else ("sum", SUMS[name])
    where = {column: True if told == "flag" else "x" for column, told in known.items()}
    reading = reading_of(rule("s", {kind: name, "where": where, "at_least": 1}))
    told = memberships(reading)
    assert (told.failures, told.intervals.height) == ({}, 0)
    assert set(SOURCES[name].facts) <= SPECS.keys()


def test_of_what_happened_at_one_moment_the_order_of_reading_decides_nothing() -> None:
    several = [complaint(number, "c", "2024-05-01T00:00") for number in (3, 1, 2)]
    condition = {"count": "complaints", "in_last_days": 10, "at_least": 2}
    told = [
        memberships(reading_of(rule("s", condition), complaints=rows)).intervals
        for rows in (several, several[::-1])
    ]
    assert told[0].equals(told[1])
    assert told[0]["entered_stream"].to_list() == ["complaint-x:2"]

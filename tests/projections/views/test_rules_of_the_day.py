"""Views read rules as of their day, and leave out what is no rule."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from domain.organisation.rules import RuleBook
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import days_of_change, last_of, process_owners, rule_book
from tests.projections.metrics.examples import at
from tests.projections.views.given import remembered

DAY_ENDS = at("2024-05-31T16:00")
MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)


def rule(kind: str, name: str, body: str, valid_from: date = MAY) -> dict[str, Any]:
    return {"organisation": "o", "kind": kind, "name": name, "valid_from": valid_from, "body": body}


def reading(*rules: dict[str, Any]) -> ViewReading:
    return ViewReading(source=remembered(organisation_rules=rules), now=DAY_ENDS, as_of=DAY_ENDS)


def test_owners_are_those_of_the_day() -> None:
    told = reading(
        rule("process_owner", "late", '"a"'),
        rule("process_owner", "late", '"b"', date(2024, 5, 31)),
        rule("process_owner", "late", '"c"', JUNE),
        rule("process_owner", "price", '"a"'),
        rule("process_owner", "price", "null", date(2024, 5, 2)),
    )
    assert process_owners(told).rows() == [("late", "b")]


def test_a_store_without_rules_has_an_empty_book_and_no_owners() -> None:
    assert rule_book(reading(), "limit", "ladder") == RuleBook()
    assert process_owners(reading()).is_empty()


def test_what_an_import_told_that_is_no_such_rule_is_left_out() -> None:
    told = reading(rule("limit", "failed_limit", '"many"'), rule("limit", "unreached_limit", "3"))
    book = rule_book(told, "limit")
    assert (book.limit("failed_limit", on=JUNE), book.limit("unreached_limit", on=JUNE)) == (2, 3)


@pytest.mark.parametrize(
    ("day", "since"),
    [
        (date(2024, 4, 30), date.min),
        (MAY, MAY),
        (date(2024, 5, 31), MAY),
        (date(2024, 7, 1), JUNE),
        (None, None),
    ],
)
def test_a_day_is_ruled_since_the_last_change(day: date | None, since: date | None) -> None:
    book = rule_book(
        reading(rule("limit", "failed_limit", "3"), rule("limit", "unreached_limit", "3", JUNE)), "limit"
    )
    assert days_of_change(book, "limit") == [date.min, MAY, JUNE]
    rows = pl.DataFrame({"day": [day]}, schema={"day": pl.Date})
    assert rows.select(last_of(days_of_change(book, "limit"), pl.col("day"))).item() == since

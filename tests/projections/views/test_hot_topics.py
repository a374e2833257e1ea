"""A topic is as hot as it came up in the last week, beside the four weeks before."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from projections.views.hot_topics import HOT_TOPICS
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at, call, complaint
from tests.projections.views.given import remembered, rows_of

ENDS = at("2024-05-31T16:00")
NUMBERS = count(1)


def ago(days: int) -> datetime:
    """A morning so many days before the last of the week, which is 31 May."""
    return at("2024-05-31T02:00") - timedelta(days=days)


def filed(category: str | None, *days: int, subcategory: str | None = None) -> list[dict[str, Any]]:
    told = {"category": category, "subcategory": subcategory}
    return [complaint(next(NUMBERS), filed_at=ago(day), **told) for day in days]


def topics(subject: str = "complaint_category", **facts: Any) -> dict[str, dict[str, Any]]:
    rows = rows_of(HOT_TOPICS, as_of=ENDS, **facts)
    return {row["topic"]: row for row in rows if row["subject"] == subject}


def test_a_whole_row_with_its_owner() -> None:
    owner = {"organisation": "o", "kind": "process_owner", "name": "late", "body": '"desk:transport"'}
    rules = [owner | {"valid_from": date(2024, 1, 1)}]
    given = [*filed("late", 0, 1, 2, 10), *filed("price", 3), *filed("price", 8, 9, 10)]
    assert topics(complaints=given, organisation_rules=rules)["late"] == {
        "subject": "complaint_category",
        "process": "late",
        "topic": "late",
        "process_owner": "desk:transport",
        "count": 3,
        "count_before": 1,
        "share": 0.75,
        "share_before": 0.25,
        "change_points": 50.0,
        "relative_change": 11.0,
        "rank": 1,
        "rank_before": 2,
        "climbed": 1,
        "is_new": False,
    }


def test_the_week_is_seven_days_and_before_it_are_twenty_eight() -> None:
    row = topics(complaints=filed("late", 0, 6, 7, 34, 35))["late"]
    assert (row["count"], row["count_before"]) == (2, 2)


def test_new_topics_and_those_that_are_gone_have_no_movement() -> None:
    found = topics(complaints=[*filed("new", 0), *filed("gone", 9)])
    assert [
        found["new"][name] for name in ("is_new", "rank", "rank_before", "climbed", "relative_change")
    ] == [
        True,
        1,
        None,
        None,
        None,
    ]
    assert [found["gone"][name] for name in ("count", "rank", "climbed", "relative_change")] == [
        0,
        None,
        None,
        -1.0,
    ]


def test_ties_share_a_rank_and_what_has_no_topic_is_in_the_whole_only() -> None:
    found = topics(complaints=[*filed("a", 0), *filed("b", 0), *filed(None, 0, 1)])
    assert {topic: (row["rank"], row["share"]) for topic, row in found.items()} == {
        "a": (1, 0.25),
        "b": (1, 0.25),
    }


def test_subcategories_belong_to_their_category() -> None:
    given = [*filed("late", 0, subcategory="lost"), *filed("late", 0)]
    found = topics("complaint_subcategory", complaints=given)
    assert {topic: (row["process"], row["share"]) for topic, row in found.items()} == {"lost": ("late", 0.5)}


def test_calls_are_counted_by_what_they_came_for_and_by_what_they_were_handled_for() -> None:
    told = call(1, purpose="claims", offered_at=ago(0))
    handled = [
        {"call": "call-x:1", "purpose": purpose, "subject_id": "", "handled_at": ago(0)}
        for purpose in ("order", "status")
    ]
    facts = {"calls": [told], "call_purposes": handled}
    assert set(topics("call_purpose", **facts)) == {"claims"}
    assert {row["share"] for row in topics("handled_purpose", **facts).values()} == {0.5}


def test_reasons_of_the_dissatisfied_are_topics_of_their_process() -> None:
    told = [
        {
            "customer": "customer-x:1",
            "version": version,
            "process": process,
            "reason": "price",
            "dissatisfied_at": ago(version),
        }
        for version, process in ((1, "store"), (2, None))
    ]
    rows = rows_of(HOT_TOPICS, as_of=ENDS, dissatisfactions=told)
    assert [(row["process"], row["topic"], row["rank"]) for row in rows] == [
        ("", "price", 1),
        ("store", "price", 1),
    ]


def test_categories_are_counted_as_complaints_were_filed() -> None:
    (check,) = HOT_TOPICS.reconciliations
    source = remembered(complaints=[*filed("late", 0, 8), *filed(None, 0)])
    reading = ViewReading(source=source, now=ENDS, as_of=ENDS, known_at=ENDS)
    made = HOT_TOPICS.made(reading)
    assert check.differences(reading, made).is_empty()
    assert check.differences(reading, made.clear()).to_dicts() == [{"topic": "late", "count": 0, "filed": 1}]

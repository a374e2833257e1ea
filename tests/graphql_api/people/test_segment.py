"""A segment says how fresh it is, who is in it, why they came and went, and what became of them."""

import polars as pl
import pytest

from graphql_api.people.segment_at import told_to
from tests.graphql_api.given import Asking

MEMBERS = '{ segment(name: "complained") { members { customerId enteredTopic } } }'


def test_a_segment_of_the_last_stored_day_says_that_it_is_stale(seller: Asking) -> None:
    asked = '{ segment(name: "complained") { day status staleSince size entered definedFrom definition } }'
    assert seller.data(asked)["segment"] == {
        "day": "2026-03-03",
        "status": "stale",
        "staleSince": "2026-03-04",
        "size": 1,
        "entered": 1,
        "definedFrom": "2026-01-01",
        "definition": {"condition": {"count": "complaints", "in_last_days": 2, "at_least": 1}},
    }


@pytest.mark.parametrize(("day", "status"), [("2026-03-03", "ok"), ("2026-03-04", "made_now")])
def test_a_day_is_as_it_is_stored_or_made_now(seller: Asking, day: str, status: str) -> None:
    found = seller.data(f'{{ segment(name: "complained", day: "{day}") {{ status size staleSince }} }}')
    assert found["segment"] == {"status": status, "size": 1, "staleSince": None}


def test_a_segment_that_fails_says_why_and_lists_nobody(seller: Asking) -> None:
    found = seller.data('{ segment(name: "broken") { status size failure } }')["segment"]
    assert (found["status"], found["size"], "nowhere" in found["failure"]) == ("failed", None, True)
    error = seller.error('{ segment(name: "broken") { members { customerId } } }')
    assert error["extensions"]["code"] == "SEGMENT_FAILED"


def test_members_say_what_brought_them_in(seller: Asking) -> None:
    assert seller.data(MEMBERS)["segment"]["members"] == [
        {"customerId": "crm:1", "enteredTopic": "complaint.filed"}
    ]


def test_a_customers_stays_say_what_moved_them(seller: Asking) -> None:
    asked = """{ segment(name: "complained") { entries(customerId: "crm:2") {
      enteredAt enteredBy enteredTopic enteredStream leftAt leftBy } } }"""
    assert seller.data(asked)["segment"]["entries"] == [
        {
            "enteredAt": "2026-03-03T04:00:00+00:00",
            "enteredBy": "event",
            "enteredTopic": "complaint.filed",
            "enteredStream": "complaint-desk:1",
            "leftAt": "2026-03-04T16:00:00+00:00",
            "leftBy": "time",
        }
    ]


def test_sizes_overlap_and_outcomes(seller: Asking) -> None:
    asked = """{ segment(name: "complained") {
      sizes(from: "2026-03-02", to: "2026-03-05") { day size entered left }
      overlap(with: ["quiet"]) { segment other both either jaccard }
      became(on: "2026-03-03", later: "2026-03-04") { outcome customers } } }"""
    found = seller.data(asked)["segment"]
    assert [tuple(one.values()) for one in found["sizes"]] == [
        ("2026-03-02", 0, 0, 0),
        ("2026-03-03", 1, 1, 0),
        ("2026-03-04", 1, 0, 0),
    ]
    assert [tuple(one.values()) for one in found["overlap"]] == [
        ("complained", "complained", 1, 1, 1.0),
        ("complained", "quiet", 0, 2, 0.0),
        ("quiet", "quiet", 1, 1, 1.0),
    ]
    assert {one["outcome"]: one["customers"] for one in found["became"]}["still_in"] == 1


def test_a_few_are_not_counted_to_who_may_not_see_them(desk: Asking) -> None:
    asked = """{ segment(name: "complained") {
      size entered left sizes(from: "2026-03-01", to: "2026-03-05") { size entered left }
      overlap(with: ["quiet"]) { both either jaccard }
      became(on: "2026-03-03", later: "2026-03-04") { outcome customers } } }"""
    found = desk.data(asked)["segment"]
    assert [found[name] for name in ("size", "entered", "left")] == [None, None, None]
    nobody, few = (0, 0, 0), (None, None, None)
    assert [tuple(one.values()) for one in found["sizes"]] == [nobody, nobody, few, few]
    assert {tuple(one.values()) for one in found["overlap"]} == {few}
    assert {one["outcome"]: one["customers"] for one in found["became"]}["still_in"] is None
    assert desk.error(MEMBERS)["extensions"]["code"] == "FORBIDDEN"


def test_an_account_manager_finds_their_own_customers_in_it(
    account_manager: Asking, stranger: Asking
) -> None:
    assert account_manager.data(MEMBERS)["segment"]["members"]
    assert stranger.data(MEMBERS)["segment"]["members"] == []
    asked = '{ segment(name: "complained") { entries(customerId: "crm:1") { enteredAt } } }'
    assert stranger.error(asked)["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize(
    ("asked", "argument"),
    [
        ('segment(name: "complaind") { size }', "name"),
        ('segment(name: "complained", day: "2026-03-05") { size }', "day"),
        ('segment(name: "complained", day: "2025-12-31") { size }', "day"),
        ('segment(name: "complained") { sizes(from: "2026-03-05", to: "2026-03-05") { size } }', "to"),
        ('segment(name: "complained") { sizes(from: "2020-03-05") { size } }', "from"),
        ('segment(name: "complained") { overlap(with: ["nobody"]) { both } }', "with"),
        (
            'segment(name: "complained") { became(on: "2026-03-04", later: "2026-03-03") { customers } }',
            "later",
        ),
    ],
)
def test_what_cannot_be_asked_is_the_callers_to_put_right(seller: Asking, asked: str, argument: str) -> None:
    error = seller.error(f"{{ {asked} }}")
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


def test_a_key_limited_to_units_is_not_told_sizes_of_all(branch: Asking) -> None:
    assert branch.error('{ segment(name: "complained") { size } }')["extensions"]["code"] == "FORBIDDEN"


def test_no_count_of_a_few_follows_from_the_counts_that_are_told() -> None:
    days = pl.DataFrame(
        {"size": [20, 21, 21, 3, 3, 9], "entered": [0, 1, 0, 0, 0, 6], "left": [0, 0, 0, 18, 0, 0]}
    )
    assert told_to("service_desk", days).rows() == [
        (20, 0, 0),
        (21, None, None),
        (21, 0, 0),
        (None, None, None),
        (None, None, None),
        (9, None, None),
    ]
    ends = pl.DataFrame({"outcome": ["still_in", "left", "churned"], "customers": [30, 2, 8]})
    assert told_to("service_desk", ends)["customers"].to_list() == [30, None, None]
    assert told_to("marketing", ends).equals(ends)

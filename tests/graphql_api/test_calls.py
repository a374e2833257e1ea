"""Calls as a flat list and as a connection: filters, orders, pages, and nothing cut in silence."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.graphql_api.given import Asking

PAGE = """
query Page($after: String, $first: Int!, $order: CallOrder!) {
  callsConnection(first: $first, after: $after, orderBy: $order, queue: ["motor", "property"]) {
    nodes { id }
    edges { cursor node { id queue lastPosition } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
    position
  }
}
"""


def test_a_list_answers_rows_in_the_order_of_their_offer(manager: Asking) -> None:
    rows = manager.data("{ calls(limit: 2) { id offeredAt queue waitMs talkMs ratingScore transfers } }")
    assert rows["calls"] == [
        {
            "id": "call-bank:000000",
            "offeredAt": "2026-01-01T00:00:00+00:00",
            "queue": "motor",
            "waitMs": 0,
            "talkMs": 0,
            "ratingScore": 0,
            "transfers": 0,
        },
        {
            "id": "call-bank:000001",
            "offeredAt": "2026-01-01T00:01:00+00:00",
            "queue": "property",
            "waitMs": 10,
            "talkMs": None,
            "ratingScore": 0.25,
            "transfers": 1,
        },
    ]


def test_a_range_is_half_open_and_filters_narrow_it(manager: Asking) -> None:
    query = """{ calls(
      from: "2026-01-01T00:03:00Z", to: "2026-01-01T08:12:00+08:00"
      queue: ["motor"], orderBy: OFFERED_AT_DESC
    ) { id } }"""
    assert [row["id"] for row in manager.data(query)["calls"]] == [
        "call-bank:000009",
        "call-bank:000006",
        "call-bank:000003",
    ]


def test_a_filter_takes_one_value_or_several(manager: Asking) -> None:
    data = manager.data(
        '{ one: calls(queue: "motor") { id } two: calls(queue: ["motor", "personal"], limit: 300) { id } }'
    )
    assert (len(data["one"]), len(data["two"])) == (100, 200)


def test_updated_since_gives_what_was_told_after_a_position(manager: Asking) -> None:
    query = "{ calls(updatedSince: 298, orderBy: LAST_POSITION_ASC) { lastPosition } }"
    assert manager.data(query)["calls"] == [{"lastPosition": 299}, {"lastPosition": 300}]


def test_a_cut_list_says_so_whether_asked_or_not(manager: Asking) -> None:
    answer = manager.answer("{ first: calls(limit: 7) { id } all: calls(limit: 300) { id } }")
    assert answer["extensions"]["lists"] == {
        "first": {"rowCount": 7, "truncated": True, "limit": 7, "position": 300},
        "all": {"rowCount": 300, "truncated": False, "limit": 300, "position": 300},
    }


def test_meta_beside_a_list_says_how_long_it_is(manager: Asking) -> None:
    query = """{
      meta { field rowCount truncated limit total position }
      calls(limit: 7, queue: "motor") { id }
      callsConnection(first: 5) { nodes { id } }
    }"""
    assert manager.data(query)["meta"] == [
        {"field": "calls", "rowCount": 7, "truncated": True, "limit": 7, "total": 100, "position": 300},
        {
            "field": "callsConnection",
            "rowCount": 5,
            "truncated": True,
            "limit": 5,
            "total": 300,
            "position": 300,
        },
    ]


def test_meta_waits_for_a_list_whose_days_need_the_zone(manager: Asking) -> None:
    query = """{ calls(from: "2020-01-01", to: "2040-01-01", limit: 3) { id } meta { field rowCount } }"""
    assert manager.data(query)["meta"] == [{"field": "calls", "rowCount": 3}]


def test_meta_does_not_wait_for_a_list_that_failed(manager: Asking) -> None:
    answer = manager.answer("{ meta { field } calls(limit: -1) { id } }")
    assert [error["path"] for error in answer["errors"]] == [["calls"]]


def pages(asking: Asking, *, first: int, order: str) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = asking.data(PAGE, first=first, after=after, order=order)["callsConnection"]
        yield page
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return


@pytest.mark.parametrize(
    ("order", "is_descending"),
    [
        ("OFFERED_AT_ASC", False),
        ("OFFERED_AT_DESC", True),
        ("LAST_POSITION_ASC", False),
        ("LAST_POSITION_DESC", True),
    ],
)
def test_the_pages_of_a_connection_hold_every_row_once_and_in_order(
    manager: Asking, order: str, is_descending: bool
) -> None:
    found = list(pages(manager, first=37, order=order))
    ids = [node["id"] for page in found for node in page["nodes"]]
    expected = [f"call-bank:{number:06}" for number in range(300) if number % 3 < 2]
    assert ids == sorted(expected, reverse=is_descending)
    assert [edge["node"]["id"] for page in found for edge in page["edges"]] == ids
    assert {page["totalCount"] for page in found} == {200}
    assert [page["pageInfo"]["hasPreviousPage"] for page in found] == [False] + [True] * (len(found) - 1)


def test_pages_backwards_are_the_same_rows(manager: Asking) -> None:
    query = """query Back($before: String) {
      callsConnection(last: 37, before: $before) {
        nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor }
      }
    }"""
    found: list[str] = []
    before, is_more, numbers = None, True, 0
    while is_more:
        page = manager.data(query, before=before)["callsConnection"]
        found = [node["id"] for node in page["nodes"]] + found
        assert page["pageInfo"]["hasNextPage"] == (numbers > 0)
        before, is_more, numbers = (
            page["pageInfo"]["startCursor"],
            page["pageInfo"]["hasPreviousPage"],
            numbers + 1,
        )
    assert found == [f"call-bank:{number:06}" for number in range(300)]


def test_an_empty_page_has_no_cursors(manager: Asking) -> None:
    query = (
        '{ callsConnection(queue: "nobody") { nodes { id } pageInfo { hasNextPage startCursor endCursor } } }'
    )
    assert manager.data(query)["callsConnection"] == {
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "startCursor": None, "endCursor": None},
    }


@pytest.mark.parametrize(
    ("query", "argument"),
    [
        ("{ calls(limit: 10001) { id } }", "limit"),
        ("{ calls(limit: -1) { id } }", "limit"),
        ("{ calls(offset: 100001) { id } }", "offset"),
        ("{ callsConnection(first: -1) { nodes { id } } }", "first"),
        ("{ callsConnection(first: 1001) { nodes { id } } }", "first"),
        ('{ callsConnection(after: "") { nodes { id } } }', "after"),
        ('{ callsConnection(after: "WzEsMiwzXQ==") { nodes { id } } }', "after"),
        ('{ callsConnection(after: "not a cursor") { nodes { id } } }', "after"),
        ("{ callsConnection(first: 1, last: 1) { nodes { id } } }", "last"),
        ("{ callsConnection(last: 1001) { nodes { id } } }", "last"),
        ('{ callsConnection(before: "none") { nodes { id } } }', "before"),
        ('{ calls(queue: "a\\u0000b") { id } }', "queue"),
        ("{ calls(updatedSince: -1) { id } }", "updatedSince"),
        ('{ calls(from: "2026-01-02T00:00:00Z", to: "2026-01-02T00:00:00Z") { id } }', "to"),
    ],
)
def test_what_cannot_be_asked_is_the_callers_to_put_right(manager: Asking, query: str, argument: str) -> None:
    error = manager.error(query)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


def test_a_cursor_serves_only_the_order_that_gave_it(manager: Asking) -> None:
    page = manager.data(PAGE, first=1, order="OFFERED_AT_ASC")["callsConnection"]
    error = manager.error(PAGE, first=1, order="LAST_POSITION_ASC", after=page["pageInfo"]["endCursor"])
    assert error["message"] == "`after` is a cursor of OFFERED_AT_ASC, and not of LAST_POSITION_ASC"


def test_a_moment_needs_an_offset(manager: Asking) -> None:
    error = manager.error('{ calls(from: "2026-01-01T00:00:00") { id } }')
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "offset" in error["message"]


def test_a_moment_may_be_given_in_milliseconds(manager: Asking) -> None:
    rows = manager.data("{ calls(from: 1767225600000, to: 1767225660000) { id } }")["calls"]
    assert rows == [{"id": "call-bank:000000"}]


def test_sealed_text_never_leaves_as_it_is_stored(manager: Asking) -> None:
    assert {row["callerNumber"] for row in manager.data("{ calls { callerNumber } }")["calls"]} == {None}


def test_a_role_that_may_not_read_calls_is_refused_and_told_who_may(marketing: Asking) -> None:
    error = marketing.error("{ calls { id } }")
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert "service_manager" in error["message"]

"""The unit tree over the API: of a day, beneath a unit, of a kind, page by page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from graphql_api.app import create_app
from graphql_api.datasets import DATASETS
from infra.api_keys import create_key
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import NOW, Asking, call_row, calls_told, key_for, started
from tests.graphql_api.lists.given import written

OPENED = datetime(2020, 1, 1, tzinfo=UTC)
MOVED = datetime(2026, 2, 1, 16, tzinfo=UTC)
ALL = ["north", "north > harbour", "north > old", "south"]


def envelope(at: datetime, position: int) -> dict[str, Any]:
    return {
        "voided": False,
        "has_void": False,
        "first_occurred_at": at,
        "last_occurred_at": at,
        "first_recorded_at": at,
        "last_recorded_at": at,
        "first_position": position,
        "last_position": position,
    }


def unit(name: str, kind: str, **columns: Any) -> dict[str, Any]:
    told = {"unit": f"unit-{name}", "name": name.title(), "kind": kind, "opened_at": OPENED}
    return {**told, "closed_at": None, **envelope(OPENED, 1), **columns}


def move(name: str, version: int, parent: str | None, at: datetime = OPENED) -> dict[str, Any]:
    place = {"unit": f"unit-{name}", "version": version, "parent": parent, "moved_at": at}
    return {**place, **envelope(at, version)}


@pytest.fixture(scope="module")
def regions(embedded_server: RunningServer) -> Iterator[Store]:
    """An organisation with two regions; the harbour was in the south before February."""
    for store in fresh_store(embedded_server):
        calls_told(store, [call_row(1)])
        told = [unit("north", "region"), unit("south", "region"), unit("harbour", "store")]
        written(store, DATASETS["units"], [*told, unit("old", "store", closed_at=MOVED)])
        moves = [move("north", 1, None), move("south", 1, None), move("old", 1, "north")]
        moves += [move("harbour", 1, "south"), move("harbour", 2, "north", MOVED)]
        written(store, DATASETS["unit_moves"], moves)
        yield store


@pytest.fixture(scope="module")
def manager(regions: Store) -> Iterator[Asking]:
    with started(create_app(regions.settings, clock=lambda: NOW)) as api:
        yield Asking(api, key_for(regions, "service_manager"))


def paths(manager: Asking, arguments: str) -> list[str]:
    return [one["path"] for one in manager.data(f"{{ unitTree({arguments}) {{ path }} }}")["unitTree"]]


def test_the_tree_of_today_is_in_its_order(manager: Asking) -> None:
    assert paths(manager, "includeClosed: true") == ALL
    assert paths(manager, "includeClosed: false") == [path for path in ALL if "old" not in path]


def test_a_whole_row(manager: Asking) -> None:
    ask = '{ unitTree(under: ["harbour"]) { unit name kind parent top path depth grade openedAt closedAt } }'
    assert manager.data(ask)["unitTree"] == [
        {
            "unit": "harbour",
            "name": "Harbour",
            "kind": "store",
            "parent": "north",
            "top": "north",
            "path": "north > harbour",
            "depth": 1,
            "grade": None,
            "openedAt": "2020-01-01T00:00:00+00:00",
            "closedAt": None,
        }
    ]


def test_the_tree_of_a_day_is_that_of_its_end(manager: Asking) -> None:
    assert paths(manager, 'day: "2026-02-01", under: ["south"]') == ["south", "south > harbour"]
    assert paths(manager, 'day: "2026-02-02", under: ["south"]') == ["south"]


def test_a_key_of_a_unit_sees_what_lies_beneath_it(manager: Asking, regions: Store) -> None:
    with regions.connect() as connection:
        key = create_key(connection, role="service_manager", now=NOW, units=["north"])
    limited = Asking(manager.api, key)
    assert paths(limited, "includeClosed: true") == [path for path in ALL if path != "south"]
    assert paths(limited, 'under: ["south"]') == []


def test_units_can_be_of_a_kind(manager: Asking) -> None:
    assert paths(manager, 'kind: ["region"]') == ["north", "south"]


def test_a_page_says_that_there_is_more(manager: Asking) -> None:
    answer = manager.answer(
        "{ unitTree(limit: 1, offset: 1) { unit } meta { field rowCount total truncated } }"
    )
    assert answer["data"] == {
        "unitTree": [{"unit": "harbour"}],
        "meta": [{"field": "unitTree", "rowCount": 1, "total": 3, "truncated": True}],
    }


@pytest.mark.parametrize(
    ("arguments", "argument", "message"),
    [
        ('day: "2026-03-02"', "day", "is not over"),
        ('day: "2026-02-01", asOf: "2026-02-01"', "day", "leave out asOf"),
        ('day: "3026-02-01"', "day", "can be asked for"),
        ("position: -1", "position", "positions begin at 0"),
        ("limit: 10001", "limit", "it may be 0 to 10,000"),
        ('under: ["\\u0000"]', "under", "U+0000"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    manager: Asking, arguments: str, argument: str, message: str
) -> None:
    error = manager.error(f"{{ unitTree({arguments}) {{ unit }} }}")
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
    assert message in error["message"]


def test_the_organisation_says_where_it_stands(manager: Asking) -> None:
    ask = (
        "{ organisation { timeZone today programmes { name } position latestPosition stoppedFacts version } }"
    )
    assert manager.data(ask)["organisation"] == {
        "timeZone": "Asia/Shanghai",
        "today": "2026-03-01",
        "programmes": [],
        "position": 0,
        "latestPosition": 2,
        "stoppedFacts": [],
        "version": "0.1.0",
    }

"""Views over GraphQL: of which day a list is, how pages stay on it, and what cannot be asked."""

from collections.abc import Iterator
from typing import Any

import pytest

from graphql_api.app import create_app
from graphql_api.views import made_frames
from infra.api_keys import create_key
from infra.stores import Store
from projections.facts import SPECS
from projections.storage.database import open_database
from projections.storage.tables import create_tables
from projections.views.hot_topics import HOT_TOPICS
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import NOW, Asking, key_for, started
from tests.graphql_api.views.given import DAYS, POSITION, random_days, store_days

TOLD = random_days(HOT_TOPICS, seed=1)
FIRST, MIDDLE, LAST = (day.isoformat() for day in DAYS)
PAGE = "edges { node { id } } pageInfo { hasNextPage endCursor } day stored stale position totalCount"


def two_days(server: RunningServer) -> Iterator[Store]:
    """A store of hot topics of which two days are stored, and nothing else is told."""
    for store in fresh_store(server):
        with open_database(store.conninfo) as database:
            create_tables(database, SPECS.values())
        store_days(store, HOT_TOPICS, TOLD[:2])
        yield store


@pytest.fixture(scope="module")
def standing_store(embedded_server: RunningServer) -> Iterator[Store]:
    """Nobody changes it."""
    yield from two_days(embedded_server)


@pytest.fixture(scope="module")
def asking(standing_store: Store) -> Iterator[Asking]:
    with started(create_app(standing_store.settings, clock=lambda: NOW)) as api:
        yield Asking(api, key_for(standing_store, "marketing"))


@pytest.fixture
def store(embedded_server: RunningServer) -> Iterator[Store]:
    """A later day may be stored."""
    yield from two_days(embedded_server)


@pytest.fixture
def asking_later(store: Store) -> Iterator[Asking]:
    with started(create_app(store.settings, clock=lambda: NOW)) as api:
        yield Asking(api, key_for(store, "marketing"))


def counts(asking: Asking, arguments: str = "") -> list[int]:
    rows: list[dict[str, Any]] = asking.data(f"{{ hotTopics{arguments} {{ count }} }}")["hotTopics"]
    return [row["count"] for row in rows]


def test_without_a_day_it_is_the_latest_stored_one_which_says_that_it_is_stale(asking: Asking) -> None:
    answer = asking.answer("{ hotTopics { id } meta { day stored stale remarks total position } }")
    assert len(answer["data"]["hotTopics"]) == TOLD[1].height
    assert answer["data"]["meta"] == [
        {
            "day": MIDDLE,
            "stored": True,
            "stale": True,
            "remarks": ["A later day of this view could be stored: run `kefu refresh`"],
            "total": TOLD[1].height,
            "position": POSITION,
        }
    ]
    told = answer["extensions"]["lists"]["hotTopics"]
    assert (told["day"], told["stored"], told["stale"]) == (MIDDLE, True, True)


def test_a_day_is_asked_for_by_name(asking: Asking) -> None:
    query = f'{{ hotTopicsConnection(day: "{FIRST}") {{ {PAGE} }} }}'
    found = asking.data(query)["hotTopicsConnection"]
    assert (found["day"], found["stored"], found["stale"]) == (FIRST, True, False)
    assert (found["position"], found["totalCount"]) == (POSITION, TOLD[0].height)


def test_now_is_made_though_a_day_is_stored(asking: Asking) -> None:
    assert asking.data("{ hotTopics(now: true) { id } meta { day stored stale } }") == {
        "hotTopics": [],
        "meta": [{"day": None, "stored": False, "stale": False}],
    }


def test_pages_stay_on_their_day_when_a_later_one_is_stored(asking_later: Asking, store: Store) -> None:
    page = asking_later.data(f"{{ hotTopicsConnection(first: 5) {{ {PAGE} }} }}")["hotTopicsConnection"]
    store_days(store, HOT_TOPICS, TOLD[2:], days=DAYS[2:])
    ids = [edge["node"]["id"] for edge in page["edges"]]
    while page["pageInfo"]["hasNextPage"]:
        after = page["pageInfo"]["endCursor"]
        query = f'{{ hotTopicsConnection(first: 5, after: "{after}") {{ {PAGE} }} }}'
        page = asking_later.data(query)["hotTopicsConnection"]
        assert page["day"] == MIDDLE
        ids += [edge["node"]["id"] for edge in page["edges"]]
    whole = asking_later.data(f'{{ hotTopics(day: "{MIDDLE}") {{ id }} }}')["hotTopics"]
    assert ids == [row["id"] for row in whole]
    assert len(set(ids)) == TOLD[1].height
    anew = asking_later.data("{ hotTopicsConnection(first: 1) { day stale } }")
    assert anew == {"hotTopicsConnection": {"day": LAST, "stale": False}}


def test_orders_filters_and_where_reach_the_rows(asking: Asking) -> None:
    rows = TOLD[1].filter(subject="a", is_new=True)
    assert sorted(counts(asking, '(subject: ["a"], isNew: true)')) == sorted(rows["count"])
    assert counts(asking, "(orderBy: COUNT_DESC)") == sorted(TOLD[1]["count"], reverse=True)
    at_least = TOLD[1].filter(TOLD[1]["count"] >= 1)["count"]
    asked = counts(asking, '(where: [{column: "count", from: "1"}], orderBy: COUNT_ASC)')
    assert asked == sorted(at_least)
    nulls = asking.data("{ hotTopics(orderBy: RANK_DESC) { rank } }")["hotTopics"]
    ranks = [row["rank"] for row in nulls]
    assert None in ranks
    assert None not in ranks[: -ranks.count(None)]


def test_a_cursor_is_of_one_view_order_and_day(asking: Asking) -> None:
    page = asking.data("{ hotTopicsConnection(first: 1) { pageInfo { endCursor } } }")
    cursor = page["hotTopicsConnection"]["pageInfo"]["endCursor"]
    for field, arguments in (
        ("hotTopicsConnection", "orderBy: COUNT_DESC"),
        ("hotTopicsConnection", f'day: "{FIRST}"'),
        ("hotTopicsConnection", "position: 0"),
        ("segmentsConnection", "first: 1"),
    ):
        error = asking.error(f'{{ {field}(after: "{cursor}", {arguments}) {{ position }} }}')
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "after"}


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ('after: "nonsense"', "after"),
        ('after: "W10="', "after"),
        ("first: -1", "first"),
        ("first: 1, last: 1", "last"),
        ('where: [{column: "nothing", isNull: true}]', "where"),
        ('day: "2026-03-01"', "day"),
        ('day: "2026-02-26", knownAt: "2026-02-26"', "day"),
    ],
)
def test_what_cannot_be_asked_names_its_argument(asking: Asking, arguments: str, argument: str) -> None:
    error = asking.error(f"{{ hotTopicsConnection({arguments}) {{ position }} }}")
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


@pytest.mark.parametrize("amount", ["1e34", "-1e200000", "NaN"])
def test_an_amount_that_no_column_holds_cannot_be_asked_for(asking: Asking, amount: str) -> None:
    where = f'where: [{{column: "balance", from: "{amount}"}}]'
    error = asking.error(f"{{ pointsLiability({where}) {{ balance }} }}")
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "where"}


def test_what_would_read_too_much_says_to_store_a_day(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_frames, "MOST_ROWS_READ", -1)
    error = asking.error("{ complaintSurges(now: true) { id } }")
    assert error["extensions"]["code"] == "VIEW_TOO_LARGE"
    assert "kefu refresh" in error["message"]


def test_a_key_of_units_sees_their_rows_alone_whether_stored_or_made(
    standing_store: Store, asking: Asking
) -> None:
    with standing_store.connect() as connection:
        key = create_key(connection, role="marketing", now=NOW, units=("north",))
    limited = Asking(asking.api, key)
    for arguments in ("", "(now: true)"):
        error = limited.error(f"{{ hotTopics{arguments} {{ id }} }}")
        assert error["extensions"]["code"] == "FORBIDDEN"

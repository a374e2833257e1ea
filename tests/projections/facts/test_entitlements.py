"""Visits use the grant that ends first of those that run, once for the member and once for every guest."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.envelope import Event
from domain.member.events import MemberClubVisited, MemberEnrolled, MemberEntitled
from projections.facts import SPECS
from projections.facts.refold import refold
from tests.projections.facts.given import events_of
from tests.projections.logs import Logged

ENTITLEMENTS = SPECS["entitlements"]
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
Telling = tuple[type[Event], int, dict[str, Any]]


def granted(day: int, *, until: int, quantity: int, kind: str = "airport") -> Telling:
    values = {"kind": kind, "quantity": quantity, "until": NEW_YEAR + timedelta(days=until)}
    return MemberEntitled, day, values


def visited(day: int, *, guests: int = 0, kind: str = "airport", settled_by: str = "entitlement") -> Telling:
    return (
        MemberClubVisited,
        day,
        {"partner_id": "c", "kind": kind, "guests": guests, "settled_by": settled_by},
    )


def uses(*tellings: Telling) -> list[int]:
    rows = refold(ENTITLEMENTS, events_of(log_of(tellings), ENTITLEMENTS))
    return rows.sort("version").get_column("used").to_list()


def log_of(tellings: Sequence[Telling]) -> list[Logged]:
    return [
        Logged(
            version,
            event_class(
                originator_id="member-x:1",
                originator_version=version,
                occurred_at=NEW_YEAR + timedelta(days=day),
                recorded_at=NEW_YEAR + timedelta(days=day),
                source="s",
                **values,
            ),
        )
        for version, (event_class, day, values) in enumerate(tellings, start=1)
    ]


CASES: dict[str, tuple[tuple[Telling, ...], list[int]]] = {
    "a visit takes one for the member and each guest": (
        (granted(1, until=9, quantity=4), visited(2), visited(3, guests=1)),
        [3],
    ),
    "uses that no grant has are in no row": ((granted(1, until=9, quantity=2), visited(2, guests=4)), [2]),
    "a visit that is paid uses nothing": (
        (granted(1, until=9, quantity=2), visited(2, settled_by="paid")),
        [0],
    ),
    "a visit of another kind uses nothing": (
        (granted(1, until=9, quantity=2), visited(2, kind="golf")),
        [0],
    ),
    "a grant runs from its moment to its end": (
        (visited(1), granted(2, until=5, quantity=2), visited(5), visited(6)),
        [1],
    ),
    "the grant that ends first is used first, and then the next": (
        (granted(1, until=9, quantity=2), granted(1, until=5, quantity=1), visited(2, guests=1)),
        [1, 1],
    ),
    "a grant that was not there yet is not used though it ends first": (
        (granted(1, until=9, quantity=2), visited(2), granted(3, until=5, quantity=2)),
        [1, 0],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_visits_use(case: str) -> None:
    tellings, expected = CASES[case]
    assert uses(*tellings) == expected


def test_the_programme_is_that_of_the_enrolment_whenever_it_is_told() -> None:
    enrolled = (MemberEnrolled, 0, {"programme": "club", "tier": "gold", "customer_id": "p:1"})
    log = log_of((granted(1, until=9, quantity=1), enrolled))
    [row] = refold(ENTITLEMENTS, events_of(log, ENTITLEMENTS)).to_dicts()
    assert (row["programme"], row["customer_id"], row["tier"]) == ("club", "p:1", None)

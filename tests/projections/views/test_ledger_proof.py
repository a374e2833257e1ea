"""The ledger is proven where lots and tellings meet, and a lot that is off by 0.0001 is named."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import psycopg
import pytest
from hypothesis import given, settings

from domain.envelope import Event
from domain.member.events import (
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
)
from domain.member.proof import proof
from domain.organisation.rules import RuleBook
from infra.stores import Store
from projections.storage.reader import stored_facts
from projections.views.ledger_proof import unproven
from projections.views.reading import ViewReading
from tests.projections.facts.given import LAW
from tests.projections.facts.lives_of_points import MEMBER, any_life, ledger, numbered, orderly
from tests.projections.logs import Logged
from tests.projections.metrics.memory import Memory
from tests.projections.runner.stored import project_in_batches, put
from tests.projections.views.points_told import told_members

NOW = datetime(2030, 1, 1, tzinfo=UTC)
A_LITTLE = Decimal("0.0001")


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def a_life() -> list[Event]:
    """Two lots: of 100 points 30 are redeemed, 10 come back, 5 are reversed, and 20 of 20 expire."""
    points = {"lot_id": "a", "redemption_id": "r"}
    return numbered(
        [
            MEMBER.enrolled(),
            MEMBER.made(MemberPointsEarned, day(2), lot_id="a", points=Decimal(100), reason="spend"),
            MEMBER.made(MemberPointsRedeemed, day(3), redemption_id="r", points=Decimal(30), venue="gift"),
            MEMBER.made(MemberPointsRefunded, day(4), **points, points=Decimal(10)),
            MEMBER.made(MemberPointsReversed, day(5), lot_id="a", of="a", points=Decimal(5)),
            MEMBER.made(
                MemberPointsEarned,
                day(6),
                lot_id="b",
                points=Decimal(20),
                reason="spend",
                expires_at=day(8),
            ),
            MEMBER.made(MemberPointsExpired, day(9), lot_id="b", points=Decimal(20)),
        ]
    )


def moved(source: Memory, lot: str, **sides: Decimal) -> Memory:
    """The same facts, with so much more on these sides of a lot."""
    here = pl.col("lot_id") == lot
    lots = source.rows("member_lots").with_columns(
        pl.when(here).then(pl.col(name) + more).otherwise(name).cast(pl.Decimal(38, 4)).alias(name)
        for name, more in sides.items()
    )
    return Memory({**source.tellings, "member_lots": lots})


def proven(source: Memory) -> list[tuple[Any, ...]]:
    return unproven(ViewReading(source=source, now=NOW)).rows()


@settings(LAW, max_examples=20)
@given(events=orderly())
def test_an_orderly_life_is_proven(events: list[Event]) -> None:
    assert proven(told_members(events)) == []


@settings(LAW, max_examples=20)
@given(events=any_life())
def test_whatever_breaks_no_rule_is_proven_and_every_lot_always_adds_up(events: list[Event]) -> None:
    found = proven(told_members(events))
    assert not {rule for *_, rule, _, _ in found} & {"lots_add_up", "lots_stay_above_zero"}
    if not proof(ledger(events, RuleBook())):
        assert found == []


def test_a_life_of_every_kind_is_proven() -> None:
    assert proven(told_members(a_life())) == []


@pytest.mark.parametrize("side", ["earned", "reversed", "drawn", "refunded", "expired", "balance"])
@pytest.mark.parametrize("more", [A_LITTLE, -A_LITTLE], ids=["more", "less"])
def test_a_lot_off_by_a_little_on_any_side_is_named(side: str, more: Decimal) -> None:
    found = proven(moved(told_members(a_life()), "a", **{side: more}))
    [(member, lot, _, told, held)] = [row for row in found if row[2] == "lots_add_up"]
    assert (member, lot, abs(told - held)) == ("member-x:1", "a", A_LITTLE)


@pytest.mark.parametrize(
    ("sides", "rule"),
    [
        ({"earned": A_LITTLE, "balance": A_LITTLE}, "earned_as_told"),
        ({"earned": -A_LITTLE, "balance": -A_LITTLE}, "earned_as_told"),
        ({"drawn": A_LITTLE, "balance": -A_LITTLE}, "redeemed_as_drawn"),
        ({"drawn": -A_LITTLE, "balance": A_LITTLE}, "redeemed_as_drawn"),
        ({"refunded": A_LITTLE, "balance": A_LITTLE}, "refunded_as_told"),
        ({"refunded": -A_LITTLE, "balance": -A_LITTLE}, "refunded_as_told"),
        ({"reversed": A_LITTLE, "balance": -A_LITTLE}, "reversed_as_told"),
        ({"reversed": -A_LITTLE, "balance": A_LITTLE}, "reversed_as_told"),
        ({"expired": A_LITTLE, "balance": -A_LITTLE}, "expiries_are_as_told"),
    ],
)
def test_a_lot_that_adds_up_to_something_else_than_was_told_is_found(
    sides: dict[str, Decimal], rule: str
) -> None:
    assert [row[2] for row in proven(moved(told_members(a_life()), "a", **sides))] == [rule]


def test_an_expiry_that_a_full_lot_did_not_take_is_found() -> None:
    source = moved(told_members(a_life()), "b", expired=Decimal(-20), balance=Decimal(20))
    assert proven(source) == [("member-x:1", "b", "expiries_are_as_told", Decimal(20), Decimal(0))]


def test_a_lot_that_is_lost_is_found() -> None:
    source = told_members(a_life())
    lots = source.rows("member_lots").filter(pl.col("lot_id") != "b")
    assert [(row[1], row[2]) for row in proven(Memory({**source.tellings, "member_lots": lots}))] == [
        ("b", "expiries_are_as_told"),
        (None, "earned_as_told"),
    ]


def test_what_a_source_told_beyond_the_lots_is_its_own_breach() -> None:
    more = MEMBER.made(MemberPointsExpired, day(10), lot_id="b", points=Decimal(1))
    beyond = MEMBER.made(MemberPointsReversed, day(11), lot_id="a", of="a", points=Decimal(500))
    assert proven(told_members(numbered([*a_life(), more, beyond]))) == []


def test_a_stored_lot_off_by_a_little_is_named(embedded_store: Store) -> None:
    put(embedded_store.conninfo, [Logged(place, event) for place, event in enumerate(a_life(), start=1)])
    project_in_batches(embedded_store.conninfo, 1000)
    assert stored_proof(embedded_store) == []
    with psycopg.connect(embedded_store.conninfo) as connection:
        connection.execute("update member_lots_v1 set balance = balance + 0.0001 where lot_id = 'a'")
    assert stored_proof(embedded_store) == [
        ("member-x:1", "a", "lots_add_up", Decimal("95.0000"), Decimal("95.0001"))
    ]


def stored_proof(store: Store) -> list[tuple[Any, ...]]:
    with stored_facts(store.conninfo) as source:
        return unproven(ViewReading(source=source, now=NOW)).rows()

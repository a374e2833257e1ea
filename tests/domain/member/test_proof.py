"""The proof finds every sum that does not hold, whoever made the ledger."""

from copy import deepcopy
from decimal import Decimal

import pytest

from domain.command_application import numbered
from domain.folding import live_events
from domain.member.ledger import ledger_of
from domain.member.lots import OVERDRAFT, Breach, Ledger, Lot
from domain.member.proof import proof
from domain.member.terms import terms_of
from domain.organisation.rules import read_rules
from tests.domain.member.examples import earned, redeemed, with_overdraft

HONEST = ledger_of(
    live_events(numbered([earned("a", 100), redeemed("r1", 130)], after=0)),
    terms_of(read_rules([with_overdraft]), "club"),
)


def tampered(lot_id: str = "a", **numbers: int) -> Ledger:
    """The honest ledger with other numbers of a lot."""
    ledger = deepcopy(HONEST)
    for name, points in numbers.items():
        setattr(ledger.lots[lot_id], name, Decimal(points))
    return ledger


def rules_broken(ledger: Ledger) -> set[str]:
    return {breach.rule for breach in proof(ledger)}


def test_an_honest_ledger_is_proven() -> None:
    assert proof(HONEST) == []
    assert proof(Ledger()) == []


@pytest.mark.parametrize("side", ["earned", "reversed", "drawn", "refunded", "expired", "balance"])
def test_a_lot_whose_sides_differ_is_found_and_the_total_with_it(side: str) -> None:
    broken = proof(tampered(**{side: 7}))
    assert [breach.lot_id for breach in broken if breach.rule == "lots_add_up"] == ["a", None]


@pytest.mark.parametrize(
    "sides",
    [
        {"earned": 101, "balance": 1},
        {"reversed": 5, "balance": -5},
        {"drawn": 99, "balance": 1},
        {"refunded": 3, "balance": 3},
        {"expired": 4, "balance": -4},
    ],
)
def test_a_lot_that_adds_up_and_is_not_what_was_told_is_found(sides: dict[str, int]) -> None:
    assert "totals_are_what_was_told" in rules_broken(tampered(**sides))


def test_a_lot_below_zero_is_found_but_for_the_overdraft_lot() -> None:
    below = tampered(drawn=105, balance=-5)
    assert "lots_stay_above_zero" in rules_broken(below)
    assert HONEST.lots[OVERDRAFT].balance == -30


def test_a_redemption_that_is_not_what_was_drawn_is_found() -> None:
    ledger = deepcopy(HONEST)
    ledger.redemptions["r1"].draws["a"] = Decimal(99)
    assert proof(ledger) == [
        Breach(
            rule="draws_are_what_was_redeemed",
            told=Decimal(130),
            held=Decimal(129),
            redemption_id="r1",
        )
    ]


def test_points_that_nobody_told_are_found() -> None:
    ledger = deepcopy(HONEST)
    ledger.lots["b"] = Lot(lot_id="b", order=2, earned=Decimal(1), balance=Decimal(1))
    assert rules_broken(ledger) == {"totals_are_what_was_told"}


def test_draws_that_nobody_told_or_derived_are_found() -> None:
    ledger = deepcopy(HONEST)
    ledger.derived -= 1
    assert proof(ledger) == [Breach(rule="totals_are_what_was_told", told=Decimal(129), held=Decimal(130))]


def test_what_the_source_broke_comes_first() -> None:
    broken = ledger_of(
        live_events(numbered([earned("a", 100), redeemed("r1", 130)], after=0)),
        terms_of(read_rules([]), None),
    )
    assert [breach.rule for breach in proof(broken)] == ["redemptions_stay_within_the_balance"]
    broken.lots["a"].balance += 1
    assert proof(broken)[0].rule == "redemptions_stay_within_the_balance"

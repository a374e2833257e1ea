"""Many members are added up, and the page holds those most concerned."""

from datetime import UTC, datetime
from decimal import Decimal

from domain.member.comparison import Comparison
from domain.member.what_if import Life, Points, TierStep, WhatIf

AT = datetime(2026, 3, 1, tzinfo=UTC)
GOLD = (TierStep(AT, "silver", "gold"),)


def member(balance: int, would: int, *, moves: bool = False) -> WhatIf:
    return WhatIf(
        happened=Life(tier="silver", points=Points(earned=Decimal(balance), balance=Decimal(balance))),
        would=Life(
            tier="gold" if moves else "silver",
            steps=GOLD if moves else (),
            points=Points(earned=Decimal(would), balance=Decimal(would)),
        ),
        as_told=1,
    )


def compared(*members: WhatIf, page_size: int = 9) -> Comparison:
    comparison = Comparison(page_size=page_size)
    for number, found in enumerate(members):
        comparison.add(str(number), found)
    return comparison


def test_members_points_and_tiers_are_added_up() -> None:
    found = compared(member(5, 5), member(5, 7), member(1, 1, moves=True))
    assert (found.members, found.otherwise, found.moving_otherwise, found.as_told) == (3, 2, 1, 3)
    assert (found.happened.balance, found.would.balance, found.would.earned) == (11, 13, 13)
    assert found.tiers == {("silver", "silver"): 2, ("silver", "gold"): 1}


def test_who_would_have_moved_comes_first_then_the_most_points_at_stake() -> None:
    members = (member(5, 6), member(9, 2), member(1, 1, moves=True), member(3, 3), member(2, 6))
    assert [name for name, _ in compared(*members).page] == ["2", "1", "4", "0"]
    assert [name for name, _ in compared(*members, page_size=2).page] == ["2", "1"]
    assert compared(*members, page_size=0).page == []

"""Lots give in the programme's order, which the obvious sort confirms."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.member.drawing_order import DrawingOrder
from domain.member.lots import Lot
from domain.organisation.programme import Draws

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)

moves = st.lists(
    st.tuples(
        st.sampled_from(["put", "take_out", "empty", "earliest_expiry", "first_in_first_out"]),
        st.integers(0, 6),
        st.none() | st.integers(0, 3),
    )
)


def sorted_lots(lots: list[Lot], draws: Draws) -> list[str]:
    """The obvious way."""
    by_expiry = [lot for lot in lots if draws == "earliest_expiry" and lot.due_at]
    rest = [lot for lot in lots if lot not in by_expiry]
    by_expiry.sort(key=lambda lot: (lot.due_at, lot.order))
    return [lot.lot_id for lot in (*by_expiry, *sorted(rest, key=lambda lot: lot.order))]


@given(moves)
def test_in_order_whatever_comes_goes_and_changes(moves: list[tuple[str, int, int | None]]) -> None:
    order = DrawingOrder()
    lots = [Lot(lot_id=str(number), order=number, balance=Decimal(1)) for number in range(7)]
    inside: set[int] = set()
    draws: Draws = "earliest_expiry"
    for move, number, days in moves:
        lot = lots[number]
        if move == "put":
            lot.due_at, lot.balance = None if days is None else START + days * DAY, Decimal(1)
            order.put(lot)
            inside.add(number)
        elif move == "take_out":
            order.take_out(lot)
            inside.discard(number)
        elif move == "empty":
            lot.balance = Decimal(0)
        else:
            draws = "earliest_expiry" if move == "earliest_expiry" else "first_in_first_out"
            order.follow(draws)
        expected = sorted_lots([lots[number] for number in sorted(inside) if lots[number].balance], draws)
        assert [lot.lot_id for lot in order] == expected
        first = order.first()
        assert (first.lot_id if first else None) == (expected[0] if expected else None)

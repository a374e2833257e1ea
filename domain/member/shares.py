"""How an amount is shared out over lots that can give, one after another."""

from collections.abc import Iterable
from decimal import Decimal

Part = tuple[str, Decimal]


def shared_out(points: Decimal, over: Iterable[Part]) -> tuple[list[Part], Decimal]:
    """Take points from each in turn, as much as it has; gives the parts, and what nobody had."""
    parts: list[Part] = []
    for lot_id, held in over:
        given = min(held, points)
        if given > 0:
            parts.append((lot_id, given))
            points -= given
    return parts, points

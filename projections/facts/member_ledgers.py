"""What became of every lot: by frames where lots are spent in one order, else by the domain's ledger.

Whichever way, the numbers are those of `domain.member.ledger`; a property test holds the two together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from domain.envelope import Event
from domain.member.events import (
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
)
from domain.member.ledger import ledger_of
from domain.member.lots import ZERO, Ledger, Lot
from domain.member.terms import Terms, terms_of
from domain.organisation.rules import RuleBook
from domain.organisation.terms import add_months
from projections.facts.member_lot_intervals import AGES, REDEEMED
from projections.facts.member_lot_order import EARNED, EXPIRED, LOTS, lots_in_order

DRAWN, REVERSED, REFUNDED = "member.points_drawn", "member.points_reversed", "member.points_refunded"
POINT_TOPICS = (EARNED, REDEEMED, DRAWN, EXPIRED, REVERSED, REFUNDED)


def lots_of(events: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
    """Read the ledgers of whole streams of live events: the columns of LOTS, one row per lot.

    `events` has the programme of their enrolment. Draws follow the organisation's programmes in `rules`.
    """
    posted = events.filter(pl.col("topic").is_in(POINT_TOPICS))
    plain, others = lots_in_order(posted, rules)
    return pl.concat([plain, _by_ledgers(others, rules)])


def _by_ledgers(events: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
    """Read the ledgers of streams one at a time: some microseconds an event."""
    terms: dict[str | None, Terms] = {}
    rows: list[tuple[Any, ...]] = []
    for stream in events.sort("occurred_at", "position").partition_by("originator_id", maintain_order=True):
        told = list(stream.iter_rows(named=True))
        programme = told[0]["programme"]
        reading = terms.setdefault(programme, terms_of(rules, programme))
        rows += _rows(told[0]["originator_id"], ledger_of(map(_event, told), reading))
    return pl.DataFrame(rows, schema=LOTS, orient="row")


def _rows(stream: str, ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for lot in ledger.lots.values():
        numbers = (lot.earned, lot.reversed, lot.drawn, lot.refunded, lot.expired, lot.balance)
        times = (lot.earned_at, lot.available_at, lot.expires_at)
        yield (stream, lot.lot_id, *times, *numbers, *_by_age(lot, ledger))


def _by_age(lot: Lot, ledger: Ledger) -> Sequence[Decimal | None]:
    """What redemptions of the lot's first months drew; none of a lot that was never earned."""
    if lot.earned_at is None:
        return [None for _ in AGES]
    drawn = [(one.at, one.draws.get(lot.lot_id, ZERO)) for one in ledger.redemptions.values()]
    until = [_months_after(lot.earned_at, months) for months in AGES]
    return [sum((points for at, points in drawn if at < end), ZERO) for end in until]


def _months_after(moment: datetime, months: int) -> datetime:
    return datetime.combine(add_months(moment.date(), months), moment.timetz())


CARRIED = ("originator_id", "originator_version", "occurred_at", "recorded_at", "points")
READERS: Mapping[str, tuple[Callable[..., Event], tuple[str, ...], Mapping[str, str]]] = {
    EARNED: (MemberPointsEarned, ("lot_id", "available_at", "expires_at"), {"reason": ""}),
    REDEEMED: (MemberPointsRedeemed, ("redemption_id",), {"venue": ""}),
    DRAWN: (MemberPointsDrawn, ("redemption_id", "lot_id"), {}),
    EXPIRED: (MemberPointsExpired, ("lot_id",), {}),
    REVERSED: (MemberPointsReversed, ("lot_id", "of"), {}),
    REFUNDED: (MemberPointsRefunded, ("redemption_id", "lot_id"), {}),
}
"""Per topic the event, the fields that the ledger reads, and what it does not read but must be there."""


def _event(row: Mapping[str, Any]) -> Event:
    make, fields, unread = READERS[row["topic"]]
    return make(source="", **unread, **{name: row[name] for name in (*CARRIED, *fields)})

"""One row per lot of points: earned, and what became of it; and one for what a member spent beyond every lot.

Of every lot earned - reversed = drawn - refunded + expired + balance, as the domain's ledger reads it: draws
as told, and what they leave open in the order of the programme. A row depends on all events of its stream.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

import polars as pl

from domain.member.lots import OVERDRAFT
from domain.organisation.rules import RuleBook
from projections.facts.member_enrolments import ENROLLED, with_enrolment
from projections.facts.member_ledgers import DRAWN, POINT_TOPICS, REVERSED, lots_of
from projections.facts.member_lot_intervals import REDEEMED, STREAM
from projections.facts.member_lot_order import EARNED, LOT, LOTS
from projections.facts.row import First, Key, Row
from projections.facts.spec import UTC

EVENTS = (ENROLLED, *POINT_TOPICS)
SPENDING = (REDEEMED, DRAWN, REVERSED)
OWN = ("reason", "partner_id", "tier", "agent_id", "campaign_id")
"""What a lot takes from the event that earned it, and no other."""
COUNTED = ("earned", "reversed", "drawn", "refunded", "expired", "balance")


class MemberLot(Row, stream="member", name="member_lots", version=1):
    """Points in lots; `opened_at` is when the lot was earned, or first named if it never was.

    The lot `overdraft` is there for whoever ever spent. `drawn_in_…_months` is what redemptions in a lot's
    first months drew from it, refunded or not: how vintages develop.
    """

    WHOLE_STREAM = True
    WIDEN_FIELDS = ("points", "redemption_id", "of")
    READS_RULES = ("programme", "zone")
    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {
        **{name: dtype for name, dtype in LOTS.items() if name not in LOT},
        "opened_at": UTC,
    }
    INDEXES = (("opened_at",), ("customer_id",))

    member: Annotated[str, Key()]
    lot_id: Annotated[str, Key("lot_id")]
    opened_at: Annotated[datetime | None, First(*EVENTS)]
    """When the lot was earned, or first named if it never was."""
    earned_at: Annotated[datetime | None, First(*EVENTS)]
    """When it was earned; null of a lot that never was."""
    available_at: Annotated[datetime | None, First(*EVENTS)]
    """From when its points can be spent; null: at once."""
    expires_at: Annotated[datetime | None, First(*EVENTS)]
    """The moment that its expiry goes by: at the end of that day; null: never."""
    reason: Annotated[str | None, First(*EVENTS)]
    """What the points were earned for, a code."""
    partner_id: Annotated[str | None, First(*EVENTS)]
    programme: Annotated[str | None, First(*EVENTS)]
    customer_id: Annotated[str | None, First(*EVENTS)]
    unit: Annotated[str | None, First(*EVENTS)]
    tier: Annotated[str | None, First(*EVENTS)]
    agent_id: Annotated[str | None, First(*EVENTS)]
    campaign_id: Annotated[str | None, First(*EVENTS)]
    earned: Annotated[Decimal | None, First(*EVENTS)]
    reversed: Annotated[Decimal | None, First(*EVENTS)]
    drawn: Annotated[Decimal | None, First(*EVENTS)]
    refunded: Annotated[Decimal | None, First(*EVENTS)]
    expired: Annotated[Decimal | None, First(*EVENTS)]
    balance: Annotated[Decimal | None, First(*EVENTS)]
    """What is left: earned - reversed - drawn + refunded - expired."""
    drawn_in_3_months: Annotated[Decimal | None, First(*EVENTS)]
    """What redemptions of its first 3 months drew from it, refunded or not."""
    drawn_in_6_months: Annotated[Decimal | None, First(*EVENTS)]
    """What redemptions of its first 6 months drew from it, refunded or not."""
    drawn_in_12_months: Annotated[Decimal | None, First(*EVENTS)]
    """What redemptions of its first 12 months drew from it, refunded or not."""
    drawn_in_24_months: Annotated[Decimal | None, First(*EVENTS)]
    """What redemptions of its first 24 months drew from it, refunded or not."""
    drawn_in_36_months: Annotated[Decimal | None, First(*EVENTS)]
    """What redemptions of its first 36 months drew from it, refunded or not."""

    @staticmethod
    def widen(events: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
        """Make of whole streams one event per lot that says what became of it."""
        posted = events.filter(pl.col("topic").is_in(POINT_TOPICS))
        posted = with_enrolment(posted, events).sort("occurred_at", "position")
        named = _named(posted).drop("available_at", "expires_at")
        lots = named.join(lots_of(posted, rules), on=LOT, how="left", maintain_order="left")
        opened = pl.coalesce("earned_at", "occurred_at")
        widened = lots.with_columns(pl.col(COUNTED).fill_null(0), opened_at=opened)
        return widened.select(*dict.fromkeys([*events.columns, *MemberLot.WIDENED]))


def _named(posted: pl.DataFrame) -> pl.DataFrame:
    """The first event that names each lot, which spending does the overdraft, with what its earning says.

    As a rule that is the earning itself; lots named otherwise are few, and looked up.
    """
    of_overdraft = pl.col("topic").is_in(SPENDING) | (pl.col("lot_id") == OVERDRAFT)
    owing = posted.filter(of_overdraft).unique(STREAM, keep="first", maintain_order=True)
    lots = posted.filter(pl.col("lot_id") != OVERDRAFT).unique(LOT, keep="first", maintain_order=True)
    is_earning = (pl.col("topic") == EARNED) & (pl.col("points") > 0)
    others = pl.concat([lots.filter(~is_earning), owing.with_columns(lot_id=pl.lit(OVERDRAFT))])
    earnings = posted.join(others.select(LOT), on=LOT, how="semi").filter(is_earning)
    own = earnings.filter(pl.col("lot_id") != OVERDRAFT).unique(LOT, keep="first", maintain_order=True)
    named = others.drop(OWN).join(own.select(*LOT, *OWN), on=LOT, how="left")
    return pl.concat([lots.filter(is_earning), named.select(lots.columns)])

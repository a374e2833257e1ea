"""Where every membership stands: its points, its tier, what the next one takes, when this one ends."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from projections.views.against_metrics import against_numerators
from projections.views.listed import LISTED_FACTS, listed_customers, member_id
from projections.views.months import by_month
from projections.views.points_liability import POINTS_LIABILITY
from projections.views.reading import ViewReading
from projections.views.tier_standing import STANDING_FACTS, tier_standing
from projections.views.view import Figure, Reconciliation, View

KEYS = ("customer_id", "member_id")
TOLD = ("earned", "redeemed", "refunded", "reversed", "expired")


@dataclass(frozen=True, kw_only=True)
class MemberStanding:
    """A membership, closed ones too; whoever is erased is left out.

    Points are those told of the membership, before refunds and reversals. Of memberships that run, where
    points decide on the programme's tiers, it says what counts, what is missing, and where the tier moves
    next.
    """

    customer_id: str | None
    member_id: str
    programme: str | None
    unit: str | None
    enrolled_at: datetime | None
    closed_at: datetime | None
    """When the membership ended; null while it runs."""
    tier: str | None
    """The tier told last."""
    tier_since: datetime | None
    """From when on the member has it."""
    earned: Decimal
    redeemed: Decimal
    """Points redeemed, before refunds."""
    refunded: Decimal
    reversed: Decimal
    expired: Decimal
    balance: Decimal
    """What the ledger has of the points; below zero what the member owes."""
    first_redeemed_at: datetime | None
    last_redeemed_at: datetime | None
    points: Decimal | None
    """What counts towards a tier now: the balance, or what was earned in the period."""
    next_tier: str | None
    """The next tier up; null: there is none, or points do not decide."""
    points_to_next: Decimal | None
    points_to_keep: Decimal | None
    due_tier: str | None
    """What the programme's rules give now; another one than the tier is a move overdue."""
    moves_at: datetime | None
    """When the tier moves if nothing else happens; null: never."""
    moves_to: str | None
    """The tier that it then moves to; null: it does not."""
    move_reason: str | None
    """Why it then moves, a code; null: it does not."""


def member_standings(reading: ViewReading) -> pl.DataFrame:
    """The memberships of everybody who is not erased, as of a moment."""
    members = _told(reading)
    standing = members.join(tier_standing(reading, members), on="member", how="left")
    return listed_customers(reading, standing, at="enrolled_at")


def _told(reading: ViewReading) -> pl.DataFrame:
    """What is told of every membership, with its balance."""
    read = ("programme", "unit", "customer_id", "enrolled_tier", "enrolled_at", "closed_at", "moved_to")
    told = tuple(f"points_{name}" for name in TOLD)
    more = ("moved_at", "tier_until", "first_redeemed_at", "last_redeemed_at")
    members = reading.facts("members", columns=(*read, *more, *told)).with_columns(
        member_id(),
        *(pl.col(f"points_{name}").fill_null(0).alias(name) for name in TOLD),
        tier=pl.coalesce("moved_to", "enrolled_tier"),
        tier_since=pl.coalesce("moved_at", "enrolled_at"),
    )
    balances = reading.facts("member_lots", columns=("balance",)).group_by("member")
    return members.join(balances.agg(pl.col("balance").sum()), on="member", how="left").with_columns(
        pl.col("balance").fill_null(0)
    )


def members_running(rows: pl.DataFrame, _: date) -> float:
    """How many memberships run."""
    return float(rows.filter(pl.col("enrolled_at").is_not_null(), pl.col("closed_at").is_null()).height)


def with_hidden(reading: ViewReading, rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """These columns of the rows, and of the memberships that are not listed: the erased stay in totals."""
    hidden = _told(reading).join(rows, on="member_id", how="anti")
    return pl.concat([part.select(names) for part in (rows, hidden)])


def against_liability(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Programmes in which members' balances are not those of vintages: [programme, in_view, in_vintages]."""
    members = with_hidden(reading, rows, "programme", "balance").group_by("programme")
    vintages = reading.view(POINTS_LIABILITY).group_by("programme").agg(in_vintages=pl.col("balance").sum())
    both = members.agg(in_view=pl.col("balance").sum()).join(
        vintages, on="programme", how="full", coalesce=True, nulls_equal=True
    )
    return both.with_columns(pl.col("in_view", "in_vintages").fill_null(0)).filter(
        pl.col("in_view") != pl.col("in_vintages")
    )


def against_members(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Programmes of which another number of memberships runs than the metric says."""
    members = with_hidden(reading, rows, "programme", "enrolled_at", "closed_at")
    running = members.filter(pl.col("enrolled_at").is_not_null(), pl.col("closed_at").is_null())
    month = reading.day.replace(day=1)
    counted = running.group_by("programme").agg(in_view=pl.len()).with_columns(period_start=month)
    question = by_month(reading, "members", definition="count", since=month, by=("programme",))
    return against_numerators(reading, counted, question)


MEMBER_STANDINGS = View(
    name="member_standings",
    version=1,
    row=MemberStanding,
    keys=KEYS,
    time="enrolled_at",
    ordered=("balance",),
    facts=(*STANDING_FACTS, *LISTED_FACTS),
    make=member_standings,
    name_en="member standings",
    name_zh="会员状态",
    views=(POINTS_LIABILITY,),
    figure=Figure(name="members_running", value=members_running, lowest=0.0),
    ranges={
        "nothing_is_missing_below_zero": pl.min_horizontal("points_to_next", "points_to_keep") >= 0,
        "a_move_is_to_another_tier": pl.col("moves_to") != pl.col("due_tier"),
        "closed_after_enrolled": pl.col("closed_at") >= pl.col("enrolled_at"),
    },
    reconciliations=(
        Reconciliation(
            name="points_liability",
            meaning="balances of members = balances of vintages in points_liability, by programme",
            differences=against_liability,
        ),
        Reconciliation(
            name="members",
            meaning="memberships that run = the numerator of members.count, by programme",
            differences=against_members,
        ),
    ),
)

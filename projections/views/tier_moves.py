"""Moves between tiers: those made in the last 365 days, those overdue, and those due in the next 365."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl

from domain.organisation.programme_in_force import PROGRAMME, programme_at
from projections.views.listed import member_id
from projections.views.member_standings import MEMBER_STANDINGS
from projections.views.reading import TICK, ViewReading
from projections.views.rules_of_the_day import rule_book
from projections.views.tier_holds import rank_named
from projections.views.view import Figure, Reconciliation, View

KEYS = ("customer_id", "member_id", "status", "version")
DAYS = 365
SOON = 90
UNRANKED = -1
MEMBERSHIP = ("customer_id", "member_id", "programme", "unit")
TOWARDS = ("points", "points_to_next", "points_to_keep")


@dataclass(frozen=True, kw_only=True)
class TierMove:
    """One move of a membership from `from_tier` to `to_tier`; whoever is erased is left out."""

    customer_id: str | None
    member_id: str
    programme: str | None
    unit: str | None
    status: str
    """made (as told), overdue (the rules give it now, nobody told it) or due (if nothing else happens)."""
    version: int | None
    """The number of the event that told it, in the membership's stream; null of moves not made."""
    moves_at: datetime | None
    """When the move was made, or falls due; null of one overdue."""
    from_tier: str | None
    to_tier: str | None
    direction: str | None
    """up or down, by the order of the programme's tiers; null: it does not know both."""
    reason: str | None
    """Why, a code."""
    until: datetime | None
    """Until when the tier is kept, as told; null: open, or not made."""
    points: Decimal | None
    """What counts towards a tier now; null of moves made."""
    points_to_next: Decimal | None
    """What is missing to the next tier; null of moves made, and where there is none."""
    points_to_keep: Decimal | None
    """What is missing to keep the tier due; null of moves made, and where it is the lowest."""


def tier_moves(reading: ViewReading) -> pl.DataFrame:
    """The moves of 365 days before and after the end of the day, as of a moment."""
    standings = reading.view(MEMBER_STANDINGS)
    moves = pl.concat(
        [_made(reading, standings), _overdue(standings), _due(reading, standings)], how="diagonal"
    )
    return moves.with_columns(direction=_direction(reading, moves))


def _made(reading: ViewReading, standings: pl.DataFrame) -> pl.DataFrame:
    told = reading.facts(
        "member_tiers",
        columns=("move", "from_tier", "to_tier", "reason", "until", "moved_at"),
        time=("moved_at", reading.days_before(DAYS), None),
    )
    changed = told.filter(pl.col("move") == "changed").select(
        member_id(),
        "version",
        *("from_tier", "to_tier", "reason", "until"),
        moves_at="moved_at",
        status=pl.lit("made"),
    )
    return changed.join(standings.select(MEMBERSHIP), on="member_id")


def _overdue(standings: pl.DataFrame) -> pl.DataFrame:
    late = standings.filter(pl.col("due_tier") != pl.col("tier"))
    return late.select(*MEMBERSHIP, *TOWARDS, from_tier="tier", to_tier="due_tier", status=pl.lit("overdue"))


def _due(reading: ViewReading, standings: pl.DataFrame) -> pl.DataFrame:
    end = reading.begin_of(reading.day + timedelta(days=DAYS + 1))
    return standings.filter(pl.col("moves_at") < end).select(
        *MEMBERSHIP,
        *TOWARDS,
        "moves_at",
        from_tier="due_tier",
        to_tier="moves_to",
        reason="move_reason",
        status=pl.lit("due"),
    )


def _direction(reading: ViewReading, moves: pl.DataFrame) -> pl.Expr:
    rules = rule_book(reading, PROGRAMME, "zone")
    direction = pl.lit(None, pl.String)
    for name in moves["programme"].drop_nulls().unique():
        programme, _ = programme_at(rules, name, at=reading.reference - TICK)
        before, after = (rank_named(tier, programme) for tier in ("from_tier", "to_tier"))
        known = (pl.col("programme") == name) & (before > UNRANKED) & (after > UNRANKED)
        way = pl.when(after > before).then(pl.lit("up")).when(after < before).then(pl.lit("down"))
        direction = pl.when(known).then(way).otherwise(direction)
    return direction


def losing_soon(rows: pl.DataFrame, day: date) -> float:
    """How many members lose their tier within 90 days if nothing happens."""
    until = datetime.combine(day + timedelta(days=SOON + 1), datetime.min.time())
    down = rows.filter(pl.col("status") == "due", pl.col("direction") == "down")
    return float(down.filter(pl.col("moves_at").dt.replace_time_zone(None) < until).height)


def against_tiers(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Members whose last move made does not lead to the tier told of them: [member_id, to_tier, tier]."""
    standings = reading.view(MEMBER_STANDINGS).select("member_id", "tier", "tier_since")
    made = rows.filter(pl.col("status") == "made").sort("moves_at", "version")
    last = made.unique("member_id", keep="last", maintain_order=True)
    both = last.join(standings, on="member_id", how="left").filter(pl.col("moves_at") == pl.col("tier_since"))
    return both.filter(pl.col("to_tier").ne_missing(pl.col("tier"))).select("member_id", "to_tier", "tier")


TIER_MOVES = View(
    name="tier_moves",
    version=1,
    row=TierMove,
    keys=KEYS,
    time="moves_at",
    facts=("member_tiers", "organisation_rules"),
    make=tier_moves,
    name_en="tier moves",
    name_zh="等级变动",
    views=(MEMBER_STANDINGS,),
    figure=Figure(name="members_losing_their_tier_within_90_days", value=losing_soon, lowest=0.0),
    ranges={
        "status_is_known": pl.col("status").is_in(["made", "overdue", "due"]),
        "what_is_due_leads_elsewhere": (pl.col("status") == "made")
        | (pl.col("from_tier") != pl.col("to_tier")),
    },
    reconciliations=(
        Reconciliation(
            name="tiers",
            meaning="the last move made leads to the tier that member_standings has",
            differences=against_tiers,
        ),
    ),
)

"""Tiers that somebody gave or extended: held until a moment at least, or as a ceiling whatever the points."""

from zoneinfo import ZoneInfo

import polars as pl

from domain.member.tier_walk import BY_POINTS
from domain.organisation.programme import Programme, Qualification
from projections.metrics.persons import BEGINNING
from projections.views.tier_days import last_day_of_year, months_later, with_day_end, year_number
from projections.views.tier_points import MEMBER

UNKNOWN = -1
MOVES = ("move", "tier", "to_tier", "reason", "until", "moved_at")
"""What is read of member_tiers."""


def rank_named(tier: str, programme: Programme) -> pl.Expr:
    """How high a tier is, by its name; UNKNOWN where the programme has none of that name."""
    ranks = {one.name: rank for rank, one in enumerate(programme.tiers)}
    return pl.col(tier).replace_strict(
        list(ranks), list(ranks.values()), default=UNKNOWN, return_dtype=pl.Int64
    )


def gifts(moves: pl.DataFrame, programme: Programme, rule: Qualification, *, zone: ZoneInfo) -> pl.DataFrame:
    """[member, given_tier, rank, is_manual, given_at, given_until] of the last tier that somebody gave.

    `moves` are rows of member_tiers with `enrolled_at`. A tier given without an end is held as long as one
    reached at that moment; an unknown one until another is given (null).
    """
    by_hand = (pl.col("move") == "changed") & ~pl.col("reason").is_in(BY_POINTS)
    given = moves.filter((pl.col("move") == "enrolled") | by_hand).sort("moved_at", "last_position")
    last = given.unique(MEMBER, keep="last", maintain_order=True).with_columns(
        given_tier=pl.when(pl.col("move") == "enrolled").then("tier").otherwise("to_tier"),
        is_manual=pl.col("move") == "changed",
    )
    kept = with_day_end(last, _kept_until(rule, zone), zone=zone, name="kept_until")
    ranked = kept.with_columns(rank=rank_named("given_tier", programme))
    until = pl.when(pl.col("rank") != UNKNOWN).then(pl.coalesce("until", "kept_until"))
    return ranked.select(MEMBER, "given_tier", "rank", "is_manual", given_at="moved_at", given_until=until)


def extensions(members: pl.DataFrame, moves: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    """[member, starts, ends, rank]: the tiers told last that were extended since, and until when.

    From when on is not known, and as long ago as need be.
    """
    changed = moves.filter(pl.col("move") == "changed").sort("moved_at", "last_position")
    last = changed.unique(MEMBER, keep="last", maintain_order=True).select(MEMBER, "until")
    told = members.join(last, on=MEMBER, how="left")
    extended = told.filter(
        pl.col("tier_until").is_not_null(), pl.col("tier_until").ne_missing(pl.col("until"))
    )
    return extended.select(
        MEMBER, starts=pl.lit(BEGINNING), ends="tier_until", rank=rank_named("tier", programme)
    )


def _kept_until(rule: Qualification, zone: ZoneInfo) -> pl.Expr:
    """The last local day of a tier reached at `moved_at`."""
    if rule.months is not None:
        return months_later("moved_at", rule.months, zone=zone)
    is_kept_on = rule.kept == "next_period" and rule.moves == "on_reaching"
    year = year_number("moved_at", rule, zone=zone) + int(is_kept_on)
    return last_day_of_year(year, rule, zone=zone)

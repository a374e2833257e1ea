"""Which tier is due now and which next, if nothing else happens: for all members of a programme at once.

The tier due is a step function of time: the highest that points, or somebody's gift, then keep; a ceiling
goes before both. Its next step is where the first of these ends, or another begins, and the tier differs.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from domain.member.tier_walk import TIER_NOT_KEPT, TIER_REACHED
from domain.organisation.programme import Programme
from projections.facts.spec import UTC
from projections.views.tier_holds import UNKNOWN
from projections.views.tier_points import MEMBER

STRETCH = (MEMBER, "starts", "ends", "rank")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What keeps members in tiers: stretches [member, starts, ends, rank] of points, and of tiers extended.

    `given` are the last gifts, as `tier_holds.gifts` reads them.
    """

    points: pl.DataFrame
    extended: pl.DataFrame
    given: pl.DataFrame

    @cached_property
    def gifts(self) -> pl.DataFrame:
        """The gifts with `is_ceiling`: of a tier unknown, or below what points kept as it was given."""
        reached = _rank_at(self.given.select(MEMBER, at="given_at"), self.points)
        below = pl.col("is_manual") & (pl.col("rank") < pl.col("reached").fill_null(0))
        known = self.given.join(reached, on=MEMBER, how="left")
        return known.with_columns(is_ceiling=(pl.col("rank") == UNKNOWN) | below)

    def lasting(self, at: datetime) -> pl.DataFrame:
        """All stretches, gifts among them, that end after a moment or never."""
        held = self.gifts.filter(~pl.col("is_ceiling")).rename({"given_at": "starts", "given_until": "ends"})
        parts = [part.select(STRETCH) for part in (self.points, self.extended, held)]
        return pl.concat(parts).filter(_goes_on(at, "ends"))


def outlook(members: pl.DataFrame, kept: Kept, programme: Programme, *, at: datetime) -> pl.DataFrame:
    """[member, due_tier, moves_at, moves_to, move_reason] as of a moment, what happens at it included."""
    lasting = kept.lasting(at)
    ceilings = kept.gifts.filter(pl.col("is_ceiling"), _goes_on(at, "given_until"))
    now = _due(members.select(MEMBER, at=pl.lit(at).cast(UTC)), lasting, ceilings)
    later = _due(_moments(lasting, ceilings, at), lasting, ceilings)
    return _named(now, later, programme)


def _goes_on(at: datetime, ends: str) -> pl.Expr:
    return pl.col(ends).is_null() | (pl.col(ends) > at)


def _moments(lasting: pl.DataFrame, ceilings: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """[member, at]: every moment after one at which the tier due may change."""
    ends = [lasting.select(MEMBER, at="ends"), lasting.select(MEMBER, at="starts")]
    found = pl.concat([*ends, ceilings.select(MEMBER, at="given_until")])
    return found.filter(pl.col("at") > at).unique()


def _rank_at(moments: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """[member, at, reached]: how high stretches reach at moments; none where none runs."""
    running = moments.join(kept, on=MEMBER).filter(
        pl.col("starts") <= pl.col("at"), pl.col("ends").is_null() | (pl.col("ends") > pl.col("at"))
    )
    return running.group_by(MEMBER, "at").agg(reached=pl.col("rank").max())


def _due(moments: pl.DataFrame, lasting: pl.DataFrame, ceilings: pl.DataFrame) -> pl.DataFrame:
    """[member, at, rank, ceiling]: what is due at moments; the tier of a ceiling, while it holds."""
    ranked = moments.join(_rank_at(moments, lasting), on=(MEMBER, "at"), how="left")
    capped = ranked.join(
        ceilings.select(MEMBER, "given_tier", "given_until", top="rank"), on=MEMBER, how="left"
    )
    holds = pl.col("given_tier").is_not_null() & (
        pl.col("given_until").is_null() | (pl.col("given_until") > pl.col("at"))
    )
    return capped.select(
        MEMBER,
        "at",
        rank=pl.when(holds).then("top").otherwise(pl.col("reached").fill_null(0)),
        ceiling=pl.when(holds).then("given_tier"),
    )


def _named(now: pl.DataFrame, later: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    named = [frame.with_columns(tier=_tier(programme)) for frame in (now, later)]
    present = named[0].select(MEMBER, due_tier="tier", due_rank="rank")
    following = (
        named[1]
        .join(present, on=MEMBER)
        .filter(pl.col("tier") != pl.col("due_tier"))
        .sort("at")
        .unique(MEMBER, keep="first", maintain_order=True)
    )
    up = pl.col("rank") > pl.col("due_rank")
    reason = pl.when(up).then(pl.lit(TIER_REACHED)).otherwise(pl.lit(TIER_NOT_KEPT))
    found = present.drop("due_rank")
    return found.join(
        following.select(MEMBER, moves_at="at", moves_to="tier", move_reason=reason), on=MEMBER, how="left"
    )


def _tier(programme: Programme) -> pl.Expr:
    names = dict(enumerate(tier.name for tier in programme.tiers))
    name = pl.col("rank").replace_strict(
        list(names), list(names.values()), default=None, return_dtype=pl.String
    )
    return pl.coalesce("ceiling", name)

"""How high points reach and until when: stretches of a member's time with the points that count in them.

The tier that points keep at a moment is the highest that any stretch then running reaches. This is what
`domain.member.tiers` counts event by event; a property test holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from domain.organisation.programme import Programme, Qualification
from projections.facts.spec import MONEY
from projections.views.tier_days import (
    ENROLLED,
    last_day_of_year,
    months_later,
    with_day_end,
    with_grace,
    year_number,
)

MEMBER = "member"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What changes a member's points, under one programme: `zone` is where its days are kept.

    `earned` is [member, at, points, earned_at, enrolled_at]: earnings that count towards tiers, and their
    reversals with the moment of the earning. `balance` is [member, at, points, enrolled_at]: all that moves
    a balance.
    """

    rule: Qualification
    zone: ZoneInfo
    earned: pl.DataFrame
    balance: pl.DataFrame

    def points(self, at: datetime) -> pl.DataFrame:
        """[member, points] that count towards a tier just before a moment."""
        return _points_of(self.rule)(self, at).group_by(MEMBER).agg(pl.col("points").sum())

    def stretches(self, programme: Programme) -> pl.DataFrame:
        """[member, starts, ends, rank] where points reach above the lowest tier; null never ends."""
        reached = _stretches_of(self.rule)(self).filter(
            pl.col("ends").is_null() | (pl.col("starts") <= pl.col("ends"))
        )
        ranked = reached.with_columns(rank=rank_of("points", programme)).filter(pl.col("rank") > 0)
        graced = with_grace(ranked, self.rule, zone=self.zone)
        lasting = graced.filter(pl.col("ends").is_null() | (pl.col("starts") < pl.col("ends")))
        return lasting.select(MEMBER, "starts", "ends", "rank")


def rank_of(points: str, programme: Programme) -> pl.Expr:
    """How high points reach: the lowest tier, 0, is everybody's."""
    above = (pl.col(points) >= pl.lit(tier.threshold, MONEY) for tier in programme.tiers[1:])
    return pl.sum_horizontal(pl.lit(0, pl.Int64), *(one.cast(pl.Int64) for one in above))


def _points_of(rule: Qualification) -> Callable[[Counted, datetime], pl.DataFrame]:
    if rule.by == "balance":
        return lambda counted, _: counted.balance
    return _in_months if rule.months is not None else _in_this_year


def _stretches_of(rule: Qualification) -> Callable[[Counted], pl.DataFrame]:
    if rule.by == "balance":
        return _of_balance if rule.moves == "on_reaching" else _of_balance_at_year_end
    return _of_months if rule.months is not None else _of_years


def _in_this_year(counted: Counted, at: datetime) -> pl.DataFrame:
    now = pl.lit(at).cast(pl.Datetime("us", "UTC"))
    numbered = counted.earned.with_columns(now=now).with_columns(
        year=_year(counted, "earned_at"), this_year=_year(counted, "now")
    )
    return numbered.filter(pl.col("year") == pl.col("this_year"))


def _in_months(counted: Counted, at: datetime) -> pl.DataFrame:
    return _with_end_of_months(counted).filter(pl.col("counts_until") >= at)


def _of_balance(counted: Counted) -> pl.DataFrame:
    return _running(counted.balance, over=(MEMBER,))


def _of_balance_at_year_end(counted: Counted) -> pl.DataFrame:
    numbered = counted.balance.with_columns(year=_year(counted, "at"))
    dated = _with_year_end(counted, numbered, later=0, name="year_ends")
    return _running(dated.with_columns(at="year_ends"), over=(MEMBER,))


def _of_months(counted: Counted) -> pl.DataFrame:
    gained = _with_end_of_months(counted)
    lost = gained.with_columns(at="counts_until", points=-pl.col("points"))
    return _running(pl.concat([gained, lost]), over=(MEMBER,))


def _of_years(counted: Counted) -> pl.DataFrame:
    """Each year's points so far: they count in the year itself, in the next, or in both."""
    rule = counted.rule
    dated = counted.earned.with_columns(year=_year(counted, "earned_at"))
    windows = dated.select(MEMBER, "year", ENROLLED).unique((MEMBER, "year"))
    windows = _with_year_end(counted, windows, later=0, name="this_ends")
    last = int(rule.kept == "next_period")
    windows = _with_year_end(counted, windows, later=last, name="window_ends").drop(ENROLLED)
    found = _running(dated, over=(MEMBER, "year")).join(windows, on=(MEMBER, "year"))
    starts = pl.col("starts") if rule.moves == "on_reaching" else pl.max_horizontal("starts", "this_ends")
    return found.with_columns(starts=starts, ends=pl.min_horizontal("ends", "window_ends"))


def _running(changes: pl.DataFrame, *, over: tuple[str, ...]) -> pl.DataFrame:
    """Stretches between changes with the points so far; the last of each group never ends."""
    steps = changes.group_by(*over, "at").agg(pl.col("points").sum()).sort(*over, "at")
    return steps.select(
        *over,
        points=pl.col("points").cum_sum().over(over),
        starts="at",
        ends=pl.col("at").shift(-1).over(over),
    )


def _with_end_of_months(counted: Counted) -> pl.DataFrame:
    """Changes with the moment up to which they count, of those that come before it."""
    last = months_later("earned_at", counted.rule.months or 0, zone=counted.zone)
    dated = with_day_end(counted.earned, last, zone=counted.zone, name="counts_until")
    return dated.filter(pl.col("at") < pl.col("counts_until"))


def _with_year_end(counted: Counted, rows: pl.DataFrame, *, later: int, name: str) -> pl.DataFrame:
    """Rows with the last moment of their `year`, or of a later one."""
    last = last_day_of_year(pl.col("year") + later, counted.rule, zone=counted.zone)
    return with_day_end(rows, last, zone=counted.zone, name=name)


def _year(counted: Counted, at: str) -> pl.Expr:
    return year_number(at, counted.rule, zone=counted.zone)

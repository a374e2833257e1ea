"""The carrier's cargo claims: what was approved, exactly to the yuan, and when each step was done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY, HOUR, seconds, summing_to
from pipelines.sample.freight_carrier.counts import (
    CLAIMS,
    CLAIMS_LAST_YEAR,
    CYCLE_DAYS,
    CYCLE_DAYS_LAST_YEAR,
    LARGE,
    MAJOR,
    ONLINE,
    ONLINE_LAST_YEAR,
    OPEN_CLAIMS,
    OVER_LIMIT,
    OVER_LIMIT_LAST_YEAR,
    REFUSED_CLAIMS,
    SMALL,
    WITHDRAWN_CLAIMS,
    ClaimCounts,
)
from pipelines.sample.freight_carrier.hotline import MONTHS
from pipelines.sample.freight_carrier.network import store_of
from pipelines.sample.freight_carrier.shippers import customers_of
from pipelines.sample.profiles import OFFICE_HOURS, days_between, seconds_of_day
from pipelines.sample.request import Request
from pipelines.sample.shares import shares

SMALL_DRAW, LARGE_LEAST, MAJOR_LEAST = 560, 1_000, 20_000
"""Amounts of small claims are drawn evenly up to about twice their mean; the others exponentially."""
LEAST_SMALL, MOST_SMALL = 20, 999
LAST_DAY_OF_APPROVAL = 24
"""Approved by the 24th, a claim is closed within its month."""
CHANNELS = {"营业部": 0.62, "热线": 0.38}
CAUSES = {"货损": 0.52, "货差": 0.25, "水湿": 0.13, "污染": 0.1}
BRANCH_FROM, CHIEF_FROM = 1_000, 10_000
"""Above these amounts a second and a third level approves."""
LEAST_DAYS = {SMALL: 4, LARGE: 8, MAJOR: 36}
MEAN_DAYS = {SMALL: 6.0, LARGE: 28.0, MAJOR: 5.0}
"""From report to closing: at least so many days, and a drawn part."""
MONTH_OF_MAJOR = 5
REFUSED, WITHDRAWN, OPEN = "拒赔", "撤案", "在办"


class HalfYear(NamedTuple):
    """The counts of the claims of a half year that were paid."""

    claims: tuple[ClaimCounts, ...]
    online: int
    over_limit: int
    cycle_days: Mapping[str, int]


THIS_YEAR = HalfYear(CLAIMS, ONLINE, OVER_LIMIT, CYCLE_DAYS)
LAST_YEAR = HalfYear(CLAIMS_LAST_YEAR, ONLINE_LAST_YEAR, OVER_LIMIT_LAST_YEAR, CYCLE_DAYS_LAST_YEAR)


@lru_cache(maxsize=1)
def all_claims(request: Request) -> pl.DataFrame:
    """One row per claim, in order of the report, with the moments of every step; `outcome` null: paid.

    amount and over_limit (yuan), customer_class, band, channel, cause, claimed, customer, store, number.
    """
    settled = _settled(THIS_YEAR, request, dice=request.dice("freight_carrier", "claims"))
    return _numbered(pl.concat([settled, _unsettled(settled, request)], how="diagonal"))


@lru_cache(maxsize=1)
def claims_of_last_year(request: Request) -> pl.DataFrame:
    """The claims of the same half year before, as `all_claims`; all of them paid and closed in it."""
    before = replace(request, year=request.year - 1)
    settled = _settled(LAST_YEAR, before, dice=request.dice("freight_carrier", "claims_of_last_year"))
    return _numbered(settled.with_columns(outcome=pl.lit(None, pl.String)))


def _settled(half: HalfYear, request: Request, *, dice: Dice) -> pl.DataFrame:
    parts = [_part(counts, request=request, dice=dice) for counts in half.claims]
    claims = pl.concat(parts).with_row_index("place")
    reported = _with_channels(claims, request, online=half.online, dice=dice)
    limited = _with_over_limit(reported, request, over_limit=half.over_limit, dice=dice)
    return _with_moments(limited, request, half=half, dice=dice)


def _numbered(claims: pl.DataFrame) -> pl.DataFrame:
    running = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)
    ordered = claims.sort("reported")
    return ordered.with_columns(number="LP" + pl.col("reported").dt.strftime("%y%m") + running)


def _unsettled(settled: pl.DataFrame, request: Request) -> pl.DataFrame:
    """Claims that were refused, withdrawn or are open still: reported like the others, nothing approved."""
    dice = request.dice("freight_carrier", "unsettled_claims")
    outcomes = {REFUSED: REFUSED_CLAIMS, WITHDRAWN: WITHDRAWN_CLAIMS, OPEN: OPEN_CLAIMS}
    outcome = dice.dealt(request.scaled_parts(outcomes))
    like = settled.filter(pl.col("band") != MAJOR).gather(
        dice.whole(outcome.len(), below=settled.filter(pl.col("band") != MAJOR).height)
    )
    is_open = pl.col("outcome") == OPEN
    return like.with_columns(outcome=outcome).select(
        *("claimed", "customer_class", "band", "channel", "cause", "customer", "store", "outcome", "loss_on"),
        reported=pl.col("reported") + pl.duration(minutes=7),
        closed=pl.when(~is_open).then("assessed"),
    )


def _part(counts: ClaimCounts, *, request: Request, dice: Dice) -> pl.DataFrame:
    """Claims of one class and band; amounts in yuan that add up exactly, each in its band."""
    count = request.scaled(counts.claims, least=1)
    approved = request.scaled(counts.approved)
    if counts.band == SMALL:
        drawn = LEAST_SMALL + dice.whole(count, below=SMALL_DRAW)
        amount = summing_to(drawn, total=approved).clip(1, MOST_SMALL)
    else:
        least = LARGE_LEAST if counts.band == LARGE else MAJOR_LEAST
        amount = dice.parts(count, total=max(approved, count * least), least=least)
    customer = customers_of(count, counts.customer_class, request=request, dice=dice)
    return pl.DataFrame({"amount": amount, "customer": customer}).with_columns(
        customer_class=pl.lit(counts.customer_class, pl.String), band=pl.lit(counts.band)
    )


def _with_channels(claims: pl.DataFrame, request: Request, *, online: int, dice: Dice) -> pl.DataFrame:
    """Exactly so many of the small claims came online."""
    count, small = claims.height, claims.filter(pl.col("band") == SMALL).height
    turn = pl.when(pl.col("band") == SMALL).then(pl.lit(dice.fractions(count))).rank("ordinal")
    is_online = (turn <= min(request.scaled(online), small)).fill_null(value=False)
    claimed = (pl.col("amount") * (1 + 0.4 * pl.lit(dice.fractions(count)))).cast(pl.Int64)
    return claims.with_columns(
        channel=pl.when(is_online).then(pl.lit("网上")).otherwise(pl.lit(dice.picks(count, CHANNELS))),
        cause=pl.when(pl.col("band") == MAJOR)
        .then(pl.lit("火灾"))
        .otherwise(pl.lit(dice.picks(count, CAUSES))),
        claimed=pl.when(pl.col("band") == SMALL).then(claimed.clip(1, MOST_SMALL)).otherwise(claimed),
        store=store_of(pl.col("customer")),
    )


def _with_over_limit(claims: pl.DataFrame, request: Request, *, over_limit: int, dice: Dice) -> pl.DataFrame:
    """What was approved beyond the terms: in large claims of key accounts and half of those by contract."""
    favoured = (pl.col("band") == LARGE) & (
        (pl.col("customer_class") == "key_account")
        | ((pl.col("customer_class") == "contract") & (pl.col("place") % 2 == 0))
    )
    weight = pl.col("amount") * (0.4 + pl.lit(dice.fractions(claims.height)))
    weights = claims.select(pl.when(favoured.fill_null(value=False)).then(weight).otherwise(0.0)).to_series()
    return claims.with_columns(over_limit=shares(request.scaled(over_limit), weights))


def _with_moments(claims: pl.DataFrame, request: Request, *, half: HalfYear, dice: Dice) -> pl.DataFrame:
    """Approved on a workday of some month, closed within days of it, reported so long before."""
    closed = claims.with_columns(approved=_approved(claims, request, dice=dice)).with_columns(
        gap=pl.lit(6 * HOUR + dice.whole(claims.height, below=3 * DAY)),
        cycle=_cycles(claims, half, dice=dice),
    )
    return (
        closed.with_columns(closed=pl.col("approved") + pl.duration(seconds="gap"))
        .with_columns(
            reported=pl.col("closed") - pl.duration(seconds="cycle"),
            paid=pl.col("closed") - pl.duration(seconds=pl.col("gap") // 2),
            notified=pl.col("closed") - pl.duration(minutes=20),
            span=(pl.col("cycle") - pl.col("gap")),
        )
        .with_columns(
            loss_on=pl.when(pl.col("band") == MAJOR)
            .then(pl.col("reported").min().over("band"))
            .otherwise(pl.col("reported") - seconds(dice.whole(claims.height, below=12 * DAY)))
            .dt.date(),
            documented=_on_the_way(0.35),
            assessed=_on_the_way(0.55),
            requested=_on_the_way(0.6),
            at_station=_on_the_way(0.75),
            at_branch=_on_the_way(0.9),
        )
    )


def _on_the_way(part: float) -> pl.Expr:
    """A moment between report and final approval."""
    return pl.col("reported") + pl.duration(seconds=(pl.col("span") * part).cast(pl.Int64))


def _approved(claims: pl.DataFrame, request: Request, *, dice: Dice) -> pl.Series:
    """Final approvals: as many claims of every band in each month as in any other, as far as they go."""
    turn = pl.col("place").rank("ordinal").over("band").cast(pl.Int64) % len(MONTHS)
    month = pl.when(pl.col("band") == MAJOR).then(pl.lit(MONTH_OF_MAJOR - 1)).otherwise(turn)
    days = [_workdays(request.year, number) for number in MONTHS]
    fraction = dice.fractions(claims.height)
    chosen = claims.select(month=month, at=pl.lit(fraction))
    grid = pl.DataFrame({"month": list(range(len(MONTHS))), "days": days})
    day = chosen.join(grid, on="month", how="left", maintain_order="left").select(
        pl.col("days").list.get((pl.col("at") * pl.col("days").list.len()).cast(pl.Int64))
    )
    second = seconds_of_day(claims.height, hours=OFFICE_HOURS, dice=dice)
    return day.select(pl.first().cast(pl.Datetime("us")) + seconds(second)).to_series()


def _workdays(year: int, month: int) -> list[date]:
    first = date(year, month, 1)
    days = days_between(first, first + timedelta(days=LAST_DAY_OF_APPROVAL - 1))
    return [day for day in days if day.weekday() < 5]


def _cycles(claims: pl.DataFrame, half: HalfYear, *, dice: Dice) -> pl.Series:
    """Seconds from report to closing, which add up by band."""
    parts = []
    for band, days in half.cycle_days.items():
        count = claims.filter(pl.col("band") == band).height
        total = days * DAY * count // sum(counts.claims for counts in half.claims if counts.band == band)
        beyond = total - count * LEAST_DAYS[band] * DAY
        drawn = dice.durations(count, mean=MEAN_DAYS[band] * DAY).clip(0, int(4 * MEAN_DAYS[band] * DAY))
        kept = (drawn * (beyond / max(int(drawn.sum()), 1))).cast(pl.Int64)
        cycle = LEAST_DAYS[band] * DAY + summing_to(kept, total=beyond)
        parts.append(pl.DataFrame({"band": [band] * count, "cycle": cycle}))
    # Claims stand band by band in another order than here, so each takes the next of its own band.
    drawn_cycles = pl.concat(parts).with_columns(turn=pl.int_range(pl.len()).over("band"))
    wanted = claims.select("band", turn=pl.int_range(pl.len()).over("band"))
    return wanted.join(drawn_cycles, on=["band", "turn"], how="left", maintain_order="left")["cycle"]

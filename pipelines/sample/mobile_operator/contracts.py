"""Contracts of the branch's customers: signed and ended, each on a line of its own."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY
from pipelines.sample.mobile_operator.counts import BUNDLES
from pipelines.sample.mobile_operator.population import LAST, population
from pipelines.sample.mobile_operator.telling import customer_number, month_end, with_entry
from pipelines.sample.profiles import OFFICE_HOURS, seconds_of_day
from pipelines.sample.request import Request
from pipelines.sample.shares import shared_by_name

CHUNK = 100_000
PRODUCTS = {"硬捆绑": "购机合约", "软捆绑": "话费套餐"}
BOUND_SHARE = 0.5
"""Of the lost, who held a contract that was not at its end: about as many as of those who stay hold one."""
RENEWED_WITHIN = 25
"""Days after the old contract's end."""


def contract_frames(request: Request) -> Iterator[pl.DataFrame]:
    """What runs at the end of November, and what ended before it."""
    for place, people in enumerate(_with_bundles(request).iter_slices(CHUNK)):
        dice = request.dice("mobile_operator", "contracts", place)
        rows = pl.concat(
            [
                _running(people, "硬捆绑", held=("both", "hard"), year=request.year, dice=dice),
                _running(people, "软捆绑", held=("both", "soft"), year=request.year, dice=dice),
                *_earlier(people.filter(pl.col("ends_in").is_not_null()), year=request.year, dice=dice),
                *_bound(people, year=request.year, dice=dice),
            ]
        )
        yield with_entry(rows, "发生时间", dice=dice, late=0.06)


def _with_bundles(request: Request) -> pl.DataFrame:
    """Everybody with what they hold at the end of November: exactly so many of each."""
    people = population(request)
    is_left = people["left"].is_null()
    dice = request.dice("mobile_operator", "bundles")
    held = dice.dealt(shared_by_name(int(is_left.sum()), BUNDLES))
    place = (is_left.cast(pl.Int64).cum_sum() - 1).clip(0)
    bundle = held.gather(place) if held.len() else pl.Series([None] * people.height, dtype=pl.String)
    return people.with_columns(bundle=pl.when(is_left).then(pl.lit(bundle)))


def _running(
    people: pl.DataFrame, kind: str, *, held: tuple[str, ...], year: int, dice: Dice
) -> pl.DataFrame:
    """Contracts of one kind that run on; whoever's last one ended this year signed soon after."""
    holders = people.filter(pl.col("bundle").is_in(held))
    count = holders.height
    usual = pl.lit(date(year - 1, 1, 2)) + pl.duration(days=pl.lit(dice.whole(count, below=600)))
    renewed = month_end(pl.min_horizontal("ends_in", LAST - 1), year=year) + pl.duration(
        days=pl.lit(1 + dice.whole(count, below=RENEWED_WITHIN))
    )
    signed = pl.when(pl.col("ends_in").is_null()).then(usual).otherwise(renewed)
    ends = pl.lit(date(year + 1, 1, 1)) + pl.duration(days=pl.lit(dice.whole(count, below=700)))
    return _rows(
        holders, "签约", kind=pl.lit(kind), suffix=kind[0], ends=ends, at=_in_office(signed, count, dice)
    )


def _earlier(people: pl.DataFrame, *, year: int, dice: Dice) -> list[pl.DataFrame]:
    """Contracts of two years that ended in the year, signed and ended."""
    count = people.height
    kind = pl.lit(dice.picks(count, {"硬捆绑": 0.5, "软捆绑": 0.5}))
    ends = month_end(pl.col("ends_in"), year=year)
    signed = _in_office(ends.dt.offset_by("-2y"), count, dice)
    ended = ends.cast(pl.Datetime("us")) + pl.duration(seconds=DAY - 1)
    return [
        _rows(people, "签约", kind=kind, suffix="旧", ends=ends, at=signed),
        _rows(people, "终止", kind=kind, suffix="旧", ends=ends, at=ended),
    ]


def _bound(people: pl.DataFrame, *, year: int, dice: Dice) -> list[pl.DataFrame]:
    """Contracts of the lost that were not at their end: whoever leaves breaks off, others keep theirs."""
    lost = people.filter(pl.col("left").is_not_null(), pl.col("ends_in").is_null())
    bound = lost.filter(pl.lit(dice.chances(lost.height, share=BOUND_SHARE)))
    count = bound.height
    kind = pl.lit(dice.picks(count, {"硬捆绑": 0.5, "软捆绑": 0.5}))
    signed = _in_office(
        pl.lit(date(year - 1, 1, 2)) + pl.duration(days=pl.lit(dice.whole(count, below=360))), count, dice
    )
    ends = pl.lit(date(year + 1, 1, 1)) + pl.duration(days=pl.lit(dice.whole(count, below=360)))
    leaves = month_end(pl.col("left"), year=year).cast(pl.Datetime("us")) + pl.duration(hours=20)
    signings = _rows(bound, "签约", kind=kind, suffix="原", ends=ends, at=signed)
    endings = _rows(bound, "终止", kind=kind, suffix="原", ends=ends, at=leaves)
    return [signings, endings.filter(bound["churns"])]


def _in_office(day: pl.Expr, count: int, dice: Dice) -> pl.Expr:
    return day.cast(pl.Datetime("us")) + pl.duration(
        seconds=pl.lit(seconds_of_day(count, hours=OFFICE_HOURS, dice=dice))
    )


def _rows(  # noqa: PLR0913  one line's cells
    people: pl.DataFrame, what: str, *, kind: pl.Expr, suffix: str, ends: pl.Expr, at: pl.Expr
) -> pl.DataFrame:
    return people.select(
        合同号="HT" + pl.col("number").cast(pl.String).str.zfill(8) + f"-{suffix}",
        事项=pl.lit(what),
        客户编号=customer_number(pl.col("number")),
        捆绑类型=kind,
        产品=kind.replace_strict(PRODUCTS),
        到期日=ends.cast(pl.Date),
        发生时间=at,
    )

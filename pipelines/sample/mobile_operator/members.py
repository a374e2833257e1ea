"""The club's members: tiers, entitlements, and a ledger of points that adds up lot by lot."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY
from pipelines.sample.mobile_operator.clubs import CLUBS, MERCHANTS
from pipelines.sample.mobile_operator.counts import MEMBERS
from pipelines.sample.mobile_operator.population import population
from pipelines.sample.mobile_operator.telling import customer_number, in_month, month_end, with_entry
from pipelines.sample.request import Request

CHUNK = 50_000
TIERS = {"银卡": 0.7, "金卡": 0.24, "钻石卡": 0.06}
NEXT_TIER = {"银卡": "金卡", "金卡": "钻石卡", "钻石卡": "钻石卡"}
FACTOR = {"银卡": 1, "金卡": 2, "钻石卡": 4}
FREE_USES = {"金卡": 4, "钻石卡": 8}
RAISED_SHARE = 0.06
EARLY_SHARE, LATE_SHARE = 0.3, 0.25
"""Of members, who redeems in the first half year and after it."""
VENUES = {"俱乐部": 0.15, "商户": 0.45, "礼品": 0.3, "话费": 0.1}
QUARTERS = (4, 7, 10)
"""Months on whose first day the points of the quarter before are credited."""
SETTLED_PER_POINT = 0.008
"""Yuan that a partner gets for a point."""
EMPTY = ("有效期", "项目", "商户编号")


@lru_cache(maxsize=1)
def members(request: Request) -> pl.DataFrame:
    """One row per member: number, card, tier, raised_in (a month), points carried, credited, spent."""
    dice = request.dice("mobile_operator", "members")
    people = population(request).filter(pl.col("joined") == 0).head(request.scaled(MEMBERS))
    count = people.height
    raised = pl.lit(dice.chances(count, share=RAISED_SHARE)) & (pl.col("tier") != "钻石卡")
    return (
        people.select("number", "left", "churns", tier=pl.lit(dice.picks(count, TIERS)))
        .with_columns(
            card="HY" + pl.col("number").cast(pl.String).str.zfill(8),
            factor=pl.col("tier").replace_strict(FACTOR, return_dtype=pl.Int64),
            raised_in=pl.when(raised).then(pl.lit(2 + dice.whole(count, below=9))),
        )
        .with_columns(
            ((pl.lit(dice.whole(count, below=40)) + 10) * 50 * pl.col("factor")).alias("carried"),
            *(
                ((pl.lit(dice.whole(count, below=60)) + 20) * 10 * pl.col("factor")).alias(f"lot_{month}")
                for month in QUARTERS
            ),
        )
        .with_columns(
            early=_part_of(pl.col("carried"), EARLY_SHARE, count, dice),
            late=_part_of(pl.col("lot_4") + pl.col("lot_7"), LATE_SHARE, count, dice),
        )
    )


def _part_of(points: pl.Expr, share: float, count: int, dice: Dice) -> pl.Expr:
    """Between a fifth and nine tenths of the points, in tens, for that share of members."""
    part = (points * (0.2 + 0.7 * pl.lit(dice.fractions(count)))).cast(pl.Int64) // 10 * 10
    return pl.when(pl.lit(dice.chances(count, share=share))).then(part)


def member_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One line per joining, raise and grant of free uses."""
    year, dice = request.year, request.dice("mobile_operator", "member_list")
    new_year = pl.lit(datetime(year, 1, 1))  # noqa: DTZ001  a local time, as the source prints it
    for people in members(request).iter_slices(CHUNK):
        entitled = people.filter(pl.col("tier").is_in(list(FREE_USES)))
        raised = people.filter(pl.col("raised_in").is_not_null())
        rows = pl.concat(
            [
                _line(people, "入会", at=new_year, tier=pl.col("tier")),
                _line(
                    entitled,
                    "权益",
                    at=new_year + pl.duration(hours=1),
                    tier=pl.col("tier"),
                    uses=pl.col("tier").replace_strict(FREE_USES, return_dtype=pl.Int64),
                ),
                _line(
                    raised,
                    "升级",
                    at=month_end(pl.col("raised_in"), year=year).cast(pl.Datetime("us"))
                    + pl.duration(hours=20),
                    tier=pl.col("tier").replace_strict(NEXT_TIER),
                    before=pl.col("tier"),
                ),
            ]
        )
        yield with_entry(rows, "发生时间", dice=dice, late=0.02)


def _line(  # noqa: PLR0913  one line's cells
    people: pl.DataFrame,
    kind: str,
    *,
    at: pl.Expr,
    tier: pl.Expr,
    before: pl.Expr | None = None,
    uses: pl.Expr | None = None,
) -> pl.DataFrame:
    return people.select(
        会员卡号="card",
        客户编号=customer_number(pl.col("number")),
        事项=pl.lit(kind),
        发生时间=at,
        等级=tier,
        原等级=pl.lit(None, pl.String) if before is None else before,
        次数=pl.lit(None, pl.Int64) if uses is None else uses,
    )


def point_frames(request: Request) -> Iterator[pl.DataFrame]:
    """The ledger: points carried over and credited, spent, and expired at the end of June."""
    for place, people in enumerate(members(request).iter_slices(CHUNK)):
        dice = request.dice("mobile_operator", "points", place)
        year = request.year
        lots = [_carried(people, year), *(_credited(people, month, year) for month in QUARTERS)]
        spent = [
            _spent(people, "early", first=2, months=5, year=year, dice=dice),
            _spent(people, "late", first=8, months=4, year=year, dice=dice),
        ]
        yield with_entry(pl.concat([*lots, *spent, _expired(people, year)]), "发生时间", dice=dice, late=0.03)


def _entry(people: pl.DataFrame, kind: str, *, suffix: str, at: pl.Expr, **cells: pl.Expr) -> pl.DataFrame:
    empty = {name: pl.lit(None, pl.Date if name == "有效期" else pl.String) for name in EMPTY}
    given = empty | {"结算金额": pl.lit(None, pl.Decimal(12, 2))} | cells
    return people.select(
        流水号=pl.col("card") + f"-{suffix}",
        会员卡号="card",
        类型=pl.lit(kind),
        发生时间=at.cast(pl.Datetime("us")),
        批次=pl.col("card") + "-" + cells.get("批次", pl.lit(suffix)),
        **{name: value for name, value in given.items() if name != "批次"},
    )


def _carried(people: pl.DataFrame, year: int) -> pl.DataFrame:
    at = pl.lit(datetime(year, 1, 1, 0, 30))  # noqa: DTZ001  a local time, as the source prints it
    return _entry(
        people, "结转", suffix="J0", at=at, 积分=pl.col("carried"), 有效期=pl.lit(date(year, 6, 30))
    )


def _credited(people: pl.DataFrame, month: int, year: int) -> pl.DataFrame:
    """Whoever has left by then earns no more."""
    here = people.filter(~pl.col("churns") | (pl.col("left") >= month))
    at = pl.lit(datetime(year, month, 1, 3))  # noqa: DTZ001  a local time, as the source prints it
    lasts = pl.lit(date(year + 2, 12, 31))
    return _entry(here, "积分", suffix=f"J{month}", at=at, 积分=pl.col(f"lot_{month}"), 有效期=lasts)


def _spent(  # noqa: PLR0913  one line's cells
    people: pl.DataFrame, which: str, *, first: int, months: int, year: int, dice: Dice
) -> pl.DataFrame:
    """Redemptions of one half year, by whoever had not left before."""
    stays = ~pl.col("churns") | (pl.col("left") >= first + months)
    spenders = people.filter(pl.col(which).is_not_null(), stays)
    count = spenders.height
    venue = dice.picks(count, VENUES)
    partner = pl.lit(dice.whole(count, below=len(CLUBS))), pl.lit(dice.whole(count, below=len(MERCHANTS)))
    club = "JLB" + partner[0].cast(pl.String).str.zfill(2)
    merchant = "SH" + partner[1].cast(pl.String).str.zfill(3)
    is_settled = pl.lit(venue).is_in(["俱乐部", "商户"])
    return _entry(
        spenders,
        "兑换",
        suffix=f"D{first}",
        at=in_month(pl.lit(first + dice.whole(count, below=months)), year=year, count=count, dice=dice),
        积分=pl.col(which),
        项目=pl.lit(venue),
        商户编号=pl.when(pl.lit(venue) == "俱乐部").then(club).when(pl.lit(venue) == "商户").then(merchant),
        结算金额=pl.when(is_settled).then(
            (pl.col(which) * SETTLED_PER_POINT).round(2).cast(pl.Decimal(12, 2))
        ),
    )


def _expired(people: pl.DataFrame, year: int) -> pl.DataFrame:
    """What was carried over and not spent, at the last second of June."""
    stays = ~pl.col("churns") | (pl.col("left") >= 7)
    spent = pl.when(stays).then(pl.col("early").fill_null(0)).otherwise(0)
    left = people.with_columns(rest=pl.col("carried") - spent).filter(pl.col("rest") > 0)
    at = pl.lit(date(year, 6, 30)).cast(pl.Datetime("us")) + pl.duration(seconds=DAY - 1)
    return _entry(left, "过期", suffix="G0", at=at, 积分=pl.col("rest"), 批次=pl.lit("J0"))

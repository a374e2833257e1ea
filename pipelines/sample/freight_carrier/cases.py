"""Who complained of what, and who answers for it in the end: the desk's cases, before their course."""

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import MINUTE, some_time
from pipelines.sample.freight_carrier.counts import (
    APPEALS,
    ARBITRATED,
    HALF_YEAR,
    OVERTURNED,
    REPLACED,
    STANDING,
    TIMELINESS,
    UNEVEN_SHARES,
)
from pipelines.sample.freight_carrier.hotline import (
    ANSWERED,
    HOTLINE,
    MONTHS,
    days_of,
    month_of_calls,
)
from pipelines.sample.freight_carrier.network import store_of
from pipelines.sample.freight_carrier.shippers import callers
from pipelines.sample.profiles import moments, over_days
from pipelines.sample.request import Request
from pipelines.sample.shares import shared_by_name

CHANNELS = {"官网": 0.42, "营业部": 0.3, "总部来信": 0.12, "12305": 0.1, "微信": 0.06}
OTHER_MATTERS = {"货损": 0.34, "服务态度": 0.24, "货差": 0.16, "收费争议": 0.14, "信息错误": 0.12}
PARTY_NAMES = {"operations": "运作", "sales": "销售", "group": "集团"}
INSTEAD = {"运作": "销售", "销售": "运作", "集团": "运作"}
"""Who was blamed first where an arbitration put somebody else in the place."""
SECOND = {"运作": "销售", "销售": "运作", "集团": "运作"}
SPLIT_SHARE = 0.06


def complaint_cases(request: Request) -> pl.DataFrame:
    """One row per external complaint of the half year, in order of filing.

    number, filed_at, call, customer (null: unknown), store, channel, matter, is_keyed; `first_party` is who
    was blamed first (null: nobody), `party` who stands in the end, `turn` the place in the line of appeals,
    `second_share` in ppm, `is_uneven` where the shares do not sum.
    """
    dice = request.dice("freight_carrier", "cases")
    cases = pl.concat([_of_month(request, month) for month in MONTHS])
    return _with_matters(_with_parties(cases, request=request, dice=dice), request=request, dice=dice)


def _of_month(request: Request, month: int) -> pl.DataFrame:
    dice = request.dice("freight_carrier", "cases", month)
    cases = pl.concat([_from_calls(request, month, dice=dice), _elsewhere(request, month, dice=dice)])
    prefix = f"TS{request.year % 100:02d}{month:02d}"
    number = prefix + pl.int_range(1, cases.height + 1, eager=True).cast(pl.String).str.zfill(6)
    return cases.sort("filed_at").with_columns(number.alias("number"))


def _from_calls(request: Request, month: int, *, dice: Dice) -> pl.DataFrame:
    """Complaints filed from calls in which the key was pressed."""
    counts = HALF_YEAR[month - 1]
    blamed, blameless = request.scaled(counts.blamed), request.scaled(counts.blameless)
    calls = month_of_calls(request, month).filter("pressed", pl.col("result") == ANSWERED)
    turn = dice.order(calls.height)
    taken = calls.with_columns(turn=turn).filter(pl.col("turn") < blamed + blameless)
    return taken.select(
        filed_at=pl.min_horizontal(
            pl.col("came_at") + some_time(taken.height, mean=5.0 * MINUTE, dice=dice),
            pl.col("came_at").dt.month_end().dt.truncate("1d")
            + pl.duration(hours=23, minutes=59, seconds=59),
        ),
        call="number",
        customer="customer",
        channel=pl.lit("热线"),
        is_blamed=pl.col("turn") < blamed,
    )


def _elsewhere(request: Request, month: int, *, dice: Dice) -> pl.DataFrame:
    """Complaints that came by another way than the hotline."""
    count = request.scaled(HALF_YEAR[month - 1].elsewhere)
    days = days_of(request, month)
    filed = moments(days, over_days(count, days, profile=HOTLINE, dice=dice), profile=HOTLINE, dice=dice)
    return pl.DataFrame(
        {
            "filed_at": filed,
            "call": pl.Series([None], dtype=pl.String).new_from_index(0, count),
            "customer": callers(count, request=request, dice=dice),
            "channel": dice.picks(count, CHANNELS),
            "is_blamed": pl.repeat(value=True, n=count, eager=True),
        }
    )


def _with_parties(cases: pl.DataFrame, *, request: Request, dice: Dice) -> pl.DataFrame:
    """Who is blamed first, and who stands in the end: exactly as many as counted."""
    count = cases.filter("is_blamed").height
    turn = dice.order(count)
    lost, kept = request.scaled(OVERTURNED), request.scaled(REPLACED)
    blamed = pl.DataFrame({"turn": turn}).with_columns(
        is_overturned=pl.col("turn") < lost, is_left=(pl.col("turn") >= kept) & (pl.col("turn") < lost)
    )
    standing = count - int(blamed["is_left"].sum())
    named = {PARTY_NAMES[party]: often for party, often in STANDING.items()}
    parties = dice.dealt(shared_by_name(standing, named))
    place = (~blamed["is_left"]).cast(pl.UInt32).cum_sum() - 1
    settled = blamed.with_columns(
        stands=pl.when("is_left").then(None).otherwise(parties.gather(place.clip(0, max(standing - 1, 0)))),
        second_share=pl.lit(dice.chances(count, share=SPLIT_SHARE)).cast(pl.Int64) * 300_000,
        is_uneven=pl.col("turn") >= count - UNEVEN_SHARES,
    ).select(
        "turn",
        "is_uneven",
        "second_share",
        party="stands",
        first_party=pl.when("is_left")
        .then(pl.lit("运作"))
        .when("is_overturned")
        .then(pl.col("stands").replace_strict(INSTEAD))
        .otherwise("stands"),
    )
    rows = cases.with_row_index("row")
    indexed = pl.concat([rows.filter("is_blamed").select("row"), settled], how="horizontal")
    return rows.join(indexed, on="row", how="left", maintain_order="left").drop("row")


def _with_matters(cases: pl.DataFrame, *, request: Request, dice: Dice) -> pl.DataFrame:
    """Late shipments exactly as many as counted: all with nobody or the group blamed among them."""
    must = cases["first_party"].is_null() | (cases["first_party"] == "集团") | (cases["party"] == "集团")
    must = must.fill_null(value=True)
    free = request.scaled(TIMELINESS) - int(must.sum())
    # Of the others the first so many of a random order are late too.
    order = pl.DataFrame({"must": must, "drawn": dice.fractions(cases.height)}).select(
        pl.when(~pl.col("must")).then("drawn").rank("ordinal")
    )
    is_late = must | (order.to_series() <= free).fill_null(value=False)
    return cases.with_columns(
        matter=pl.when(is_late)
        .then(pl.lit("时效"))
        .otherwise(pl.lit(dice.picks(cases.height, OTHER_MATTERS))),
        store=store_of(pl.col("customer")),
        is_known=pl.lit(dice.chances(cases.height, share=0.97)) | pl.col("call").is_not_null(),
        is_appealed=(pl.col("turn") < request.scaled(APPEALS)).fill_null(value=False),
        is_arbitrated=(pl.col("turn") < request.scaled(ARBITRATED)).fill_null(value=False),
        is_overturned=(pl.col("turn") < request.scaled(OVERTURNED)).fill_null(value=False),
    )

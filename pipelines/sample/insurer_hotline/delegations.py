"""Surveys that another branch does for ours, or ours for another: the delegation desk's workbook."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.insurer_hotline.calls import claim_code
from pipelines.sample.insurer_hotline.claims import Reported, reported
from pipelines.sample.insurer_hotline.counts import (
    NO_BRANCH,
    RECEIVED,
    RECEIVED_ON_TIME,
    SENT,
    SENT_ON_TIME,
    WITHIN_PROVINCE,
)
from pipelines.sample.insurer_hotline.stretches import Stretch, over_stretches, stretches
from pipelines.sample.insurer_hotline.units import CITIES, OUTSIDE, PROVINCE
from pipelines.sample.profiles import entered, midnight
from pipelines.sample.request import Request
from pipelines.sample.shares import Deck

DAYS_ALLOWED = 3
FEES = {"查勘": 120, "定损": 180}
Hand = dict[str, int]


def delegation_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The workbook: of each stretch of days what was delegated in it, due before its quarter ends."""
    hands = _hands(request)
    for one, hand in zip(reported(request), hands, strict=True):
        dice = request.dice("delegations", one.stretch.number)
        made = _made(one, hand, dice=dice)
        yield made.select(_columns(made, before=_before(hands, one.stretch.number), dice=dice))


def _hands(request: Request) -> list[Hand]:
    """How many of each kind fall to each stretch; a kind is `relation/on time`."""
    among = stretches(request)
    year = {
        **_kinds("received", request.scaled(RECEIVED), request.scaled(RECEIVED_ON_TIME)),
        **_kinds("sent", request.scaled(SENT), request.scaled(SENT_ON_TIME)),
        **_kinds("no_branch", request.scaled(NO_BRANCH), request.scaled(NO_BRANCH)),
    }
    within = [
        _kinds("intra", request.scaled(count), request.scaled(on_time)) for count, on_time in WITHIN_PROVINCE
    ]
    hands = _dealt(year, among)
    for quarter, kinds in enumerate(within):
        of_quarter = [stretch for stretch in among if stretch.quarter == quarter]
        for stretch, hand in zip(of_quarter, _dealt(kinds, of_quarter), strict=True):
            hands[stretch.number] |= hand
    return hands


def _kinds(relation: str, count: int, on_time: int) -> Hand:
    return {f"{relation}/on_time": on_time, f"{relation}/late": count - on_time}


def _dealt(kinds: Hand, among: list[Stretch]) -> list[Hand]:
    deck = Deck(kinds)
    return [deck.take(count) for count in over_stretches(deck.left, among, lambda part: part.claims)]


def _before(hands: list[Hand], number: int) -> int:
    return sum(sum(hand.values()) for hand in hands[:number])


def _made(one: Reported, hand: Hand, *, dice: Dice) -> pl.DataFrame:
    """Each delegation with a claim of the stretch; one that was received is another branch's claim."""
    kinds = dice.dealt(hand)
    rows, count = one.rows, kinds.len()
    chosen = rows[dice.whole(count, below=max(rows.height, 1))] if count else rows.clear()
    midnight_after = pl.col("at").dt.truncate("1d") + pl.duration(days=1)
    part = pl.lit(dice.fractions(count)) / 2
    end = midnight(_quarter_end(one.stretch.days[-1])) - timedelta(seconds=1)
    return (
        chosen.with_columns(
            relation=kinds.str.split("/").list.first(),
            is_on_time=kinds.str.ends_with("/on_time"),
            # The same day, so that a report of a quarter's last evening is still delegated in it.
            delegated=(pl.col("at") + (midnight_after - pl.col("at")) * part).dt.truncate("1s"),
            taken=dice.fractions(count),
            outside=pl.Series(list(OUTSIDE)).gather(dice.whole(count, below=len(OUTSIDE))),
            neighbour=pl.Series(list(CITIES)).gather(dice.whole(count, below=len(CITIES))),
            kind=dice.picks(count, {"查勘": 0.7, "定损": 0.3}),
            is_complete=dice.chances(count, share=0.94),
        )
        .with_columns(
            due=pl.min_horizontal(pl.col("delegated") + pl.duration(days=DAYS_ALLOWED), pl.lit(end))
        )
        .with_columns(completed=_completed(end))
        .sort("delegated")
    )


def _completed(end: object) -> pl.Expr:
    """On time somewhere before the due moment; late up to four days after it, or never in the year."""
    allowed = pl.col("due") - pl.col("delegated")
    on_time = pl.col("delegated") + allowed * (0.2 + 0.75 * pl.col("taken"))
    late = pl.col("due") + pl.duration(minutes=(30 + pl.col("taken") * 4 * 1_440).cast(pl.Int64))
    done = pl.when("is_on_time").then(on_time).otherwise(late).dt.truncate("1s")
    return pl.when(done.dt.year() == pl.col("delegated").dt.year()).then(done)


def _quarter_end(day: date) -> date:
    """The first day of the next quarter."""
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1)


def _columns(made: pl.DataFrame, *, before: int, dice: Dice) -> list[pl.Expr | pl.Series]:
    relation = pl.col("relation")
    numbers = pl.int_range(before + 1, before + made.height + 1, eager=True).cast(pl.String).str.zfill(6)
    is_received = relation == "received"
    outside_case = pl.concat_str(pl.lit("W"), claim_code(pl.col("claim")))
    return [
        ("DC" + numbers).alias("委托单号"),
        pl.when(is_received).then(outside_case).otherwise(claim_code(pl.col("claim"))).alias("案件号"),
        pl.col("kind").alias("类型"),
        relation.replace_strict(RELATIONS).alias("关系"),
        pl.when(is_received).then("outside").otherwise("city").alias("委托机构"),
        pl.when(relation == "intra")
        .then(pl.when(pl.col("neighbour") == pl.col("city")).then(pl.lit(PROVINCE)).otherwise("neighbour"))
        .when(is_received)
        .then("city")
        .otherwise("outside")
        .alias("受托机构"),
        pl.col("delegated").alias("委托时间"),
        pl.col("due").alias("时限"),
        pl.col("completed").alias("完成时间"),
        pl.when(pl.col("completed").is_not_null())
        .then(pl.when("is_complete").then(pl.lit("齐")).otherwise(pl.lit("缺")))
        .alias("单证"),
        pl.col("kind").replace_strict(FEES, return_dtype=pl.Int64).alias("应付费用"),
        entered(made["delegated"], dice=dice, late=0.15, days=4).alias("录入时间"),
    ]


RELATIONS = {"received": "省外", "sent": "省外", "no_branch": "无机构", "intra": "省内"}

"""Visits of members to clubs: free ones within what their tier grants, paid ones, and a few slips."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.mobile_operator.clubs import CLUBS
from pipelines.sample.mobile_operator.counts import VISITS_WITHOUT_RIGHT
from pipelines.sample.mobile_operator.members import CHUNK, FREE_USES, members
from pipelines.sample.mobile_operator.telling import customer_number, in_month, with_entry
from pipelines.sample.request import Request

VISITING_SHARE = 0.4
PAID_SHARE = 0.2
FEES = {"机场": 120, "高铁": 80, "高尔夫": 600}


def visit_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Visits: free ones within what the tier grants, others paid; and some free ones without a right."""
    people = members(request)
    entitled = people.filter(pl.col("tier").is_in(list(FREE_USES)))
    for place, part in enumerate(entitled.iter_slices(CHUNK)):
        yield _visits(part, request, name=f"visits/{place}", share=VISITING_SHARE)
    without = people.filter(pl.col("tier") == "银卡").head(VISITS_WITHOUT_RIGHT)
    yield _visits(without, request, name="visits/slips", share=1.0).with_columns(
        pl.lit("权益").alias("结算方式"), pl.lit(None, pl.Int64).alias("结算金额")
    )


def _visits(people: pl.DataFrame, request: Request, *, name: str, share: float) -> pl.DataFrame:
    """Up to two visits each with at most one guest, so that four free uses suffice."""
    dice = request.dice("mobile_operator", name)
    turns = []
    for turn in range(2):
        visiting = people.filter(pl.lit(dice.chances(people.height, share=share / (turn + 1))))
        count = visiting.height
        club = dice.whole(count, below=len(CLUBS))
        is_paid = pl.lit(dice.chances(count, share=PAID_SHARE))
        kind = pl.Series(CLUBS).gather(club)
        month = pl.lit(2 + turn * 5 + dice.whole(count, below=4))
        fee = pl.lit(kind).replace_strict(FEES, return_dtype=pl.Int64)
        turns.append(
            visiting.select(
                会员卡号="card",
                客户编号=customer_number(pl.col("number")),
                伙伴编号="JLB" + pl.lit(club).cast(pl.String).str.zfill(2),
                服务类别=pl.lit(kind),
                随行人数=pl.lit(dice.whole(count, below=2)),
                到访时间=in_month(month, year=request.year, count=count, dice=dice),
                结算方式=pl.when(is_paid).then(pl.lit("自费")).otherwise(pl.lit("权益")),
                结算金额=pl.when(is_paid).then(fee),
            )
        )
    return with_entry(pl.concat(turns), "到访时间", dice=dice, late=0.05)

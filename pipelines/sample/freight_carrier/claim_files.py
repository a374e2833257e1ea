"""The claims system's exports: reports, approvals step by step with their documents, payments and ends."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import written
from pipelines.sample.freight_carrier.claims import (
    BRANCH_FROM,
    CHIEF_FROM,
    REFUSED,
    WITHDRAWN,
    all_claims,
    claims_of_last_year,
)
from pipelines.sample.freight_carrier.counts import MAJOR
from pipelines.sample.freight_carrier.network import (
    BRANCH_APPROVERS,
    CHIEF_APPROVERS,
    STATION_APPROVERS,
    officers,
)
from pipelines.sample.freight_carrier.shippers import CLASS_NAMES, customer_number
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

CHUNK = 20_000
REFUSALS = {"包装不当": 0.5, "超过时限": 0.3, "不在保价范围": 0.2}
RECOVERED_SHARE = 0.02
UNUSABLE = 4
"""Reports whose time cannot be read."""


def report_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Claims as they were reported; the last rows have no time."""
    dice = request.dice("freight_carrier", "claim_reports")
    yield from _report_chunks(all_claims(request), dice=dice)
    bad = _reports(all_claims(request).tail(UNUSABLE), dice=dice)
    yield bad.with_columns(pl.lit("待补录").alias("报案时间"), ("X" + pl.col("案件号")).alias("案件号"))


def last_years_report_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Claims of the half year before, as they were reported."""
    dice = request.dice("freight_carrier", "claim_reports", "last_year")
    return _report_chunks(claims_of_last_year(request), dice=dice)


def _report_chunks(claims: pl.DataFrame, *, dice: Dice) -> Iterator[pl.DataFrame]:
    return (_reports(part, dice=dice) for part in claims.iter_slices(CHUNK))


def _reports(claims: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    return claims.select(
        pl.col("number").alias("案件号"),
        written(pl.col("reported")).alias("报案时间"),
        written(pl.lit(entered(claims["reported"], dice=dice, late=0.04, days=3))).alias("录入时间"),
        pl.col("channel").alias("报案渠道"),
        pl.col("cause").alias("出险原因"),
        pl.col("loss_on").cast(pl.String).alias("出险日期"),
        pl.col("claimed").alias("索赔金额"),
        customer_number(pl.col("customer")).alias("客户编号"),
        pl.col("customer_class").replace_strict(CLASS_NAMES, default=None).alias("客户类型"),
        pl.col("store").alias("受理网点"),
        pl.when(pl.col("band") == MAJOR).then(pl.lit("HZ0001")).alias("事故号"),
    )


class Level(NamedTuple):
    """A level of approval: whose turn it is above an amount, up to which it decides, when, and by whom."""

    name: str
    above: int
    upto: int | None
    asked: str
    done: str
    letter: str
    officers: int


LEVELS = (
    Level("网点", 0, BRANCH_FROM, "requested", "at_station", "P", STATION_APPROVERS),
    Level("区域", BRANCH_FROM, CHIEF_FROM, "at_station", "at_branch", "Q", BRANCH_APPROVERS),
    Level("总部", CHIEF_FROM, None, "at_branch", "approved", "T", CHIEF_APPROVERS),
)


def approval_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One row per step of approval: stations first, then branches, then the head office, by amount."""
    return _approval_chunks(all_claims(request), dice=request.dice("freight_carrier", "approvals"))


def last_years_approval_frames(request: Request) -> Iterator[pl.DataFrame]:
    """The steps of approval of the half year before."""
    dice = request.dice("freight_carrier", "approvals", "last_year")
    return _approval_chunks(claims_of_last_year(request), dice=dice)


def _approval_chunks(claims: pl.DataFrame, *, dice: Dice) -> Iterator[pl.DataFrame]:
    for part in claims.filter(pl.col("outcome").is_null()).iter_slices(CHUNK):
        steps = [_step(part, level, dice=dice) for level in LEVELS]
        yield pl.concat(steps).sort("案件号", "审批时间")


def _step(claims: pl.DataFrame, level: Level, *, dice: Dice) -> pl.DataFrame:
    """The rows of one level; the lowest's also say when documents and assessment were there."""
    of_level = claims.filter(pl.col("amount") > level.above)
    is_final = pl.lit(value=True) if level.upto is None else pl.col("amount") <= level.upto
    at = pl.when(is_final).then("approved").otherwise(level.done)
    is_first = pl.lit(level.above == 0)
    approver = officers(of_level.height, letter=level.letter, of=level.officers, dice=dice)
    moment = of_level.select(at).to_series()
    return of_level.select(
        pl.col("number").alias("案件号"),
        pl.lit(level.name).alias("审批级别"),
        pl.when(is_first).then("documented").alias("资料齐全时间"),
        pl.when(is_first).then("assessed").alias("定损时间"),
        pl.col("claimed").alias("索赔金额"),
        (pl.col("amount") - pl.col("over_limit")).alias("定损金额"),
        pl.col(level.asked).alias("提交时间"),
        at.alias("审批时间"),
        pl.lit(approver).alias("审批人"),
        pl.col("amount").alias("核赔金额"),
        pl.col("over_limit").alias("超限金额"),
        pl.when(is_final).then(pl.lit("是")).otherwise(pl.lit("否")).alias("终审"),
        pl.lit(entered(moment, dice=dice, late=0.03, days=2)).alias("录入时间"),
    )


def settlement_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One row per payment, notice and end of a claim, and what was got back from others."""
    return _settlement_chunks(all_claims(request), dice=request.dice("freight_carrier", "settlements"))


def last_years_settlement_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Payments, notices and ends of the half year before."""
    dice = request.dice("freight_carrier", "settlements", "last_year")
    return _settlement_chunks(claims_of_last_year(request), dice=dice)


def _settlement_chunks(every_claim: pl.DataFrame, *, dice: Dice) -> Iterator[pl.DataFrame]:
    for claims in every_claim.iter_slices(CHUNK):
        paid = claims.filter(pl.col("outcome").is_null())
        recovered = paid.filter(pl.lit(dice.chances(paid.height, share=RECOVERED_SHARE)))
        refused = claims.filter(pl.col("outcome") == REFUSED)
        reason = pl.lit(dice.picks(refused.height, REFUSALS))
        rows = pl.concat(
            [
                _row(paid, "付款", at="paid", amount=pl.col("amount")),
                _row(paid, "通知", at="notified"),
                _row(paid, "结案", at="closed"),
                _row(
                    recovered,
                    "追偿",
                    at="closed",
                    amount=pl.col("amount") // 4 + 1,
                    note=pl.lit("外包承运商"),
                ),
                _row(refused, "拒赔", at="closed", note=reason),
                _row(claims.filter(pl.col("outcome") == WITHDRAWN), "撤案", at="closed"),
            ]
        ).sort("发生时间", "案件号", maintain_order=True)
        yield rows.with_columns(
            written(pl.col("发生时间")).alias("发生时间"),
            written(pl.lit(entered(rows["发生时间"], dice=dice, late=0.02, days=3))).alias("录入时间"),
        )


def _row(
    claims: pl.DataFrame, kind: str, *, at: str, amount: pl.Expr | None = None, note: pl.Expr | None = None
) -> pl.DataFrame:
    return claims.select(
        pl.col("number").alias("案件号"),
        pl.lit(kind).alias("类型"),
        pl.col(at).alias("发生时间"),
        (pl.lit(None) if amount is None else amount).cast(pl.Int64).alias("金额"),
        (pl.lit(None) if note is None else note).cast(pl.String).alias("说明"),
    )

"""Who answers for complaints: attributions, appeals and rulings, and the stages of late shipments."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import written
from pipelines.sample.freight_carrier.cases import SECOND
from pipelines.sample.freight_carrier.courses import LATE, with_courses
from pipelines.sample.freight_carrier.desk import CHUNK
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

WHOLE = 1_000_000


class StageOfShipment(NamedTuple):
    """A stage, who answers for it, and its standard in hours."""

    name: str
    party: str
    standard: int


STAGES = (
    StageOfShipment("揽收", "销售", 6),
    StageOfShipment("始发分拨", "运作", 12),
    StageOfShipment("干线运输", "集团", 36),
    StageOfShipment("到达分拨", "运作", 12),
    StageOfShipment("派送", "销售", 10),
)
BLAMED_STAGE = {"销售": 0, "运作": 3, "集团": 2}
"""The place of the stage that ran over, by the party that was blamed."""


def liability_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One row per decision: an attribution with one or two parties, an appeal, a ruling, a replacement."""
    dice = request.dice("freight_carrier", "liability")
    for cases in with_courses(request).iter_slices(CHUNK):
        yield liability_of(cases, dice=dice)


def liability_of(cases: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """The decisions about some cases, in order of time."""
    rows = pl.concat([_attributions(cases), _appeals(cases), _rulings(cases), _replacements(cases)])
    ordered = rows.sort("时间", "工单编号", maintain_order=True)
    return ordered.with_columns(
        written(pl.col("时间")).alias("时间"),
        written(pl.lit(entered(ordered["时间"], dice=dice, late=0.05, days=5))).alias("录入时间"),
    )


def _row(kind: str, at: str, **told: pl.Expr | str) -> list[pl.Expr]:
    empty = {
        name: pl.lit(None, pl.String) for name in ("定责号", "复议号", "申诉方", "裁定", "责任方1", "责任方2")
    }
    empty |= {name: pl.lit(None, pl.Int64) for name in ("比例1", "比例2")}
    given = {name: pl.col(of) if isinstance(of, str) else of for name, of in told.items()}
    return [
        pl.col("number").alias("工单编号"),
        pl.lit(kind).alias("类型"),
        pl.col(at).alias("时间"),
        *(value.alias(name) for name, value in (empty | given).items()),
    ]


def _attributions(cases: pl.DataFrame) -> pl.DataFrame:
    second = pl.col("second_share")
    # Of the desk's slips the second party was forgotten, and the first has nine tenths.
    own = pl.when("is_uneven").then(900_000).otherwise(WHOLE - second)
    two = (second > 0) & ~pl.col("is_uneven")
    return cases.filter(pl.col("attributed").is_not_null()).select(
        _row(
            "定责",
            "attributed",
            定责号=pl.col("number") + "-1",
            责任方1="first_party",
            比例1=own,
            责任方2=pl.when(two).then(pl.col("first_party").replace_strict(SECOND)),
            比例2=pl.when(two).then(second),
        )
    )


def _appeals(cases: pl.DataFrame) -> pl.DataFrame:
    return cases.filter(pl.col("appealed").is_not_null()).select(
        _row(
            "复议",
            "appealed",
            定责号=pl.col("number") + "-1",
            复议号=pl.col("number") + "-F1",
            申诉方="first_party",
        )
    )


def _rulings(cases: pl.DataFrame) -> pl.DataFrame:
    outcome = pl.when("is_overturned").then(pl.lit("改判")).otherwise(pl.lit("维持"))
    return cases.filter(pl.col("arbitrated").is_not_null()).select(
        _row("仲裁", "arbitrated", 复议号=pl.col("number") + "-F1", 裁定=outcome)
    )


def _replacements(cases: pl.DataFrame) -> pl.DataFrame:
    return cases.filter(pl.col("replaced").is_not_null()).select(
        _row(
            "定责", "replaced", 定责号=pl.col("number") + "-2", 责任方1="party", 比例1=pl.lit(WHOLE, pl.Int64)
        )
    )


def stage_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Five stages of every late shipment: own times in minutes, by which the old rule blames who was blamed.

    Where nobody was blamed every stage kept its standard, and the shipment was late as a whole.
    """
    dice = request.dice("freight_carrier", "stages")
    for part in with_courses(request).filter(pl.col("matter") == LATE).iter_slices(CHUNK):
        late = part.with_columns(
            blamed=pl.col("first_party").replace_strict(BLAMED_STAGE, default=None, return_dtype=pl.Int64)
        )
        stages = []
        for place, stage in enumerate(STAGES):
            usual = stage.standard * 60 * (0.55 + 0.43 * dice.fractions(late.height))
            over = stage.standard * 60 + 30 + dice.durations(late.height, mean=900.0).clip(0, 5_000)
            minutes = (
                pl.when(pl.col("blamed") == place).then(pl.lit(over)).otherwise(pl.lit(usual.cast(pl.Int64)))
            )
            stages.append(
                late.select(
                    工单编号="number",
                    环节序号=pl.lit(place + 1, pl.Int64),
                    环节=pl.lit(stage.name),
                    责任体系=pl.lit(stage.party),
                    标准时长=pl.lit(stage.standard * 60, pl.Int64),
                    实际时长=minutes,
                    测算时间=pl.col("replied"),
                )
            )
        yield pl.concat(stages).sort("工单编号", "环节序号")

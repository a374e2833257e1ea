"""Volumes recorded both in total and in parts: a total stands, and the parts that it holds add nothing.

Waybills may be recorded by month, by month and unit, and by month, unit and line. Asked by unit, the rows
without a unit say nothing of any unit; of those that name one, a row by unit and line is part of the row by
unit, where that was recorded too. Parts without a total are added up.
"""

from collections.abc import Sequence

import polars as pl

from projections.metrics.askable import follows_tree, own_column
from projections.metrics.cells import WITHIN, Slice
from projections.metrics.measure import Measure

VOLUME_DIMENSIONS = ("unit", "line", "product", "customer_class", "channel", "partner_id")
ROW, LEVEL = "row of the volumes", "level of the volumes"
PART_OF_A_TOTAL, NOT_BY = "part of a total that is recorded too", "not recorded by "


def only_totals(rows: pl.DataFrame, part: Slice) -> pl.DataFrame:
    """Rows whose measures are 0, and say why, where the row is part of another or lacks what is asked by.

    Rows have the dimensions of volumes, `measure`, and the stretch, or moment, that they stand for.
    """
    per = ["measure", *(("period_start", "period_end") if part.at == WITHIN else ("moment",))]
    numbered = rows.with_row_index(ROW)
    for measure, name in zip(part.measures, part.columns, strict=True):
        asked, told = asked_of(part, measure), f"{name} shortfall"
        stands = pl.col(ROW).is_in(_standing(numbered, asked, per=per).implode())
        nothing = pl.lit(0).cast(numbered.schema[name])
        numbered = numbered.with_columns(pl.when(stands).then(name).otherwise(nothing).alias(name))
        if told in rows.columns:
            numbered = numbered.with_columns(
                pl.coalesce(told, pl.when(~stands).then(_why(asked))).alias(told)
            )
    return numbered.drop(ROW)


def _having(asked: Sequence[str]) -> pl.Expr:
    """Whether a row names all the dimensions that are asked by."""
    return pl.all_horizontal(pl.lit(value=True), *(pl.col(name).is_not_null() for name in asked))


def _why(asked: Sequence[str]) -> pl.Expr:
    """Why a row does not stand, in words."""
    return pl.when(_having(asked)).then(pl.lit(PART_OF_A_TOTAL)).otherwise(pl.lit(NOT_BY + ", ".join(asked)))


def asked_of(part: Slice, measure: Measure) -> tuple[str, ...]:
    """The dimensions of volumes that a question needs: asked by, filtered on, or looked at by the measure."""
    named = (
        "unit" if follows_tree(name) else own_column("volumes", name) for name in (*part.by, *part.where)
    )
    read = measure.value.meta.root_names()
    wanted = {*named, *read}
    return tuple(name for name in VOLUME_DIMENSIONS if name in wanted)


def _standing(rows: pl.DataFrame, asked: Sequence[str], *, per: list[str]) -> pl.Series:
    """The numbers of the rows that have what is asked and are part of no other such row."""
    level = pl.sum_horizontal(
        pl.col(name).is_not_null().cast(pl.Int64) * 2**place for place, name in enumerate(VOLUME_DIMENSIONS)
    )
    asking = rows.filter(_having(asked)).select(ROW, *per, *VOLUME_DIMENSIONS, level.alias(LEVEL))
    by_level = {int(key[0]): frame for key, frame in asking.partition_by(LEVEL, as_dict=True).items()}
    whole = [_without_parts(frame, finer, by_level, per=per) for finer, frame in by_level.items()]
    return pl.concat([frame[ROW] for frame in whole]) if whole else asking[ROW]


def _without_parts(
    frame: pl.DataFrame, finer: int, by_level: dict[int, pl.DataFrame], *, per: list[str]
) -> pl.DataFrame:
    """The rows of one level that no row of a coarser level holds."""
    for coarser, totals in by_level.items():
        if coarser != finer and coarser & finer == coarser:
            shared = [name for place, name in enumerate(VOLUME_DIMENSIONS) if coarser >> place & 1]
            frame = frame.join(totals, on=[*per, *shared], how="anti", nulls_equal=True)
    return frame


def has_parts(cells: pl.DataFrame, part: Slice) -> bool:
    """Whether any stored cell adds up several rows, so that a total may be among them."""
    counts = [measure.counted_by or measure.name for measure in part.measures]
    return not cells.filter(pl.any_horizontal(pl.col(name) > 1 for name in dict.fromkeys(counts))).is_empty()

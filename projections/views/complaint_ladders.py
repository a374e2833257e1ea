"""How far up its ladder a complaint is, and who is above: the ladder of the unit that resolves it.

As in `domain.complaint.ladders`: the ladder is that of the unit's kind on the day of filing, and a level of
another ladder counts as the one as high on this.
"""

from datetime import date

import polars as pl

from domain.complaint.ladders import counterpart, height_of
from domain.organisation.rule_bodies import Ladder
from domain.organisation.rules import RuleBook
from projections.views.rules_of_the_day import days_of_change, last_of

NOBODY = -1
"""The height of a complaint about which nobody was asked yet."""
RUNGS = {"day": pl.Date(), "unit_kind": pl.String(), "level": pl.String(), "height": pl.Int64()}
LADDERS = {"day": pl.Date(), "unit_kind": pl.String(), "levels": pl.List(pl.String())}


def with_heights(complaints: pl.DataFrame, *, rules: RuleBook) -> pl.DataFrame:
    """Add `levels` (lowest first; null without a ladder), `height` and `promised_height` (-1: nobody yet).

    `complaints` has [unit_kind, filed_day, level, promised_by_level].
    """
    kinds = complaints.select("filed_day", "unit_kind").unique().drop_nulls()
    day = last_of(days_of_change(rules, "ladder"), pl.col("filed_day"))
    dated = complaints.with_columns(day=day)
    found = kinds.select(day.alias("day"), "unit_kind").unique()
    levels, rungs = _laid_out(found, rules)
    return (
        dated.join(levels, on=["day", "unit_kind"], how="left")
        .join(rungs, on=["day", "unit_kind", "level"], how="left")
        .join(
            rungs.rename({"level": "promised_by_level", "height": "promised_height"}),
            on=["day", "unit_kind", "promised_by_level"],
            how="left",
        )
        .with_columns(pl.col("height", "promised_height").fill_null(NOBODY))
        .drop("day")
    )


def rung_above(height: str) -> pl.Expr:
    """The level above a height; null above the top, and where there is no ladder."""
    return pl.col("levels").list.get(pl.col(height) + 1, null_on_oob=True)


def _laid_out(found: pl.DataFrame, rules: RuleBook) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The ladders of the kinds on the days, and how high every known level is on each of them."""
    ladders: list[tuple[date, str, list[str]]] = []
    rungs: list[tuple[date, str, str, int]] = []
    for day, kind in found.drop_nulls().rows():
        ladder = rules.ladder_of(kind, on=day)
        if ladder is not None:
            ladders.append((day, kind, list(ladder.levels)))
            rungs += [(day, kind, *rung) for rung in _rungs(ladder, rules.ladders(on=day))]
    return (
        pl.DataFrame(ladders, schema=LADDERS, orient="row"),
        pl.DataFrame(rungs, schema=RUNGS, orient="row"),
    )


def _rungs(ladder: Ladder, others: tuple[Ladder, ...]) -> list[tuple[str, int]]:
    levels = dict.fromkeys(level for other in (ladder, *others) for level in other.levels)
    return [
        (level, height_of(counterpart(level, ladder=ladder, others=others), ladder=ladder))
        for level in levels
    ]

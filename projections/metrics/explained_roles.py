"""What each row is to an answer: above the line, below it, or left out, and in words why."""

import polars as pl

from projections.metrics.cells import Slice
from projections.metrics.definition import Terms
from projections.metrics.measures import KEYS
from projections.metrics.question import Asked

ROLES = pl.Enum(["numerator", "denominator", "excluded"])
AMOUNT = pl.Decimal(38, 4)
UNRIPE = "not ripe yet"
nothing = pl.lit(None, pl.String)
OWN_COLUMNS = ("role", "reason", "fact", "stream", "key", "period_start", "contribution", "divisor")


def group_column(dimension: str) -> str:
    """The column that holds a dimension: its name, or `by_role` where an explanation has a `role` already."""
    return f"by_{dimension}" if dimension in OWN_COLUMNS else dimension


def told_rows(rows: pl.DataFrame, asked: Asked, part: Slice) -> pl.DataFrame:
    """One row per role that a fact row has; below the line it says why it is not above, too."""
    mine = set(part.columns)
    rows = rows.with_columns(pl.col(name).alias(group_column(name)) for name in part.by)
    above = tuple(term for term in asked.definition.numerator if term[1] in mine)
    below = tuple(term for term in asked.definition.denominator or () if term[1] in mine)
    counted = pl.col("is_counted")
    told = [
        rows.filter(counted & _counts(terms, asked)).with_columns(
            pl.lit(role).alias("role"),
            _missing_above(above, asked).alias("reason")
            if role == "denominator"
            else nothing.alias("reason"),
            _amount(terms).alias("contribution"),
        )
        for role, terms in (("numerator", above), ("denominator", below))
        if terms
    ]
    counts_nowhere = pl.all_horizontal(~_counts(terms, asked) for terms in (above, below) if terms)
    lacking = pl.when(counts_nowhere).then(_shortfall(below or above))
    told.append(
        rows.filter(~counted | counts_nowhere).with_columns(
            role=pl.lit("excluded"),
            reason=lacking.otherwise(pl.lit(UNRIPE)),
            contribution=pl.lit(0, AMOUNT),
        )
    )
    return pl.concat([_shown(part_told, asked, part) for part_told in told])


def _counts(terms: Terms, asked: Asked) -> pl.Expr:
    """Whether a row counts in these terms: it adds something, or is one of those a statistic is made of."""
    if asked.definition.statistic is not None:
        return pl.all_horizontal(pl.col(name).is_not_null() for _, name in terms)
    return _amount(terms) != 0


def _missing_above(above: Terms, asked: Asked) -> pl.Expr:
    return pl.when(~_counts(above, asked)).then(_shortfall(above)) if above else nothing


def _amount(terms: Terms) -> pl.Expr:
    return pl.sum_horizontal(pl.col(name).cast(AMOUNT) * weight for weight, name in terms).cast(AMOUNT)


def _shortfall(terms: Terms) -> pl.Expr:
    """Why a sum of measures does not count a row: what each wanted, or which of them took it out again."""
    added = [name for weight, name in terms if weight > 0] or [name for _, name in terms]
    wanted = [pl.col(f"{name} shortfall") for name in added]
    taken = [
        pl.when(pl.col(f"{name} shortfall").is_null()).then(pl.lit(f"left out as {name.replace('_', ' ')}"))
        for weight, name in terms
        if weight < 0
    ]
    lacking = pl.concat_list(wanted).list.unique(maintain_order=True).list.join("; ")
    return (
        pl.when(pl.all_horizontal(reason.is_not_null() for reason in wanted))
        .then(lacking)
        .otherwise(pl.coalesce(*taken, pl.lit("adds nothing")))
    )


def _shown(rows: pl.DataFrame, asked: Asked, part: Slice) -> pl.DataFrame:
    keys = KEYS[part.fact]
    return rows.select(
        pl.col("role").cast(ROLES),
        "reason",
        pl.lit(part.fact).alias("fact"),
        pl.col(keys[0]).alias("stream"),
        pl.concat_str([pl.col(name).cast(pl.String) for name in keys], separator="|").alias("key"),
        "period_start",
        *(
            (
                pl.col(group_column(name)).cast(pl.String)
                if name in part.by
                else nothing.alias(group_column(name))
            )
            for name in asked.question.by
        ),
        "contribution",
        "divisor",
        "event_time",
        "first_position",
        "last_position",
        pl.col("other_stream") if "other_stream" in rows.columns else nothing.alias("other_stream"),
    )

"""The first later neighbour of each row, and which rows a change can reach through it."""

import polars as pl

from projections.metrics.measure import Neighbours


def with_neighbours(
    rows: pl.DataFrame, spec: Neighbours, *, among: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Add `spec.derived`: the time of the first live row of `among` with the same key, later, within reach.

    Strictly later: rows at the same instant are not each other's next. `among` holds the rows themselves
    too; left out, it is just them.
    """
    columns = [spec.key, spec.time]
    seen = rows.lazy().select(_eligible_key(spec), spec.time)
    if among is not None:
        seen = pl.concat([seen, among.lazy().select(_eligible_key(spec), spec.time)])
    following = seen.select(_next_time(spec).over(spec.key, order_by=spec.time).alias("following"), *columns)
    near = pl.col("following") - pl.col(spec.time) <= spec.within
    derived = pl.when(near & pl.col(spec.key).is_not_null()).then("following").alias(spec.derived)
    return rows.with_columns(following.head(rows.height).select(derived).collect().to_series())


def _eligible_key(spec: Neighbours) -> pl.Expr:
    """The key of a row that can be somebody's neighbour, else null."""
    return (
        pl.when(~pl.col("voided") & spec.among & pl.col(spec.time).is_not_null())
        .then(spec.key)
        .alias(spec.key)
    )


def _next_time(spec: Neighbours) -> pl.Expr:
    """Within one key in order of time: the next time that differs, so that equal times are nobody's next."""
    following = pl.col(spec.time).shift(-1)
    return pl.when(following != pl.col(spec.time)).then(following).backward_fill()


def reach(touched: pl.DataFrame, spec: Neighbours) -> pl.DataFrame:
    """The windows [key, from, to], ends included, that hold all rows a change may alter and all they look at.

    `touched` holds the changed rows as they were and as they are. A row at t alters those up to `within`
    before it, which look no further than `within` after themselves; so t - within to t + within is enough.
    Overlapping windows of one key are joined, so that no row is fetched twice.
    """
    windows = (
        touched.lazy()
        .filter(pl.col(spec.key).is_not_null(), pl.col(spec.time).is_not_null())
        .select(
            pl.col(spec.key).alias("key"),
            (pl.col(spec.time) - spec.within).alias("from"),
            (pl.col(spec.time) + spec.within).alias("to"),
        )
        .unique()
        .sort("key", "from")
    )
    apart = pl.col("from") > pl.col("to").shift(1).over("key")
    return (
        windows.with_columns(apart.fill_null(value=True).cum_sum().alias("run"))
        .group_by("key", "run", maintain_order=True)
        .agg(pl.col("from").first(), pl.col("to").last())
        .drop("run")
        .collect()
    )

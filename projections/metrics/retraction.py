"""How stored sums follow changed facts: old contributions out, new ones in, neighbours included."""

import polars as pl

from projections.metrics.contributions import drop_unmoved, weighed_cells
from projections.metrics.measure import Neighbours
from projections.metrics.measures import KEYS, columns_summed, neighbours_of
from projections.metrics.neighbours import reach, with_neighbours


def windows_to_fetch(fact: str, *, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame | None:
    """The windows [key, from, to] of rows to fetch before `sum_changes`; None where the fact needs none.

    `old` and `new` are the touched rows before and after. For calls the rows to fetch are those whose
    `customer_id` is the key and whose `offered_at` lies from `from` to `to`, both included.
    """
    spec = neighbours_of(fact)
    if spec is None:
        return None
    columns = [spec.key, spec.time]
    return reach(pl.concat([old.select(columns), new.select(columns)]), spec)


def sum_changes(
    fact: str,
    *,
    old: pl.DataFrame,
    new: pl.DataFrame,
    fetched: pl.DataFrame | None = None,
    zone: str,
) -> pl.DataFrame:
    """The cells to add to the stored sums when rows `old` become rows `new`; nothing where nothing moves.

    `fetched` holds all rows in `windows_to_fetch`, as they were or are: rows of `old` and `new` among
    them are recognised by their key. A row that vanishes is in `new` as voided, or not at all.
    """
    spec = neighbours_of(fact)
    columns = columns_summed(fact)
    before, after = old.select(columns), new.select(columns)
    if spec is not None and fetched is not None:
        touched = pl.concat([before, after])
        others = fetched.select(columns).join(touched, on=KEYS[fact], how="anti")
        before, after = _with_moved(spec, before=before, after=after, others=others)
    both = pl.concat([before, after]).with_columns(_sides(before.height, after.height))
    return drop_unmoved(weighed_cells(fact, both, zone=zone))


def _with_moved(
    spec: Neighbours, *, before: pl.DataFrame, after: pl.DataFrame, others: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The touched rows and those others whose neighbour is another one now, before and after."""
    before_and_others = with_neighbours(pl.concat([before, others]), spec)
    after_and_others = with_neighbours(pl.concat([after, others]), spec)
    others_before = before_and_others.slice(before.height)
    others_after = after_and_others.slice(after.height)
    moved = others_before[spec.derived].ne_missing(others_after[spec.derived])
    return (
        pl.concat([before_and_others.head(before.height), others_before.filter(moved)]),
        pl.concat([after_and_others.head(after.height), others_after.filter(moved)]),
    )


def _sides(before: int, after: int) -> pl.Series:
    """The weights of `before` rows that go out and `after` rows that come in."""
    return pl.concat([_constant(-1, before), _constant(1, after)]).alias("weight")


def _constant(value: int, height: int) -> pl.Series:
    return pl.Series([value], dtype=pl.Int64).new_from_index(0, height)

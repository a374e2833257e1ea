"""How stored sums follow changed facts: old contributions out, new ones in, neighbours included."""

import polars as pl

from projections.metrics.contributions import drop_unmoved, weighed_cells, with_derived
from projections.metrics.measure import Neighbours
from projections.metrics.measures import KEYS, neighbours_of
from projections.metrics.neighbours import reach


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
    if spec is None or fetched is None:
        before, after = old, new
    else:
        before, after = _widened(fact, spec, old=old, new=new, fetched=fetched)
    both = pl.concat(
        [
            before.with_columns(weight=pl.lit(-1, pl.Int8)),
            after.select(before.columns).with_columns(weight=pl.lit(1, pl.Int8)),
        ]
    )
    return drop_unmoved(weighed_cells(fact, both, zone=zone))


def _widened(
    fact: str, spec: Neighbours, *, old: pl.DataFrame, new: pl.DataFrame, fetched: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The touched rows and those others whose neighbour is another one now, before and after."""
    keys = list(KEYS[fact])
    touched = pl.concat([old.select(keys), new.select(keys)]).unique()
    others = fetched.select(old.columns).join(touched, on=keys, how="anti")
    before = with_derived(fact, pl.concat([old, others]))
    after = with_derived(fact, pl.concat([new.select(old.columns), others]))
    moved = (
        before.slice(old.height)
        .get_column(spec.derived)
        .ne_missing(after.slice(new.height).get_column(spec.derived))
    )
    return (
        pl.concat([before.head(old.height), before.slice(old.height).filter(moved)]),
        pl.concat([after.head(new.height), after.slice(new.height).filter(moved)]),
    )

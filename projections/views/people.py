"""Rows of facts brought under the persons that they are about, by a number that is quick to count by.

Pseudonyms that are linked are one person; who held a number before it was given back is another one than who
holds it now, and is listed only if another pseudonym of theirs is still their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from projections.metrics.persons import STREAM, Persons, persons
from projections.views.reading import ViewReading

WHO = "who"
PSEUDONYM = "pseudonym"


@dataclass(frozen=True)
class People:
    """Everybody with a stream of their own.

    `names` is [who, customer_id]. `numbers` is [pseudonym, stream, who] of pseudonyms that were never given
    back, `tenures` [pseudonym, stream, since, who] of those that were; `who` is null where nobody is listed.
    """

    names: pl.DataFrame
    numbers: pl.DataFrame
    tenures: pl.DataFrame

    def placed(self, rows: pl.DataFrame, *, column: str, at: str) -> pl.DataFrame:
        """The rows about somebody listed, with their number `who`: by a pseudonym, or the stream's name."""
        named = "stream" if column == "customer" else PSEUDONYM
        met = rows.join(self.numbers.select(named, WHO), left_on=column, right_on=named)
        if self.tenures.is_empty():
            return met
        return pl.concat([met, self._placed_in_time(rows, named, column=column, at=at).select(met.columns)])

    def _placed_in_time(self, rows: pl.DataFrame, named: str, *, column: str, at: str) -> pl.DataFrame:
        held = self.tenures.select(named, "since", WHO).sort("since")
        mine = rows.join(held, left_on=column, right_on=named, how="semi").sort(at)
        met = mine.join_asof(
            held, left_on=at, right_on="since", by_left=column, by_right=named, check_sortedness=False
        )
        return met.filter(pl.col(WHO).is_not_null())


def people_of(reading: ViewReading, streams: Sequence[pl.Series]) -> People:
    """Number the persons behind these streams of customers, and behind pseudonyms linked to them."""
    known = shown(persons(reading))
    seen = pl.concat([*(one.rename("stream") for one in streams), STREAM + known[PSEUDONYM].rename("stream")])
    told = seen.unique().to_frame().with_columns(pl.col("stream").str.strip_prefix(STREAM).alias(PSEUDONYM))
    named = told.join(known, on=PSEUDONYM, how="left").with_columns(
        customer_id=pl.when(pl.col("since").is_null()).then(PSEUDONYM).otherwise("shown")
    )
    names = named.select("customer_id").drop_nulls().unique().with_row_index(WHO)
    numbered = named.join(names, on="customer_id", how="left")
    is_cut = pl.col("tenures") > 1
    return People(
        names=names.select(WHO, "customer_id"),
        numbers=numbered.filter(~is_cut.fill_null(value=False)).select(PSEUDONYM, "stream", WHO),
        tenures=numbered.filter(is_cut).select(PSEUDONYM, "stream", "since", WHO),
    )


def shown(known: Persons) -> pl.DataFrame:
    """[pseudonym, since, shown, tenures] of whoever was linked or gave a number back.

    A person is shown by the name that stands for all their pseudonyms while it is theirs, else by the first
    that is; `shown` is null for who has none left. `tenures` is how many held the pseudonym.
    """
    held = known.tenures.rename({"customer_id": PSEUDONYM}).with_columns(
        tenures=pl.len().over(PSEUDONYM), is_last=pl.col("since") == pl.col("since").max().over(PSEUDONYM)
    )
    is_own_name = pl.col("name") == pl.col(PSEUDONYM)
    ways = (
        held.filter("is_last")
        .with_columns(order=pl.when(is_own_name).then(0).otherwise(1))
        .sort("order", PSEUDONYM)
        .group_by("person")
        .agg(shown=pl.col(PSEUDONYM).first())
    )
    return held.join(ways, on="person", how="left").select(PSEUDONYM, "since", "shown", "tenures")

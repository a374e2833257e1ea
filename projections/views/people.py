"""Rows of facts brought under the persons that they are about, by a number that is quick to count by.

Pseudonyms that are linked are one person; who held a number before it was given back is another one than who
holds it now, and is listed only if another pseudonym of theirs is still their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from projections.metrics.persons import STREAM, Persons, persons
from projections.views.reading import ViewReading, customer_column

WHO = "who"
PSEUDONYM = "pseudonym"


@dataclass(frozen=True)
class People:
    """Everybody with a stream of their own; numbers below `alone` are of who was never linked or released.

    `names` is [who, customer_id]. `numbers` is [pseudonym, stream, who] of pseudonyms that were never given
    back, `tenures` [pseudonym, stream, since, who] of those that were; `who` is null where nobody is listed.
    """

    alone: int
    names: pl.DataFrame
    numbers: pl.DataFrame
    tenures: pl.DataFrame

    def placed(self, rows: pl.DataFrame, *columns: str, column: str, at: str) -> pl.DataFrame:
        """[who, columns…] of the rows about somebody listed: by a pseudonym, or the stream's name."""
        named = "stream" if column == "customer" else PSEUDONYM
        lean = rows.select(list(dict.fromkeys((column, at, *columns))))
        met = lean.join(self.numbers.select(named, WHO), left_on=column, right_on=named)
        if not self.tenures.is_empty():
            met = pl.concat([met, self._placed_in_time(lean, named, column=column, at=at)])
        return met.select(WHO, *columns)

    def read(
        self, reading: ViewReading, fact: str, *columns: str, at: str, since: int | None = None
    ) -> pl.DataFrame:
        """[who, columns…, at] of a fact's rows about somebody listed; of the last `since` local days only."""
        column = customer_column(fact)
        if column is None:
            raise LookupError(f"{fact} is about no customer")
        first = None if since is None else reading.days_before(since)
        rows = reading.facts(fact, envelope=False, columns=(column, *columns, at), time=(at, first, None))
        return self.placed(rows, *columns, at, column=column, at=at)

    def _placed_in_time(self, rows: pl.DataFrame, named: str, *, column: str, at: str) -> pl.DataFrame:
        held = self.tenures.select(named, "since", WHO).sort("since")
        mine = rows.join(held, left_on=column, right_on=named, how="semi").sort(at)
        met = mine.join_asof(
            held, left_on=at, right_on="since", by_left=column, by_right=named, check_sortedness=False
        )
        return met.filter(pl.col(WHO).is_not_null()).select(*rows.columns, WHO)

    def seen_in(self, placed: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """[who, customer_id] of everybody about whom there is a row among these."""
        maybe = self.names.filter(pl.col(WHO) >= self.alone).select(WHO)
        if maybe.is_empty():
            return self.names
        met = pl.concat([rows.select(WHO).join(maybe, on=WHO, how="semi") for rows in placed])
        return self.names.join(maybe.join(met, on=WHO, how="anti"), on=WHO, how="anti")


def people_of(reading: ViewReading, streams: Sequence[pl.Series]) -> People:
    """Number the persons behind these streams of customers, and behind pseudonyms linked to them."""
    known = shown(persons(reading))
    linked = known.select(stream=pl.format("{}{}", pl.lit(STREAM), PSEUDONYM)).to_series()
    seen = _distinct([one.rename("stream") for one in streams])
    alone = seen.join(linked.to_frame("stream"), on="stream", how="anti").select(
        pl.col("stream").str.strip_prefix(STREAM).alias(PSEUDONYM), "stream"
    )
    named = pl.concat([alone[PSEUDONYM], known["shown"].drop_nulls().unique()])
    names = named.rename("customer_id").to_frame().with_row_index(WHO)
    numbered = alone.with_columns(names[WHO].head(alone.height))
    told = known.with_columns(stream=linked).join(names, left_on="shown", right_on="customer_id", how="left")
    is_cut = pl.col("tenures") > 1
    return People(
        alone=alone.height,
        names=names,
        numbers=pl.concat([numbered, told.filter(~is_cut).select(numbered.columns)]),
        tenures=told.filter(is_cut).select(PSEUDONYM, "stream", "since", WHO),
    )


def beside(rows: pl.DataFrame, parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The rows with the columns of every part beside them, by `who`; null where a part has nobody."""
    who = rows.select(WHO)
    found = (who.join(part, on=WHO, how="left", maintain_order="left").drop(WHO) for part in parts)
    return pl.concat([rows, *found], how="horizontal")


def _distinct(streams: Sequence[pl.Series]) -> pl.DataFrame:
    """[stream]: what the first names, and whatever the others name beyond it, which are few."""
    first = streams[0].unique().to_frame()
    others = (one.to_frame().join(first, on="stream", how="anti") for one in streams[1:])
    return pl.concat([first, pl.concat([first.clear(), *others]).unique()])


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

"""Who is one person: pseudonyms joined by links, and cut where a number was given back.

A link says that two pseudonyms are the same person, whenever it was told; a question sees the links that it
may know. Who held a number before it was given back is not who holds it after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from domain.customer.links import Link, Release, Tenure, joined
from projections.metrics.source import Remembers

if TYPE_CHECKING:
    # Derived facts ask who is one person, so this file must not need theirs to be imported.
    from projections.metrics.derived.derived import Reading

INSTANT = pl.Datetime("us", "UTC")
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
STREAM = "customer-"
TENURES = {"customer_id": pl.String(), "since": INSTANT, "person": pl.String(), "name": pl.String()}


@dataclass(frozen=True)
class Persons:
    """Tenures [customer_id, since, person, name] of whoever was linked or gave a number back.

    `person` tells two people apart, `name` is the pseudonym that stands for all of theirs.
    """

    tenures: pl.DataFrame

    def of(self, rows: pl.DataFrame, *, column: str, at: str, show: str = "person") -> pl.Series:
        """For each row the person (or the name) behind a pseudonym at a time; itself if nothing is told."""
        asked = rows.select(customer_id("customer_id", column), pl.col(at).alias("at")).with_row_index()
        found = asked.sort("at").join_asof(
            self.tenures.sort("since"),
            left_on="at",
            right_on="since",
            by="customer_id",
            check_sortedness=False,
        )
        return found.sort("index").select(pl.coalesce(show, "customer_id"))[show].alias(column)

    def everybody(self, customers: Sequence[str | None]) -> list[str | None]:
        """These pseudonyms and all of the same persons."""
        mine = self.tenures.filter(pl.col("customer_id").is_in([one for one in customers if one]))
        others = self.tenures.filter(pl.col("person").is_in(mine["person"].implode()))["customer_id"]
        return list(dict.fromkeys([*customers, *others.to_list()]))

    def asked_for(self, customers: Sequence[str | None]) -> pl.DataFrame:
        """[person, wanted]: which of these pseudonyms asks for a person, the last of several.

        Of whom nothing is told the pseudonym is the person.
        """
        named = pl.DataFrame({"wanted": [one for one in customers if one]}, schema={"wanted": pl.String()})
        held = self.tenures.select("person", wanted="customer_id").unique()
        met = named.join(held, on="wanted", how="left", maintain_order="left")
        person = pl.coalesce("person", "wanted").alias("person")
        return met.select(person, "wanted").unique("person", keep="last", maintain_order=True)


def persons(reading: "Reading") -> Persons:
    """The persons as a question sees them; of a moment that several look at they are made once."""
    if isinstance(reading, Remembers):
        return reading.once("persons", partial(_persons, reading))
    return _persons(reading)


def _persons(reading: "Reading") -> Persons:
    told = reading.facts("customer_links", columns=["to", "linked_at", "released_at"]).with_columns(
        customer_id("customer_id", "customer")
    )
    linked = told.filter(pl.col("to").is_not_null()).select(
        "customer_id", customer_id("to", "to"), "linked_at"
    )
    released = told.filter(pl.col("released_at").is_not_null()).select("customer_id", "released_at")
    return Persons(_tenures([*map(Link._make, linked.rows())], [*map(Release._make, released.rows())]))


def _tenures(links: list[Link], releases: list[Release]) -> pl.DataFrame:
    """One row per tenure that is somebody linked, or that followed on a release."""
    onward = {link.customer_id for link in links}
    rows = [
        _row(tenure, among=person, name=_name(person, onward))
        for person in joined(links, releases)
        for tenure in person
    ]
    placed = {row[:2] for row in rows}
    freed = [Tenure(release.customer_id, since=release.at) for release in releases]
    freed += [Tenure(release.customer_id) for release in releases]
    rows += [_row(one, among=[one], name=one.customer_id) for one in set(freed) if _place(one) not in placed]
    return pl.DataFrame(rows, schema=TENURES, orient="row")


def _row(tenure: Tenure, *, among: "frozenset[Tenure] | list[Tenure]", name: str) -> tuple[object, ...]:
    first = min(among, key=lambda one: (one.customer_id, one.since or BEGINNING))
    return (*_place(tenure), _key(first), name)


def _place(tenure: Tenure) -> tuple[str, datetime]:
    return tenure.customer_id, tenure.since or BEGINNING


def _key(tenure: Tenure) -> str:
    return f"{tenure.customer_id} since {tenure.since.isoformat()}" if tenure.since else tenure.customer_id


def _name(person: frozenset[Tenure], onward: set[str]) -> str:
    """Whom the links lead to, the first by name of several; in a circle the first of all."""
    names = sorted(tenure.customer_id for tenure in person)
    return next((name for name in names if name not in onward), names[0])


def customer_id(name: str, column: str) -> pl.Expr:
    """A customer as events name them, without the stream's prefix."""
    return pl.col(column).cast(pl.String).str.strip_prefix(STREAM).alias(name)

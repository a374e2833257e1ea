"""Whom rows are about, by number: linked pseudonyms are one person, cut where a number was given back."""

from datetime import UTC, datetime

import polars as pl

from projections.metrics.persons import STREAM, persons
from projections.views.reading import ViewReading
from projections.views.segments.days import INSTANT
from projections.views.segments.truths import EVENT, TRUTHS

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
RELEASED, ERASED = "customer.number_released", "customer.erased"


class Everybody:
    """Numbers persons as rows about them are met, one reading long."""

    def __init__(self, reading: ViewReading) -> None:
        """Read who is linked to whom, and who gave a number back."""
        self._reading = reading
        self._tenures = persons(reading).tenures
        self._numbers = pl.DataFrame(schema={"person": pl.String(), "who": pl.UInt32()})

    def numbered(self, rows: pl.DataFrame, *, at: str = "at") -> pl.DataFrame:
        """The rows about somebody (`customer`: a pseudonym, or its stream), with `who`."""
        met = rows.select(pl.col("customer").drop_nulls().unique()).filter(pl.col("customer") != "")
        named = met.with_columns(pseudonym=pl.col("customer").str.strip_prefix(STREAM))
        told = named.join(self._tenures, left_on="pseudonym", right_on="customer_id", how="semi")
        plain = named.join(told, on="customer", how="anti").select("customer", person="pseudonym")
        whole = rows.join(self._numbered(plain).select("customer", "who"), on="customer")
        if told.is_empty():
            return whole
        held = rows.join(told, on="customer").sort(at)
        placed = held.join_asof(
            self._tenures.select("customer_id", "since", "person").sort("since"),
            left_on=at,
            right_on="since",
            by_left="pseudonym",
            by_right="customer_id",
            check_sortedness=False,
        )
        return pl.concat([whole, self._numbered(placed).select(whole.columns)])

    def names(self) -> pl.DataFrame:
        """[who, customer_id] of everybody met: the pseudonym that stands for all of theirs."""
        named = self._tenures.select("person", "name").unique("person")
        shown = self._numbers.join(named, on="person", how="left")
        return shown.select("who", customer_id=pl.coalesce("name", "person"))

    def gone(self) -> pl.DataFrame:
        """Truths of who is there no more: erased, or without a number that is their own."""
        erased = self._reading.facts(
            "customers", columns=["erased_at"], time=("erased_at", BEGINNING, None), envelope=False
        )
        ends = [
            self.numbered(erased.select("customer", at="erased_at")).with_columns(topic=pl.lit(ERASED)),
            self._released().with_columns(topic=pl.lit(RELEASED)),
        ]
        columns = ["who", "at", "topic", stream := "customer"]
        first = pl.concat([one.select(columns) for one in ends]).sort(columns).unique("who", keep="first")
        told = first.with_columns(holds=pl.lit(value=True), by=pl.lit(EVENT), version=None)
        return told.rename({stream: "stream"}).select(
            pl.col(name).cast(kind) for name, kind in TRUTHS.items()
        )

    def _released(self) -> pl.DataFrame:
        """[who, at, customer] of persons whose every tenure has ended, when the last one did."""
        ended = self._tenures.sort("customer_id", "since").with_columns(
            at=pl.col("since").shift(-1).over("customer_id"), customer=STREAM + pl.col("customer_id")
        )
        still = ended.filter(pl.col("at").is_null())
        left = ended.join(still, on="person", how="anti").sort("at").unique("person", keep="last")
        return self._numbered(left).select("who", pl.col("at").cast(INSTANT), "customer")

    def _numbered(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with `person`, and their number, a new one where they have none yet."""
        new = rows.select(pl.col("person").unique()).join(self._numbers, on="person", how="anti")
        numbers = new.with_row_index("who", offset=self._numbers.height)
        self._numbers = pl.concat([self._numbers, numbers.select(self._numbers.columns)])
        return rows.join(self._numbers, on="person")

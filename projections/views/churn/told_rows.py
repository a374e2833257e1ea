"""Rows of facts as one reading sees them, each with the person whom it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from projections.metrics.persons import Persons, customer_id, persons
from projections.views.reading import ViewReading, customer_column

PERSON = "person"
IS_DECLARED = "is_declared"
MILLISECOND = 1_000
"""In microseconds."""


@dataclass(frozen=True)
class ToldRows:
    """What a reading tells of persons: linked pseudonyms are one, cut where a number was given back."""

    reading: ViewReading

    @cached_property
    def persons(self) -> Persons:
        """The persons by the links that the reading may know."""
        return persons(self.reading)

    def of(
        self,
        fact: str,
        *columns: str,
        at: str,
        since: datetime | None = None,
        equal: dict[str, Sequence[str | None]] | None = None,
    ) -> pl.DataFrame:
        """Live rows that name a customer: [person, is_declared, at, columns…].

        `at` is the column that says when, under its own name; with `since` only rows from then on.
        """
        column = customer_column(fact) or ""
        wanted = list(dict.fromkeys([column, at, *columns]))
        of_envelope = ("first_occurred_at", "first_recorded_at")
        time = None if since is None else (at, since, None)
        rows = self.reading.facts(
            fact, envelope=False, columns=(*wanted, *of_envelope), time=time, equal=equal
        )
        rows = rows.filter(pl.col(column).is_not_null(), pl.col(at).is_not_null())
        return rows.select(
            self.whom(rows, column=column, at=at),
            _is_declared().alias(IS_DECLARED),
            *(name for name in wanted if name != column or name in columns),
        )

    def whom(self, rows: pl.DataFrame, *, column: str, at: str, show: str = PERSON) -> pl.Series:
        """The persons behind a column of pseudonyms, or with `show="name"` what they are called."""
        if self.persons.tenures.is_empty():
            return rows.select(customer_id(show, column)).to_series()
        return self.persons.of(rows, column=column, at=at, show=show).alias(show)


def _is_declared() -> pl.Expr:
    """Whether a row was on record in the very microsecond in which it happened, as declared histories are.

    A command's moments are our clock's, told to the microsecond, and equal too; a source tells milliseconds
    at best, or means a period's last microsecond.
    """
    microsecond = pl.col("first_occurred_at").dt.microsecond() % MILLISECOND
    is_source_s = microsecond.is_in([0, MILLISECOND - 1])
    return (pl.col("first_recorded_at") == pl.col("first_occurred_at")) & is_source_s

"""Where metrics read from: what storage implements, and tests fulfil from memory."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar, runtime_checkable

import polars as pl

Span = tuple[str, datetime | date | None, datetime | date | None]
"""A time column and the half-open range [from, to) that it must lie in; a null end is open."""


Told = TypeVar("Told")


class FactSource(Protocol):
    """One moment's view of the facts: every call answers from the same state of the store."""

    @property
    def zone(self) -> str:
        """The organisation's time zone: that of the days of stored sums."""

    def sums(self, fact: str, grouping: tuple[str, ...], from_day: date, to_day: date) -> pl.DataFrame:
        """Stored cells [the grouping's dimensions, day, all measures, rows], from_day <= day < to_day."""

    def past_sums(  # noqa: PLR0913 - what `sums` is asked for, and when
        self,
        fact: str,
        grouping: tuple[str, ...],
        from_day: date,
        to_day: date,
        *,
        as_of: datetime | None,
        known_at: datetime | None,
        position: int | None,
        with_neighbours: bool,
    ) -> pl.DataFrame | None:
        """What `sums` would have given at a moment; None where the rows must be asked.

        Measures that look at neighbours are right only `with_neighbours`.
        """

    def facts(  # noqa: PLR0913 - the coordinates of a question, all by name
        self,
        fact: str,
        *,
        columns: Sequence[str],
        time: Span | None,
        equal: Mapping[str, Sequence[str | None]],
        as_of: datetime | None,
        known_at: datetime | None,
        position: int | None,
        envelope: bool = True,
    ) -> pl.DataFrame:
        """Live rows with these columns, the fact's keys and the envelope, as known at a moment and position.

        `equal` keeps rows whose column, as text, is one of the values; None matches null. Without `envelope`
        only those of its columns come that are named, so that less is read.
        """

    def position(self, fact: str) -> int:
        """The highest position that the fact holds."""

    def latest_occurred_at(self, fact: str) -> datetime | None:
        """The latest time at which anything in the fact happens; null for an empty fact."""


@runtime_checkable
class Remembers(Protocol):
    """What is asked the same by several, and works each answer out once."""

    def once(self, question: Hashable, make: Callable[[], Told]) -> Told:
        """The answer to a question, made if nobody asked before."""


@runtime_checkable
class KnowsSegments(Protocol):
    """A source that knows who was in a saved segment when."""

    def members(
        self,
        segment: str,
        *,
        now: datetime,
        as_of: datetime | None,
        known_at: datetime | None,
        position: int | None,
    ) -> pl.DataFrame:
        """Intervals [customer_id, entered_at, left_at) of everybody who ever was; raises SegmentNotTold."""

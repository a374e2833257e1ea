"""The facts as one view sees them at one moment: what was known, other views of that moment, and metrics."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from projections.facts import SPECS
from projections.metrics.answer import answer
from projections.metrics.answer_rows import Answer
from projections.metrics.derived import DERIVED
from projections.metrics.derived.derived import Derived, Span
from projections.metrics.derived_source import reaches_beyond, rules_told
from projections.metrics.periods import moment
from projections.metrics.question import Question
from projections.metrics.source import FactSource, Remembers, Told

if TYPE_CHECKING:
    from projections.views.view import View

INSTANT = pl.Datetime("us", "UTC")
TICK = timedelta(microseconds=1)
STREAM = "customer-"
LINKS = "customer_links"
Within = tuple[str, datetime | date | None, datetime | date | None]
"""A column and the half-open range that it must lie in; a null end is open."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows of another view are read, and what of them: null is all.

    `columns` come beside the view's keys; `time` keeps from <= column < to.
    """

    columns: Sequence[str] | None = None
    time: Within | None = None
    customers: frozenset[str] | None = None

    def among(self, view: "View") -> list[str]:
        """The columns that are read, keys first."""
        return list(view.schema if self.columns is None else dict.fromkeys([*view.keys, *self.columns]))

    def of(self, rows: pl.DataFrame, view: "View") -> pl.DataFrame:
        """What is wanted of a view's rows, of customers whom these are already narrowed to."""
        return rows.filter(*self._within()).select(self.among(view))

    def _within(self) -> list[pl.Expr]:
        if self.time is None:
            return []
        column, start, end = self.time
        bounds = [pl.col(column).is_not_null()]
        bounds += [pl.col(column) >= start] if start is not None else []
        return bounds + ([pl.col(column) < end] if end is not None else [])


Kept = Callable[["View", Wanted], pl.DataFrame | None]
"""The stored rows of a view at the same moment; None where they are not stored."""


def nothing_kept(_: "View", __: Wanted) -> None:
    """Nothing of another view is stored: it is made."""
    return


@dataclass(frozen=True, kw_only=True)
class ViewReading:
    """A moment's view of the facts; it is a `Reading` too, so that what derived facts ask of can be asked.

    `as_of` and `known_at` are exclusive instants in UTC; null is `now`. `spans` are the periods of derived
    facts, and `customers` those whom a reading is narrowed to (null: everybody).
    """

    source: FactSource
    now: datetime
    as_of: datetime | None = None
    known_at: datetime | None = None
    at_position: int | None = None
    spans: Sequence[Span] = ()
    customers: frozenset[str] | None = None
    kept: Kept = field(default=nothing_kept)

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone."""
        return ZoneInfo(self.source.zone)

    @property
    def reference(self) -> datetime:
        """The moment of the view, in UTC: nothing at or after it has happened yet."""
        return self.as_of or self.now

    @property
    def day(self) -> date:
        """The local day that ends at the moment, or in which it lies."""
        return (self.reference - TICK).astimezone(self.zone).date()

    def days_before(self, days: int) -> datetime:
        """Where a window of so many local days, which ends with the view's own day, begins; in UTC."""
        return self.begin_of(self.day - timedelta(days=days - 1))

    def begin_of(self, day: date) -> datetime:
        """The instant at which a local day begins, in UTC."""
        return moment(day, zone=self.zone)

    def facts(
        self,
        fact: str,
        *,
        columns: Sequence[str],
        time: Within | None = None,
        equal: Mapping[str, Sequence[str | None]] | None = None,
        envelope: bool = True,
    ) -> pl.DataFrame:
        """Live rows: these columns, the fact's keys, and the envelope; `time` keeps from <= column < to.

        Without the envelope only what of it is named comes: half as much to read of a large fact.
        """
        is_ahead = self.as_of is None and reaches_beyond(self.source, fact, self.now)
        return self.source.facts(
            fact,
            columns=columns,
            time=time,
            equal={**(equal or {}), **self._narrowing(fact)},
            as_of=self.now if is_ahead else self.as_of,
            known_at=self.known_at,
            position=self.at_position,
            envelope=envelope,
        )

    def rules(self, kind: str) -> pl.DataFrame:
        """The organisation's rules of a kind, in order: [name, valid_from (date), body (JSON)].

        A rule's own clock is `valid_from`: neither moment withholds one, only the position does.
        """
        return rules_told(self.source, kind, position=self.at_position)

    def derived(self, derived: str | Derived, *spans: Span) -> pl.DataFrame:
        """The rows of a derived fact for these periods (UTC, half-open), as of this moment."""
        found = DERIVED[derived] if isinstance(derived, str) else derived
        return found.rows(replace(self, spans=spans))

    def view(
        self, view: "View", *, columns: Sequence[str] | None = None, time: Within | None = None
    ) -> pl.DataFrame:
        """The rows of another view at the same moment: as they are stored, else made now; in no order.

        Of all columns, or of the view's keys and those named; `time` keeps from <= column < to.
        """
        wanted = Wanted(columns=columns, time=time, customers=self.customers)
        stored = self.kept(view, wanted)
        return wanted.of(view.made(self), view) if stored is None else stored

    def once(self, question: Hashable, make: Callable[[], Told]) -> Told:
        """What anybody asks of this moment, worked out once where the source remembers it."""
        if not isinstance(self.source, Remembers):
            return make()
        return self.source.once((question, self.now, self.as_of, self.known_at, self.at_position), make)

    def ask(self, question: Question) -> list[Answer]:
        """A metric's answers at this moment, whatever moment the question names."""
        asked = replace(question, as_of=self.as_of, known_at=self.known_at, position=self.at_position)
        return answer(self.source, asked, now=self.now)

    def only(self, customers: Collection[str]) -> "ViewReading":
        """The same moment, with rows of these pseudonyms alone where a fact's rows are about a customer."""
        return replace(self, customers=frozenset(customers))

    def _narrowing(self, fact: str) -> Mapping[str, Sequence[str]]:
        column = customer_column(fact)
        if self.customers is None or column is None:
            return {}
        return {column: self._streams if column == "customer" else self._pseudonyms}

    @cached_property
    def _pseudonyms(self) -> Sequence[str]:
        return sorted(self.customers or ())

    @cached_property
    def _streams(self) -> Sequence[str]:
        return [f"{STREAM}{customer}" for customer in self._pseudonyms]


def customer_column(fact: str) -> str | None:
    """The column by which a fact's rows are about a customer: the stream's own, or the id that is told.

    Links are about two customers, and are never narrowed.
    """
    if fact == LINKS:
        return None
    return next((name for name in ("customer", "customer_id") if name in SPECS[fact].schema), None)

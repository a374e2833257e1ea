"""What a derived fact is: rows made when reading, at one moment, for the periods that are asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import polars as pl

Span = tuple[datetime, datetime]


class Reading(Protocol):
    """The facts as one question sees them: every read is bound to its asOf, knownAt and position."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone that the question is asked in."""

    @property
    def spans(self) -> Sequence[Span]:
        """The periods asked for, in UTC and in order, each without its end."""

    @property
    def reference(self) -> datetime:
        """The moment that the question is asked as of, in UTC: nothing at or after it has happened yet."""

    def facts(
        self,
        fact: str,
        *,
        columns: Sequence[str],
        time: tuple[str, datetime | date | None, datetime | date | None] | None = None,
        equal: Mapping[str, Sequence[str | None]] | None = None,
        envelope: bool = True,
    ) -> pl.DataFrame:
        """Live rows: these columns, the fact's keys, and the envelope; `time` keeps from <= column < to.

        Without the envelope only what of it is named comes: half as much to read of a large fact.
        """

    def rules(self, kind: str) -> pl.DataFrame:
        """The organisation's rules of a kind, in order: [name, valid_from (date), body (JSON)].

        A rule's own clock is `valid_from`: neither asOf nor knownAt withholds one, only the position does.
        """


@dataclass(frozen=True, kw_only=True, eq=False)
class Derived:
    """A fact that is made when read; its rows are as good as those of any fact.

    `rows` gives `keys`, the columns of `schema` and the envelope of the row that each one is about; the first
    key is the id of that row's stream. A column `other_stream` names another stream that the row looked at.
    A row may be there once per period (then a period's bounds are among its keys); its time column must lie
    in the period that it is for.
    """

    name: str
    reads: tuple[str, ...]
    keys: tuple[str, ...]
    schema: Mapping[str, pl.DataType]
    rows: Callable[[Reading], pl.DataFrame]

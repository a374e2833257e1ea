"""Several derived facts of one moment and one period, each stored fact behind them being read once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.derived import DERIVED
from projections.metrics.derived.derived import Span
from projections.metrics.source import Told
from projections.views.reading import ViewReading


@dataclass(frozen=True)
class ReadOnce:
    """A `Reading` that remembers what it read; good for as long as one view is made."""

    reading: ViewReading
    remembered: dict[Any, pl.DataFrame] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        return self.reading.zone

    @property
    def spans(self) -> Sequence[Span]:
        return self.reading.spans

    @property
    def reference(self) -> datetime:
        return self.reading.reference

    def facts(
        self,
        fact: str,
        *,
        columns: Sequence[str],
        time: tuple[str, datetime | date | None, datetime | date | None] | None = None,
        equal: Mapping[str, Sequence[str | None]] | None = None,
        envelope: bool = True,
    ) -> pl.DataFrame:
        narrowed = tuple((name, tuple(values)) for name, values in (equal or {}).items())
        asked = (fact, tuple(columns), time, narrowed, envelope)
        if asked not in self.remembered:
            self.remembered[asked] = self.reading.facts(
                fact, columns=columns, time=time, equal=equal, envelope=envelope
            )
        return self.remembered[asked]

    def once(self, question: Hashable, make: Callable[[], Told]) -> Told:
        return self.reading.once(question, make)

    def rules(self, kind: str) -> pl.DataFrame:
        return self.reading.rules(kind)

    def derived(self, name: str) -> pl.DataFrame:
        """The rows of a derived fact for the reading's periods."""
        return DERIVED[name].rows(self)


def reading_once(reading: ViewReading, *spans: Span) -> ReadOnce:
    """The reading for these periods (UTC, half-open)."""
    return ReadOnce(replace(reading, spans=spans))

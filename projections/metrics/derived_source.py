"""Facts with the derived ones among them: made once per question, at its moment, for its periods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.derived import DERIVED
from projections.metrics.periods import Periods
from projections.metrics.question import Asked
from projections.metrics.source import FactSource, Span

RULES = "organisation_rules"


def reaches_beyond(source: FactSource, fact: str, now: datetime) -> bool:
    """Whether the fact holds what has not happened yet, so that its rows say more than `now`."""
    latest = source.latest_occurred_at(fact)
    return latest is not None and latest >= now


def read_as_of(source: FactSource, asked: Asked, fact: str) -> datetime | None:
    """The asked moment; now, where the fact reaches beyond it; else none: the rows as they stand."""
    if asked.question.as_of is not None:
        return asked.question.as_of
    return asked.now if reaches_beyond(source, fact, asked.now) else None


def rules_told(source: FactSource, kind: str, *, position: int | None) -> pl.DataFrame:
    """The organisation's rules of a kind up to a position, in order: [name, valid_from (date), body]."""
    rows = source.facts(
        RULES,
        columns=("name", "valid_from", "body"),
        time=None,
        equal={"kind": [kind]},
        as_of=None,
        known_at=None,
        position=position,
    )
    told = rows.filter(pl.col("body").is_not_null()).sort("valid_from", "last_position")
    return told.select("name", "valid_from", "body")


@dataclass(frozen=True)
class BoundReading:
    """The facts as one question sees them (`projections.metrics.derived.Reading`)."""

    source: FactSource
    asked: Asked
    periods: Periods

    @property
    def zone(self) -> ZoneInfo:
        return self.periods.zone

    @property
    def spans(self) -> Sequence[tuple[datetime, datetime]]:
        return self.periods.spans

    @property
    def reference(self) -> datetime:
        return self.asked.reference

    def facts(
        self,
        fact: str,
        *,
        columns: Sequence[str],
        time: tuple[str, datetime | date | None, datetime | date | None] | None = None,
        equal: Mapping[str, Sequence[str | None]] | None = None,
        envelope: bool = True,
    ) -> pl.DataFrame:
        return self.source.facts(
            fact,
            columns=columns,
            time=time,
            equal=equal or {},
            envelope=envelope,
            as_of=read_as_of(self.source, self.asked, fact),
            known_at=self.asked.question.known_at,
            position=self.asked.question.position,
        )

    def rules(self, kind: str) -> pl.DataFrame:
        return rules_told(self.source, kind, position=self.asked.question.position)


@dataclass(frozen=True)
class WithDerived:
    """A `FactSource` that knows derived facts too."""

    source: FactSource
    reading: BoundReading
    made: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        return self.source.zone

    def sums(self, fact: str, grouping: tuple[str, ...], from_day: date, to_day: date) -> pl.DataFrame:
        return self.source.sums(fact, grouping, from_day, to_day)

    def past_sums(  # noqa: PLR0913 - as FactSource has it
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
        return self.source.past_sums(
            fact,
            grouping,
            from_day,
            to_day,
            as_of=as_of,
            known_at=known_at,
            position=position,
            with_neighbours=with_neighbours,
        )

    def position(self, fact: str) -> int:
        return min(self.source.position(stored) for stored in _behind(fact))

    def latest_occurred_at(self, fact: str) -> datetime | None:
        found = [self.source.latest_occurred_at(stored) for stored in _behind(fact)]
        return max((moment for moment in found if moment is not None), default=None)

    def facts(  # noqa: PLR0913 - as FactSource has it
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
        if fact not in DERIVED:
            return self.source.facts(
                fact,
                columns=columns,
                time=time,
                equal=equal,
                as_of=as_of,
                known_at=known_at,
                position=position,
                envelope=envelope,
            )
        if fact not in self.made:
            self.made[fact] = DERIVED[fact].rows(self.reading)
        rows = self.made[fact]
        if time is not None:
            rows = rows.filter(pl.col(time[0]).is_between(time[1], time[2], closed="left"))
        for name, values in equal.items():
            rows = rows.filter(pl.col(name).cast(pl.String).is_in(list(values), nulls_equal=True))
        return rows


def with_derived(source: FactSource, asked: Asked, periods: Periods) -> WithDerived:
    """The source for one question, whose moment and position are settled."""
    return WithDerived(source=source, reading=BoundReading(source, asked, periods))


def _behind(fact: str) -> Sequence[str]:
    return DERIVED[fact].reads if fact in DERIVED else (fact,)

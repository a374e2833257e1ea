"""Facts held in memory: the five-line fake of storage, with an edit history for the recording clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from projections.metrics.contributions import contributions
from projections.metrics.measures import KEYS
from projections.metrics.source import Span
from tests.projections.metrics.examples import SCHEMAS, SHANGHAI, frame


@dataclass
class Memory:
    """Frames by fact; as-of answers drop rows that begin later, known-at ones keep each row's last telling.

    `tellings` may hold several rows of one key: the one recorded last before `known_at` stands.
    """

    tellings: Mapping[str, pl.DataFrame]
    zone: str = SHANGHAI
    positions: Mapping[str, int] = field(default_factory=dict)
    latest: datetime | None = None
    asked_sums: list[tuple[str, ...]] = field(default_factory=list)

    def rows(self, fact: str) -> pl.DataFrame:
        return self.tellings.get(fact, frame(fact, []))

    def sums(self, fact: str, grouping: tuple[str, ...], from_day: date, to_day: date) -> pl.DataFrame:
        self.asked_sums.append(grouping)
        name = ",".join(grouping) or "all"
        cells = contributions(fact, self.facts(fact, columns=list(SCHEMAS[fact])), zone=self.zone)
        named = {f"v{place}": dimension for place, dimension in enumerate(grouping, start=1)}
        return cells.filter(
            pl.col("grouping") == name, pl.col("day") >= from_day, pl.col("day") < to_day
        ).rename(named)

    def facts(
        self,
        fact: str,
        *,
        columns: Sequence[str],
        time: Span | None = None,
        equal: Mapping[str, Sequence[str | None]] | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        position: int | None = None,
        envelope: bool = True,
    ) -> pl.DataFrame:
        rows, keys = self.rows(fact), list(KEYS[fact])
        if as_of is not None:
            rows = rows.filter(pl.col("first_occurred_at") < as_of)
        if known_at is not None:
            rows = rows.filter(pl.col("last_recorded_at") < known_at)
        if position is not None:
            rows = rows.filter(pl.col("last_position") <= position)
        rows = rows.unique(keys, keep="last", maintain_order=True).filter(~pl.col("voided"))
        if time is not None:
            rows = rows.filter(pl.col(time[0]).is_not_null())
            rows = rows if time[1] is None else rows.filter(pl.col(time[0]) >= time[1])
            rows = rows if time[2] is None else rows.filter(pl.col(time[0]) < time[2])
        for name, values in (equal or {}).items():
            rows = rows.filter(pl.col(name).cast(pl.String).is_in(list(values), nulls_equal=True))
        besides = [name for name in rows.columns if name.startswith(("first_", "last_"))] + ["voided"]
        return rows.select(list(dict.fromkeys([*keys, *columns, *(besides if envelope else ())])))

    def past_sums(self, *_: Any, **__: Any) -> pl.DataFrame | None:
        """Storage's own short cut, held to the rows by the laws of storage: here the rows are asked."""
        return None

    def position(self, fact: str) -> int:
        return self.positions.get(fact, 100)

    def latest_occurred_at(self, fact: str) -> datetime | None:
        return self.latest

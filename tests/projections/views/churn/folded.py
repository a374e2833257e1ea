"""A log in memory as a source of facts: every question folds what was told by its moment from nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from projections.facts import SPECS
from projections.facts.decode import readable
from projections.facts.fold import empty_rows
from projections.facts.refold import refold, told_before
from projections.facts.spec import FactSpec
from projections.metrics.source import Span
from tests.projections.logs import Log, as_log_frame
from tests.projections.metrics.examples import SHANGHAI


@dataclass
class Folded:
    """The obvious way to answer as of a moment, which storage must equal."""

    log: Log
    zone: str = SHANGHAI
    folded: dict[tuple[Any, ...], pl.DataFrame] = field(default_factory=dict)
    read: dict[str, pl.DataFrame] = field(default_factory=dict)

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
        spec = SPECS[fact]
        rows = self._rows(spec, as_of, known_at, position).filter(~pl.col("voided"))
        if time is not None:
            column, start, end = time
            rows = rows.filter(pl.col(column).is_not_null())
            rows = rows if start is None else rows.filter(pl.col(column) >= start)
            rows = rows if end is None else rows.filter(pl.col(column) < end)
        for name, values in (equal or {}).items():
            rows = rows.filter(pl.col(name).cast(pl.String).is_in(list(values), nulls_equal=True))
        beside = (*spec.envelope_schema, "voided") if envelope else ()
        return rows.select(list(dict.fromkeys([*spec.key_names, *columns, *beside])))

    def _rows(
        self, spec: FactSpec, as_of: datetime | None, known_at: datetime | None, position: int | None
    ) -> pl.DataFrame:
        asked = (spec.name, as_of, known_at, position)
        if asked not in self.folded:
            told = told_before(self._events(spec), as_of=as_of, known_at=known_at, position=position)
            self.folded[asked] = empty_rows(spec) if told.is_empty() else refold(spec, told)
        return self.folded[asked]

    def _events(self, spec: FactSpec) -> pl.DataFrame:
        if spec.name not in self.read:
            own = [one for one in self.log if one.event.originator_id.startswith(f"{spec.stream}-")]
            self.read[spec.name] = readable(spec, as_log_frame(own))
        return self.read[spec.name]

    def sums(self, *_: object) -> pl.DataFrame:
        raise NotImplementedError("features are told from rows")

    def past_sums(self, *_: object, **__: object) -> pl.DataFrame | None:
        return None

    def position(self, fact: str) -> int:
        return max((one.position for one in self.log), default=0)

    def latest_occurred_at(self, fact: str) -> datetime | None:
        return max((one.event.occurred_at for one in self.log), default=None)

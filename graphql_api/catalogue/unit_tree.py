"""The unit tree of a day or a moment, as a flat list in the order of the tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import polars as pl
import strawberry

from graphql_api.access.reach import row_scope
from graphql_api.arguments import checked_count, checked_position, checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.lists.read_model import MOST_ROWS, MOST_SKIPPED
from graphql_api.request_context import RequestContext
from graphql_api.scalars import YEARS, BigInt, DayOrMoment
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.metrics.periods import moment
from projections.storage.reader import StoredFacts
from projections.views.reading import ViewReading
from projections.views.unit_places import COLUMNS, unit_places

UNITS_BY_DEFAULT = 1_000


@strawberry.type(description="An organisation unit and its place in the tree.")
class UnitPlace:
    unit: str = told("The unit, as other rows name it: the stream id without `unit-`.")
    name: str | None = told("Its name.")
    kind: str | None = told("What it is, such as branch, station, store or platform.")
    parent: str | None = told("The unit above it; null at the top.")
    top: str = told("The unit at the top of its branch of the tree.")
    path: str = told("Every unit from the top down to it, with ` > ` between them.")
    depth: BigInt = told("How many units are above it.")
    grade: str | None = told("The grade given last.")
    opened_at: datetime | None = told("When it was opened.")
    closed_at: datetime | None = told("When it was closed; null while it is there.")


def _asked(description: str) -> object:
    return strawberry.argument(description=description)


@dataclass(frozen=True, kw_only=True)
class UnitsAsked:
    """At which moment the tree is asked for (a local day: its end on both clocks), and of which units."""

    day: date | None
    as_of: DayOrMoment | None
    known_at: DayOrMoment | None
    position: int | None
    under: Sequence[str] | None
    kinds: Sequence[str] | None
    is_including_closed: bool

    def check(self) -> None:
        """Raises BadInputError for what cannot be asked."""
        checked_position("position", self.position)
        for name, texts in (("under", self.under), ("kind", self.kinds)):
            for text in texts or ():
                checked_text(name, text)
        if self.day is not None and self.day.year not in YEARS:
            raise BadInputError(f"years {YEARS[0]} to {YEARS[-1]} can be asked for", argument="day")
        if self.day is not None and any((self.as_of, self.known_at, self.position is not None)):
            message = "`day` stands for the end of that day on both clocks: leave out asOf, knownAt, position"
            raise BadInputError(message, argument="day")

    def reading(self, facts: StoredFacts, *, now: datetime) -> ViewReading:
        """Raises BadInputError for a day that is not over."""
        zone = ZoneInfo(facts.zone)
        if self.day is None:
            as_of, known_at = (self._moment(at, zone) for at in (self.as_of, self.known_at))
        else:
            as_of = known_at = moment(self.day + timedelta(days=1), zone=zone)
            if as_of > now:
                raise BadInputError(f"{self.day} is not over in {zone.key}; leave out `day`", argument="day")
        return ViewReading(source=facts, now=now, as_of=as_of, known_at=known_at, at_position=self.position)

    def _moment(self, given: DayOrMoment | None, zone: ZoneInfo) -> datetime | None:
        return None if given is None else moment(given, zone=zone)

    def rows(
        self, facts: StoredFacts, *, now: datetime, seen: Sequence[str] | None
    ) -> tuple[pl.DataFrame, int]:
        """The units asked for, of those that the caller sees, and the position that they are told up to."""
        kept = [pl.lit(value=True)]
        if self.under is not None:
            kept.append(pl.col("above").list.eval(pl.element().is_in(list(self.under))).list.any())
        if self.kinds is not None:
            kept.append(pl.col("kind").is_in(list(self.kinds)))
        if not self.is_including_closed:
            kept.append(pl.col("closed_at").is_null())
        if seen is not None:
            kept.append(pl.col("unit").is_in(list(seen)))
        places = unit_places(self.reading(facts, now=now)).filter(pl.all_horizontal(kept))
        reached = min(facts.position("units"), facts.position("unit_moves"))
        return places.select(COLUMNS), reached if self.position is None else self.position


async def unit_tree(  # noqa: PLR0913, PLR0917 - the arguments of the root field
    info: strawberry.Info[RequestContext],
    day: Annotated[date | None, _asked("The tree at the end of this local day.")] = None,
    as_of: Annotated[datetime | None, _asked("Only what had happened before this; else now.")] = None,
    known_at: Annotated[datetime | None, _asked("Only what we had been told before this.")] = None,
    position: Annotated[BigInt | None, _asked("Only the log up to here: the same for ever.")] = None,
    under: Annotated[list[str] | None, _asked("Only these units and all beneath them.")] = None,
    kind: Annotated[list[str] | None, _asked("Only units of these kinds.")] = None,
    include_closed: Annotated[bool, _asked("Also units that were closed.")] = False,
    limit: Annotated[int, _asked("How many units at most, up to 10,000.")] = UNITS_BY_DEFAULT,
    offset: Annotated[int, _asked("How many units to skip, up to 100,000.")] = 0,
) -> list[UnitPlace]:
    """Units in the order of the tree: each before those beneath it."""
    limit = checked_count("limit", limit, most=MOST_ROWS)
    offset = checked_count("offset", offset, most=MOST_SKIPPED)
    asked = UnitsAsked(
        day=day,
        as_of=as_of,
        known_at=known_at,
        position=position,
        under=under,
        kinds=kind,
        is_including_closed=include_closed,
    )
    asked.check()
    return await _page(info, asked, limit=limit, offset=offset)


async def _page(
    info: strawberry.Info[RequestContext], asked: UnitsAsked, *, limit: int, offset: int
) -> list[UnitPlace]:
    services, now = info.context.services, info.context.now
    with info.context.notes.noting(str(info.path.key), limit=limit) as note:
        scope = row_scope(info.context.caller)
        seen = None if scope is None else (await services.database.reach(scope)).units
        rows, note.position = await services.ask_facts(lambda facts: asked.rows(facts, now=now, seen=seen))
        page = rows.slice(offset, limit)
        note.shows(page.height, of=rows.height, offset=offset)
    return TupleRows(UnitPlace, columns=COLUMNS, tuples=page.rows())  # type: ignore[return-value] # a sequence serves

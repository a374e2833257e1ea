"""Facts and sums as questions see them: one snapshot, and any moment on two clocks or any position.

Rows wholly before the moment stand as they are, rows that begin after it are left out, and only the streams
of rows that straddle it are folded again from the log.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
from psycopg.sql import SQL, Composable, Identifier

from domain.organisation.rules import RuleBook
from infra.event_store.log import EventLog
from projections.facts import SPECS
from projections.facts.decode import readable
from projections.facts.fold import empty_rows
from projections.facts.refold import refold, told_before
from projections.facts.spec import FactSpec
from projections.metrics.measures import grouping_name
from projections.storage.checkpoints import Checkpoint, checkpoints, skipped_positions
from projections.storage.database import Database, frame_type, open_database, selected
from projections.storage.organisation import RULES, organisation_zone
from projections.storage.rule_books import bound, rule_book, rules_differ
from projections.storage.tables import sum_types, table_exists

ALWAYS = SQL("true")


class NothingProjected(Exception):
    """There are no facts yet: run `kefu project`."""

    def __str__(self) -> str:
        """Say what to do."""
        return "there are no facts yet: run `kefu project` first"


class PositionNotReached(Exception):
    """A question about a position that the fact has not come to."""

    def __init__(self, *, fact: str, asked: int, reached: int) -> None:
        """Carry the fact, the position asked for and the one reached."""
        super().__init__(
            f"position {asked} is ahead of the fact {fact}, which stands at {reached}: "
            "run `kefu project`, or ask for an earlier position"
        )
        self.fact, self.asked, self.reached = fact, asked, reached


@dataclass(frozen=True)
class Moment:
    """What is known by then: happened before `as_of`, recorded before `known_at`, stored up to `position`."""

    as_of: datetime | None
    known_at: datetime | None
    position: int | None

    @property
    def is_now(self) -> bool:
        return self.as_of is None and self.known_at is None and self.position is None


class StoredFacts:
    """The facts of one store in one snapshot; every read of it sees the same positions."""

    def __init__(self, *, database: Database, log: EventLog) -> None:
        """Begin the snapshot; raises NothingProjected where no projector has run."""
        self.database, self.log = database, log
        database.run(SQL("set transaction isolation level repeatable read, read only"))
        self.places: Mapping[str, Checkpoint] = checkpoints(database)
        if any(not _is_served(database, spec, self.places) for spec in SPECS.values()):
            raise NothingProjected
        self.zone = organisation_zone(database)

    def position(self, fact: str) -> int:
        """The position up to which the fact is known."""
        return self.places[fact].position

    def latest_occurred_at(self, fact: str) -> datetime | None:
        """The latest time of any event in the fact: it may lie up to a day ahead of our clock."""
        return self.places[fact].latest_occurred_at

    def sums(
        self, fact: str, grouping: tuple[str, ...], from_day: date | None, to_day: date | None
    ) -> pl.DataFrame:
        """Stored cells with from_day <= day < to_day: the grouping's dimensions, day, measures, rows."""
        spec, types = SPECS[fact], sum_types(fact)
        statement = SQL("select {} from {} where grouping = {} and {} and {}").format(
            selected(types),
            Identifier(spec.sums_table),
            grouping_name(grouping),
            ALWAYS if from_day is None else SQL("day >= {}").format(from_day),
            ALWAYS if to_day is None else SQL("day < {}").format(to_day),
        )
        schema = {name: frame_type(pg_type) for name, pg_type in types.items()}
        cells = self.database.read(statement, schema)
        named = dict(zip(("v1", "v2"), grouping, strict=False))
        unused = ["grouping", *(name for name in ("v1", "v2") if name not in named)]
        return cells.drop(unused).rename(named)

    def facts(  # noqa: PLR0913 - the three coordinates of a moment and the three ways to narrow rows
        self,
        fact: str,
        *,
        columns: Sequence[str] | None = None,
        time: tuple[str, datetime | date | None, datetime | date | None] | None = None,
        equal: Mapping[str, Sequence[str | None]] | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        position: int | None = None,
    ) -> pl.DataFrame:
        """Live rows as of a moment, with `columns` (all public ones by default) and the envelope.

        `time` = (column, from, to) keeps from <= column < to; `equal` keeps rows whose column is one of the
        values (None matches null). Raises PositionNotReached.
        """
        spec, moment = SPECS[fact], Moment(as_of=as_of, known_at=known_at, position=position)
        reached = self.position(fact)
        if position is not None and position > reached:
            raise PositionNotReached(fact=fact, asked=position, reached=reached)
        wanted = _wanted(spec, columns)
        narrowed = _narrowed(time, equal or {})
        if moment.is_now:
            return self._stored(spec, wanted, SQL("not voided and {}").format(narrowed))
        rules = self._rules(spec, position)
        is_ruled_otherwise = rules_differ(self.database, spec, rules)
        straddling = self._straddling(spec, moment, always=is_ruled_otherwise)
        before = self._stored(
            spec, wanted, SQL("not voided and {} and {}").format(_wholly_before(moment), narrowed)
        )
        again = self._refolded(spec, straddling, moment, reached=reached, rules=rules)
        again = _narrow(again.filter(~pl.col("voided")), time, equal or {})
        stream = spec.key_names[0]
        kept = before.filter(~pl.col(stream).is_in(straddling)) if straddling else before
        return pl.concat([kept, again.select(before.columns)])

    def _stored(self, spec: FactSpec, columns: list[str], condition: Composable) -> pl.DataFrame:
        types = {name: spec.pg_types[name] for name in columns}
        statement = SQL("select {} from {} where {}").format(
            selected(types), Identifier(spec.table), condition
        )
        return self.database.read(statement, {name: spec.schema[name] for name in columns})

    def _rules(self, spec: FactSpec, position: int | None) -> RuleBook:
        """The rules that a fact reads, as told up to a position; they carry days, so no clock is asked."""
        if not spec.rules or position is None:
            return rule_book(self.database, spec)
        told = self.facts(RULES.name, position=min(position, self.position(RULES.name)))
        return bound(told, spec)

    def _straddling(self, spec: FactSpec, moment: Moment, *, always: bool) -> list[str]:
        """The streams of rows that began by then and were touched after, or `always` all that began."""
        touched_after = ALWAYS if always else SQL("not ({})").format(_wholly_before(moment))
        statement = SQL("select distinct {} as stream from {} where {} and {}").format(
            Identifier(spec.key_names[0]), Identifier(spec.table), _begun(moment), touched_after
        )
        return self.database.query(statement).get_column("stream").to_list()

    def _refolded(
        self, spec: FactSpec, streams: list[str], moment: Moment, *, reached: int, rules: RuleBook
    ) -> pl.DataFrame:
        if not streams:
            return empty_rows(spec)
        upto = reached if moment.position is None else moment.position
        skipped = skipped_positions(self.database).get(spec.name, ())
        log = self.log.read_streams(streams, upto).filter(~pl.col("position").is_in(skipped))
        events = told_before(
            readable(spec, log), as_of=moment.as_of, known_at=moment.known_at, position=moment.position
        )
        return refold(spec, events, rules=rules)


@contextmanager
def stored_facts(conninfo: str) -> Iterator[StoredFacts]:
    """Open a snapshot of the facts, and close it."""
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        yield StoredFacts(database=database, log=log)


def _is_served(database: Database, spec: FactSpec, places: Mapping[str, Checkpoint]) -> bool:
    place = places.get(spec.name)
    return place is not None and place.version == spec.version and table_exists(database, spec.table)


def _in_utc(bound: datetime | date | None) -> datetime | date | None:
    """A frame compares moments of one zone only."""
    return bound.astimezone(UTC) if isinstance(bound, datetime) else bound


def _wanted(spec: FactSpec, columns: Sequence[str] | None) -> list[str]:
    public = [column.name for column in spec.columns]
    asked = public if columns is None else list(columns)
    envelope = [*spec.envelope_schema, "voided"]
    return list(dict.fromkeys([*spec.key_names, *asked, *envelope]))


def _wholly_before(moment: Moment) -> Composable:
    return _conjunction(
        moment, {"as_of": "last_occurred_at", "known_at": "last_recorded_at"}, "last_position"
    )


def _begun(moment: Moment) -> Composable:
    return _conjunction(
        moment, {"as_of": "first_occurred_at", "known_at": "first_recorded_at"}, "first_position"
    )


def _conjunction(moment: Moment, clocks: Mapping[str, str], position: str) -> Composable:
    conditions: list[Composable] = [
        SQL("{} < {}::timestamptz").format(Identifier(column), asked.isoformat())
        for name, column in clocks.items()
        if (asked := getattr(moment, name)) is not None
    ]
    if moment.position is not None:
        conditions.append(SQL("{} <= {}").format(Identifier(position), moment.position))
    return SQL(" and ").join(conditions)


def _narrowed(
    time: tuple[str, datetime | date | None, datetime | date | None] | None,
    equal: Mapping[str, Sequence[str | None]],
) -> Composable:
    conditions: list[Composable] = [ALWAYS]
    if time is not None:
        column, start, end = time
        conditions += [SQL("{} >= {}").format(Identifier(column), start)] if start is not None else []
        conditions += [SQL("{} < {}").format(Identifier(column), end)] if end is not None else []
    for name, values in equal.items():
        present = [value for value in values if value is not None]
        matches = SQL("{}::text = any({}::text[])").format(Identifier(name), present)
        null = SQL(" or {} is null").format(Identifier(name)) if None in values else SQL("")
        conditions.append(SQL("({}{})").format(matches, null))
    return SQL(" and ").join(conditions)


def _narrow(
    rows: pl.DataFrame,
    time: tuple[str, datetime | date | None, datetime | date | None] | None,
    equal: Mapping[str, Sequence[str | None]],
) -> pl.DataFrame:
    """The frame form of `_narrowed`, for rows folded again."""
    if time is not None:
        column, start, end = time[0], _in_utc(time[1]), _in_utc(time[2])
        rows = rows.filter(pl.col(column).is_not_null())
        rows = rows if start is None else rows.filter(pl.col(column) >= start)
        rows = rows if end is None else rows.filter(pl.col(column) < end)
    for name, values in equal.items():
        rows = rows.filter(pl.col(name).cast(pl.String).is_in(list(values), nulls_equal=True))
    return rows

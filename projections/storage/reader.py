"""Facts and sums as questions see them: one snapshot, and any moment on two clocks or any position.

Rows wholly before the moment stand as they are, rows that begin after it are left out, and only the streams
of rows that straddle it are folded again from the log.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

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
from projections.metrics.source import Told
from projections.segments.segments import Stretch, open_segments
from projections.segments.streams import read_streams
from projections.storage.checkpoints import Checkpoint, checkpoints, skipped_positions
from projections.storage.database import Database, frame_type, open_database, selected
from projections.storage.facts import rows_of_streams
from projections.storage.moments import ALWAYS, Moment, Time, begun, narrow, narrowed, wholly_before
from projections.storage.organisation import RULES, organisation_zone
from projections.storage.past_sums import Past, changes_to, later_rows, moved
from projections.storage.remembered import Remembered
from projections.storage.rule_books import bound, rule_book, rules_differ
from projections.storage.tables import missing_tables, sum_types
from projections.storage.view_tables import read_days
from projections.views.reading import ViewReading
from projections.views.segments.questions import intervals_of
from projections.views.view import View

FEW_STREAMS = 1_000
"""Streams that are always looked up by the log's index."""
EVENTS_SCANNED_PER_LOOK_UP = 150
"""Sealed events that are scanned in the time in which the log's index finds one stream."""


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


class StoredFacts:
    """The facts of one store in one snapshot; every read of it sees the same positions."""

    def __init__(self, *, database: Database, log: EventLog, beside: "StoredFacts | None" = None) -> None:
        """Begin the snapshot, or that of another connection too; raises NothingProjected."""
        self.database, self.log = database, log
        database.run(SQL("set transaction isolation level repeatable read, read only"))
        if beside is None:
            self.remembered, self.places = Remembered(), _places(database)
            self.zone = organisation_zone(database)
        else:
            database.run(SQL("set transaction snapshot {}").format(beside.share()))
            self.remembered, self.places, self.zone = beside.remembered, beside.places, beside.zone
        self._shared: str | None = None
        self._members: dict[object, pl.DataFrame] = {}

    def once(self, question: Hashable, make: Callable[[], Told]) -> Told:
        """What anybody asks of this snapshot, worked out once."""
        return self.remembered.once(question, make)

    def share(self) -> str:
        """What another connection names to see the same, as long as this one's snapshot lasts."""
        if self._shared is None:
            told = self.database.query(SQL("select pg_export_snapshot() as snapshot"))
            self._shared = str(told.item())
        return self._shared

    def position(self, fact: str) -> int:
        """The position up to which the fact is known."""
        return self.places[fact].position

    def view_days(
        self, view: View, *, before: date, columns: Sequence[str], customers: Collection[str] | None
    ) -> pl.DataFrame:
        """These columns of a view on its stored days before one; `valid_from` and `valid_to` are such."""
        return read_days(self.database, view, before=before, columns=columns, customers=customers)

    def members(
        self,
        segment: str,
        *,
        now: datetime,
        as_of: datetime | None,
        known_at: datetime | None,
        position: int | None,
    ) -> pl.DataFrame:
        """Intervals [customer_id, entered_at, left_at) of a segment, made once; raises SegmentNotTold."""
        asked = (segment, now, as_of, known_at, position)
        if asked not in self._members:
            reading = ViewReading(source=self, now=now, as_of=as_of, known_at=known_at, at_position=position)
            self._members[asked] = intervals_of(reading, segment)
        return self._members[asked]

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

    def past_sums(  # noqa: PLR0913 - what `sums` is asked for, and when
        self,
        fact: str,
        grouping: tuple[str, ...],
        from_day: date | None,
        to_day: date | None,
        *,
        as_of: datetime | None,
        known_at: datetime | None,
        position: int | None,
        with_neighbours: bool = True,
    ) -> pl.DataFrame | None:
        """What `sums` would have given at a moment; None where only rows tell: other rules stood then.

        Measures that look at neighbours are wrong without `with_neighbours`. Raises PositionNotReached.
        """
        moment = Moment(as_of=as_of, known_at=known_at, position=position)
        spec, reached = SPECS[fact], self.position(fact)
        if moment.position is not None and moment.position > reached:
            raise PositionNotReached(fact=fact, asked=moment.position, reached=reached)
        rules = self._rules(spec, moment.position)
        if rules_differ(self.database, spec, rules):
            return None
        sums = self.sums(fact, grouping, from_day, to_day)
        if moment.is_now:
            return sums
        past = Past(spec, grouping, from_day, to_day, with_neighbours, self.zone)
        straddling = self._straddling(spec, moment, always=False)
        then = self._refolded(spec, straddling, moment, reached=reached, rules=rules)
        theirs = rows_of_streams(self.database, spec, pl.Series(straddling, dtype=pl.String))
        others = ~pl.col(spec.key_names[0]).is_in(straddling)
        later = later_rows(self.database, past, moment).filter(others)
        gone = pl.concat([later, theirs.select(later.columns)])
        return moved(sums, changes_to(self.database, past, later=gone, then=then), past)

    def facts(  # noqa: PLR0913 - the three coordinates of a moment and the three ways to narrow rows
        self,
        fact: str,
        *,
        columns: Sequence[str] | None = None,
        time: Time | None = None,
        equal: Mapping[str, Sequence[str | None]] | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        position: int | None = None,
        envelope: bool = True,
    ) -> pl.DataFrame:
        """Live rows as of a moment, with `columns` (all public ones by default) and the envelope.

        `time` = (column, from, to) keeps from <= column < to; `equal` keeps rows whose column is one of the
        values (None matches null). Raises PositionNotReached.
        """
        spec, moment = SPECS[fact], Moment(as_of=as_of, known_at=known_at, position=position)
        reached = self.position(fact)
        if position is not None and position > reached:
            raise PositionNotReached(fact=fact, asked=position, reached=reached)
        wanted = _wanted(spec, columns, envelope=envelope)
        asked = narrowed(time, equal or {})
        if moment.is_now:
            return self._stored(spec, wanted, SQL("not voided and {}").format(asked))
        before = self._stored(
            spec, wanted, SQL("not voided and {} and {}").format(wholly_before(moment), asked)
        )
        straddling, again = self.once(
            ("cut", spec.name, moment), lambda: self._cut_through(spec, moment, reached=reached)
        )
        again = narrow(again, time, equal or {})
        stream = spec.key_names[0]
        kept = before.filter(~pl.col(stream).is_in(straddling)) if straddling else before
        return pl.concat([kept, again.select(before.columns)])

    def _cut_through(self, spec: FactSpec, moment: Moment, *, reached: int) -> tuple[list[str], pl.DataFrame]:
        """The streams that a moment cuts through, and their live rows as of then."""
        rules = self._rules(spec, moment.position)
        is_ruled_otherwise = rules_differ(self.database, spec, rules)
        straddling = self._straddling(spec, moment, always=is_ruled_otherwise)
        again = self._refolded(spec, straddling, moment, reached=reached, rules=rules)
        return straddling, again.filter(~pl.col("voided"))

    def as_it_was(self, fact: str, streams: list[str], moment: Moment) -> pl.DataFrame:
        """Live rows of these streams as they were at a moment, whatever was told since."""
        spec = SPECS[fact]
        rules = self._rules(spec, moment.position)
        rows = self._refolded(spec, streams, moment, reached=self.position(fact), rules=rules)
        return rows.filter(~pl.col("voided"))

    def _stored(self, spec: FactSpec, columns: list[str], condition: Composable) -> pl.DataFrame:
        types, schema = spec.pg_types, spec.schema
        statement = SQL("select {} from {} where {}").format(
            selected({name: types[name] for name in columns}), Identifier(spec.table), condition
        )
        return self.database.read(statement, {name: schema[name] for name in columns})

    def _rules(self, spec: FactSpec, position: int | None) -> RuleBook:
        """The rules that a fact reads, as told up to a position; they carry days, so no clock is asked."""
        if not spec.rules or position is None:
            return rule_book(self.database, spec)
        told = self.facts(RULES.name, position=min(position, self.position(RULES.name)))
        return bound(told, spec)

    def _straddling(self, spec: FactSpec, moment: Moment, *, always: bool) -> list[str]:
        """The streams of rows that began by then and were touched after, or `always` all that began."""
        touched_after = ALWAYS if always else SQL("not ({})").format(wholly_before(moment))
        statement = SQL("select distinct {} as stream from {} where {} and {}").format(
            Identifier(spec.key_names[0]), Identifier(spec.table), begun(moment), touched_after
        )
        if always:
            return self.database.query(statement).get_column("stream").to_list()
        # The planner takes the two ends of a row for independent, and expects a quarter of the table.
        with self.database.by_index():
            return self.database.query(statement).get_column("stream").to_list()

    def _refolded(
        self, spec: FactSpec, streams: list[str], moment: Moment, *, reached: int, rules: RuleBook
    ) -> pl.DataFrame:
        if not streams:
            return empty_rows(spec)
        upto = reached if moment.position is None else moment.position
        skipped = skipped_positions(self.database).get(spec.name, ())
        events = self._events(spec, streams, upto=upto)
        events = events.filter(~pl.col("position").is_in(skipped)) if skipped else events
        told = told_before(events, as_of=moment.as_of, known_at=moment.known_at, position=moment.position)
        return refold(spec, told, rules=rules)

    def _events(self, spec: FactSpec, streams: list[str], *, upto: int) -> pl.DataFrame:
        """The streams' events, from sealed ranges where the log's index would be asked too often."""
        after = self._first_position(spec, streams) - 1 if len(streams) > FEW_STREAMS else upto
        if len(streams) * EVENTS_SCANNED_PER_LOOK_UP < upto - after or after == upto:
            return readable(spec, self.log.read_streams(streams, upto))
        segments = open_segments(self.database, self.log)
        return read_streams(self.log, segments, spec, streams, within=Stretch(after, upto))

    def _first_position(self, spec: FactSpec, streams: list[str]) -> int:
        """The position of the first event of any row of these streams."""
        statement = SQL("select coalesce(min(first_position), 1) from {} where {} = any({}::text[])").format(
            Identifier(spec.table), Identifier(spec.key_names[0]), streams
        )
        return int(self.database.query(statement).item())


@contextmanager
def stored_facts(conninfo: str) -> Iterator[StoredFacts]:
    """Open a snapshot of the facts, and close it."""
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        yield StoredFacts(database=database, log=log)


def _places(database: Database) -> Mapping[str, Checkpoint]:
    """Where every fact stands; raises NothingProjected unless all are there as this program reads them."""
    places = checkpoints(database)
    is_read = all(_is_of_this_version(spec, places) for spec in SPECS.values())
    if not is_read or missing_tables(database, [spec.table for spec in SPECS.values()]):
        raise NothingProjected
    return places


def _is_of_this_version(spec: FactSpec, places: Mapping[str, Checkpoint]) -> bool:
    place = places.get(spec.name)
    return place is not None and place.version == spec.version


def _wanted(spec: FactSpec, columns: Sequence[str] | None, *, envelope: bool) -> list[str]:
    public = [column.name for column in spec.columns]
    asked = public if columns is None else list(columns)
    besides = [*spec.envelope_schema, "voided"] if envelope else []
    return list(dict.fromkeys([*spec.key_names, *asked, *besides]))

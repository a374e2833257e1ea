"""Facts and sums built again from the beginning of the log, beside the old ones, which serve meanwhile.

Then the tail of the log is applied like any batch, sums are recounted in SQL, and the tables change places
with the old ones in the transaction that moves the checkpoint.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

import polars as pl
from psycopg.sql import SQL, Identifier

from infra.event_store.log import EventLog
from projections.facts import SPECS
from projections.facts.spec import FactSpec
from projections.metrics.measures import GROUPINGS, grouping_name, time_columns
from projections.runner.apply import Step, changed_rows, move_rows
from projections.runner.batch import Batch, Streams
from projections.runner.build import Build
from projections.runner.fill import fill
from projections.runner.idle import leave_idle
from projections.runner.projector import BATCH, Progress
from projections.runner.spill import Memory
from projections.runner.windows import Window, windows
from projections.segments.segments import open_segments
from projections.storage.checkpoints import lock_checkpoint, move_checkpoint, set_version, skipped_positions
from projections.storage.database import Database, open_database
from projections.storage.organisation import RULES, note_zone, organisation_zone
from projections.storage.rule_books import pass_rules_on
from projections.storage.tables import (
    create_bare,
    create_tables,
    drop,
    sum_types,
)

REBUILD = "_rebuild"


class RebuildStopped(Exception):
    """The log holds an event that a fact cannot take; the old facts go on serving."""

    def __init__(self, *, fact: str, position: int, reason: str) -> None:
        """Carry the fact, the event's position and what is wrong with it."""
        super().__init__(
            f"{fact} cannot take the event at position {position} ({reason}): "
            f"mend it, or leave it out with `kefu skip {fact} {position} --reason …`"
        )
        self.fact, self.position, self.reason = fact, position, reason


class RecountDiffers(Exception):
    """Rebuilt sums differ from a recount in SQL; the old facts go on serving."""


def rebuild(
    conninfo: str, names: Sequence[str] = (), *, progress: Callable[[Progress], None] | None = None
) -> int:
    """Build these facts (all by default) and their sums again and serve them; gives the position reached.

    Raises KeyError for an unknown fact, RebuildStopped and RecountDiffers with the old facts untouched.
    """
    served = [SPECS[name] for name in names] if names else list(SPECS.values())
    with ExitStack() as stack:
        with open_database(conninfo) as database, EventLog(conninfo) as log:
            create_tables(database, SPECS.values())
            builds = [stack.enter_context(build) for build in _begun(database, served)]
            upto, segments = log.highest(), open_segments(database, log)
        told = windows(conninfo, segments, upto=upto, specs=[build.spec for build in builds])
        for window in told:
            _fold(builds, window)
            if progress is not None:
                progress(Progress(position=window.upto, highest=upto))
        return min(_finish_all(conninfo, builds, upto=upto))


def _finish_all(conninfo: str, builds: list[Build], *, upto: int) -> list[int]:
    """The rules first, since the others' sums are kept in days of their zone; then the largest first."""
    rules = deque(build for build in builds if build.spec.name == RULES.name)
    others = sorted((b for b in builds if b.spec.name != RULES.name), key=_size, reverse=True)
    with open_database(conninfo) as database, EventLog(conninfo) as log, ThreadPoolExecutor(1) as pool:
        reached = _finish_some(database, log, rules, upto=upto)
        untold = [replace(build.spec, build="") for build in others if build.is_empty]
        idle = leave_idle(database, log, untold, upto=upto)
        told = deque(build for build in others if build.spec.name not in idle)
        beside = pool.submit(_finish_beside, conninfo, told, upto=upto) if len(told) > 1 else None
        reached += [*idle.values(), *_finish_some(database, log, told, upto=upto)]
        return reached if beside is None else [*reached, *beside.result()]


def _size(build: Build) -> int:
    return build.size


def _finish_beside(conninfo: str, builds: deque[Build], *, upto: int) -> list[int]:
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        return _finish_some(database, log, builds, upto=upto)


def _finish_some(database: Database, log: EventLog, builds: deque[Build], *, upto: int) -> list[int]:
    """Finish one fact after the other over the same connections, until none is left."""
    reached = []
    database.use_one_process()
    while (build := _next(builds)) is not None:
        reached.append(_finish(database, log, build, upto=upto))
    return reached


def _next(builds: deque[Build]) -> Build | None:
    try:
        return builds.popleft()
    except IndexError:  # another thread took the last one
        return None


def _begun(database: Database, served: Sequence[FactSpec]) -> list[Build]:
    """What collects the rows of each fact; tables that a killed rebuild left behind are gone."""
    specs, memory = [replace(spec, build=REBUILD) for spec in served], Memory()
    with database.transaction():
        drop(database, *(table for spec in specs for table in (spec.table, spec.sums_table)))
        skipped = skipped_positions(database)
    return [Build(spec, skipped=skipped.get(spec.name, ()), memory=memory) for spec in specs]


def _fold(builds: list[Build], window: Window) -> None:
    for build in builds:
        if window.touches(build.spec):
            build.add(_events_for(build, window, after=0))


def _events_for(build: Build, window: Window, *, after: int) -> pl.DataFrame:
    decoded = window.decoded_for(build.spec, after=after, skipped=build.skipped)
    poison = decoded.poison
    if poison is not None:
        raise RebuildStopped(fact=build.spec.name, position=poison.position, reason=poison.reason)
    return decoded.events


def _finish(database: Database, log: EventLog, build: Build, *, upto: int) -> int:
    """Write, index, catch up with the log, recount and serve one fact."""
    spec = build.spec
    with database.transaction():
        create_bare(database, spec, spec.table, spec.sums_table)
    with database.transaction():
        fill(log.conninfo, database, build, log, upto=upto)
    while (highest := log.highest()) > upto + BATCH:
        with database.transaction():
            upto = _apply_tail(database, log, build, after=upto, upto=highest)
    with database.transaction():
        lock_checkpoint(database, spec.name)
        upto = _apply_tail(database, log, build, after=upto, upto=log.highest())
        latest = _recounted(database, spec)
        _serve(database, spec)
        set_version(database, spec.name, spec.version)
        move_checkpoint(database, spec.name, position=upto, latest=latest)
    return upto


def _apply_tail(database: Database, log: EventLog, build: Build, *, after: int, upto: int) -> int:
    spec = build.spec
    tail = log.read(after, upto, BATCH)
    reached = upto if tail.height < BATCH else int(tail.item(-1, "position"))
    streams = Streams(Batch(log=tail, after=after, upto=reached), [spec])
    if streams.touches(spec):
        events = _events_for(build, streams, after=after)
        step = Step(spec=spec, events=events, after=after, upto=reached, skipped=build.skipped)
        change = changed_rows(database, step, read_streams=log.read_streams)
        move_rows(database, spec, change)
    return reached


def _recounted(database: Database, spec: FactSpec) -> datetime | None:
    """When the latest event happened; counts in SQL what the sums should hold, in the same scan of the rows.

    Sums hold every live row once per time that it has.
    """
    times = time_columns(spec.name)
    counted = SQL(" + ").join(
        SQL("count(*) filter (where not voided and {} is not null)").format(Identifier(time))
        for time in times
    )
    summed = SQL("(select coalesce(sum(rows), 0)::int8 from {} where grouping = {})").format(
        Identifier(spec.sums_table), grouping_name(GROUPINGS[spec.name][0]) if times else ""
    )
    latest, rows, in_sums = database.query(
        SQL("select max(last_occurred_at) as latest, {} as counted, {} as summed from {}").format(
            *((counted, summed) if times else (SQL("0"), SQL("0"))), Identifier(spec.table)
        )
    ).row(0)
    if rows != in_sums:
        raise RecountDiffers(f"{spec.name}: {rows} rows counted, {in_sums} summed")
    return latest if isinstance(latest, datetime) else None


def _serve(database: Database, spec: FactSpec) -> None:
    """Let the rebuilt tables take the place of the served ones."""
    served = replace(spec, build="")
    pairs = [(spec.table, served.table)]
    pairs += [(spec.sums_table, served.sums_table)] if sum_types(spec.name) else []
    for built, place in pairs:
        drop(database, place)
        database.run(SQL("alter table {} rename to {}").format(Identifier(built), Identifier(place)))
    note_zone(database, served, zone=organisation_zone(database))
    pass_rules_on(database, spec, served)

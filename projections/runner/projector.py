"""The projector: reads the log from where its facts stand and applies each batch to every fact in turn."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import polars as pl
from psycopg.sql import SQL

from projections.facts import SPECS
from projections.facts.spec import FactSpec
from projections.runner.apply import Step, apply
from projections.runner.batch import Batch, Skipped, Streams
from projections.storage.checkpoints import (
    Checkpoint,
    checkpoints,
    move_idle_checkpoints,
    skipped_positions,
    stop_at,
)
from projections.storage.database import Database
from projections.storage.tables import create_tables

BATCH = 50_000
"""Events read at once; more gain nothing and hold the old rows longer."""
BEAT = 1.0
"""Seconds between two heartbeats."""


class Log(Protocol):
    """What the projector asks of the event log."""

    def highest(self) -> int: ...

    def read(self, after: int, upto: int, limit: int | None = None) -> pl.DataFrame: ...

    def read_streams(self, ids: list[str], upto: int) -> pl.DataFrame: ...


@dataclass(frozen=True)
class Progress:
    """Where the slowest running fact stands, and where the log ends."""

    position: int
    highest: int


class Projector:
    """Owns one database connection; several projectors on one store wait for, and pass over, each other."""

    def __init__(
        self, *, log: Log, database: Database, specs: tuple[FactSpec, ...] = tuple(SPECS.values())
    ) -> None:
        """Create missing tables and find every fact's place."""
        self.log, self.database, self.specs = log, database, specs
        create_tables(database, specs)
        self._beaten_at = 0.0

    def step(self, *, limit: int = BATCH) -> Progress:
        """Apply the next batch; does nothing when every running fact is at the end of the log."""
        highest = self.log.highest()
        with self.database.transaction():
            places, skips = checkpoints(self.database), skipped_positions(self.database)
        self._beat()
        standing = [places[spec.name] for spec in self.specs]
        running = [one for one in standing if one.position < highest and not _is_stuck(one, skips)]
        if not running:
            return Progress(position=highest, highest=highest)
        after = min(one.position for one in running)
        log = self.log.read(after, highest, limit)
        upto = highest if log.height < limit else int(log.item(-1, "position"))
        self._apply_all(Batch(log=log, after=after, upto=upto), running, skips)
        return Progress(position=upto, highest=highest)

    def catch_up(self, *, progress: Callable[[Progress], None] | None = None) -> int:
        """Step until the facts stand at the end of the log; gives that position."""
        while True:
            at = self.step()
            if progress is not None:
                progress(at)
            if at.position >= at.highest:
                return at.position

    def follow(self, *, stop: Callable[[], bool]) -> None:
        """Keep up with the log until told to stop: look every 5 ms while events arrive, then less often."""
        quiet_since = time.monotonic()
        seen = 0
        while not stop():
            at = self.step()
            if at.highest != seen:
                seen, quiet_since = at.highest, time.monotonic()
            if at.position >= at.highest:
                time.sleep(_pause(time.monotonic() - quiet_since))

    def _apply_all(self, batch: Batch, running: list[Checkpoint], skips: Mapping[str, Skipped]) -> None:
        streams = Streams(batch, self.specs)
        idle = []
        for place in running:
            if place.position >= batch.upto:
                continue
            if streams.touches(SPECS[place.fact]):
                self._apply_one(place, streams, skips.get(place.fact, ()))
            else:
                idle.append(place)
        self._move_idle(idle, batch)

    def _apply_one(self, place: Checkpoint, streams: Streams, skipped: Skipped) -> None:
        spec = SPECS[place.fact]
        decoded = streams.decoded_for(spec, after=place.position, skipped=skipped)
        poison = decoded.poison
        upto = streams.batch.upto if poison is None else poison.position - 1
        step = Step(spec=spec, events=decoded.events, after=place.position, upto=upto, skipped=skipped)
        moved = apply(self.database, step, read_streams=self.log.read_streams)
        if moved and poison is not None:
            with self.database.transaction():
                stop_at(self.database, spec.name, position=poison.position, error=poison.reason)

    def _move_idle(self, idle: list[Checkpoint], batch: Batch) -> None:
        with self.database.transaction():
            for position in {place.position for place in idle}:
                facts = [place.fact for place in idle if place.position == position]
                move_idle_checkpoints(self.database, facts, start=position, position=batch.upto)

    def _beat(self) -> None:
        """Say that the projector is alive, whatever its lag."""
        if time.monotonic() - self._beaten_at < BEAT:
            return
        with self.database.transaction():
            self.database.run(SQL(HEARTBEAT).format(os.getpid()))
        self._beaten_at = time.monotonic()


HEARTBEAT = (
    "insert into projector_heartbeat (pid, beat_at) values ({}, now())"
    " on conflict (is_only_row) do update set pid = excluded.pid, beat_at = excluded.beat_at"
)


def _is_stuck(place: Checkpoint, skips: Mapping[str, Skipped]) -> bool:
    """Whether the fact is another version's, or stands before an event that it cannot take."""
    if place.version != SPECS[place.fact].version:
        return True
    return place.stopped_at is not None and place.stopped_at not in skips.get(place.fact, ())


def _pause(quiet: float) -> float:
    """Seconds until the next look at the log."""
    if quiet < 1:
        return 0.005
    return 0.05 if quiet < 60 else 0.25

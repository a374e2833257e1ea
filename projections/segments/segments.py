"""The sealed ranges of a store that its log bears out, and the stretches that they leave to the log."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.event_store.log import EventLog
from projections.segments.folder import ranges_in, sound_manifest
from projections.segments.manifest import LastEvent
from projections.segments.place import Place, read_place
from projections.segments.sealed_range import DamagedRange, SealedRange
from projections.storage.database import Database, open_database

LOG = logging.getLogger("kefu.segments")
_told: set[Path] = set()
"""Ranges of which this process has said that they cannot be read."""


@dataclass(frozen=True)
class Stretch:
    """Positions > after and <= upto that are read from the log."""

    after: int
    upto: int


@dataclass(frozen=True)
class Segments:
    """Ranges in order of position; none overlaps another."""

    ranges: tuple[SealedRange, ...]

    @property
    def upto(self) -> int:
        """The position up to which everything is sealed."""
        reached = 0
        for one in self.ranges:
            if one.after != reached:
                break
            reached = one.upto
        return reached

    def pieces(self, after: int, upto: int) -> Iterator[SealedRange | Stretch]:
        """Whole ranges within these positions, and between them what only the log has, in order."""
        for one in self.ranges:
            if one.after >= after and one.upto <= upto:
                if one.after > after:
                    yield Stretch(after, one.after)
                yield one
                after = one.upto
        if after < upto:
            yield Stretch(after, upto)


NO_SEGMENTS = Segments(())


def open_segments(database: Database, log: EventLog) -> Segments:
    """The store's sealed ranges that are of its epoch, in today's form, and end as the log does there.

    The log's own last event of each range is looked up: whoever puts a database back by other means than
    `kefu restore` leaves the epoch as it was.
    """
    return sealed_ranges(read_place(database), log)


def sealed_position(conninfo: str) -> int:
    """The position up to which everything is sealed, 0 where nothing is."""
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        return open_segments(database, log).upto


def sealed_ranges(place: Place, log: EventLog) -> Segments:
    """See `open_segments`."""
    if place.folder is None:
        return NO_SEGMENTS
    found = [
        SealedRange(path, manifest)
        for path in ranges_in(place.folder)
        if (manifest := sound_manifest(path, epoch=place.epoch)) is not None
    ]
    borne_out = _ends(log, found)
    return Segments(
        tuple(one for one in found if one.manifest.last is None or one.manifest.last in borne_out)
    )


def tell_once(error: DamagedRange) -> None:
    """Say that a range is read from the log instead, once in a process."""
    if error.folder not in _told:
        _told.add(error.folder)
        LOG.warning("%s; the log is read instead, and `kefu sealed seal` makes it again", error)


def _ends(log: EventLog, ranges: list[SealedRange]) -> set[LastEvent]:
    positions = [one.manifest.last.position for one in ranges if one.manifest.last is not None]
    names = LastEvent.__struct_fields__
    rows = log.read_positions(positions).select(names).rows(named=True)
    return {LastEvent(**row) for row in rows}

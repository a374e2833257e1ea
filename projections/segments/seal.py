"""Seals closed ranges of the log: read, typed, written aside, and put in place whole by one rename.

A range is closed when its upper bound is not above the log's highest position. Positions are drawn under
the append lock, which is released after the commit has become visible: whoever sees a position sees every
lower one that will ever be, and what is missing below it is a gap for good (a rolled-back append).
"""

import errno
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import polars as pl

from infra.durable_files import sync_folder, write_durably
from infra.event_store.log import EventLog, read_parallel
from projections.segments.folder import (
    UNFINISHED,
    clear_unfinished,
    range_name,
    ranges_in,
    sealing,
    take_away,
)
from projections.segments.form import FORMAT, by_topic, form_of, schema_of
from projections.segments.manifest import MANIFEST, LastEvent, Manifest, SealedFile, encoded
from projections.segments.place import Place, note_folder, read_place
from projections.segments.segments import sealed_ranges
from projections.storage.database import open_database

SPAN = 250_000
"""Positions of one range: what is read at once by a rebuild, and the longest tail that is left to the log."""
WINDOW = 50_000


class SegmentsUnwritable(Exception):
    """A range could not be written; nothing of it is left."""

    def __init__(self, *, folder: Path, error: OSError) -> None:
        """Carry the folder and what the system said."""
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        what = "the disk is full" if is_full else str(error.strerror or error)
        super().__init__(
            f"segments cannot be written to {folder}: {what}; make room and run `kefu sealed seal` again "
            "(nothing needs them: rebuilds and questions read the log meanwhile)"
        )
        self.folder = folder


@dataclass(frozen=True)
class Sealed:
    """How many ranges and events were sealed, and up to which position all are."""

    ranges: int
    events: int
    upto: int


def seal(
    conninfo: str,
    folder: Path,
    *,
    upto: int | None = None,
    span: int = SPAN,
    progress: Callable[[int, int], None] | None = None,
) -> Sealed:
    """Seal every closed range of the store's log up to `upto` (its end by default) that is not sealed.

    Ranges of another epoch, format or grid are taken away. `progress` gets the position reached and the last.
    Raises SegmentsUnwritable.
    """
    try:
        with sealing(folder):
            epoch, closed, missing = _to_seal(conninfo, folder, upto=upto, span=span)
            manifests = []
            for after in missing:
                manifests.append(_seal_range(conninfo, folder, epoch=epoch, after=after, upto=after + span))
                if progress is not None:
                    progress(after + span, closed)
    except OSError as error:
        raise SegmentsUnwritable(folder=folder, error=error) from error
    return Sealed(ranges=len(manifests), events=sum(one.events for one in manifests), upto=closed)


def _to_seal(conninfo: str, folder: Path, *, upto: int | None, span: int) -> tuple[str, int, list[int]]:
    """The epoch; up to where ranges are closed; and where those to seal begin."""
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        highest = log.highest()
        closed = (highest if upto is None else min(upto, highest)) // span * span
        epoch = read_place(database).epoch
        note_folder(database, folder)
        return epoch, closed, _missing(log, folder, epoch=epoch, closed=closed, span=span)


def _missing(log: EventLog, folder: Path, *, epoch: str, closed: int, span: int) -> list[int]:
    """Where the ranges begin that are to be sealed; what is damaged or not on the grid is taken away."""
    clear_unfinished(folder)
    kept = {
        one.folder: one.after
        for one in sealed_ranges(Place(epoch=epoch, folder=folder), log).ranges
        if one.upto - one.after == span and one.after % span == 0 and one.is_whole()
    }
    for path in ranges_in(folder):
        if path not in kept:
            take_away(path)
    return [after for after in range(0, closed, span) if after not in kept.values()]


def _seal_range(conninfo: str, folder: Path, *, epoch: str, after: int, upto: int) -> Manifest:
    logs = read_parallel(conninfo, after, upto, window=WINDOW)
    return write_range(folder, logs, epoch=epoch, after=after, upto=upto)


def write_range(folder: Path, logs: Iterable[pl.DataFrame], *, epoch: str, after: int, upto: int) -> Manifest:
    """Write what the log holds at positions > after and <= upto aside, and rename it into its place."""
    place = folder / range_name(after, upto)
    aside = place.with_name(f"{place.name}{UNFINISHED}")
    aside.mkdir(mode=0o700)
    try:
        frames, last, events = _typed(logs)
        files = tuple(_write_frames(aside, topic, parts) for topic, parts in sorted(frames.items()))
        manifest = Manifest(
            format=FORMAT, epoch=epoch, after=after, upto=upto, events=events, last=last, files=files
        )
        write_durably(aside / MANIFEST, encoded(manifest))
        sync_folder(aside)
        aside.rename(place)
        sync_folder(folder)
    except BaseException:
        take_away(aside)
        raise
    return manifest


def _typed(
    logs: Iterable[pl.DataFrame],
) -> tuple[dict[str, list[pl.DataFrame]], LastEvent | None, int]:
    """The events by topic, the last of them, and how many there are."""
    frames: dict[str, list[pl.DataFrame]] = defaultdict(list)
    last, events = None, 0
    for log in logs:
        for topic, rows in by_topic(log):
            frames[topic].append(rows)
        position, originator_id, version = log.select(*LastEvent.__struct_fields__).row(-1)
        last = LastEvent(position=position, originator_id=originator_id, originator_version=version)
        events += log.height
    return frames, last, events


def _write_frames(folder: Path, topic: str, parts: Iterable[pl.DataFrame]) -> SealedFile:
    rows = pl.concat(parts).sort("position")
    buffer = BytesIO()
    rows.select(schema_of(topic).keys()).write_parquet(buffer, compression="zstd", compression_level=1)
    content = buffer.getvalue()
    name = f"{topic.replace('/', '@')}.parquet"
    write_durably(folder / name, content)
    return SealedFile(
        topic=topic,
        file=name,
        rows=rows.height,
        bytes=len(content),
        sha256=sha256(content).hexdigest(),
        form=form_of(topic),
    )

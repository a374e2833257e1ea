"""Compares sealed ranges with their manifests, and with the log itself."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from infra.event_store.log import read_parallel
from projections.segments.folder import ranges_in, sound_manifest
from projections.segments.form import by_topic, schema_of
from projections.segments.manifest import Manifest
from projections.segments.place import Place, read_place
from projections.segments.seal import WINDOW
from projections.segments.sealed_range import DamagedRange, SealedRange
from projections.storage.database import open_database


@dataclass(frozen=True)
class Found:
    """One range's folder, what it is to hold (None: nothing that may be read now), and what is wrong."""

    folder: Path
    manifest: Manifest | None
    problem: str | None


def listed(conninfo: str, folder: Path) -> list[Found]:
    """Every range in the folder by its manifest, without reading the files."""
    with open_database(conninfo) as database:
        place = read_place(database)
    return [_found(path, place) for path in ranges_in(folder)]


def verify(conninfo: str, folder: Path, *, against_log: bool = False) -> Iterator[Found]:
    """Every range, its files read and compared by hash and count, and `against_log` event by event."""
    for one in listed(conninfo, folder):
        yield (
            one
            if one.manifest is None
            else _verified(conninfo, one.folder, one.manifest, against_log=against_log)
        )


def _found(path: Path, place: Place) -> Found:
    manifest = sound_manifest(path, epoch=place.epoch)
    problem = None if manifest else "is damaged, of another epoch, or written by another version"
    return Found(folder=path, manifest=manifest, problem=problem)


def _verified(conninfo: str, folder: Path, manifest: Manifest, *, against_log: bool) -> Found:
    sealed = SealedRange(folder, manifest)
    try:
        sealed.check()
        problem = _difference(conninfo, sealed) if against_log else None
    except DamagedRange as error:
        problem = error.problem
    return Found(folder=folder, manifest=manifest, problem=problem)


def _difference(conninfo: str, sealed: SealedRange) -> str | None:
    """What the log says otherwise, in words."""
    told: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for log in read_parallel(conninfo, sealed.after, sealed.upto, window=WINDOW):
        for topic, rows in by_topic(log):
            told[topic].append(rows)
    held = {file.topic for file in sealed.manifest.files}
    if held != told.keys():
        return f"the log has other topics there: {', '.join(sorted(held ^ told.keys()))}"
    for topic, frames in told.items():
        columns = list(schema_of(topic))
        if not sealed.read(topic, columns).equals(pl.concat(frames).select(columns).sort("position")):
            return f"the log tells {topic} otherwise there"
    return None

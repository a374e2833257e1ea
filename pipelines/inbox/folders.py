"""Where files are dropped, one folder for each mapping, and which of them are whole."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from infra.settings import Settings
from pipelines.mapping_places import NoMapping, mapping_named
from pipelines.messages.mappings import own_folder

SETTLING = timedelta(seconds=10)
BEING_WRITTEN = (".part", ".tmp", ".filepart")
"""How the names of files end that are still being written."""
MARKER = ".done"
"""An empty file `<file>.done` beside a file says that it is whole."""
RECEIPT = ".receipt.json"
NO_MAPPINGS = {"organisation"}
LONGEST_NAME = 200
"""In bytes, of which a file system takes 255: a number and the ending of a receipt come to it."""


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """By what a change of a file is seen; `changed_at` moves with every write and every move, too."""

    size: int
    modified_at: int
    changed_at: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """The folder of one mapping: dropped files, and below it those being taken, done and failed."""

    folder: Path
    mapping: Path

    @property
    def taking(self) -> Path:
        return self.folder / "taking"

    @property
    def done(self) -> Path:
        return self.folder / "done"

    @property
    def failed(self) -> Path:
        return self.folder / "failed"

    def make(self) -> None:
        """Make the folders that are not there."""
        for folder in (self.taking, self.done, self.failed):
            folder.mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A file in the inbox; `is_left` where somebody began to take it and did not get through."""

    place: Place
    dropped_as: str
    stamp: Stamp
    is_left: bool

    @property
    def name(self) -> str:
        """The name by which it is known, one that can be written anywhere."""
        return known_name(self.dropped_as)

    @property
    def path(self) -> Path:
        """Where it was dropped, by the name by which it is known."""
        return self.place.folder / self.name

    @property
    def marker(self) -> Path:
        return self.place.folder / f"{self.dropped_as}{MARKER}"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What lies in an inbox: whole files in the order they are taken, others, and folders of no mapping."""

    whole: tuple[Dropped, ...]
    waiting: tuple[Path, ...]
    strange: tuple[NoMapping, ...]


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """The inbox of a store: a folder, how long files must lie unchanged, and for how long they are kept."""

    root: Path
    settings: Settings
    settling: timedelta
    kept: timedelta

    def places(self) -> Iterator[Place]:
        """The folder of each of the store's mappings, made if need be, and those of mappings we come with."""
        own = {path.stem for path in own_folder(self.settings).glob("*.yaml")} - NO_MAPPINGS
        for name in sorted(own | set(_folders(self.root))):
            with suppress(NoMapping):
                place = Place(folder=self.root / name, mapping=mapping_named(name, self.settings))
                place.make()
                yield place

    def look(self, *, now: datetime) -> Look:
        """See what is there; nothing is opened or moved, and nothing outside of the inbox is seen."""
        found = [one for place in self.places() for one in _files(place)]
        whole = [one for one in found if is_whole(one, now=now, settling=self.settling)]
        waiting = [one.path for one in found if one not in whole]
        return Look(whole=tuple(whole), waiting=tuple(waiting), strange=tuple(self._strange()))

    def _strange(self) -> Iterator[NoMapping]:
        for name in _folders(self.root):
            try:
                mapping_named(name, self.settings)
            except NoMapping as problem:
                yield problem


def own_inbox(settings: Settings, *, root: Path | None = None, settling: timedelta = SETTLING) -> Inbox:
    """The inbox of a store: where the settings say, or in its own folder."""
    return Inbox(
        root=root or settings.inbox or settings.home / settings.store / "inbox",
        settings=settings,
        settling=settling,
        kept=timedelta(days=settings.inbox_days),
    )


def is_whole(dropped: Dropped, *, now: datetime, settling: timedelta) -> bool:
    """Whether nobody writes to it any more: a marker says so, or nothing of it changed for a while.

    Size and time of change can only move together with `changed_at`, which is the file system's own: a
    tool that copies the time of the original cannot set it. A time ahead of our clock says nothing.
    """
    if dropped.marker.exists():
        return True
    moment = int(now.timestamp() * 1e9)
    told = [at for at in (dropped.stamp.modified_at, dropped.stamp.changed_at) if at <= moment]
    return bool(told) and moment - max(told) >= settling.total_seconds() * 1e9


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file itself, never of what a link leads to."""
    found = path.lstat()
    return Stamp(size=found.st_size, modified_at=found.st_mtime_ns, changed_at=found.st_ctime_ns)


def known_name(name: str) -> str:
    """The name without what cannot be printed (bytes of another encoding, line breaks), and not too long."""
    printable = "".join(one if one.isprintable() else "_" for one in name)
    encoded = printable.encode()
    if len(encoded) <= LONGEST_NAME:
        return printable
    # The end says how the file is packed.
    return f"{encoded[:120].decode(errors='ignore')}~{encoded[-60:].decode(errors='ignore')}"


def free_name(folder: Path, name: str) -> str:
    """The name, or with a number before its first dot where a file or a receipt has it already."""
    stem, dot, rest = name.partition(".")
    number, free = 1, name
    while (folder / free).exists() or (folder / f"{free}{RECEIPT}").exists():
        number += 1
        free = f"{stem}-{number}{dot}{rest}"
    return free


def _folders(root: Path) -> list[str]:
    """The folders in an inbox that may be a mapping's; links are none."""
    with suppress(FileNotFoundError), os.scandir(root) as entries:
        return sorted(one.name for one in entries if one.is_dir(follow_symlinks=False) and one.name[0] != ".")
    return []


def _files(place: Place) -> list[Dropped]:
    """What was left while it was taken, then what was dropped, by name."""
    left = [_dropped(place, name, is_left=True) for name in _names(place.taking)]
    new = [_dropped(place, name, is_left=False) for name in _names(place.folder)]
    return [one for one in (*left, *new) if one is not None]


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        files = [one.name for one in entries if one.is_file(follow_symlinks=False)]
    return sorted(name for name in files if is_data(name))


def is_data(name: str) -> bool:
    """Whether a name is that of a dropped file: not hidden, not half written, no marker and no receipt."""
    return not (name.startswith(".") or name.lower().endswith((*BEING_WRITTEN, MARKER, RECEIPT)))


def _dropped(place: Place, name: str, *, is_left: bool) -> Dropped | None:
    try:
        stamp = stamp_of((place.taking if is_left else place.folder) / name)
    except FileNotFoundError:
        return None
    return Dropped(place=place, dropped_as=name, stamp=stamp, is_left=is_left)

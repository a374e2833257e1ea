"""Partial rows kept in the order of the log until all are there; those of a key told of again come last."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from projections.facts.fold import merge
from projections.facts.spec import FactSpec
from projections.runner.spill import Memory, Spill

AT_ONCE = 30_000
"""Rows that are given out together: of small frames as many as make it worth while."""
HASHES_AT_ONCE = 4_000_000


class Partials:
    """Collects frames of a fact's partial rows, each with a key at most once; gives every row once.

    Most rows come whole within one frame: they are read back in the order in which they were told, so that
    rows of one day lie side by side. Only keys of several frames are parted by their hash and merged. The
    hash is never stored, and two keys of one hash are merely merged together.
    """

    def __init__(self, spec: FactSpec, *, memory: Memory) -> None:
        self.spec, self.memory = spec, memory
        self.memory.spills.append(self)
        self._held: list[pl.DataFrame] = []
        self._files: list[Path] = []
        self._flushes = 0
        self._hashes: list[pl.Series] = []
        self._again = Spill(by=spec.key_names[0], schema=spec.schema, memory=memory)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.rows = self.size = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows of which no two have the same key."""
        if frame.is_empty():
            return
        # Through Arrow, or its strings would keep alive the whole buffer that the batch was decoded from.
        own = pl.DataFrame(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        self._held.append(own)
        self._hashes.append(self._hashed(own))
        self.rows += own.height
        self.size += int(own.estimated_size())
        self.memory.make_room()

    def flush(self) -> None:
        """Write what is held to one file."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="kefu-rebuild-")
        self._files.append(Path(self._folder.name) / f"{self._flushes:05}.arrow")
        pl.concat(self._held).write_ipc(self._files[-1])
        self._held, self.size, self._flushes = [], 0, self._flushes + 1

    def merged(self) -> Iterator[pl.DataFrame]:
        """One row per key."""
        again = told_again(self._hashes).sort()
        yield from _together(self._told_once(again))
        for partials in self._again.partitions():
            yield merge(self.spec, partials)

    def _told_once(self, again: pl.Series) -> Iterator[pl.DataFrame]:
        for frame in self._frames():
            if again.is_empty():
                yield frame
                continue
            hashes = self._hashed(frame)
            is_again = again.gather(again.search_sorted(hashes).clip(0, again.len() - 1)) == hashes
            self._again.add(frame.filter(is_again))
            yield frame.filter(~is_again)

    def _frames(self) -> Iterator[pl.DataFrame]:
        """What came first is in files; what is held may go there while rows are given out."""
        while self._files or self._held:
            if self._files:
                file = self._files.pop(0)
                yield from pl.read_ipc(file).iter_slices(AT_ONCE)
                file.unlink()
            else:
                frame = self._held.pop(0)
                self.size -= int(frame.estimated_size())
                yield frame

    def _hashed(self, frame: pl.DataFrame) -> pl.Series:
        return frame.select(pl.struct(self.spec.key_names).hash(seed=1).alias("hash")).to_series()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._again.__exit__(kind, error, traceback)
        if self._folder is not None:
            self._folder.cleanup()


def told_again(hashes: list[pl.Series], *, at_once: int = HASHES_AT_ONCE) -> pl.Series:
    """The hashes that come more than once, looked for by their remainder so that few are held together."""
    parts = 1 + sum(one.len() for one in hashes) // at_once
    found = [pl.Series("hash", [], dtype=pl.UInt64)]
    for part in range(parts):
        some = pl.concat([found[0], *(one.filter(one % parts == part) for one in hashes)])
        found.append(some.filter(some.is_duplicated()).unique())
    return pl.concat(found)


def _together(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Frames joined until they hold enough rows."""
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        waiting.append(frame)
        if sum(one.height for one in waiting) >= AT_ONCE:
            yield pl.concat(waiting)
            waiting = []
    if waiting:
        yield pl.concat(waiting)

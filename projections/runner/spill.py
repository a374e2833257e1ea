"""Frames kept until they are asked for, partition by partition, in bounded memory."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import polars as pl

PARTITIONS = 64
HELD_BYTES = 80 * 1024 * 1024
"""Above this, the largest of what is held goes to disk in one file per partition."""


class Held(Protocol):
    """Whatever holds frames in memory and can write them to disk."""

    @property
    def size(self) -> int: ...

    def flush(self) -> None: ...


class Memory:
    """What several spills may hold together."""

    def __init__(self, *, held_bytes: int = HELD_BYTES) -> None:
        self.held_bytes = held_bytes
        self.spills: list[Held] = []

    def make_room(self) -> None:
        """Let the largest go to disk until the rest fits."""
        while sum(spill.size for spill in self.spills) > self.held_bytes:
            max(self.spills, key=_size).flush()


class Spill:
    """Collects frames of one schema; rows with the same `by` come back in the same partition.

    The hash only chooses a partition within one run: it is never stored.
    """

    def __init__(self, *, by: str, schema: dict[str, pl.DataType], memory: Memory | None = None) -> None:
        """Partition by the column `by` (null is a value too), in memory that others may share."""
        self.by, self.schema = by, schema
        self.memory = memory or Memory()
        self.memory.spills.append(self)
        self._held: list[pl.DataFrame] = []
        self.size: int = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._flushes = 0
        self.rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        if frame.is_empty():
            return
        # Through Arrow, or its strings would keep alive the whole buffer that the batch was decoded from.
        own = pl.DataFrame(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        self._held.append(own)
        self.rows += own.height
        self.size += int(own.estimated_size())
        self.memory.make_room()

    def partitions(self) -> Iterator[pl.DataFrame]:
        """Every row once; a single partition if nothing went to disk."""
        if self._folder is None:
            held, self._held = self._held, []
            yield pl.concat(held) if held else pl.DataFrame(schema=self.schema)
            return
        self.flush()
        for partition in range(PARTITIONS):
            files = sorted(Path(self._folder.name).glob(f"{partition}-*.arrow"))
            if files:
                yield pl.concat(pl.read_ipc(file) for file in files)

    def flush(self) -> None:
        """Write what is held to disk, a frame at a time, so that it is never held twice."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="kefu-rebuild-")
        number = (pl.col(self.by).hash(seed=1) % PARTITIONS).alias("partition")
        parts: dict[object, list[pl.DataFrame]] = {}
        while self._held:
            frame = self._held.pop(0).with_columns(number)
            for (partition,), part in frame.partition_by(
                "partition", as_dict=True, include_key=False
            ).items():
                parts.setdefault(partition, []).append(part)
        for partition, some in parts.items():
            pl.concat(some).write_ipc(Path(self._folder.name) / f"{partition}-{self._flushes:05}.arrow")
        self.size, self._flushes = 0, self._flushes + 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()


def _size(spill: Held) -> int:
    return spill.size

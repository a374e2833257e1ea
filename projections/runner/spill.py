"""Frames kept until they are asked for, partition by partition, in bounded memory."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

PARTITIONS = 32
HELD_BYTES = 64 * 1024 * 1024
"""Above this, what is held goes to disk in one file per partition."""


class Spill:
    """Collects frames of one schema; rows with the same `by` come back in the same partition.

    The hash only chooses a partition within one run: it is never stored.
    """

    def __init__(self, *, by: str, schema: dict[str, pl.DataType], held_bytes: int = HELD_BYTES) -> None:
        """Partition by the column `by` (null is a value like any other)."""
        self.by, self.schema, self.held_bytes = by, schema, held_bytes
        self._held: list[pl.DataFrame] = []
        self._size: int = 0
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
        self._size += int(own.estimated_size())
        if self._size > self.held_bytes:
            self._flush()

    def partitions(self) -> Iterator[pl.DataFrame]:
        """Every row once; a single partition if nothing went to disk."""
        if self._folder is None:
            held, self._held = self._held, []
            yield pl.concat(held) if held else pl.DataFrame(schema=self.schema)
            return
        self._flush()
        for partition in range(PARTITIONS):
            files = sorted(Path(self._folder.name).glob(f"{partition}-*.arrow"))
            if files:
                yield pl.concat(pl.read_ipc(file) for file in files)

    def _flush(self) -> None:
        if not self._held:
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="kefu-rebuild-")
        number = (pl.col(self.by).hash(seed=1) % PARTITIONS).alias("partition")
        parts = (
            pl.concat(self._held)
            .with_columns(number)
            .partition_by("partition", as_dict=True, include_key=False)
        )
        for (partition,), part in parts.items():
            part.write_ipc(Path(self._folder.name) / f"{partition}-{self._flushes:05}.arrow")
        self._held, self._size, self._flushes = [], 0, self._flushes + 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()
